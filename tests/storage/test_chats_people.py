"""Who writes in a chat: known by their account, or by a number that is surely theirs."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from intake.duplicates.choosing import Merging
from intake.duplicates.merge import merge
from intake.errors import NotFound
from intake.model.chats import Attached, AttachmentKind, ChatKind, identity_of
from intake.model.wizard import Existing, PartyKind
from intake.reception import Reception
from storage import chat_identities
from storage.access import Actor
from storage.callers import NOBODY, Caller
from storage.chats_write import dialogues_to_change
from storage.edits import take_back
from storage.files import Files
from storage.tables.automation import InquiryKey, Touch
from storage.tables.chats import Dialogue
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.parties import Contact, Point, PointKind
from tests.ignored import ignore
from tests.storage.telling import Chats, bot, event, person
from tests.storage.visiting import Visitors, web_form
from tests.storage.wizard_world import MARINA, STRANGER, World

pytestmark = pytest.mark.slow

OLGA = identity_of("telegram", "7")


@pytest.fixture
async def chats(world: World, tmp_path: Path) -> Chats:
    await world.keep(bot())
    return Chats(world.database, tmp_path / "files")


async def link(chats: Chats, ref: Existing, who: Actor, dialogue: Dialogue | None = None) -> int:
    dialogue = dialogue or await chats.dialogue()
    async with chats.database.transaction() as session:
        found = await dialogues_to_change(session, {(dialogue.bot_id, dialogue.chat_id)})
        return await chat_identities.link(
            session, found[dialogue.bot_id, dialogue.chat_id], ref, who, "operator"
        )


async def unlink(chats: Chats, who: Actor) -> int:
    dialogue = await chats.dialogue()
    async with chats.database.transaction() as session:
        found = await dialogues_to_change(session, {(dialogue.bot_id, dialogue.chat_id)})
        return await chat_identities.unlink(session, found[dialogue.bot_id, dialogue.chat_id], who)


async def owner(chats: Chats) -> Caller:
    async with chats.database.reading() as session:
        return await chat_identities.owner_of(session, OLGA)


async def accounts(chats: Chats) -> list[Point]:
    return [one for one in await chats.all(Point) if one.value.startswith("chat:")]


async def test_a_number_that_the_platform_vouches_for_finds_the_client(chats: Chats, world: World) -> None:
    await chats.write("Столы", sender=person(phone=MARINA))

    [inquiry] = await chats.inquiries()
    [point] = await accounts(chats)
    assert (inquiry.contact_id, inquiry.account_id) == (world.marina, world.account)
    assert (inquiry.sender, inquiry.responsible_id) == (MARINA, world.alice.user_id)
    assert (point.contact_id, point.value, point.raw) == (world.marina, OLGA, "@olga")
    assert (await chats.dialogue()).phone == MARINA


async def test_who_shares_their_number_later_is_known_from_then_on(chats: Chats, world: World) -> None:
    await chats.write("Столы")
    shared = Attached(AttachmentKind.CONTACT, title="Марина", phone=MARINA)
    await chats.write("", sender=person(phone=MARINA), attachments=(shared,))

    [inquiry] = await chats.inquiries()
    keys = {one.value for one in await chats.all(InquiryKey)}
    assert (inquiry.contact_id, inquiry.sender) == (world.marina, MARINA)
    assert inquiry.responsible_id == world.alice.user_id
    assert keys == {OLGA, MARINA}


async def test_a_number_of_several_says_nothing(chats: Chats, world: World) -> None:
    await world.keep(Point(contact_id=world.pyotr, kind=PointKind.PHONE, value=MARINA))
    await chats.write("Столы", sender=person(phone=MARINA))

    [inquiry] = await chats.inquiries()
    assert await accounts(chats) == []
    assert (inquiry.account_id, inquiry.contact_id) == (world.account, None)


async def test_a_strangers_contact_is_nobodys_number(chats: Chats) -> None:
    friend = Attached(AttachmentKind.CONTACT, title="Марина", phone=MARINA)
    await chats.write("Спросите её", attachments=(friend,))

    assert await owner(chats) == NOBODY
    assert (await chats.dialogue()).phone is None


async def test_whom_somebody_has_linked_is_known(chats: Chats, world: World) -> None:
    await chats.write("Столы")
    await link(chats, Existing(PartyKind.CONTACT, world.marina), world.alice)

    [inquiry] = await chats.inquiries()
    assert (inquiry.contact_id, inquiry.responsible_id) == (world.marina, world.alice.user_id)
    assert await owner(chats) == Caller(world.account, world.marina, None, world.alice.user_id)


async def test_the_next_inquiry_of_who_is_linked_is_theirs(chats: Chats, world: World) -> None:
    point = Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=OLGA)
    await world.keep(point)
    await chats.write("Столы")

    [inquiry] = await chats.inquiries()
    marina = await world.get(Contact, world.marina)
    keys = {one.value for one in await chats.all(InquiryKey)}
    assert (inquiry.contact_id, inquiry.account_id) == (world.marina, world.account)
    assert inquiry.responsible_id == world.alice.user_id
    assert {OLGA, MARINA} <= keys
    assert marina.touched_at is not None


async def test_a_link_is_undone(chats: Chats, world: World) -> None:
    await chats.write("Столы")
    await chats.reception.bots.note()
    before = await world.dump()
    action = await link(chats, Existing(PartyKind.LEAD, world.lead), world.boss)
    async with chats.database.transaction() as session:
        await take_back(session, action, world.boss)

    assert await owner(chats) == NOBODY
    assert await world.dump() == before


async def test_only_who_sees_a_card_links_to_it(chats: Chats, world: World) -> None:
    await chats.write("Столы")
    with pytest.raises(NotFound):
        await link(chats, Existing(PartyKind.CONTACT, world.marina), world.charlie)

    assert await accounts(chats) == []


async def test_linking_to_another_takes_it_from_the_first(chats: Chats, world: World) -> None:
    await chats.write("Столы")
    await link(chats, Existing(PartyKind.CONTACT, world.marina), world.boss)
    await link(chats, Existing(PartyKind.CONTACT, world.pyotr), world.boss)
    await link(chats, Existing(PartyKind.CONTACT, world.pyotr), world.boss)

    [point] = await accounts(chats)
    assert point.contact_id == world.pyotr


async def test_whom_somebody_has_unlinked_the_phone_does_not_link_again(chats: Chats, world: World) -> None:
    await chats.write("Столы", sender=person(phone=MARINA))
    action = await unlink(chats, world.alice)
    await chats.write("Стулья", sender=person(phone=MARINA))
    assert await accounts(chats) == []

    async with chats.database.transaction() as session:
        await take_back(session, action, world.alice)
    assert (await owner(chats)).contact_id == world.marina
    assert (await chats.dialogue()).unlinked is False
    kinds = [one.kind for one in await chats.all(Action)]
    assert kinds == ["link-chat", "unlink-chat", "undo-unlink-chat"]


async def test_merged_cards_keep_the_account(chats: Chats, world: World) -> None:
    await chats.write("Столы")
    other = await world.keep(Contact(last_name="Ковалёва", account_id=world.account))
    await link(chats, Existing(PartyKind.CONTACT, other), world.boss)
    chosen = Merging(PartyKind.CONTACT, world.marina, other, survivor_id=world.marina)
    await merge(world.database, chosen, world.boss)

    assert (await owner(chats)).contact_id == world.marina


async def test_who_sent_a_form_just_now_goes_on_in_a_chat(chats: Chats, world: World, tmp_path: Path) -> None:
    await world.keep(web_form())
    visitors = Visitors(world.database, tmp_path / "files")
    sent = await visitors.send(said={"phone": STRANGER, "wanted": "Столы"})
    await chats.write("Я по заявке", sender=person(phone=STRANGER))

    [inquiry] = await chats.inquiries()
    [touch] = await chats.all(Touch)
    assert inquiry.id == sent.inquiry_id == (await chats.dialogue()).inquiry_id
    assert touch.by_key == STRANGER
    assert [one.payload.get("step") for one in await chats.jobs()] == ["opened", "touched"]


async def test_who_wrote_in_a_chat_just_now_goes_on_by_a_form(
    chats: Chats, world: World, tmp_path: Path
) -> None:
    await world.keep(web_form())
    await world.keep(Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=OLGA))
    await chats.write("Столы")
    sent = await Visitors(world.database, tmp_path / "files").send(said={"phone": MARINA, "wanted": "Стулья"})

    [inquiry] = await chats.inquiries()
    assert sent.inquiry_id == inquiry.id


async def test_one_person_in_two_messengers_is_one_inquiry(
    chats: Chats, world: World, tmp_path: Path
) -> None:
    await world.keep(bot(key="2" * 32, name="WhatsApp", platform="whatsapp"))
    here = person(phone=STRANGER)
    there = Chats(world.database, tmp_path / "files")
    elsewhere = replace(here, id=STRANGER[1:], identity=identity_of("whatsapp", STRANGER[1:]))
    await asyncio.gather(
        chats.hear(event("Столы", sender=here)),
        there.hear(event("Столы?", sender=elsewhere, chat_id="w1"), bot_id=2),
    )

    [inquiry] = await chats.inquiries()
    assert {one.inquiry_id for one in await chats.all(Dialogue)} == {inquiry.id}
    assert {one.inquiry_id for one in await chats.events()} == {inquiry.id}


@pytest.mark.parametrize("pattern", [OLGA, MARINA, "chat:telegram:*", "/^chat:telegram:7$/"])
async def test_whom_nobody_wants_to_hear_of_makes_no_work(chats: Chats, pattern: str) -> None:
    entry = await ignore(chats.database, pattern, "chat")
    await chats.write("Казино", sender=person(phone=MARINA))

    [message] = await chats.messages()
    [fact] = await chats.events()
    dialogue = await chats.dialogue()
    assert await chats.inquiries() == []
    assert message.ignored_by == fact.ignored_by == entry
    assert (dialogue.unread, dialogue.waiting_since) == (0, None)


async def test_a_list_for_calls_says_nothing_of_chats(chats: Chats) -> None:
    await ignore(chats.database, MARINA, "call")
    await chats.write("Столы", sender=person(phone=MARINA))

    assert len(await chats.inquiries()) == 1


async def test_a_group_is_known_by_itself_alone(chats: Chats, world: World) -> None:
    await world.keep(bot(key="2" * 32, name="Группы", groups=True))
    told = event("Привет", sender=person(phone=MARINA), chat_id="-1", group=True, chat_title="Стройка")
    await chats.hear(told, bot_id=2)

    [inquiry] = await chats.inquiries()
    assert (inquiry.sender, inquiry.sender_name) == (identity_of("telegram", "-1"), "Стройка")
    assert (inquiry.contact_id, (await chats.dialogue()).phone) == (None, None)


async def test_two_services_that_meet_somebody_at_once_link_them_once(
    chats: Chats, world: World, tmp_path: Path
) -> None:
    other = Chats(world.database, tmp_path / "files")
    other.reception = Reception(world.database, Files(tmp_path / "files"))
    said = [event(str(number), sender=person(phone=MARINA)) for number in range(6)]
    await asyncio.gather(*((chats, other)[n % 2].hear(one) for n, one in enumerate(said)))

    [point] = await accounts(chats)
    [inquiry] = await chats.inquiries()
    async with world.database.reading() as session:
        facts = (await session.exec(select(InquiryEvent.inquiry_id))).all()
        known = (await session.exec(select(Inquiry.contact_id))).all()
    assert point.contact_id == world.marina
    assert set(facts) == {inquiry.id}
    assert set(known) == {world.marina}


async def test_a_command_makes_nobody_known_but_notes_the_number(chats: Chats, world: World) -> None:
    await chats.write("/start", kind=ChatKind.COMMAND, sender=person(phone=MARINA))

    assert (await owner(chats)).contact_id == world.marina
    assert await chats.inquiries() == []
