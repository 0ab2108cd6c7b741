"""The steps of a message of ours on its way to a messenger, as the outbox takes them.

Each message is a job of its own, and whoever sends one waits until those before it in its dialogue have gone,
or have failed: so they go in order, however many workers and processes there are, and a worker that dies
holds up nobody but its own dialogue, until the outbox gives its job to another.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Deferred
from intake.model.chats import ChatStatus
from storage.access import Actor
from storage.asking_again import settle
from storage.bots import bot_of
from storage.chat_answers import job_key
from storage.chat_state import (
    announce_dialogue,
    changed_from,
    dialogue_to_change,
    inquiry_to_change,
)
from storage.chat_unsent import was_no_answer
from storage.chats import files_of
from storage.columns import now
from storage.database import announce
from storage.history import stored_id
from storage.insert import insert_into
from storage.outbox import ATTEMPTS, do_again
from storage.tables.chats import Bot, ChatAhead, ChatFile, ChatMessage, ChatPart, Dialogue
from storage.tables.history import Job

ON_ITS_WAY = (ChatStatus.QUEUED, ChatStatus.SENDING)
HOW_FAR = tuple(ChatStatus)
TURN, LONGEST_TURN = 1.0, 60.0  # seconds between looks whether those before have gone
PATIENCE = timedelta(days=1)  # so long a platform may say that it is busy
MOST_ID, MOST_WORDS = 200, 500


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is being sent, with all that it is made of. `reply_to`: the platform's id."""

    message: ChatMessage
    dialogue: Dialogue
    bot: Bot
    files: list[ChatFile]
    reply_to: str


async def take_to_send(session: AsyncSession, message_id: int) -> Due | None:
    """Too late to take it back from now on. None: it was taken back, or has gone already.

    Raises Deferred("chat-turn", after=…) while one before it has not gone.
    """
    message = await session.get(ChatMessage, message_id)
    if message is None:
        return None
    dialogue = await dialogue_to_change(session, message.dialogue_id)
    if message.status in ON_ITS_WAY:
        await _its_turn(session, message)
    values = {"status": ChatStatus.SENDING, "status_at": now(), "attempts": ChatMessage.attempts + 1}
    if not await changed_from(session, message_id, ON_ITS_WAY, **values):
        return None
    message = await session.get_one(ChatMessage, message_id, populate_existing=True)
    announce_dialogue(session, dialogue, message_id)
    return Due(
        message,
        dialogue,
        await bot_of(session, dialogue.bot_id),
        (await files_of(session, [message_id])).get(message_id, []),
        await _told_as(session, message.reply_to),
    )


async def note_part(session: AsyncSession, due: Due, sent: int, ids: Collection[str]) -> None:
    """The platform has taken so many of its parts, the last of them by these ids."""
    message_id = stored_id(due.message)
    await _update(session, message_id, sent_parts=sent)
    rows = [
        {"dialogue_id": due.message.dialogue_id, "external_id": one[:MOST_ID], "message_id": message_id}
        for one in dict.fromkeys(ids)
    ]
    if rows:
        query = insert_into(session, ChatPart).values(rows).on_conflict_do_nothing()
        await (await session.connection()).execute(query)


async def note_sent(session: AsyncSession, message_id: int) -> None:
    """The platform has taken all of it: they have their answer. What it told of the message before we knew it
    counts now."""
    message, dialogue = await _of(session, message_id)
    status, words = await _ahead(session, message)
    if status is ChatStatus.FAILED:
        await note_failed(session, message_id, words)
        return
    await _update(session, message_id, status=status, status_at=now(), error="")
    announce_dialogue(session, dialogue, message_id)
    inquiry = None if message.by_itself else await inquiry_to_change(session, message.inquiry_id)
    if inquiry is not None and inquiry.touched_at <= message.at:  # else they wrote again meanwhile
        await settle(session, inquiry, now(), Actor(message.author_id, ""))
    await _next_turn(session, message)


async def note_failed(session: AsyncSession, message_id: int, words: str, *, blocked: bool = False) -> None:
    """It will not be tried again by itself: its author is told, and they wait for another answer. `blocked`:
    they do not want to hear of us."""
    message, dialogue = await _of(session, message_id)
    values = {"status": ChatStatus.FAILED, "status_at": now(), "error": words[:MOST_WORDS]}
    await _update(session, message_id, **values)
    if blocked:
        dialogue.blocked_at = dialogue.blocked_at or now()
        session.add(dialogue)
    await was_no_answer(session, message, dialogue)
    if message.author_id is not None:
        announce(session, "chat-failed", message=message_id, author=message.author_id)
    await _next_turn(session, message)


