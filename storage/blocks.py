"""What duplicates are looked for in: facts of cards, and blocks of cards that have something in common.

Never all pairs: a block is who has the same phone, ИНН, or key of a name, and a crowd is no block.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal, select
from sqlmodel import col

from intake.matching.companies import fold_company
from intake.matching.names import fold
from intake.model.duplicates import Facts, Reach
from intake.model.wizard import PartyKind
from storage.batches import batches
from storage.parties import TABLES
from storage.tables.duplicates import DuplicateKey
from storage.tables.parties import Point, PointKind

MANY = 25  # cards that have the same; so many are a crowd
MANY_NAMED = 11  # the same of names: what ten share says too little by itself to be looked at
_NAMES = (
    "last_name",
    "first_name",
    "middle_name",
    "name",
    "organisation",
    "inn",
    "kpp",
    "city",
    "account_id",
)
_SOME = func.count().between(2, MANY - 1)
_OWNERS = {kind: col(getattr(Point, f"{kind.value}_id")) for kind in PartyKind}

Ref = tuple[PartyKind, int]
Block = list[Ref]


def facts_after(connection: Connection, kind: PartyKind, after: int, most: int) -> list[Facts]:
    """Names only, in the order of ids."""
    query = _cards(kind).where(col(TABLES[kind].id) > after).order_by(col(TABLES[kind].id)).limit(most)
    return [_facts(kind, dict(row), ()) for row in connection.execute(query).mappings()]


def facts_of(connection: Connection, refs: Iterable[Ref]) -> dict[Ref, Facts]:
    """Everything that cards are compared by; those that are gone are left out."""
    found: dict[Ref, Facts] = {}
    for kind, ids in _by_kind(refs).items():
        for part in batches(sorted(ids)):
            points = _points_of(connection, kind, part)
            rows = connection.execute(_cards(kind).where(col(TABLES[kind].id).in_(part))).mappings()
            found.update({(kind, row["id"]): _facts(kind, dict(row), points[row["id"]]) for row in rows})
    return found


def count_cards(connection: Connection) -> int:
    """All of them."""
    return sum(
        connection.execute(select(func.count(col(table.id)))).scalar_one() for table in TABLES.values()
    )


# Blocks: cards that have something in common


def point_blocks(
    connection: Connection, kind: PointKind, after: str, most: int
) -> tuple[list[Block], str | None]:
    """Who has the same phone (address, nick, site), by values; where to go on from, None at the end."""
    value = col(Point.value)
    groups = select(value).where(col(Point.kind) == kind, value > after).group_by(value)
    values = list(connection.execute(groups.having(_SOME).order_by(value).limit(most)).scalars())
    return _owners(connection, kind, values), values[-1] if len(values) == most else None


def inn_blocks(
    connection: Connection, kind: PartyKind, after: str, most: int
) -> tuple[list[Block], str | None]:
    """The same by ИНН."""
    table: Any = TABLES[kind]
    inn = col(table.inn)
    groups = select(inn).where(inn > after).group_by(inn).having(_SOME).order_by(inn)
    inns = list(connection.execute(groups.limit(most)).scalars())
    blocks: dict[str, Block] = defaultdict(list)
    for part in batches(inns):
        for value, id_ in connection.execute(select(inn, col(table.id)).where(inn.in_(part))):
            blocks[value].append((kind, id_))
    return list(blocks.values()), inns[-1] if len(inns) == most else None


def name_blocks(
    connection: Connection, after: int, most: int
) -> tuple[list[tuple[int, list[int]]], int | None]:
    """The same by keys of names: each key with the ids of its cards."""
    key = col(DuplicateKey.key)
    groups = (
        select(key)
        .where(key > after)
        .group_by(key)
        .having(func.count().between(2, MANY_NAMED - 1))
        .order_by(key)
        .limit(most)
    )
    keys = list(connection.execute(groups).scalars())
    return list(_with_keys(connection, keys).items()), keys[-1] if len(keys) == most else None


def _owners(connection: Connection, kind: PointKind, values: Sequence[str]) -> list[Block]:
    blocks: dict[str, Block] = defaultdict(list)
    for part in batches(values):
        query = select(col(Point.value), *_OWNERS.values())
        for row in connection.execute(query.where(col(Point.kind) == kind, col(Point.value).in_(part))):
            blocks[row[0]] += [
                (of, id_) for of, id_ in zip(PartyKind, row[1:], strict=True) if id_ is not None
            ]
    return list(blocks.values())


def _with_keys(connection: Connection, keys: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for part in batches(keys):
        query = select(col(DuplicateKey.key), col(DuplicateKey.row_id)).where(col(DuplicateKey.key).in_(part))
        for key, row_id in connection.execute(query):
            found[key].append(row_id)
    return found


def neighbours(connection: Connection, facts: Facts, keys: Collection[int]) -> set[int]:
    """The ids of the cards of its kind that have something in common with this one; crowds are left out."""
    owner = _OWNERS[facts.kind]
    found: set[int] = set()
    for reach in facts.points:
        mine = and_(col(Point.kind) == PointKind(reach.kind), col(Point.value) == reach.value)
        found |= _few(connection, select(owner).where(mine, owner.is_not(None)))
    if facts.inn:
        table: Any = TABLES[facts.kind]
        found |= _few(connection, select(table.id).where(table.inn == facts.inn))
    for key in keys:
        named = select(col(DuplicateKey.row_id)).where(col(DuplicateKey.key) == key)
        found |= _few(connection, named, MANY_NAMED)
    return found - {facts.id}


def _few(connection: Connection, query: Select[Any], many: int = MANY) -> set[int]:
    ids = set(connection.execute(query.limit(many)).scalars())
    return ids if len(ids) < many else set()


def point_owners(connection: Connection, points: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """On how many cards each (kind, value) stands."""
    found: dict[tuple[str, str], int] = {}
    values: dict[str, list[str]] = defaultdict(list)
    for kind, value in points:
        values[kind].append(value)
    for kind, some in values.items():
        for part in batches(sorted(some)):
            mine = and_(col(Point.kind) == PointKind(kind), col(Point.value).in_(part))
            query = select(col(Point.value), func.count()).where(mine).group_by(col(Point.value))
            found.update({(kind, value): count for value, count in connection.execute(query)})
    return found


def key_owners(connection: Connection, keys: Iterable[int]) -> dict[int, int]:
    """How many cards have each key."""
    key = col(DuplicateKey.key)
    found: dict[int, int] = {}
    for part in batches(sorted(keys)):
        rows = connection.execute(select(key, func.count()).where(key.in_(part)).group_by(key))
        found.update({value: int(count) for value, count in rows})
    return found


def _cards(kind: PartyKind) -> Select[Any]:
    table = TABLES[kind].__table__  # type: ignore[union-attr]
    return select(
        table.c.id, *(table.c[name] if name in table.c else literal("").label(name) for name in _NAMES)
    )


def _points_of(connection: Connection, kind: PartyKind, ids: Sequence[int]) -> dict[int, list[Reach]]:
    found: dict[int, list[Reach]] = defaultdict(list)
    columns = (col(Point.kind), col(Point.value), col(Point.extension), col(Point.shared))
    query = select(_OWNERS[kind], *columns).where(_OWNERS[kind].in_(ids)).order_by(col(Point.id))
    for owner, point, value, extension, shared in connection.execute(query):
        found[owner].append(Reach(point.value, value, extension or "", shared))
    return found


def _facts(kind: PartyKind, row: Mapping[str, Any], points: Iterable[Reach]) -> Facts:
    company = row["name"] if kind is PartyKind.ACCOUNT else row["organisation"]
    return Facts(
        kind=kind,
        id=row["id"],
        last=fold(row["last_name"] or ""),
        first=fold(row["first_name"] or ""),
        middle=fold(row["middle_name"] or ""),
        company=fold_company(company or ""),
        inn=row["inn"] or "",
        kpp=row["kpp"] or "",
        city=fold(row["city"] or ""),
        account_id=row["account_id"] or None,
        points=tuple(points),
    )


def _by_kind(refs: Iterable[Ref]) -> dict[PartyKind, set[int]]:
    found: dict[PartyKind, set[int]] = defaultdict(set)
    for kind, id_ in refs:
        found[kind].add(id_)
    return found
