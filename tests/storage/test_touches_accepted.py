"""A known e-mail with a new phone keeps both: on the inquiry while it waits, on the card once accepted."""

from pathlib import Path

import pytest

from intake.model.wizard import Acceptance, CreateInterest, Existing, PartyKind
from intake.reception import Reception
from intake.wizard.accept import accept
from storage.files import Files
from storage.tables.automation import Touch
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Point
from tests.databases import store
from tests.storage.calling import Talk
from tests.storage.visiting import request, web_form
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow

NEW_PHONE = "+79165550177"


async def test_a_form_with_a_new_phone_and_a_call_from_it_are_one_and_the_card_keeps_both(
    world: World, tmp_path: Path
) -> None:
    reception = Reception(world.database, Files(tmp_path))
    await store(world.database, web_form())
    [address] = [one for one in await world.all(Point) if one.contact_id == world.marina and "@" in one.value]
    filled = request(said={"name": "Марина", "email": address.value, "phone": NEW_PHONE, "wanted": "Свет"})
    taken = await reception.receive(filled)
    for step in Talk(NEW_PHONE, filled.at).whole_answered():
        await reception.receive(step)

    [inquiry] = await world.all(Inquiry)
    [touch] = await world.all(Touch)
    assert (touch.inquiry_id, touch.by_key) == (inquiry.id, NEW_PHONE)
    assert taken is not None
    assert taken.inquiry_id == inquiry.id

    marina = Existing(PartyKind.CONTACT, world.marina)
    wanted = Acceptance(Existing(PartyKind.ACCOUNT, world.account), CreateInterest(wanted="Свет"), marina)
    await accept(world.database, inquiry.id, wanted, world.alice)
    values = {one.value for one in await world.all(Point) if world.marina == one.contact_id}
    values |= {one.value for one in await world.all(Point) if world.account == one.account_id}
    assert {address.value, NEW_PHONE} <= values
