"""Pairs of cards that may be of one party.

Which pairs are likely is decided elsewhere (intake/duplicates); here they are kept and listed.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.duplicates import Likelihood, Verdict
from intake.model.wizard import Existing, PartyKind
from storage import parties
from storage.access import Actor, within
from storage.batches import ASKED, batches
from storage.database import Database
from storage.duplicate_marks import Pair, is_pair, marks_of, new_since
from storage.insert import insert_for
from storage.tables.duplicates import DuplicatePair, MergedParty, NotDuplicate

PAGE = 50  # pairs
AT_ONCE = ASKED // 2  # pairs, of two cards each, that are read together


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair with its two cards; `mark`: what somebody said of it, if anybody did."""

    one: Any
    other: Any
    likelihood: Likelihood | None = None
    evidence: tuple[dict[str, Any], ...] = ()
    mark: NotDuplicate | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    shown: list[Shown]
    total: int


async def pairs(
    session: AsyncSession, kind: PartyKind, who: Actor, likelihood: Likelihood | None = None, page: int = 1
) -> Pairs:
    """The surest first; only where `who` may see both cards."""
    query = _surest(kind, who, likelihood).offset((page - 1) * PAGE).limit(PAGE)
    shown = await _shown(session, kind, list(await session.exec(query)))
    return Pairs(shown, await how_many(session, kind, who, likelihood))


async def how_many(
    session: AsyncSession, kind: PartyKind, who: Actor, likelihood: Likelihood | None = None
) -> int:
    query = _surest(kind, who, likelihood).order_by(None)
    return (await session.exec(select(func.count()).select_from(query.subquery()))).one()


async def all_pairs(
    database: Database, kind: PartyKind, who: Actor, likelihood: Likelihood | None = None
) -> AsyncIterator[list[Shown]]:
    """Every pair in the order of the list, some at a time; nothing is held open between."""
    query = _surest(kind, who, likelihood).limit(AT_ONCE)
    here = query
    while True:
        async with database.reading() as session:
            rows = list(await session.exec(here))
            shown = await _shown(session, kind, rows)
        if not rows:
            return
        yield shown
        here = query.where(_below(rows[-1]))


async def marked(session: AsyncSession, kind: PartyKind, who: Actor, page: int = 1) -> Pairs:
    """Pairs that somebody said are two, the last said first."""
    query = select(NotDuplicate).where(*_visible(NotDuplicate, kind, who))
    total = (await session.exec(select(func.count()).select_from(query.subquery()))).one()
    ordered = query.order_by(col(NotDuplicate.id).desc())
    rows = list(await session.exec(ordered.offset((page - 1) * PAGE).limit(PAGE)))
    cards = await _cards(session, kind, rows)
    return Pairs([Shown(cards[row.one_id], cards[row.other_id], mark=row) for row in rows], total)


async def next_pair(session: AsyncSession, kind: PartyKind, who: Actor, after: Pair | None) -> Pair | None:
    """The pair that stands below this one in the list; the first when this one is gone from it."""
    query = _surest(kind, who)
    here = await session.get(DuplicatePair, after) if after else None
    if here is not None:
        query = query.where(_below(here))
    row = (await session.exec(query.limit(1))).first()
    return (kind, row.one_id, row.other_id) if row else None


def _surest(kind: PartyKind, who: Actor, likelihood: Likelihood | None = None) -> Any:
    query = select(DuplicatePair).where(*_visible(DuplicatePair, kind, who))
    if likelihood is not None:
        query = query.where(DuplicatePair.likelihood == likelihood)
    return query.order_by(
        col(DuplicatePair.bits).desc(), col(DuplicatePair.one_id), col(DuplicatePair.other_id)
    )


def _below(here: DuplicatePair) -> ColumnElement[bool]:
    """What stands after it in that order."""
    place = (col(DuplicatePair.one_id), col(DuplicatePair.other_id))
    later = or_(place[0] > here.one_id, and_(place[0] == here.one_id, place[1] > here.other_id))
    return or_(col(DuplicatePair.bits) < here.bits, and_(col(DuplicatePair.bits) == here.bits, later))


