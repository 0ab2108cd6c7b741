"""Pairs of cards that may be of one party, and what people said of them.

Which pairs are likely is decided elsewhere (intake/duplicates); here they are kept, listed and marked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.duplicates import Likelihood, Verdict
from intake.model.wizard import Existing, PartyKind
from storage import parties
from storage.access import Actor, within
from storage.database import announce
from storage.history import journal
from storage.insert import insert_for
from storage.tables.duplicates import DuplicatePair, MergedParty, NotDuplicate
from storage.tables.parties import PointKind

CHUNK = 400  # values asked for at once: SQLite takes so many parameters
PAGE = 50  # pairs
MARKS = frozenset(f"{what}-duplicate-{kind.value}" for what in ("not", "again") for kind in PartyKind)

Pair = tuple[PartyKind, int, int]


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
    query = select(DuplicatePair).where(*_visible(DuplicatePair, kind, who))
    if likelihood is not None:
        query = query.where(DuplicatePair.likelihood == likelihood)
    total = (await session.exec(select(func.count()).select_from(query.subquery()))).one()
    ordered = query.order_by(
        col(DuplicatePair.bits).desc(), col(DuplicatePair.one_id), col(DuplicatePair.other_id)
    )
    rows = list(await session.exec(ordered.offset((page - 1) * PAGE).limit(PAGE)))
    cards = await _cards(session, kind, rows)
    marks = await (await session.connection()).run_sync(
        marks_of, [(kind, row.one_id, row.other_id) for row in rows]
    )
    return Pairs(
        [
            Shown(
                cards[row.one_id], cards[row.other_id], row.likelihood, tuple(row.evidence),
                marks.get((kind, row.one_id, row.other_id)),
            )
            for row in rows
        ],
        total,
    )  # fmt: skip


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
    query = select(DuplicatePair).where(*_visible(DuplicatePair, kind, who))
    here = await session.get(DuplicatePair, after) if after else None
    if here is not None:
        place = (col(DuplicatePair.one_id), col(DuplicatePair.other_id))
        later = or_(place[0] > here.one_id, and_(place[0] == here.one_id, place[1] > here.other_id))
        below = or_(col(DuplicatePair.bits) < here.bits, and_(col(DuplicatePair.bits) == here.bits, later))
        query = query.where(below)
    ordered = query.order_by(
        col(DuplicatePair.bits).desc(), col(DuplicatePair.one_id), col(DuplicatePair.other_id)
    )
    row = (await session.exec(ordered.limit(1))).first()
    return (kind, row.one_id, row.other_id) if row else None


def _visible(
    table: type[DuplicatePair] | type[NotDuplicate], kind: PartyKind, who: Actor
) -> tuple[ColumnElement[bool], ...]:
    """Both cards are there and `who` may see them."""
    card: Any = parties.TABLES[kind]
    seen = select(card.id).where(within(who, card))
    return col(table.kind) == kind, col(table.one_id).in_(seen), col(table.other_id).in_(seen)


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
    for part in _chunks(sorted(ids)):
        found.update(
            connection.execute(select(card.id).where(card.id.in_(part), within(who, card))).scalars()
        )
    return found


async def say_two(session: AsyncSession, pair: Pair, keys: Iterable[str], who: Actor) -> int:
    """Mark a pair as «not a duplicate», for everybody. Returns the action, which can be undone.

    `keys`: what they have in common now. Raises NotFound for cards that `who` may not see.
    """
    kind, one, other = pair
    for id_ in (one, other):
        await parties.card_to_change(session, Existing(kind, id_), who)
    connection = await session.connection()
    async with journal(
        session, f"not-duplicate-{kind.value}", who, about=[kind.value, one], other=other
    ) as j:
        row = (await session.exec(select(NotDuplicate).where(_is_pair(NotDuplicate, pair)))).first()
        if row is None:
            await j.add(
                NotDuplicate(kind=kind, one_id=one, other_id=other, keys=sorted(keys), marked_by=who.user_id)
            )
        else:
            await j.change(row, keys=sorted({*row.keys, *keys}))
    await connection.run_sync(
        lambda sync: sync.execute(delete(DuplicatePair).where(_is_pair(DuplicatePair, pair)))
    )
    announce(session, "duplicates")
    return j.action_id


async def take_mark_back(session: AsyncSession, pair: Pair, who: Actor) -> int:
    """It may be offered again. Raises NotFound("no-such-mark")."""
    kind, one, other = pair
    for id_ in (one, other):
        await parties.card_to_change(session, Existing(kind, id_), who)
    row = (await session.exec(select(NotDuplicate).where(_is_pair(NotDuplicate, pair)))).first()
    if row is None:
        raise NotFound("no-such-mark")
    async with journal(
        session, f"again-duplicate-{kind.value}", who, about=[kind.value, one], other=other
    ) as j:
        await j.delete(row)
    announce(session, "duplicates")
    return j.action_id


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
            connection.execute(delete(DuplicatePair).where(_is_pair(DuplicatePair, pair)))
        else:
            kept.append(_row(one, search_id))
    if kept:
        statement = insert_for(connection.dialect.name, DuplicatePair)
        changed = {name: statement.excluded[name] for name in ("bits", "likelihood", "evidence", "search_id")}
        keys = ["kind", "one_id", "other_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), kept)


def new_since(mark: NotDuplicate, verdict: Verdict) -> bool:
    """Whether a key (no name, no town) has become common that was not when somebody looked."""
    return bool(keys_in_common(verdict) - set(mark.keys))


def keys_in_common(verdict: Verdict) -> set[str]:
    kinds = {*PointKind, "inn"}
    return {each.key for each in verdict.evidence if each.code in kinds and each.bits > 0}


def drop_pairs_of(connection: Connection, kind: PartyKind, row_id: int) -> None:
    """All pairs that a card is in."""
    mine = or_(col(DuplicatePair.one_id) == row_id, col(DuplicatePair.other_id) == row_id)
    connection.execute(delete(DuplicatePair).where(col(DuplicatePair.kind) == kind, mine))


def drop_unseen(connection: Connection, search_id: int) -> None:
    """What the last look through the whole base did not find again."""
    connection.execute(delete(DuplicatePair).where(col(DuplicatePair.search_id) < search_id))


def marks_of(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, NotDuplicate]:
    """What people said of these pairs."""
    found: dict[Pair, NotDuplicate] = {}
    wanted = set(pairs)
    table = NotDuplicate.__table__  # type: ignore[attr-defined]
    for part in _chunks(sorted({other for _, _, other in wanted})):
        for row in connection.execute(select(table).where(table.c.other_id.in_(part))).mappings():
            pair = (row["kind"], row["one_id"], row["other_id"])
            if pair in wanted:
                found[pair] = NotDuplicate(**row)
    return found


def _is_pair(table: type[DuplicatePair] | type[NotDuplicate], pair: Pair) -> ColumnElement[bool]:
    kind, one, other = pair
    return and_(col(table.kind) == kind, col(table.one_id) == one, col(table.other_id) == other)


def _row(verdict: Verdict, search_id: int) -> dict[str, Any]:
    return {
        "kind": verdict.kind, "one_id": verdict.one_id, "other_id": verdict.other_id,
        "bits": round(verdict.bits * 10), "likelihood": verdict.likelihood,
        "evidence": [asdict(each) for each in verdict.evidence], "search_id": search_id,
    }  # fmt: skip


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
