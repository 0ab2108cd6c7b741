"""Two cards of one party become one: whatever refers to the one refers to the other, in one action.

What refers to a card is asked of the schema (`history.referring`), so that a table which is added later is
moved as well. The card that is merged away is deleted; the log keeps it whole, and `reversal.undo` puts it
back with everything that was its own.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, func
from sqlalchemy import select as core_select
from sqlmodel import SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from intake.model.wizard import Existing, PartyKind
from storage import parties
from storage.access import Actor
from storage.columns import now
from storage.custom_values import move_values
from storage.database import announce
from storage.duplicates import merged_into
from storage.fields import CardKind
from storage.history import Journal, journal, referring, stored_id
from storage.inquiries import announce_inquiry
from storage.tables.duplicates import MergedParty, NotDuplicate
from storage.tables.inquiries import OPEN_STATES, Inquiry
from storage.tables.parties import Account, Point
from storage.tables.people import User

MOST_NOTE = 200  # letters of a point's note
MOST_GENERATIONS = 100  # of parents above a company
ACTIONS = frozenset(f"merge-{kind.value}" for kind in PartyKind)

CardOf = Callable[[AsyncSession, Existing, Actor], Awaitable[Any]]


async def both_to_change(
    session: AsyncSession, kind: PartyKind, ids: tuple[int, int], who: Actor
) -> list[Any]:
    """Two cards that `who` may change, in the order given; nobody else changes them before the transaction
    ends. Raises Conflict("already-merged", who=, at=, into=) for whoever is second, NotFound otherwise."""
    if ids[0] == ids[1]:
        raise Rejected("merge-itself")
    found: dict[int, Any] = {}
    for id_ in sorted(ids):  # in one order, so that two who merge at once do not wait for each other
        ref = Existing(kind, id_)
        try:
            found[id_] = await parties.card_to_change(session, ref, who)
        except NotFound:
            raise await _gone(session, ref, who) from None
    return [found[id_] for id_ in ids]


async def _gone(session: AsyncSession, ref: Existing, who: Actor) -> NotFound | Conflict:
    """Merged a moment ago, into what this person may see: they are told by whom."""
    into = await survivor_of(session, ref, who)
    if into is None:
        return NotFound("no-such-party", kind=ref.kind.value, id=ref.id)
    merged = await merged_into(session, ref)
    user = await session.get(User, merged.merged_by) if merged and merged.merged_by else None
    at = merged.merged_at.isoformat() if merged else ""
    return Conflict("already-merged", who=user.name if user else "", at=at, into=into.id)


async def survivor_of(session: AsyncSession, ref: Existing, who: Actor) -> Existing | None:
    """The card that a merged one lives on in, if `who` may see it."""
    merged = await merged_into(session, ref)
    if merged is None:
        return None
    into = Existing(ref.kind, getattr(merged, f"{ref.kind.value}_id"))
    try:
        await parties.card(session, into, who)
    except NotFound:
        return None
    return into


async def card_now(session: AsyncSession, ref: Existing, who: Actor) -> Any:
    """The card to look at, or the one it was merged into meanwhile. Raises NotFound("no-such-party")."""
    return await _now(session, ref, who, parties.card)


async def card_now_to_change(session: AsyncSession, ref: Existing, who: Actor) -> Any:
    """The same, and nobody else changes it before this transaction ends."""
    return await _now(session, ref, who, parties.card_to_change)


async def _now(session: AsyncSession, ref: Existing, who: Actor, card: CardOf) -> Any:
    try:
        return await card(session, ref, who)
    except NotFound:
        into = await survivor_of(session, ref, who)
        if into is None:
            raise
        return await card(session, into, who)


async def merge(
    session: AsyncSession, kind: PartyKind, survivor: Any, gone: Any, values: Mapping[str, Any], who: Actor
) -> int:
    """Both as `both_to_change` gave them; `values` are the survivor's from now on. Returns the action."""
    details = {"about": [kind.value, survivor.id], "name": parties.name_of(gone)[:200], "gone": gone.id}
    async with journal(session, f"merge-{kind.value}", who, **details) as j:
        await _unite_points(session, j, kind, survivor, gone)
        moved = await _move(session, j, survivor, gone)
        await move_values(session, j, CardKind(kind.value), gone.id, survivor.id)
        await _move_marks(session, j, kind, survivor.id, gone.id)
        await j.change(survivor, **values, **await _parent(session, survivor, gone))
        await j.delete(gone)
        await j.add(_trace(kind, survivor.id, gone.id, who))
    for id_ in (survivor.id, gone.id):
        announce(session, "record", kind=kind.value, id=id_)
    for inquiry in moved:
        announce_inquiry(session, inquiry)
    announce(session, "duplicates")
    return j.action_id


def _trace(kind: PartyKind, into: int, gone: int, who: Actor) -> MergedParty:
    merged = MergedParty(kind=kind, gone_id=gone, merged_by=who.user_id, merged_at=now())
    setattr(merged, f"{kind.value}_id", into)
    return merged