async def _shown(session: AsyncSession, kind: PartyKind, rows: Sequence[DuplicatePair]) -> list[Shown]:
    cards = await _cards(session, kind, rows)
    keys = [(kind, row.one_id, row.other_id) for row in rows]
    marks = await (await session.connection()).run_sync(marks_of, keys)
    return [
        Shown(cards[row.one_id], cards[row.other_id], row.likelihood, tuple(row.evidence), marks.get(key))
        for row, key in zip(rows, keys, strict=True)
    ]


def _visible(
    table: type[DuplicatePair] | type[NotDuplicate], kind: PartyKind, who: Actor
) -> tuple[ColumnElement[bool], ...]:
    """Both cards are there and `who` may see them. Asked of each pair: of «one of all cards» SQLite makes a
    loop over every two of them."""
    card: Any = parties.TABLES[kind]
    seen = [
        exists().where(card.id == id_, within(who, card)) for id_ in (col(table.one_id), col(table.other_id))
    ]
    return col(table.kind) == kind, *seen


async def _cards(
    session: AsyncSession, kind: PartyKind, rows: Sequence[DuplicatePair] | Sequence[NotDuplicate]
) -> dict[int, Any]:
    table: Any = parties.TABLES[kind]
    ids = {id_ for row in rows for id_ in (row.one_id, row.other_id)}
    return {card.id: card for card in await session.exec(select(table).where(table.id.in_(ids)))}


def seen_among(connection: Connection, who: Actor, kind: PartyKind, ids: Iterable[int]) -> set[int]:
    """Those of these cards that `who` may see."""
    card: Any = parties.TABLES[kind]
    found: set[int] = set()
    for part in batches(sorted(ids)):
        found.update(
            connection.execute(select(card.id).where(card.id.in_(part), within(who, card))).scalars()
        )
    return found


async def merged_into(session: AsyncSession, ref: Existing) -> MergedParty | None:
    """Where a card went that is not there any more."""
    query = select(MergedParty).where(MergedParty.kind == ref.kind, MergedParty.gone_id == ref.id)
    return (await session.exec(query)).first()


async def merged_from(session: AsyncSession, ref: Existing) -> list[int]:
    """The numbers of the cards that were merged into this one."""
    column = getattr(MergedParty, f"{ref.kind.value}_id")
    return list(await session.exec(select(MergedParty.gone_id).where(column == ref.id)))


def keep_pairs(connection: Connection, verdicts: Sequence[Verdict], search_id: int) -> None:
    """Those that are likely are kept, those that are not, or that somebody said are two, are dropped.

    A pair that has something new in common since it was marked is worth another look and is kept.
    """
    marked = marks_of(connection, [(one.kind, one.one_id, one.other_id) for one in verdicts])
    kept = []
    for one in verdicts:
        pair = (one.kind, one.one_id, one.other_id)
        if one.likelihood is None or (pair in marked and not new_since(marked[pair], one)):
            connection.execute(delete(DuplicatePair).where(is_pair(DuplicatePair, pair)))
        else:
            kept.append(_row(one, search_id))
    if kept:
        statement = insert_for(connection.dialect.name, DuplicatePair)
        changed = {name: statement.excluded[name] for name in ("bits", "likelihood", "evidence", "search_id")}
        keys = ["kind", "one_id", "other_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), kept)


def drop_pairs_of(connection: Connection, kind: PartyKind, row_id: int) -> None:
    """All pairs that a card is in."""
    mine = or_(col(DuplicatePair.one_id) == row_id, col(DuplicatePair.other_id) == row_id)
    connection.execute(delete(DuplicatePair).where(col(DuplicatePair.kind) == kind, mine))


def drop_unseen(connection: Connection, search_id: int) -> None:
    """What the last look through the whole base did not find again."""
    connection.execute(delete(DuplicatePair).where(col(DuplicatePair.search_id) < search_id))


def _row(verdict: Verdict, search_id: int) -> dict[str, Any]:
    return {
        "kind": verdict.kind, "one_id": verdict.one_id, "other_id": verdict.other_id,
        "bits": round(verdict.bits * 10), "likelihood": verdict.likelihood,
        "evidence": [asdict(each) for each in verdict.evidence], "search_id": search_id,
    }  # fmt: skip
