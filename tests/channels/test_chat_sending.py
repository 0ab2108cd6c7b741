"""Messages of ours reach a Telegram that falls over, is busy, refuses and is blocked; on both engines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlmodel import select, update

from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.model.calls import Link
from intake.model.chats import ChatStatus
from intake.service import chat_sending
from intake.service.bot_apis import Apis
from intake.service.chat_sending import chat_handlers
from intake.service.pace import Pace
from storage import outbox
from storage.chat_sending import note_part
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.outbox import do_next, run_outbox
from storage.tables.calls import ChannelHealth
from storage.tables.chats import Bot, ChatMessage, ChatPart
from storage.tables.history import Job
from storage.tables.routing import Alarm
from tests.chat_house import Chat, another_chat

pytestmark = pytest.mark.slow


@pytest.fixture
async def handlers(database: Database, tmp_path: Path) -> AsyncIterator[dict[str, outbox.Handler]]:
    async with Apis() as apis:
        yield dict(chat_handlers(database, Files(tmp_path / "files"), apis, Pace()))


@asynccontextmanager
async def senders(database: Database, handlers: Any, number: int = 3) -> AsyncIterator[None]:
    """As the service runs them."""
    async with AsyncExitStack() as stack:
        for _ in range(number):
            task = asyncio.create_task(run_outbox(database, handlers, longest=chat_sending.TIME))
            stack.push_async_callback(asyncio.wait, [task])
            stack.callback(task.cancel)
        yield


async def until(chat: Chat, message: ChatMessage, status: ChatStatus) -> ChatMessage:
    async with asyncio.timeout(30):
        while (found := await chat.message(message.id)).status is not status:
            await asyncio.sleep(0.02)
    return found


async def due_again(database: Database) -> None:
    async with database.transaction() as session:
        await session.exec(update(Job).values(due_at=now()))


async def test_it_is_delivered_and_known_by_the_id_that_the_platform_gave(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    theirs = await telegram.says(telegram.people[int((await chat.dialogue()).chat_id)], "Нужны лампы")
    async with chat.database.transaction() as session:
        known = ChatPart(dialogue_id=chat.dialogue_id, external_id=str(theirs), message_id=chat.asked_id)
        session.add(known)
    queued = await chat.answer("Да, есть.", reply_to=chat.asked_id)

    assert await do_next(chat.database, handlers)

    (said,) = telegram.sent
    assert (said.text, str(said.reply_to)) == ("Да, есть.", str(theirs))
    assert await chat.status(queued) is ChatStatus.SENT
    async with chat.database.reading() as session:
        ids = list(await session.exec(select(ChatPart.external_id).where(ChatPart.message_id == queued.id)))
    assert ids == [str(said.message_id)]


async def test_files_go_one_a_part_and_the_words_below_the_first(
    chat: Chat, telegram: FakeTelegram, tmp_path: Path, handlers: Any
):
    digests = [Files(tmp_path / "files").keep(content) for content in (b"\x89PNG 1", b"%PDF-1")]
    names = (("схема.png", "image/png"), ("прайс.pdf", "application/pdf"))
    files = tuple(
        {"digest": digest, "filename": name, "content_type": kind, "size": 6}
        for digest, (name, kind) in zip(digests, names, strict=True)
    )
    queued = await chat.answer("Смотрите:", files=files)

    assert await do_next(chat.database, handlers)

    assert [(one.text, one.content) for one in telegram.sent] == [
        ("Смотрите:", b"\x89PNG 1"),
        ("", b"%PDF-1"),
    ]
    assert (await chat.message(queued.id)).sent_parts == 2


async def test_a_question_has_its_buttons_in_the_language_of_its_words(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    asked = await chat.answer("Согласны на обработку данных?", asks="consent:3")
    phone = await chat.answer("What is your number?", asks="phone")
    async with senders(chat.database, handlers):
        await until(chat, phone, ChatStatus.SENT)
    first, second = telegram.sent
    payloads = [f"consent:3:{asked.id}", f"refuse:3:{asked.id}"]
    assert [key.payload for key in first.buttons] == payloads
    assert [key.label for key in first.buttons] == ["Даю согласие", "Не даю"]
    assert second.asks_phone == "Share my number"


async def test_many_are_said_in_their_order_by_many_workers_however_the_platform_falls_over(
    chat: Chat, telegram: FakeTelegram, handlers: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("intake.service.pace.AT_ONCE", 1000)
    monkeypatch.setattr(outbox, "PAUSES", (timedelta(milliseconds=20),))
    queued = [await chat.answer(f"{number}") for number in range(12)]
    telegram.answers.extend([500, 502, 500])
    async with senders(chat.database, handlers, 4):
        await until(chat, queued[4], ChatStatus.SENT)
        telegram.answers.extend([500, 503])
        await until(chat, queued[-1], ChatStatus.SENT)
    assert [one.text for one in telegram.sent] == [f"{number}" for number in range(12)]


async def test_two_processes_keep_the_order_of_each_dialogue_and_say_nothing_twice(
    chat: Chat, telegram: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("intake.service.pace.AT_ONCE", 1000)
    people = [telegram.person(f"{number}") for number in range(4)]
    chats = [await another_chat(chat.database, chat.anna, chat.bot_id, str(one.id)) for one in people]
    queued = [(each, await each.answer(f"{number}")) for number in range(6) for each in chats]
    second = Database(chat.database.url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(second.close)
        for database in (chat.database, second):
            apis = await stack.enter_async_context(Apis())
            handlers = chat_handlers(database, Files(tmp_path / "files"), apis, Pace())
            await stack.enter_async_context(senders(database, handlers))
        for each, message in queued:
            await until(each, message, ChatStatus.SENT)
    for one in people:
        assert [sent.text for sent in telegram.said_to(one)] == [f"{number}" for number in range(6)]


async def test_who_is_busy_is_left_alone_for_as_long_as_it_says_and_that_is_no_attempt(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    telegram.answers.append(429)
    telegram.retry_after = 1
    queued = await chat.answer()
    assert await do_next(chat.database, handlers)
    waiting = await chat.message(queued.id)
    assert (waiting.status, waiting.attempts) == (ChatStatus.QUEUED, 0)
    assert not await do_next(chat.database, handlers)
    begun = now()
    async with senders(chat.database, handlers):
        await until(chat, queued, ChatStatus.SENT)
    assert 0.5 < (now() - begun).total_seconds() < 4
    assert len(telegram.sent) == 1


async def test_a_chat_is_written_to_at_its_pace_and_others_do_not_wait_for_it(
    chat: Chat, telegram: FakeTelegram, handlers: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("intake.service.pace.AT_ONCE", 1)
    telegram.pace = 0.95
    oleg = telegram.person("Олег")
    other = await another_chat(chat.database, chat.anna, chat.bot_id, str(oleg.id))
    first, second = await chat.answer("1"), await chat.answer("2")
    theirs = await other.answer("Олегу")
    async with senders(chat.database, handlers):
        await until(chat, second, ChatStatus.SENT)
    assert (await chat.message(first.id)).attempts == 1
    assert (await chat.message(second.id)).attempts == 1
    assert await other.status(theirs) is ChatStatus.SENT
    assert [one.text for one in telegram.sent][-1] == "2"


async def test_a_long_one_goes_on_where_it_stopped(
    chat: Chat, telegram: FakeTelegram, handlers: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("intake.service.pace.AT_ONCE", 1000)
    queued = await chat.answer("\n\n".join(letter * 3000 for letter in "абв"))
    calls = 0
    paced = telegram._methods._paced

    def stumble_at_the_second(chat_id: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            telegram.answers.append(500)
        paced(chat_id)

    telegram._methods._paced = stumble_at_the_second  # type: ignore[method-assign]
    assert await do_next(chat.database, handlers)
    assert (await chat.message(queued.id)).sent_parts == 2
    await due_again(chat.database)
    assert await do_next(chat.database, handlers)
    assert [one.text[0] for one in telegram.sent] == ["а", "б", "в"]
    assert await chat.status(queued) is ChatStatus.SENT


async def test_a_process_that_dies_after_the_answer_says_that_one_part_again_and_no_other(
    chat: Chat, telegram: FakeTelegram, handlers: Any, monkeypatch: pytest.MonkeyPatch
):
    """Killed between the platform's answer and the commit: at least once, and in order."""

    async def dies(*_: Any) -> None:
        raise asyncio.CancelledError

    first = await chat.answer("\n\n".join(letter * 3000 for letter in "аб"))
    second = await chat.answer("в")

    async def dies_at_the_second(session: Any, due: Any, sent: int, ids: Any) -> None:
        await (note_part if sent == 1 else dies)(session, due, sent, ids)

    with monkeypatch.context() as dying:
        dying.setattr(chat_sending, "note_part", dies_at_the_second)
        with pytest.raises(asyncio.CancelledError):
            await do_next(chat.database, handlers)
    dead = await chat.message(first.id)
    assert (dead.status, dead.sent_parts) == (ChatStatus.SENDING, 1)

    async with chat.database.transaction() as session:  # the lease is over
        await session.exec(update(Job).values(locked_until=None))
    async with senders(chat.database, handlers):
        await until(chat, second, ChatStatus.SENT)
    assert [one.text[0] for one in telegram.sent] == ["а", "б", "б", "в"]


