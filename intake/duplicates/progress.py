"""Looks through the whole base: the newest one, and how another begins."""

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import blocks, duplicate_keys
from storage.database import announce
from storage.tables.duplicates import DuplicateSearch
from storage.tables.history import Action


async def current(session: AsyncSession) -> DuplicateSearch | None:
    """The newest look through the base."""
    query = select(DuplicateSearch).order_by(col(DuplicateSearch.id).desc()).limit(1)
    return (await session.exec(query)).first()


async def begin(session: AsyncSession, user_id: int | None) -> DuplicateSearch:
    """Another one, from the beginning; what is done from now on is heeded after it."""
    connection = await session.connection()
    total = await connection.run_sync(blocks.count_cards)
    heeded = (await session.exec(select(func.coalesce(func.max(col(Action.id)), 0)))).one()
    await connection.run_sync(duplicate_keys.clear_draft)
    search = DuplicateSearch(started_by=user_id, total=total, log_at=heeded or 0)
    session.add(search)
    await session.flush()
    announce(session, "duplicates")
    return search
