"""Files that we have sent, for the platforms that fetch them from us."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.chats import ChatFile, ChatMessage, ChatWay, Dialogue, FileState


async def sent_file(session: AsyncSession, bot_id: int, file_id: int, since: datetime) -> ChatFile | None:
    """What this bot has sent since then, if it is still here; nothing that anybody sent to it."""
    query = (
        select(ChatFile)
        .join(ChatMessage, col(ChatMessage.id) == ChatFile.message_id)
        .join(Dialogue, col(Dialogue.id) == ChatMessage.dialogue_id)
        .where(
            ChatFile.id == file_id,
            ChatFile.state == FileState.KEPT,
            col(ChatFile.removed_at).is_(None),
            ChatFile.digest != "",
            ChatMessage.way == ChatWay.OUT,
            col(ChatMessage.at) > since,
            Dialogue.bot_id == bot_id,
        )
    )
    return (await session.exec(query)).first()