async def test_who_has_blocked_the_bot_is_known_and_the_next_answer_is_refused(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    telegram.blocked.add(int((await chat.dialogue()).chat_id))
    queued = await chat.answer()
    assert await do_next(chat.database, handlers)
    failed, dialogue = await chat.message(queued.id), await chat.dialogue()
    assert failed.status is ChatStatus.FAILED
    assert failed.error == "chat-blocked: Forbidden: bot was blocked by the user"
    assert dialogue.blocked_at is not None
    assert dialogue.waiting_since is not None
    with pytest.raises(Exception, match="chat-blocked"):
        await chat.answer()


async def test_a_refused_token_is_an_alarm_and_the_message_goes_when_it_is_put_right(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    await _set_token(chat, "7:wrong")
    queued = await chat.answer()
    assert await do_next(chat.database, handlers)
    assert await chat.status(queued) is ChatStatus.QUEUED
    async with chat.database.reading() as session:
        (alarm,) = await session.exec(select(Alarm))
        health = await session.get_one(ChannelHealth, f"chat:{chat.bot_id}")
    assert (alarm.kind, alarm.details["name"], health.link) == ("bot-refused", "Бот", Link.REFUSED)
    assert "7:wrong" not in f"{alarm.details} {health.detail} {(await chat.message(queued.id)).error}"

    await _set_token(chat, TOKEN)
    await due_again(chat.database)
    assert await do_next(chat.database, handlers)
    assert await chat.status(queued) is ChatStatus.SENT


async def test_what_the_platform_refuses_fails_at_once_and_the_next_goes(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    refused = await chat.answer("Смотрите", files=(_gone(),))
    following = await chat.answer("Ещё")
    async with senders(chat.database, handlers):
        await until(chat, following, ChatStatus.SENT)
    failed = await chat.message(refused.id)
    assert (failed.status, failed.error) == (ChatStatus.FAILED, "file-gone")
    assert [one.text for one in telegram.sent] == ["Ещё"]


async def test_what_never_works_is_given_up_and_said_so(
    chat: Chat, telegram: FakeTelegram, handlers: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("intake.service.pace.AT_ONCE", 1000)
    monkeypatch.setattr(outbox, "PAUSES", (timedelta(0),))
    telegram.answers.extend([500] * outbox.ATTEMPTS)
    queued = await chat.answer()
    while await do_next(chat.database, handlers):
        pass
    failed = await chat.message(queued.id)
    assert (failed.status, failed.attempts) == (ChatStatus.FAILED, outbox.ATTEMPTS)
    assert failed.error.startswith("500")


async def test_a_platform_that_is_busy_for_a_whole_day_is_somebodys_business(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    telegram.answers.extend([429, 429])
    queued = await chat.answer()
    assert await do_next(chat.database, handlers)
    with time_machine.travel(now() + timedelta(hours=25)):
        assert await do_next(chat.database, handlers)
    assert await chat.status(queued) is ChatStatus.QUEUED  # we had not asked it again, for it wanted to rest
    await asyncio.sleep(telegram.retry_after)
    with time_machine.travel(now() + timedelta(hours=25)):
        assert await do_next(chat.database, handlers)
    failed = await chat.message(queued.id)
    assert (failed.status, "Too Many Requests" in failed.error) == (ChatStatus.FAILED, True)


async def test_a_bot_that_is_switched_off_meanwhile_says_nothing(
    chat: Chat, telegram: FakeTelegram, handlers: Any
):
    queued = await chat.answer()
    async with chat.database.transaction() as session:
        await session.exec(update(Bot).values(answers=False))
    assert await do_next(chat.database, handlers)
    assert (await chat.message(queued.id)).error == "chat-not-answered"
    assert telegram.sent == []


def _gone() -> dict[str, Any]:
    return {"digest": "e" * 64, "filename": "a.pdf", "content_type": "application/pdf", "size": 1}


async def _set_token(chat: Chat, token: str) -> None:
    async with chat.database.transaction() as session:
        bot = await session.get_one(Bot, chat.bot_id)
        bot.token = token
        session.add(bot)
