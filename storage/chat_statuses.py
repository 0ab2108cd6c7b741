"""How far our messages have come, as platforms tell it: in any order, and before we know the message's id."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import ChatStatus
from storage.chat_sending import note_failed
from storage.history import stored_id
from storage.insert import insert_into
from storage.tables.chats import ChatAhead, ChatMessage, ChatPart, ChatWay

# Further than all before it. What is said to have failed and then was read did arrive.
FAR = (ChatStatus.SENT, ChatStatus.FAILED, ChatStatus.DELIVERED, ChatStatus.READ)
ON_ITS_WAY = (ChatStatus.QUEUED, ChatStatus.SENDING)


async def apply_status(
    session: AsyncSession,
    dialogue_id: int,
    external_id: str,
    status: ChatStatus,
    at: datetime,
    error: str = "",
) -> ChatMessage | None:
    """Note it on the message, if that is news: it never goes back. One that we do not know by this id yet, or
    that is still being sent, has it kept until it is noted as sent. The dialogue is to be locked.

    Of a message in several parts the last one counts; that any of them failed counts at once."""
    message = await _message(session, dialogue_id, external_id)
    if message is None or message.status in ON_ITS_WAY:
        await tell_ahead(session, dialogue_id, external_id, at, status, error)
        return None
    if message.status not in FAR or status not in FAR or FAR.index(status) <= FAR.index(message.status):
        return None
    if status is not ChatStatus.FAILED and not await _is_last(session, message, external_id):
        return None
    if status is ChatStatus.FAILED:
        await note_failed(session, stored_id(message), error)
        return message
    message.status, message.status_at, message.error = status, at, ""
    session.add(message)
    await session.flush()
    return message


async def tell_ahead(
    session: AsyncSession,
    dialogue_id: int,
    external_id: str,
    at: datetime,
    status: ChatStatus | None,
    error: str = "",
) -> None:
    """Keep it until the message is known; the furthest status counts. None: it was deleted."""
    if not external_id:
        return
    before = await session.get(ChatAhead, (dialogue_id, external_id), populate_existing=True)
    if before is not None and (status is None or not _is_further(status, before.status)):
        return
    values = {"at": at, "status": status, "error": error}
    insert = insert_into(session, ChatAhead)
    query = insert.values(dialogue_id=dialogue_id, external_id=external_id, **values)
    query = query.on_conflict_do_update(index_elements=["dialogue_id", "external_id"], set_=values)
    await (await session.connection()).execute(query)


async def deleted_ahead(session: AsyncSession, dialogue_id: int, external_id: str) -> bool:
    """Whether it was taken back before it came; that is forgotten then."""
    ahead = await session.get(ChatAhead, (dialogue_id, external_id), populate_existing=True)
    if ahead is None or ahead.status is not None:
        return False
    await _forget(session, dialogue_id, external_id)
    return True


async def _forget(session: AsyncSession, dialogue_id: int, external_id: str) -> None:
    mine = (col(ChatAhead.dialogue_id) == dialogue_id, col(ChatAhead.external_id) == external_id)
    await session.exec(delete(ChatAhead).where(*mine))


def _is_further(status: ChatStatus, before: ChatStatus | None) -> bool:
    return before in FAR and status in FAR and FAR.index(status) > FAR.index(before)


async def _message(session: AsyncSession, dialogue_id: int, external_id: str) -> ChatMessage | None:
    query: Any = (
        select(ChatMessage)
        .join(ChatPart, col(ChatPart.message_id) == col(ChatMessage.id))
        .where(ChatPart.dialogue_id == dialogue_id, ChatPart.external_id == external_id)
        .where(ChatMessage.way == ChatWay.OUT)
        .with_for_update(of=ChatMessage)
    )
    found: ChatMessage | None = (await session.exec(query.execution_options(populate_existing=True))).first()
    return found


async def _is_last(session: AsyncSession, message: ChatMessage, external_id: str) -> bool:
    newest = select(func.max(col(ChatPart.id))).where(ChatPart.message_id == message.id)
    query = select(ChatPart.external_id).where(col(ChatPart.id) == newest.scalar_subquery())
    return (await session.exec(query)).first() == external_id