async def _unite_points(session: AsyncSession, j: Journal, kind: PartyKind, survivor: Any, gone: Any) -> None:
    """What both have stays once, with both notes."""
    mine = await parties.points_of(session, [Existing(kind, stored_id(survivor))])
    known = {(point.kind, point.value, point.extension): point for point in mine}
    mains = {point.kind for point in mine if point.main}
    for point in await parties.points_of(session, [Existing(kind, stored_id(gone))]):
        same = known.get((point.kind, point.value, point.extension))
        if same is not None:
            await j.change(same, note=_notes(same.note, point.note), shared=same.shared or point.shared)
            await j.delete(point)
        else:
            main = point.main and point.kind not in mains
            await j.change(point, **{f"{kind.value}_id": survivor.id}, main=main)


def _notes(mine: str | None, theirs: str | None) -> str | None:
    if not (mine and theirs) or theirs in mine:
        return mine or theirs
    joined = f"{mine}; {theirs}"
    return joined if len(joined) <= MOST_NOTE else mine


async def _move(session: AsyncSession, j: Journal, survivor: Any, gone: Any) -> list[Inquiry]:
    """Everything that refers to the one is the other's. Returns the inquiries that wait."""
    waiting: list[Inquiry] = []
    for table, column in referring(type(gone).__table__):
        if table is Point.__table__:  # type: ignore[attr-defined]
            continue
        model = _model_of(table)
        query = select(model).where(column == gone.id).with_for_update()
        found = await session.exec(query.execution_options(populate_existing=True))
        rows = [row for row in found if row is not survivor]
        rows = await _without_twins(session, j, rows, table, column, survivor.id)
        await j.move(rows, **{column.name: survivor.id})
        waiting += [row for row in rows if isinstance(row, Inquiry) and row.state in OPEN_STATES]
    return waiting


def _model_of(table: Table) -> type[SQLModel]:
    """The class that stores its rows: they are moved as objects, so that the search hears of it."""
    mappers = SQLModel._sa_registry.mappers
    return next(mapper.class_ for mapper in mappers if mapper.local_table is table)


async def _without_twins(
    session: AsyncSession, j: Journal, rows: Sequence[SQLModel], table: Table, column: Column[Any], to: int
) -> list[SQLModel]:
    """Where a row may stand only once and the survivor has its own, the other one goes."""
    keys = _unique_keys(table, column)
    kept = []
    for row in rows:
        twin = False
        for key in keys:
            same = [part == (to if part is column else getattr(row, part.name)) for part in key]
            found = await session.exec(select(_model_of(table)).where(and_(*same)).limit(1))
            twin = twin or found.first() is not None
        if twin:
            await j.delete(row)
        else:
            kept.append(row)
    return kept


def _unique_keys(table: Table, column: Column[Any]) -> list[list[Column[Any]]]:
    keys = [list(table.primary_key)]
    keys += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [list(one.columns) for one in table.indexes if one.unique]
    return [key for key in keys if column in key]


async def _move_marks(session: AsyncSession, j: Journal, kind: PartyKind, survivor: int, gone: int) -> None:
    """Whoever was said not to be the one is not the other either."""
    mine = or_(NotDuplicate.one_id == gone, NotDuplicate.other_id == gone)
    for mark in (await session.exec(select(NotDuplicate).where(NotDuplicate.kind == kind, mine))).all():
        third = mark.other_id if mark.one_id == gone else mark.one_id
        one, other = sorted((survivor, third))
        query = select(NotDuplicate).where(NotDuplicate.kind == kind, NotDuplicate.one_id == one)
        there = (await session.exec(query.where(NotDuplicate.other_id == other))).first()
        if third == survivor or there is not None:
            await j.delete(mark)
        else:
            await j.change(mark, one_id=one, other_id=other)


async def _parent(session: AsyncSession, survivor: Any, gone: Any) -> dict[str, int | None]:
    """The company above it: its own, else the other's; never itself, however far up."""
    if not isinstance(survivor, Account):
        return {}
    either = {survivor.id, gone.id}
    for parent in (survivor.parent_id, gone.parent_id):
        if parent is not None and not await _is_below(session, parent, either):
            return {"parent_id": parent}
    return {"parent_id": None}


async def _is_below(session: AsyncSession, company: int | None, above: set[Any]) -> bool:
    for _ in range(MOST_GENERATIONS):
        if company is None or company in above:
            return company is not None
        company = (await session.exec(select(Account.parent_id).where(col(Account.id) == company))).first()
    return True


async def hanging(session: AsyncSession, kind: PartyKind, ids: tuple[int, int]) -> dict[int, Counter[str]]:
    """How many rows of each table refer to each of the cards."""
    found: dict[int, Counter[str]] = {id_: Counter() for id_ in ids}
    connection = await session.connection()
    for table, column in referring(parties.TABLES[kind].__table__):  # type: ignore[union-attr]
        query = core_select(column, func.count()).where(column.in_(ids)).group_by(column)
        for id_, count in await connection.execute(query):
            found[id_][table.name] += count
    return found
