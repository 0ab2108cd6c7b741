"""Accepting what came by a chat: whoever wrote there is known from then on, and undo forgets them again."""

import pytest
from sqlmodel import select

from intake.model.wizard import Newcomer, NewPerson, PartyKind
from intake.wizard.accept import accept
from intake.wizard.undo import undo
from storage.chat_identities import owner_of
from storage.tables.chats import Dialogue
from storage.tables.parties import Contact, Point, PointKind
from storage.tables.work import Consent
from tests.storage.chat_rows import MASHA, a_bot, a_dialogue, asked_in_chat, said_in
from tests.storage.wizard_world import World, known

pytestmark = pytest.mark.slow


async def keys_of(world: World, contact: int) -> list[Point]:
    async with world.database.reading() as session:
        query = select(Point).where(Point.contact_id == contact, Point.kind == PointKind.MESSENGER)
        return list(await session.exec(query))


async def test_the_chosen_contact_is_known_in_that_messenger_from_then_on(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, "Нужен кабель")
    accepted = await accept(world.database, inquiry, known(world), world.alice)
    (point,) = await keys_of(world, world.marina)
    assert (point.value, point.raw) == (MASHA, "@masha_l")
    async with world.database.reading() as session:
        assert (await owner_of(session, MASHA)).contact_id == world.marina
    assert accepted.contact_id == world.marina


async def test_undo_forgets_them_again(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, "Нужен кабель")
    before = await world.dump()
    accepted = await accept(world.database, inquiry, known(world), world.alice)
    await undo(world.database, accepted.action_id, world.alice)
    after = await world.dump()
    assert after["contact_point"] == before["contact_point"]
    assert after["dialogue"] == before["dialogue"]


async def test_a_newcomer_of_a_chat_is_known_by_it(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, "Нужен кабель", username="")
    newcomer = known(world, party=Newcomer(PartyKind.LEAD), contact=NewPerson(first_name="Маша"))
    accepted = await accept(world.database, inquiry, newcomer, world.alice)
    async with world.database.reading() as session:
        points = (await session.exec(select(Point).where(Point.lead_id == accepted.lead_id))).all()
    assert [(one.value, one.raw) for one in points] == [(MASHA, "Маша Лебедева")]


async def test_who_is_somebodys_already_stays_theirs_and_a_group_is_nobodys(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, "Нужен кабель")
    await world.keep(Point(contact_id=world.pyotr, kind=PointKind.MESSENGER, value=MASHA, raw="@masha_l"))
    bot = await a_bot(world, "vk")
    group = await a_dialogue(world, bot, "chat:vk:2000000001", group=True)
    await said_in(world, group, "И нам", inquiry_id=inquiry)
    await accept(world.database, inquiry, known(world), world.alice)
    assert await keys_of(world, world.marina) == []
    assert len(await keys_of(world, world.pyotr)) == 1


async def test_both_messengers_of_one_inquiry_are_remembered(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, "Нужен кабель")
    other = await a_dialogue(world, await a_bot(world, "vk"), "chat:vk:77", username="")
    await said_in(world, other, "Пишу и сюда", inquiry_id=inquiry)
    await accept(world.database, inquiry, known(world), world.alice)
    assert {one.value for one in await keys_of(world, world.marina)} == {MASHA, "chat:vk:77"}


async def test_a_consent_given_by_a_button_is_the_contacts_afterwards(world: World) -> None:
    inquiry, dialogue, (message,) = await asked_in_chat(world, "Согласна")
    await world.keep(
        Consent(text_id=world.consent, given="chat", inquiry_id=inquiry, chat_message_id=message, page=MASHA)
    )
    earlier = Consent(text_id=world.consent, given="chat", chat_message_id=message, page=MASHA)
    await world.keep(earlier)
    accepted = await accept(world.database, inquiry, known(world), world.alice)
    consent, before = await world.all(Consent)
    assert (consent.contact_id, consent.interest_id) == (world.marina, accepted.interest_id)
    assert (before.contact_id, before.interest_id) == (world.marina, None)
    assert (await world.get(Dialogue, dialogue)).inquiry_id == inquiry
    assert (await world.get(Contact, world.marina)).touched_at is not None
