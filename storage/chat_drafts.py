"""Answers that are being written in dialogues: one a person and dialogue. Nobody else sees them."""

from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor
from storage.columns import now
from storage.insert import insert_into
from storage.tables.chats import ChatDraft, ChatMessage


async def chat_draft(session: AsyncSession, dialogue_id: int, who: Actor) -> ChatDraft | None:
    return await session.get(ChatDraft, (who.user_id, dialogue_id))


async def keep_chat_draft(
    session: AsyncSession,
    dialogue_id: int,
    who: Actor,
    *,
    text: str,
    reply_to: int | None,
    files: list[dict[str, Any]],
    token: str = "",
) -> None:
    """In place of the one that there was. Nothing is kept of a form whose message (`token`) is queued:
    what a browser keeps while it is typed may arrive after that."""
    if token and await _is_queued(session, token):
        return
    if not text.strip() and not files and reply_to is None:
        await drop_chat_draft(session, dialogue_id, who)
        return
    values = {"text": text, "reply_to": reply_to, "files": files, "updated_at": now()}
    query = (
        insert_into(session, ChatDraft)
        .values(author_id=who.user_id, dialogue_id=dialogue_id, **values)
        .on_conflict_do_update(index_elements=["author_id", "dialogue_id"], set_=values)
    )
    await (await session.connection()).execute(query)


async def drop_chat_draft(session: AsyncSession, dialogue_id: int, who: Actor) -> None:
    found = await chat_draft(session, dialogue_id, who)
    if found is not None:
        await session.delete(found)
        await session.flush()


async def drafts_of(session: AsyncSession, who: Actor, dialogue_ids: list[int]) -> set[int]:
    """In which of these they have begun to write."""
    query = select(ChatDraft.dialogue_id).where(ChatDraft.author_id == who.user_id)
    return set(await session.exec(query.where(ChatDraft.dialogue_id.in_(dialogue_ids))))  # type: ignore[attr-defined]


async def _is_queued(session: AsyncSession, token: str) -> bool:
    query = select(ChatMessage.id).where(ChatMessage.token == token)
    return (await session.exec(query)).first() is not None
