"""The ignore list: whom nobody wants to hear of, by whatever way they come."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.ignoring import Ignoring
from storage.columns import now
from storage.tables.automation import IgnoreEntry

_entry = IgnoreEntry.__table__  # type: ignore[attr-defined]


def is_live(at: datetime) -> ColumnElement[bool]:
    """Neither removed nor expired."""
    in_time = or_(col(IgnoreEntry.expires_at).is_(None), col(IgnoreEntry.expires_at) > at)
    return and_(col(IgnoreEntry.removed_at).is_(None), in_time)


async def live_entries(session: AsyncSession) -> tuple[Ignoring, ...]:
    """What the list says now, for intake.matching.ignoring.IgnoreList."""
    query = select(_entry.c.id, _entry.c.how, _entry.c.pattern, _entry.c.channels).where(is_live(now()))
    rows = await (await session.connection()).execute(query.order_by(_entry.c.id))
    return tuple(Ignoring(row.id, row.how.value, row.pattern, tuple(row.channels)) for row in rows)
