"""Messages of ours that have not gone: taken back while they wait, sent again when they failed."""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Forbidden, NotFound
from intake.model.chats import ChatStatus
from storage.access import Actor
from storage.answer_times import not_answered
from storage.chat_answers import job_key
from storage.chat_state import (
    announce_dialogue,
    changed_from,
    dialogue_to_change,
    inquiry_to_change,
    waits_since_the_last_answer,
)
from storage.columns import now
from storage.history import note
from storage.inquiries import announce_inquiry
from storage.outbox import do_again
from storage.tables.chats import ChatMessage, ChatWay, Dialogue

NOT_GONE = (ChatStatus.QUEUED, ChatStatus.FAILED)


async def take_back(session: AsyncSession, message_id: int, who: Actor) -> ChatMessage:
    """Before it has gone, or when it could not: what it was, for its author to write on with.

    Raises NotFound("no-message"), Forbidden("not-yours"), Conflict("message-gone") when it is too late.
    """
    message, dialogue = await _mine(session, message_id, who)
    values = {"status": ChatStatus.CANCELLED, "status_at": now()}
    if message.sent_parts or not await changed_from(session, message_id, NOT_GONE, **values):
        raise Conflict("message-gone")
    message.status = ChatStatus.CANCELLED
    await note(session, "take-message-back", who, message.inquiry_id, message=message_id)
    await was_no_answer(session, message, dialogue)
    return message


async def send_again(session: AsyncSession, message_id: int, who: Actor) -> ChatMessage:
    """Now, what failed or waits to be tried again. Raises as `take_back`."""
    message, dialogue = await _mine(session, message_id, who)
    values = {"status": ChatStatus.QUEUED, "status_at": now(), "attempts": 0, "error": ""}
    waiting = await changed_from(session, message_id, NOT_GONE, **values)
    if not waiting or not await do_again(session, job_key(message_id)):
        raise Conflict("message-gone")
    message.status = ChatStatus.QUEUED
    await waits_since_the_last_answer(session, dialogue)
    await note(session, "send-message-again", who, message.inquiry_id, message=message_id)
    announce_dialogue(session, dialogue, message_id)
    return message


async def was_no_answer(session: AsyncSession, message: ChatMessage, dialogue: Dialogue) -> None:
    """It did not go and will not: they wait for another one."""
    announce_dialogue(session, dialogue, message.id)
    if message.by_itself:
        return
    await waits_since_the_last_answer(session, dialogue)
    inquiry = await inquiry_to_change(session, message.inquiry_id)
    if inquiry is not None and inquiry.answered_at == message.at:
        await not_answered(session, inquiry)
        session.add(inquiry)
        await session.flush()
        announce_inquiry(session, inquiry)


async def _mine(session: AsyncSession, message_id: int, who: Actor) -> tuple[ChatMessage, Dialogue]:
    """One that went out, or will, and is theirs to decide about."""
    message = await session.get(ChatMessage, message_id)
    if message is None or message.way is not ChatWay.OUT:
        raise NotFound("no-message", id=message_id)
    dialogue = await dialogue_to_change(session, message.dialogue_id, who)
    await session.get(ChatMessage, message_id, populate_existing=True)  # as it is now that nobody changes it
    if message.author_id != who.user_id and not who.may("undo-others"):
        raise Forbidden("not-yours")
    return message, dialogue
