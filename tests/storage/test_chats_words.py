"""What a bot says by itself, and what people agree to by a button."""

from datetime import timedelta
from pathlib import Path

import pytest

from intake.model.chats import ChatKind, ChatStatus
from storage.access import COMMAND_LINE
from storage.columns import now
from storage.database import Database, announce
from storage.history import stored_id
from storage.preferences import change_settings
from storage.tables.chats import Bot, ChatMessage, ChatWay, Dialogue
from storage.tables.routing import WorkCalendar
from storage.tables.work import Consent, ConsentText
from tests.databases import store
from tests.ignored import ignore
from tests.storage.telling import Chats, bot, event, person

pytestmark = pytest.mark.slow

AWAY = "Мы ответим утром."
INSTEAD = "Напишите нам в Telegram: t.me/shop"
NEVER: list[list[list[str]]] = [[] for _ in range(7)]
ALWAYS = [[["00:00", "00:00"]] for _ in range(7)]


@pytest.fixture
async def chats(database: Database, tmp_path: Path) -> Chats:
    await store(database, bot(away=AWAY))
    return Chats(database, tmp_path / "files")


async def work(chats: Chats, hours: list[list[list[str]]]) -> None:
    [calendar] = await store(chats.database, WorkCalendar(name="Офис", hours=hours))
    async with chats.database.transaction() as session:
        await change_settings(session, COMMAND_LINE, calendar_id=calendar)


async def change_bot(chats: Chats, **values: object) -> None:
    async with chats.database.transaction() as session:
        row = await session.get_one(Bot, 1)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        announce(session, "bot", bot=1)


async def said(chats: Chats) -> list[str]:
    return [one.text for one in await chats.messages() if one.by_itself]


async def test_outside_working_hours_they_are_told_so_once_a_dialogue(chats: Chats) -> None:
    await work(chats, NEVER)
    await chats.write("Столы")
    await chats.write("Есть кто?")
    await chats.write("Стулья", sender=person("8"))

    dialogue, _ = await chats.all(Dialogue)
    ours = [one for one in await chats.messages() if one.way is ChatWay.OUT]
    assert [one.text for one in ours] == [AWAY, AWAY]
    assert {one.status for one in ours} == {ChatStatus.QUEUED}
    assert {one.dialogue_id for one in ours} == {1, 2}
    assert (dialogue.waiting_since is not None, dialogue.unread) == (True, 2)
    assert len(await chats.jobs("send-chat")) == 2


async def test_while_somebody_works_nothing_is_said(chats: Chats) -> None:
    await work(chats, ALWAYS)
    await chats.write("Столы")

    assert await said(chats) == []


async def test_once_a_colleague_has_answered_it_is_said_again(chats: Chats) -> None:
    await work(chats, NEVER)
    await chats.write("Столы")
    dialogue_id = stored_id(await chats.dialogue())
    await chats.answered(dialogue_id, "ours", text="Добрый день!", at=now() + timedelta(seconds=1))
    await chats.write("А стулья?")

    assert await said(chats) == [AWAY, AWAY]


async def test_what_did_not_go_is_no_answer(chats: Chats) -> None:
    await work(chats, NEVER)
    await chats.write("Столы")
    at = now() + timedelta(seconds=1)
    await chats.answered(stored_id(await chats.dialogue()), "ours", status=ChatStatus.FAILED, at=at)
    await chats.write("А стулья?")

    assert await said(chats) == [AWAY]


async def test_where_we_do_not_answer_another_way_is_offered_once(chats: Chats) -> None:
    await change_bot(chats, answers=False, instead=INSTEAD)
    await chats.write("Столы")
    await chats.write("Стулья")

    assert await said(chats) == [INSTEAD]
    assert (await chats.dialogue()).said_instead_at is not None
    assert len(await chats.inquiries()) == 1


