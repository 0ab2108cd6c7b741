"""Answers that are written often."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.letters import LetterTemplate


async def templates(session: AsyncSession) -> list[LetterTemplate]:
    """In the order that the administrator gave them."""
    query = select(LetterTemplate).order_by(col(LetterTemplate.position), col(LetterTemplate.name))
    return list(await session.exec(query))
