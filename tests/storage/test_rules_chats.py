"""Rules are asked about what is written in a chat, and know by exact keys who wrote it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from intake.automation.subjects import Asking, subject_of
from intake.model.chats import AttachmentKind
from intake.model.rules import About, Condition, Do, Known, Op, Subject
from storage.deciding import ask_to_decide
from storage.subjects import event_of, events_between, house, span_of
from storage.tables.chats import ChatMessage, Dialogue
from storage.tables.inquiries import InquiryEvent, InquiryState
from storage.tables.parties import Point, PointKind
from tests.storage.chat_rows import MASHA, asked_in_chat, attached
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import MARINA, World

pytestmark = pytest.mark.slow


async def wrote(world: World, text: str = "Нужен кабель", **values: object) -> tuple[int, int]:
    """An inquiry whose message came as an event; the ids of both."""
    inquiry, dialogue, (message,) = await asked_in_chat(world, text, **values)
    async with world.database.transaction() as session:
        bot = (await session.get_one(Dialogue, dialogue)).bot_id
        at = (await session.get_one(ChatMessage, message)).at
        event = InquiryEvent(
            channel=f"chat:{bot}", external_id=f"update {message}", kind="chat-message", at=at
        )
        event.inquiry_id = inquiry
        session.add(event)
        await session.flush()
        (await session.get_one(ChatMessage, message)).event_id = event.id
        return inquiry, event.id or 0


async def subject(world: World, event: int) -> Subject:
    def ask(connection: Connection) -> Subject | None:
        return subject_of(connection, event, Asking(house(connection)))

    found = await world.database.ask(ask)
    assert found is not None
    return found


async def decided(world: World, house: Ruled, inquiry: int) -> None:
    async with world.database.transaction() as session:
        await ask_to_decide(session, [inquiry])
    await house.work()


async def test_a_message_is_asked_about_with_all_that_the_messenger_tells(world: World) -> None:
    inquiry, event = await wrote(world, "Нужен кабель ВВГ", source="promo")
    asked = await subject(world, event)
    assert (asked.channel, asked.source, asked.line) == ("chat", "chat:1", "Бот telegram")
    assert (asked.sender, asked.sender_name) == (MASHA, "Маша Лебедева")
    assert (asked.body, asked.language, asked.has_files) == ("Нужен кабель ВВГ", "ru", False)
    assert dict(asked.fields) == {"platform": "telegram", "username": "masha_l", "source": "promo"}
    assert (asked.known, asked.inquiry_id) == (Known.NOBODY, inquiry)
    (message,) = await world.all(ChatMessage)
    await attached(world, message.id, AttachmentKind.PHOTO)
    assert (await subject(world, event)).has_files


async def test_the_key_of_the_messenger_says_who_it_is_as_a_phone_does(world: World) -> None:
    _, event = await wrote(world)
    await world.keep(Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=MASHA, raw="@masha_l"))
    asked = await subject(world, event)
    assert asked.party is not None
    assert (asked.known, asked.party.contact_id, asked.party.keys) == (Known.CLIENT, world.marina, (MASHA,))


async def test_a_vouched_phone_of_another_than_the_key_is_for_a_person_to_say(world: World) -> None:
    _, event = await wrote(world, phone=MARINA)
    assert (await subject(world, event)).known is Known.CLIENT
    await world.keep(Point(lead_id=world.lead, kind=PointKind.MESSENGER, value=MASHA, raw="@masha_l"))
    assert (await subject(world, event)).known is Known.SEVERAL


async def test_a_group_and_a_phone_that_somebody_took_away_say_nothing(world: World) -> None:
    _, event = await wrote(world, phone=MARINA, unlinked=True)
    assert (await subject(world, event)).known is Known.NOBODY
    (dialogue,) = await world.all(Dialogue)
    async with world.database.transaction() as session:
        row = await session.get_one(Dialogue, dialogue.id)
        row.group, row.unlinked = True, False
    assert (await subject(world, event)).known is Known.NOBODY


async def test_a_rule_links_who_is_known_by_the_messenger_alone(world: World, tmp_path: Path) -> None:
    house = await ruled(world, tmp_path)
    known = Condition(About.KNOWN, Op.IS, "client")
    await house.rule(drawn(Do.LINK, known, channels=("chat",), sources=("chat:1",)))
    inquiry, _ = await wrote(world)
    await world.keep(Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=MASHA, raw="@masha_l"))
    await decided(world, house, inquiry)
    found = await house.inquiry(inquiry)
    assert (found.state, found.interest_id) == (InquiryState.LINKED, world.interest)


async def test_a_newcomer_by_a_rule_is_known_by_the_messenger_afterwards(
    world: World, tmp_path: Path
) -> None:
    house = await ruled(world, tmp_path)
    await house.rule(drawn(Do.CREATE, channels=("chat",), newcomer="lead", title="{wanted} {phone}"))
    inquiry, event = await wrote(world, username="")
    await decided(world, house, inquiry)
    interest = await house.interest_of(inquiry)
    assert interest.title == "Нужен кабель"
    assert (await subject(world, event)).known is Known.LEAD


async def test_the_past_of_chats_is_rehearsed_without_what_asks_for_nothing(world: World) -> None:
    inquiry, event = await wrote(world)
    (row,) = await world.all(InquiryEvent)
    pressed = InquiryEvent(channel=row.channel, external_id="2", kind="chat-button", at=row.at)
    pressed.inquiry_id = inquiry
    await world.keep(pressed)

    def past(connection: Connection) -> tuple[list[Any], int | None]:
        span = span_of(connection, row.at, row.at)
        return events_between(connection, row.at, row.at, span, 10), event_of(connection, inquiry)

    found, opened = await world.database.ask(past)
    assert ([one.id for one in found], opened) == ([event], event)
