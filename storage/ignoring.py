"""The ignore list: whom nobody wants to hear of, by whatever way they come."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound
from intake.matching.ignoring import Ignoring
from storage.access import Actor
from storage.columns import now
from storage.database import announce
from storage.history import Journal, journal
from storage.insert import insert_into
from storage.tables.automation import IgnoreEntry, IgnoreHow

_entry = IgnoreEntry.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry as it shall be. `how` and `pattern` as intake.matching.ignoring gives them."""

    how: str
    pattern: str
    channels: tuple[str, ...] = ()  # empty: all
    note: str = ""
    expires_at: datetime | None = None
    inquiry_id: int | None = None  # by which it was learned
    by: int | None = None


def is_live(at: datetime) -> ColumnElement[bool]:
    """Neither removed nor expired."""
    in_time = or_(col(IgnoreEntry.expires_at).is_(None), col(IgnoreEntry.expires_at) > at)
    return and_(col(IgnoreEntry.removed_at).is_(None), in_time)


async def live_entries(session: AsyncSession) -> tuple[Ignoring, ...]:
    """What the list says now, for intake.matching.ignoring.IgnoreList."""
    query = select(_entry.c.id, _entry.c.how, _entry.c.pattern, _entry.c.channels).where(is_live(now()))
    rows = await (await session.connection()).execute(query.order_by(_entry.c.id))
    return tuple(Ignoring(row.id, row.how.value, row.pattern, tuple(row.channels)) for row in rows)


async def live_among(session: AsyncSession, patterns: Collection[tuple[str, str]]) -> list[IgnoreEntry]:
    """Those of these (how, pattern) that are on the list now."""
    kept = tuple_(col(IgnoreEntry.how), col(IgnoreEntry.pattern)).in_(
        [(IgnoreHow(how), pattern) for how, pattern in patterns]
    )
    return list(await session.exec(select(IgnoreEntry).where(kept, is_live(now()))))


async def put_on_list(session: AsyncSession, j: Journal, wanted: Wanted) -> IgnoreEntry:
    """As a part of an action; undoing it takes them off again, and what was kept away stays known. Who is on
    it already is kept out at least as long, and on these channels too."""
    entry = await _row(session, wanted)
    live = entry.removed_at is None and (entry.expires_at is None or entry.expires_at > now())
    merged = _wider(entry, wanted) if live else wanted
    await j.change(
        entry,
        channels=list(merged.channels),
        note=merged.note,
        expires_at=merged.expires_at,
        removed_at=None,
        inquiry_id=entry.inquiry_id if live else wanted.inquiry_id,
    )
    announce(session, "ignore-list", entry=entry.id)
    return entry


async def change_entry(session: AsyncSession, entry_id: int, wanted: Wanted, who: Actor) -> int:
    """Returns the id of the action. Raises NotFound, and Conflict("already-ignored") when another entry says
    the same."""
    entry = await ignore_entry(session, entry_id)
    same = select(IgnoreEntry.id).where(IgnoreEntry.how == IgnoreHow(wanted.how))
    same = same.where(IgnoreEntry.pattern == wanted.pattern, IgnoreEntry.id != entry_id)
    if (await session.exec(same)).first() is not None:
        raise Conflict("already-ignored", pattern=wanted.pattern)
    async with journal(session, "change-ignore", who, pattern=wanted.pattern) as j:
        values = {name: getattr(wanted, name) for name in ("pattern", "note", "expires_at")}
        await j.change(entry, how=IgnoreHow(wanted.how), channels=list(wanted.channels), **values)
    announce(session, "ignore-list", entry=entry_id)
    return j.action_id


async def take_off(session: AsyncSession, j: Journal, entries: Iterable[IgnoreEntry]) -> None:
    """As a part of an action. The rows stay, for what they kept away names them."""
    for entry in entries:
        await j.change(entry, removed_at=now())
        announce(session, "ignore-list", entry=entry.id)


async def ignore_entry(session: AsyncSession, entry_id: int) -> IgnoreEntry:
    """Locked. Raises NotFound("no-such-entry"), also for one that was removed."""
    query = select(IgnoreEntry).where(IgnoreEntry.id == entry_id).with_for_update()
    entry = (await session.exec(query.execution_options(populate_existing=True))).first()
    if entry is None or entry.removed_at is not None:
        raise NotFound("no-such-entry", id=entry_id)
    return entry


async def _row(session: AsyncSession, wanted: Wanted) -> IgnoreEntry:
    """Locked; a new one is off the list until the action puts it there."""
    key = {"how": IgnoreHow(wanted.how), "pattern": wanted.pattern}
    new = {**key, "channels": [], "note": "", "created_at": now(), "updated_at": now(), "removed_at": now()}
    insert = insert_into(session, IgnoreEntry).values(**new, created_by=wanted.by)
    await (await session.connection()).execute(insert.on_conflict_do_nothing())
    query = select(IgnoreEntry).filter_by(**key).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).one()


def _wider(entry: IgnoreEntry, wanted: Wanted) -> Wanted:
    everywhere = not entry.channels or not wanted.channels
    channels = () if everywhere else tuple(sorted({*entry.channels, *wanted.channels}))
    until = None
    if entry.expires_at is not None and wanted.expires_at is not None:
        until = max(entry.expires_at, wanted.expires_at)
    return replace(wanted, channels=channels, expires_at=until, note=entry.note or wanted.note)
