"""What was decided about an inquiry, and stands."""

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.history import Action

DECISIONS = ("accept", "link", "decline")


async def decision_of(session: AsyncSession, inquiry_id: int) -> Action | None:
    """The decision that stands."""
    return await last_action(session, inquiry_id, DECISIONS)


async def last_action(session: AsyncSession, inquiry_id: int, kinds: Collection[str]) -> Action | None:
    """The last of these kinds that was not undone."""
    query = select(Action).where(Action.inquiry_id == inquiry_id, col(Action.kind).in_(kinds))
    query = query.where(col(Action.undone_at).is_(None)).order_by(col(Action.id).desc()).limit(1)
    return (await session.exec(query)).first()