async def note_waiting(session: AsyncSession, message_id: int, words: str, *, tried: bool = True) -> None:
    """It will be sent later by the outbox, and can be taken back until then. Not `tried`: it was not to be
    sent yet."""
    message, dialogue = await _of(session, message_id)
    attempts = message.attempts if tried else max(message.attempts - 1, 0)
    values = {"status": ChatStatus.QUEUED, "attempts": attempts, "error": words[:MOST_WORDS]}
    await _update(session, message_id, **values)
    announce_dialogue(session, dialogue, message_id)


async def send_what_waits(session: AsyncSession, bot_id: int) -> None:
    """The bot works again: what could not go is not put off any longer."""
    waiting = select(ChatMessage.id).join(Dialogue, col(Dialogue.id) == ChatMessage.dialogue_id)
    waiting = waiting.where(Dialogue.bot_id == bot_id, col(ChatMessage.status).in_(ON_ITS_WAY))
    for message_id in (await session.exec(waiting.order_by(col(ChatMessage.id)))).all():
        await do_again(session, job_key(message_id or 0))


def is_last_try(message: ChatMessage) -> bool:
    return message.attempts >= ATTEMPTS


def is_too_late(message: ChatMessage) -> bool:
    """It has been put off for so long that somebody must know."""
    return message.at + PATIENCE < now()


async def _its_turn(session: AsyncSession, message: ChatMessage) -> None:
    before = select(ChatMessage.id).where(
        ChatMessage.dialogue_id == message.dialogue_id,
        col(ChatMessage.id) < message.id,
        col(ChatMessage.status).in_(ON_ITS_WAY),
    )
    first = (await session.exec(before.order_by(col(ChatMessage.id)).limit(1))).first()
    if first is None:
        return
    due_at = (await session.exec(select(Job.due_at).where(Job.key == job_key(first)))).first()
    left = (due_at - now()).total_seconds() if due_at is not None else TURN
    raise Deferred("chat-turn", after=min(max(left, TURN), LONGEST_TURN))


async def _next_turn(session: AsyncSession, message: ChatMessage) -> None:
    """Whoever waits for this one waits no more."""
    query = select(ChatMessage.id).where(
        ChatMessage.dialogue_id == message.dialogue_id,
        col(ChatMessage.id) > message.id,
        ChatMessage.status == ChatStatus.QUEUED,
    )
    following = (await session.exec(query.order_by(col(ChatMessage.id)).limit(1))).first()
    if following is not None:
        await do_again(session, job_key(following))


async def _ahead(session: AsyncSession, message: ChatMessage) -> tuple[ChatStatus, str]:
    """How far it has come by what was told before it was known: of several parts the last one counts, and
    that any has failed. And what went wrong."""
    query = (
        select(ChatAhead)
        .join(ChatPart, col(ChatPart.external_id) == ChatAhead.external_id)
        .where(ChatPart.message_id == message.id, ChatAhead.dialogue_id == message.dialogue_id)
        .where(col(ChatAhead.status).is_not(None))
        .order_by(col(ChatPart.id))
    )
    told = list(await session.exec(query))
    for one in told:
        await session.exec(delete(ChatAhead).where(_is_the_same(one)))
    if failed := [one for one in told if one.status is ChatStatus.FAILED]:
        return ChatStatus.FAILED, failed[0].error
    newest = select(ChatPart.external_id).where(ChatPart.message_id == message.id)
    last = (await session.exec(newest.order_by(col(ChatPart.id).desc()).limit(1))).first()
    found = [one.status for one in told if one.status is not None and one.external_id == last]
    return max([ChatStatus.SENT, *found], key=HOW_FAR.index), ""


def _is_the_same(one: ChatAhead) -> ColumnElement[bool]:
    mine = col(ChatAhead.dialogue_id) == one.dialogue_id
    return mine & (col(ChatAhead.external_id) == one.external_id)


async def _told_as(session: AsyncSession, message_id: int | None) -> str:
    """By what the platform knows a message."""
    query = select(ChatPart.external_id).where(ChatPart.message_id == message_id).order_by(col(ChatPart.id))
    return (await session.exec(query.limit(1))).first() or "" if message_id is not None else ""


async def _of(session: AsyncSession, message_id: int) -> tuple[ChatMessage, Dialogue]:
    """As it is now; nobody else changes it before this transaction ends."""
    message = await session.get_one(ChatMessage, message_id)
    dialogue = await dialogue_to_change(session, message.dialogue_id)
    return await session.get_one(ChatMessage, message_id, populate_existing=True), dialogue


async def _update(session: AsyncSession, message_id: int, **values: Any) -> None:
    query = update(ChatMessage).where(col(ChatMessage.id) == message_id).values(**values)
    await session.exec(query.execution_options(synchronize_session="fetch"))