@pytest.mark.parametrize("kind", [ChatKind.COMMAND, ChatKind.STARTED, ChatKind.BUTTON, ChatKind.EDIT])
async def test_who_has_only_opened_the_dialogue_is_told_nothing(chats: Chats, kind: ChatKind) -> None:
    await work(chats, NEVER)
    await chats.write("/start" if kind is ChatKind.COMMAND else "", kind=kind)

    assert await said(chats) == ([AWAY] if kind is ChatKind.EDIT else [])


async def test_groups_ignored_people_and_old_words_are_told_nothing(chats: Chats) -> None:
    await work(chats, NEVER)
    await change_bot(chats, groups=True)
    await ignore(chats.database, "chat:telegram:8", "chat")
    await chats.hear(event("Всем", group=True, chat_id="-1"))
    await chats.write("Казино", sender=person("8"))
    await chats.write("Вчерашнее", sender=person("9"), sent_at=now() - timedelta(hours=9))

    assert await said(chats) == []


async def question(chats: Chats) -> tuple[int, int]:
    """The text's id and that of our message which asks for a consent to it."""
    await chats.write("Столы")
    text = ConsentText(purpose="Данные", text="Согласен", digest="d")
    [text_id] = await store(chats.database, text)
    dialogue_id = stored_id(await chats.dialogue())
    return text_id, await chats.answered(dialogue_id, "ours", asks=f"consent:{text_id}")


async def press(chats: Chats, payload: str, **values: object) -> None:
    await chats.write("Согласен", kind=ChatKind.BUTTON, message_id="ours", payload=payload, **values)


async def test_a_consent_by_a_button_is_kept_as_evidence_once(chats: Chats) -> None:
    text_id, message_id = await question(chats)
    await press(chats, f"consent:{text_id}:{message_id}")
    await press(chats, f"consent:{text_id}:{message_id}")

    [consent] = await chats.all(Consent)
    [inquiry] = await chats.inquiries()
    pressed = [one for one in await chats.messages() if one.kind is ChatKind.BUTTON]
    assert (consent.text_id, consent.given, consent.chat_message_id) == (text_id, "chat", message_id)
    assert (consent.inquiry_id, consent.page, consent.address) == (inquiry.id, "chat:telegram:7", "")
    assert {one.reply_to for one in pressed} == {message_id}
    assert len(pressed) == 2


async def test_who_refuses_has_agreed_to_nothing_or_takes_it_back(chats: Chats) -> None:
    text_id, message_id = await question(chats)
    await press(chats, f"refuse:{text_id}:{message_id}")
    assert await chats.all(Consent) == []

    await press(chats, f"consent:{text_id}:{message_id}")
    await press(chats, f"refuse:{text_id}:{message_id}")
    [consent] = await chats.all(Consent)
    assert (consent.withdrawn_at is not None, consent.withdrawn_how) == (True, "chat")


async def test_what_we_did_not_ask_there_nobody_agrees_to(chats: Chats) -> None:
    text_id, message_id = await question(chats)
    for payload in (
        f"consent:{text_id + 1}:{message_id}",
        f"consent:{text_id}:{message_id + 1}",
        f"consent:{text_id}:1",
        "consent:x:y",
        f"consent:{text_id}:{message_id}; drop",
        "",
    ):
        await press(chats, payload)
    await press(chats, f"consent:{text_id}:{message_id}", sender=person("8"))

    assert await chats.all(Consent) == []


async def test_a_button_is_seen_and_waits_for_nobody(chats: Chats) -> None:
    await question(chats)
    async with chats.database.transaction() as session:
        dialogue = await chats.dialogue()
        dialogue.waiting_since, dialogue.unread = None, 0
        session.add(dialogue)
    await press(chats, "menu")

    dialogue = await chats.dialogue()
    assert (dialogue.unread, dialogue.waiting_since, dialogue.last_text) == (1, None, "Согласен")
    assert (await chats.all(ChatMessage))[-1].payload == "menu"
