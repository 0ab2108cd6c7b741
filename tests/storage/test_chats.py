"""What people write to our bots is kept once, in order, and is work for somebody."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.errors import Rejected
from intake.model.chats import Attached, AttachmentKind, ChatKind
from intake.reception import Reception
from storage.access import COMMAND_LINE
from storage.columns import now
from storage.database import Database
from storage.preferences import change_settings
from storage.tables.chats import Bot, BotIgnored, ChatPart, ChatWay, Dialogue
from storage.tables.inquiries import Channel, DeclineReason, InquiryState
from tests.databases import store
from tests.storage.telling import PHOTO, Chats, bot, event, person

pytestmark = pytest.mark.slow


@pytest.fixture
async def chats(database: Database, tmp_path: Path) -> Chats:
    await store(database, bot())
    return Chats(database, tmp_path / "files")


async def test_a_message_begins_a_dialogue_and_is_an_inquiry(chats: Chats) -> None:
    told = await chats.write("Нужны столы\nи стулья", attachments=(PHOTO,))

    dialogue = await chats.dialogue()
    [message] = await chats.messages()
    [inquiry] = await chats.inquiries()
    [fact] = await chats.events()
    [part] = await chats.all(ChatPart)
    assert (dialogue.identity, dialogue.name, dialogue.username) == ("chat:telegram:7", "Ольга", "olga")
    assert (dialogue.unread, dialogue.last_text, dialogue.last_way) == (1, "Нужны столы и стулья", "in")
    assert dialogue.waiting_since == message.at
    assert dialogue.inquiry_id == inquiry.id
    assert (message.text, message.way, message.event_id) == (told.text, ChatWay.IN, fact.id)
    assert (inquiry.channel, inquiry.sender, inquiry.sender_name) == (
        Channel.CHAT, "chat:telegram:7", "Ольга",
    )  # fmt: skip
    assert (inquiry.subject, inquiry.line, inquiry.state) == (
        "Нужны столы", "Бот отдела продаж", InquiryState.NEW,
    )  # fmt: skip
    assert (fact.channel, fact.kind, fact.inquiry_id, fact.raw) == (
        "chat:1", "message", inquiry.id, '{"update": 1}',
    )  # fmt: skip
    assert (part.external_id, part.message_id) == (told.message_id, message.id)


async def test_what_is_attached_is_kept_and_asked_for(chats: Chats) -> None:
    await chats.write("", attachments=(PHOTO,))

    [file] = await chats.files()
    [job] = await chats.jobs("fetch-chat")
    assert (file.filename, file.size, file.state) == ("стол.jpg", 12_000, "waiting")
    assert job.payload == {"file": file.id}
    assert (await chats.dialogue()).last_text == "стол.jpg"


async def test_the_rules_are_asked_once_an_inquiry(chats: Chats) -> None:
    await chats.write("Столы")
    await chats.write("Стулья")

    [job] = await chats.jobs()
    [inquiry] = await chats.inquiries()
    assert job.payload == {"inquiry": inquiry.id, "step": "opened"}


async def test_the_same_told_again_changes_nothing(chats: Chats) -> None:
    told = await chats.write("Столы")
    await chats.hear(told)
    await chats.hear(told, told)

    assert len(await chats.messages()) == len(await chats.events()) == len(await chats.inquiries()) == 1
    assert (await chats.dialogue()).unread == 1


async def test_of_two_bots_each_may_use_the_same_ids(chats: Chats, database: Database) -> None:
    await store(database, bot(key="2" * 32, name="Второй"))
    told = await chats.write("Столы")
    await chats.hear(told, bot_id=2)

    assert len(await chats.messages()) == len(await chats.all(Dialogue)) == 2


async def test_a_flood_keeps_its_order_and_comes_once(chats: Chats, tmp_path: Path) -> None:
    other = Chats(chats.database, tmp_path / "files")
    people = [person(str(number)) for number in range(8)]
    told = [event(f"{number}", sender=one) for number in range(6) for one in people]
    twice = [one for each in told for one in (each, each)]

    await asyncio.gather(*((chats, other)[n % 2].hear(one) for n, one in enumerate(twice)))

    messages = await chats.messages()
    assert len(messages) == len(told)
    assert len(await chats.inquiries()) == len(people)
    assert {one.unread for one in await chats.all(Dialogue)} == {6}


async def test_what_one_body_tells_stays_in_order(chats: Chats) -> None:
    await chats.hear(*(event(str(number)) for number in range(30)))

    assert [one.text for one in await chats.messages()] == [str(number) for number in range(30)]
    assert (await chats.dialogue()).last_text == "29"


async def test_what_is_malformed_is_kept_once_as_it_came_and_counted(chats: Chats) -> None:
    await chats.hear(ignored="malformed: no chat", raw='{"x": 1}')
    await chats.hear(ignored="malformed: no chat", raw='{"x": 1}')
    await chats.reception.bots.note()

    [fact] = await chats.events()
    [counted] = await chats.all(BotIgnored)
    assert (fact.kind, fact.raw, fact.fact) == ("malformed", '{"x": 1}', {"why": "no chat"})
    assert (counted.reason, counted.count) == ("malformed", 2)


async def test_what_is_no_event_is_only_counted(chats: Chats) -> None:
    for _ in range(3):
        await chats.hear(ignored="unknown-kind: poll")
    await chats.reception.bots.note()
    await chats.hear(ignored="unknown-kind: poll")
    await chats.reception.bots.note()

    [counted] = await chats.all(BotIgnored)
    assert (counted.reason, counted.count) == ("unknown-kind: poll", 4)
    assert await chats.events() == []


async def test_what_waits_to_be_counted_is_counted_at_the_end(chats: Chats) -> None:
    await chats.hear(ignored="own")
    await chats.reception.bots.close()

    [counted] = await chats.all(BotIgnored)
    [known] = await chats.all(Bot)
    assert (counted.reason, counted.count) == ("own", 1)
    assert known.heard_at == counted.last_at


async def test_groups_count_only_where_they_are_allowed(chats: Chats, database: Database) -> None:
    await store(database, bot(key="2" * 32, name="Второй", groups=True))
    said = event("Всем привет", chat_id="-100", group=True, chat_title="Стройка", sender=person())
    await chats.hear(said)
    await chats.hear(said, bot_id=2)

    [dialogue] = await chats.all(Dialogue)
    [message] = await chats.messages()
    [inquiry] = await chats.inquiries()
    assert (dialogue.bot_id, dialogue.group, dialogue.name) == (2, True, "Стройка")
    assert (dialogue.identity, message.author) == ("chat:telegram:-100", "Ольга")
    assert inquiry.sender == dialogue.identity


async def test_what_says_nothing_of_a_name_leaves_it(chats: Chats) -> None:
    await chats.write("Столы", sender=person(name="", username="olga"))
    assert (await chats.dialogue()).name == "olga"

    await chats.write("Столы", sender=person(name="Ольга", username=""))
    await chats.write("", kind=ChatKind.BLOCKED, sender=person(name="", username=""))
    dialogue = await chats.dialogue()
    assert (dialogue.name, dialogue.username) == ("Ольга", "olga")


async def test_a_bot_that_is_not_there_is_told_so(chats: Chats) -> None:
    with pytest.raises(Rejected):
        await chats.hear(event("Столы"), bot_id=99)


async def test_odd_texts_are_kept(chats: Chats) -> None:
    await chats.write(
        "a\0b\ud800c", sender=person(name="x" * 5000, username="y\0"), message_id="m" * 4000, album="\ud800"
    )

    [message] = await chats.messages()
    assert message.text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert len((await chats.dialogue()).name) == 300


async def test_odd_numbers_and_times_are_kept(chats: Chats) -> None:
    odd = Attached(
        AttachmentKind.LOCATION, size=10**30, seconds=-5, latitude=float("nan"), longitude=float("inf"),
        url="x" * 9000, filename="\0" * 900, phone="9" * 900, ref="r\0",
    )  # fmt: skip
    for sent_at in (datetime.max.replace(tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 1, 1)):  # noqa: DTZ001
        await chats.write("", attachments=(odd,) * 90, sent_at=sent_at, edited=10**30)

    messages = await chats.messages()
    assert len(messages) == 3
    assert len(await chats.files()) == 150
    assert all(one.sent_at is None or one.sent_at <= one.at for one in messages)


async def test_what_cannot_be_stored_is_kept_as_it_came(
    chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr("intake.reception.chat_writing.message_columns", stumble)
    await chats.hear(event("Столы"), raw="all of it")
    await chats.hear(event("Столы"), raw="all of it")

    [fact] = await chats.events()
    assert (fact.kind, fact.raw) == ("malformed", "all of it")
    assert await chats.inquiries() == []
    assert await chats.messages() == []


async def test_a_command_says_by_what_they_came_and_is_no_work(chats: Chats) -> None:
    await chats.write("/start promo", kind=ChatKind.COMMAND, source="promo")
    assert await chats.inquiries() == []

    await chats.write("Столы")
    dialogue = await chats.dialogue()
    [inquiry] = await chats.inquiries()
    assert (dialogue.source, dialogue.inquiry_id, dialogue.unread) == ("promo", inquiry.id, 1)
    assert [one.kind for one in await chats.messages()] == [ChatKind.COMMAND, ChatKind.MESSAGE]


async def test_who_does_not_want_to_hear_of_us_may_come_back(chats: Chats) -> None:
    await chats.write("Столы")
    await chats.write("", kind=ChatKind.BLOCKED)
    assert (await chats.dialogue()).blocked_at is not None

    await chats.write("", kind=ChatKind.UNBLOCKED)
    assert (await chats.dialogue()).blocked_at is None
    assert len(await chats.inquiries()) == 1


async def decide(chats: Chats, **values: object) -> None:
    async with chats.database.transaction() as session:
        [inquiry] = await chats.inquiries()
        closed = {"state": InquiryState.DECLINED, "closed_at": now(), **values}
        for name, value in closed.items():
            setattr(inquiry, name, value)
        session.add(inquiry)


async def test_what_was_decided_a_moment_ago_is_asked_again(chats: Chats) -> None:
    await chats.write("Столы")
    await decide(chats, decline_reason=DeclineReason.NOT_OURS)
    await chats.write("А стулья?")

    [inquiry] = await chats.inquiries()
    assert (inquiry.state, inquiry.decline_reason) == (InquiryState.NEW, None)


async def test_what_was_decided_long_ago_is_past(chats: Chats) -> None:
    await chats.write("Столы")
    await decide(chats, closed_at=now() - timedelta(hours=30), touched_at=now() - timedelta(hours=30))
    await chats.write("А стулья?")

    first, second = await chats.inquiries()
    assert (first.state, second.state) == (InquiryState.DECLINED, InquiryState.NEW)
    assert (await chats.dialogue()).inquiry_id == second.id


async def test_how_long_it_is_the_same_matter_is_a_setting(chats: Chats) -> None:
    async with chats.database.transaction() as session:
        await change_settings(session, COMMAND_LINE, chat_again_hours=48, touch_minutes=0)
    await chats.write("Столы")
    await decide(chats, closed_at=now() - timedelta(hours=30))
    await chats.write("А стулья?")

    assert len(await chats.inquiries()) == 1


async def test_spam_makes_no_work_again(chats: Chats) -> None:
    await chats.write("Казино")
    await decide(chats, decline_reason=DeclineReason.SPAM)
    async with chats.database.transaction() as session:
        dialogue = await chats.dialogue()
        dialogue.waiting_since = None
        session.add(dialogue)
    await chats.write("Казино!")

    [inquiry] = await chats.inquiries()
    assert inquiry.state is InquiryState.DECLINED
    assert (await chats.dialogue()).waiting_since is None


async def test_one_service_takes_what_another_has_begun(chats: Chats) -> None:
    await chats.write("Столы")
    other = Reception(chats.database)
    chats.reception = other
    await chats.write("Стулья")

    assert len(await chats.inquiries()) == 1
    assert (await chats.dialogue()).unread == 2
