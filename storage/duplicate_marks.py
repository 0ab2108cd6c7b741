"""«Not a duplicate»: what people said of pairs of cards, for everybody."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.duplicates import Verdict
from intake.model.wizard import Existing, PartyKind
from storage import parties
from storage.access import Actor
from storage.batches import batches
from storage.database import announce
from storage.history import journal
from storage.tables.duplicates import DuplicatePair, NotDuplicate
from storage.tables.parties import PointKind

MARKS = frozenset(f"{what}-duplicate-{kind.value}" for what in ("not", "again") for kind in PartyKind)

Pair = tuple[PartyKind, int, int]


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
        row = (await session.exec(select(NotDuplicate).where(is_pair(NotDuplicate, pair)))).first()
        if row is None:
            await j.add(
                NotDuplicate(kind=kind, one_id=one, other_id=other, keys=sorted(keys), marked_by=who.user_id)
            )
        else:
            await j.change(row, keys=sorted({*row.keys, *keys}))
    await connection.run_sync(
        lambda sync: sync.execute(delete(DuplicatePair).where(is_pair(DuplicatePair, pair)))
    )
    announce(session, "duplicates")
    return j.action_id


async def take_mark_back(session: AsyncSession, pair: Pair, who: Actor) -> int:
    """It may be offered again. Raises NotFound("no-such-mark")."""
    kind, one, other = pair
    for id_ in (one, other):
        await parties.card_to_change(session, Existing(kind, id_), who)
    row = (await session.exec(select(NotDuplicate).where(is_pair(NotDuplicate, pair)))).first()
    if row is None:
        raise NotFound("no-such-mark")
    async with journal(
        session, f"again-duplicate-{kind.value}", who, about=[kind.value, one], other=other
    ) as j:
        await j.delete(row)
    announce(session, "duplicates")
    return j.action_id


def marks_of(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, NotDuplicate]:
    """What people said of these pairs."""
    found: dict[Pair, NotDuplicate] = {}
    wanted = set(pairs)
    table = NotDuplicate.__table__  # type: ignore[attr-defined]
    for part in batches(sorted({other for _, _, other in wanted})):
        for row in connection.execute(select(table).where(table.c.other_id.in_(part))).mappings():
            pair = (row["kind"], row["one_id"], row["other_id"])
            if pair in wanted:
                found[pair] = NotDuplicate(**row)
    return found


def new_since(mark: NotDuplicate, verdict: Verdict) -> bool:
    """Whether a key (no name, no town) has become common that was not when somebody looked."""
    return bool(keys_in_common(verdict) - set(mark.keys))


def keys_in_common(verdict: Verdict) -> set[str]:
    kinds = {*PointKind, "inn"}
    return {each.key for each in verdict.evidence if each.code in kinds and each.bits > 0}


def is_pair(table: type[DuplicatePair] | type[NotDuplicate], pair: Pair) -> ColumnElement[bool]:
    kind, one, other = pair
    return and_(col(table.kind) == kind, col(table.one_id) == one, col(table.other_id) == other)
