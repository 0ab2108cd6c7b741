"""What people have sent along, fetched from the platform after the message is kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.chat_state import announce_dialogue
from storage.columns import now
from storage.tables.chats import Bot, ChatFile, ChatMessage, Dialogue, FileState

PATIENCE = timedelta(hours=4)  # so long it is tried: as often as the outbox does
MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    file: ChatFile
    message: ChatMessage
    dialogue: Dialogue
    bot: Bot


async def file_to_fetch(session: AsyncSession, file_id: int) -> Wanted | None:
    """None: it is here already, was removed, or could not be had."""
    query = (
        select(ChatFile, ChatMessage, Dialogue, Bot)
        .join(ChatMessage, col(ChatMessage.id) == ChatFile.message_id)
        .join(Dialogue, col(Dialogue.id) == ChatMessage.dialogue_id)
        .join(Bot, col(Bot.id) == Dialogue.bot_id)
        .where(ChatFile.id == file_id, ChatFile.state == FileState.WAITING)
        .where(col(ChatFile.removed_at).is_(None))
    )
    found = (await session.exec(query)).first()
    return Wanted(*found) if found is not None else None


async def note_kept(session: AsyncSession, wanted: Wanted, digest: str, size: int) -> None:
    """It is among our files."""
    await _note(session, wanted, state=FileState.KEPT, digest=digest, size=size, error="")


async def note_not_fetched(session: AsyncSession, wanted: Wanted, state: FileState, words: str) -> None:
    """It cannot be had: `state` is FAILED or TOO_LARGE."""
    await _note(session, wanted, state=state, error=words[:MOST_WORDS])


async def note_trouble(session: AsyncSession, wanted: Wanted, words: str) -> None:
    """It will be tried again."""
    await _note(session, wanted, error=words[:MOST_WORDS])


def is_too_late(wanted: Wanted) -> bool:
    return wanted.message.at + PATIENCE < now()


async def _note(session: AsyncSession, wanted: Wanted, **values: Any) -> None:
    mine = update(ChatFile).where(col(ChatFile.id) == wanted.file.id)
    await session.exec(mine.where(col(ChatFile.state) == FileState.WAITING).values(**values))
    announce_dialogue(session, wanted.dialogue, wanted.message.id)
