"""Answers in chats are queued, taken back, sent in order and settled, on both engines."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import col, select, update

from intake.errors import Conflict, Deferred, Forbidden, NotFound, Rejected
from intake.model.chats import ChatStatus, Limits
from storage.access import Actor
from storage.chat_answers import MOST_TEXT, job_key, queue_by_itself, why_not
from storage.chat_sending import note_failed, note_part, note_sent, note_waiting, take_to_send
from storage.chat_unsent import send_again, take_back
from storage.columns import now
from storage.database import Database
from storage.outbox import do_next
from storage.tables.chats import ChatAhead, ChatFile, ChatPart, Dialogue
from storage.tables.history import Action, Job
from storage.tables.inquiries import AnswerTime, Inquiry, InquiryState
from storage.tables.people import Role, Scope
from tests.chat_house import LIMITS, Chat, a_chat, somebody
from tests.databases import store

pytestmark = pytest.mark.slow

FILE = {"digest": "a" * 64, "filename": "Прайс.pdf", "content_type": "application/pdf", "size": 7}


@pytest.fixture
async def chat(database: Database) -> Chat:
    return await a_chat(database)


async def sent(chat: Chat, message_id: int | None, *ids: str) -> None:
    """As the service does it."""
    async with chat.database.transaction() as session:
        due = await take_to_send(session, message_id or 0)
        assert due is not None
        await note_part(session, due, 1, ids)
        await note_sent(session, message_id or 0)


async def test_an_answer_is_a_message_and_a_job_and_they_wait_no_more(chat: Chat):
    queued = await chat.answer("Да,\nесть.", files=(FILE,), reply_to=chat.asked_id)

    kept, dialogue, inquiry = await chat.message(queued.id), await chat.dialogue(), await chat.inquiry()
    assert (kept.status, kept.text, kept.author_id) == (ChatStatus.QUEUED, "Да,\nесть.", chat.anna.user_id)
    assert (kept.inquiry_id, kept.reply_to) == (chat.inquiry_id, chat.asked_id)
    assert (dialogue.taken_by, dialogue.waiting_since, dialogue.unread) == (chat.anna.user_id, None, 0)
    assert (dialogue.last_text, dialogue.last_way, dialogue.last_at) == ("Да, есть.", "out", kept.at)
    assert (inquiry.answered_at, inquiry.answered_by) == (kept.at, chat.anna.user_id)
    async with chat.database.reading() as session:
        (job,) = await session.exec(select(Job))
        (file,) = await session.exec(select(ChatFile))
        (action,) = await session.exec(select(Action).where(col(Action.kind) == "chat-answer"))
        (took,) = await session.exec(select(AnswerTime))
    assert (job.kind, job.key) == ("send-chat", job_key(queued.id or 0))
    assert job.payload == {"dialogue": chat.dialogue_id, "message": queued.id}
    assert (file.filename, file.digest, file.state.value) == ("Прайс.pdf", "a" * 64, "kept")
    assert (action.user_id, action.inquiry_id) == (chat.anna.user_id, chat.inquiry_id)
    assert took.user_id == chat.anna.user_id


async def test_the_same_form_sent_twice_is_one_message(chat: Chat):
    first, second = [await chat.answer(token="f" * 32) for _ in range(2)]
    assert first.id == second.id
    with pytest.raises(Rejected):
        await chat.answer(token="f" * 32, who=await somebody(chat.database, "boris"))


async def test_a_colleague_who_has_it_is_not_talked_over(chat: Chat):
    boris = await somebody(chat.database, "boris", "Борис")
    await chat.answer(who=boris)
    with pytest.raises(Conflict, match="dialogue-taken") as taken:
        await chat.answer()
    assert taken.value.params == {"name": "Борис"}


async def test_nobody_answers_what_they_may_not_see(chat: Chat):
    stranger = Actor((await somebody(chat.database, "boris")).user_id, "Борис", scope=Scope.OWN)
    async with chat.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, chat.inquiry_id)
        inquiry.responsible_id = chat.anna.user_id
        session.add(inquiry)
    with pytest.raises(NotFound, match="no-dialogue"):
        await chat.answer(who=stranger)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"text": " \n"}, "chat-empty"),
        ({"text": "x" * (MOST_TEXT + 1)}, "too-long"),
        ({"files": (FILE,) * 11}, "too-many-files"),
        ({"files": ({**FILE, "size": LIMITS.file_bytes + 1},)}, "file-too-large"),
        ({"reply_to": 999_999}, "no-such-choice"),
        ({"asks": "money"}, "no-such-choice"),
        ({"asks": "consent:"}, "no-such-choice"),
        ({"asks": "phone", "text": ""}, "chat-empty"),
    ],
)
async def test_what_cannot_be_sent_is_refused_and_nothing_changes(
    chat: Chat, answer: dict[str, Any], code: str
):
    with pytest.raises(Rejected, match=code):
        await chat.answer(**{"text": "Да", **answer})
    assert (await chat.dialogue()).taken_by is None


async def test_a_question_needs_the_buttons_of_the_platform(chat: Chat):
    plain = Limits(buttons=0, asks_phone=False)
    for asks in ("phone", "consent:1"):
        with pytest.raises(Rejected, match="no-such-choice"):
            await chat.answer("Можно?", asks=asks, limits=plain)
        assert (await chat.answer("Можно?", asks=asks)).asks == asks


async def test_why_nothing_can_be_written(chat: Chat):
    bot, dialogue, moment = await chat.bot(), await chat.dialogue(), now()
    window = Limits(window=timedelta(hours=24))
    assert why_not(bot, dialogue, window, moment) is None
    assert why_not(bot, dialogue, window, moment + timedelta(hours=25)) == "chat-window-closed"
    dialogue.blocked_at = moment
    assert why_not(bot, dialogue, LIMITS, moment) == "chat-blocked"
    bot.answers = False
    assert why_not(bot, dialogue, LIMITS, moment) == "chat-not-answered"
    bot.enabled = False
    assert why_not(bot, dialogue, LIMITS, moment) == "bot-off"


async def test_words_that_nobody_wrote_answer_nothing(chat: Chat):
    async with chat.database.transaction() as session:
        dialogue = await session.get_one(Dialogue, chat.dialogue_id)
        said = await queue_by_itself(session, dialogue, "Мы ответим утром.", "away")
    await sent(chat, said.id, "7")
    dialogue = await chat.dialogue()
    assert dialogue.waiting_since is not None
    assert (dialogue.taken_by, dialogue.unread, (await chat.inquiry()).answered_at) == (None, 1, None)


async def test_taken_back_in_time_it_never_goes_and_they_wait_again(chat: Chat):
    queued, asked = await chat.answer(), await chat.message(chat.asked_id)
    async with chat.database.transaction() as session:
        assert (await take_back(session, queued.id or 0, chat.anna)).text == "Да."
    async with chat.database.transaction() as session:
        assert await take_to_send(session, queued.id or 0) is None
    assert (await chat.dialogue()).waiting_since == asked.at
    assert (await chat.inquiry()).answered_at is None
    async with chat.database.reading() as session:
        assert list(await session.exec(select(AnswerTime))) == []
    with pytest.raises(Conflict, match="message-taken-back"):
        await chat.answer(token=queued.token)


async def test_too_late_or_not_theirs_it_is_not_taken_back(chat: Chat):
    queued = await chat.answer()
    boris = await somebody(chat.database, "boris")
    leader = Actor((await somebody(chat.database, "gleb")).user_id, "Глеб", Role.MANAGER)
    async with chat.database.transaction() as session:
        with pytest.raises(Forbidden):
            await take_back(session, queued.id or 0, boris)
        with pytest.raises(NotFound):
            await take_back(session, chat.asked_id, chat.anna)
    async with chat.database.transaction() as session:
        await take_to_send(session, queued.id or 0)
    async with chat.database.transaction() as session:
        with pytest.raises(Conflict, match="message-gone"):
            await take_back(session, queued.id or 0, leader)


async def test_a_later_one_waits_until_those_before_have_gone(chat: Chat):
    first, second, third = [await chat.answer(text) for text in "123"]
    async with chat.database.transaction() as session:
        assert await take_to_send(session, first.id or 0)
    for later in (second, third):
        with pytest.raises(Deferred, match="chat-turn") as turn:
            async with chat.database.transaction() as session:
                await take_to_send(session, later.id or 0)
        assert turn.value.params["after"] == 1.0
    await sent(chat, first.id)
    async with chat.database.transaction() as session:
        await take_back(session, second.id or 0, chat.anna)
    await sent(chat, third.id)


async def test_one_that_is_put_off_for_long_is_not_asked_for_every_second(chat: Chat):
    first, second = await chat.answer("1"), await chat.answer("2")
    async with chat.database.transaction() as session:
        later = update(Job).where(col(Job.key) == job_key(first.id or 0))
        await session.exec(later.values(due_at=now() + timedelta(hours=1)))
    with pytest.raises(Deferred) as turn:
        async with chat.database.transaction() as session:
            await take_to_send(session, second.id or 0)
    assert turn.value.params["after"] == 60


async def test_who_has_got_the_answer_is_settled_unless_they_wrote_again(chat: Chat):
    async with chat.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, chat.inquiry_id)
        inquiry.touched_at = now() + timedelta(minutes=1)
        session.add(inquiry)
    queued = await chat.answer()
    await sent(chat, queued.id, "41", "42")
    assert (await chat.inquiry()).state is InquiryState.NEW
    async with chat.database.reading() as session:
        parts = (await session.exec(select(ChatPart).order_by(col(ChatPart.id)))).all()
    assert [part.external_id for part in parts] == ["41", "42"]

    answer = await chat.answer("И ещё.", reply_to=queued.id)
    async with chat.database.transaction() as session:
        due = await take_to_send(session, answer.id or 0)
    assert due is not None
    assert due.reply_to == "41"


async def test_what_was_told_before_it_was_known_counts_afterwards(chat: Chat):
    await store(
        chat.database,
        ChatAhead(dialogue_id=chat.dialogue_id, external_id="41", status=ChatStatus.READ),
        ChatAhead(dialogue_id=chat.dialogue_id, external_id="42", status=ChatStatus.DELIVERED),
        ChatAhead(dialogue_id=chat.dialogue_id, external_id="43", status=ChatStatus.READ),
        ChatAhead(dialogue_id=chat.dialogue_id, external_id="77", status=ChatStatus.FAILED, error="131047"),
    )
    first, second = await chat.answer("1"), await chat.answer("2")
    await sent(chat, first.id, "41", "42")
    await sent(chat, second.id, "77")
    assert await chat.status(first) is ChatStatus.DELIVERED
    async with chat.database.reading() as session:
        assert [one.external_id for one in await session.exec(select(ChatAhead))] == ["43"]
    assert ((await chat.message(second.id)).error, await chat.status(second)) == ("131047", ChatStatus.FAILED)


async def test_one_that_failed_lets_them_wait_and_is_sent_again_by_hand(chat: Chat):
    queued = await chat.answer()
    async with chat.database.hub.subscribe() as news:
        async with chat.database.transaction() as session:
            await take_to_send(session, queued.id or 0)
            await note_failed(session, queued.id or 0, "403 bot was blocked", blocked=True)
        told = [news.get_nowait() for _ in range(news.qsize())]
    failed, dialogue = await chat.message(queued.id), await chat.dialogue()
    assert (failed.status, failed.error) == (ChatStatus.FAILED, "403 bot was blocked")
    assert dialogue.blocked_at is not None
    assert dialogue.waiting_since is not None
    assert {"message": queued.id, "author": chat.anna.user_id} in [
        one.data for one in told if one.topic == "chat-failed"
    ]

    await do_next(chat.database, {"send-chat": _nothing})
    async with chat.database.transaction() as session:
        await send_again(session, queued.id or 0, chat.anna)
    assert (await chat.dialogue()).waiting_since is None
    await sent(chat, queued.id, "9")
    with pytest.raises(Conflict, match="message-gone"):
        async with chat.database.transaction() as session:
            await send_again(session, queued.id or 0, chat.anna)


async def test_one_that_waits_for_its_pace_has_not_been_tried(chat: Chat):
    queued = await chat.answer()
    for tried, attempts in ((False, 0), (True, 1), (True, 2), (False, 2)):
        async with chat.database.transaction() as session:
            await take_to_send(session, queued.id or 0)
            await note_waiting(session, queued.id or 0, "429", tried=tried)
        kept = await chat.message(queued.id)
        assert (kept.status, kept.attempts) == (ChatStatus.QUEUED, attempts)


async def test_a_closed_window_is_a_matter_of_time(chat: Chat):
    window = Limits(window=timedelta(hours=24))
    with time_machine.travel(now() + timedelta(hours=25)), pytest.raises(Rejected, match="window-closed"):
        await chat.answer(limits=window)


async def _nothing(payload: object) -> None:
    return None
