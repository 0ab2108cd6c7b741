"""Putting a caller through: what is offered is what is done, to whoever is responsible for the client."""

from typing import Any

import pytest

from intake.model.calls import Direction
from storage.tables.calls import CallRecord
from storage.tables.parties import Account
from tests.site import Site
from tests.storage.wizard_world import MARINA, World, populate
from tests.telephones import Phones

pytestmark = pytest.mark.slow

HIS = "102"


@pytest.fixture
async def world(site: Site, phones: Phones) -> World:
    return await populate(site.database)


async def talking(world: World, client_of: int | None, **inquiry: Any) -> tuple[str, str]:
    """Marina talks with somebody: the address to put her through, and that of her inquiry."""
    async with world.database.transaction() as session:
        (await session.get_one(Account, world.account)).responsible_id = client_of
    inquiry_id = await world.inquiry(MARINA, account_id=world.account, **inquiry)
    call = CallRecord(
        channel="asterisk:1", linkedid="1.1", direction=Direction.IN, number=MARINA, talking=["101"],
        pbx_channel="PJSIP/trunk-0000000a", inquiry_id=inquiry_id,
    )  # fmt: skip
    return f"/calls/{await world.keep(call)}/transfer", f"/inquiries/{inquiry_id}"


async def pages(browser: Any, inquiry: str) -> list[str]:
    return [await (await browser.get(address)).text() for address in (inquiry, f"{inquiry}/wizard", "/pops")]


async def test_a_caller_is_put_through_to_whoever_is_responsible_for_the_client(site, phones, world):
    anna = await site.sign_in("anna", extension="101")
    boris = await site.user("boris", name="Борис Климов", extension=HIS)
    other = await site.user("olga", name="Ольга", extension="103")
    transfer, inquiry = await talking(world, client_of=boris.id, responsible_id=other.id)
    for text in await pages(anna, inquiry):
        assert transfer in text
        assert "Борис" in text
    await anna.post(transfer)
    assert phones.passed == [("asterisk:1", "PJSIP/trunk-0000000a", HIS)]


@pytest.mark.parametrize("whose", ["mine", "nobody's", "without a telephone"])
async def test_nobody_is_offered_who_is_oneself_or_has_no_telephone(site, world, whose):
    me = await site.user("anna", extension="101")
    anna = await site.enter("anna")
    boris = await site.user("boris", extension=HIS)
    mute = await site.user("olga")
    client_of = {"mine": me.id, "without a telephone": mute.id}.get(whose)
    inquiry_of = None if whose == "nobody's" else boris.id
    transfer, inquiry = await talking(world, client_of=client_of, responsible_id=inquiry_of)
    for text in await pages(anna, inquiry):
        assert inquiry in text
        assert transfer not in text
