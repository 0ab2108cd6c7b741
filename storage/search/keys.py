"""Ways to reach somebody and company numbers: exact keys by their index, pieces of them by the mode."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    distinct,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlmodel import col

from intake.model.wizard import Mode, PartyKind
from storage.access import Actor, within
from storage.search.alike import LAST_LETTER
from storage.tables.interests import Interest
from storage.tables.parties import Account, Lead, Point, PointKind

MAX_KEYED = 200  # hits of each question


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question: which points of a kind have one of these values, tails, beginnings or parts."""

    code: str  # the reason it gives
    kind: PointKind
    values: tuple[str, ...]
    how: str = "value"  # value, tail, beginning, part


@dataclass(frozen=True, slots=True)
class PointHit:
    code: str
    id: int
    owner: PartyKind
    owner_id: int
    value: str
    extension: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class NumberHit:
    """An account or a lead by its ИНН, or anybody by the number of an interest."""

    code: str
    owner: PartyKind
    owner_id: int
    value: str
    kpp: str | None = None


def by_points(connection: Connection, questions: Sequence[Wanted]) -> list[PointHit]:
    """Who can be reached so. Owners are not checked for scope here: their cards are."""
    asked = [_about_points(question) for question in questions if question.values]
    if not asked:
        return []
    return [_point_hit(row) for row in connection.execute(union_all(*asked))]


def people_at(connection: Connection, values: Iterable[str]) -> dict[str, int]:
    """How many different contacts and leads have each of these phones and addresses, seen or not."""
    wanted = list(values)
    if not wanted:
        return {}
    kinds = (PointKind.PHONE, PointKind.EMAIL)
    people = func.count(distinct(col(Point.contact_id))) + func.count(distinct(col(Point.lead_id)))
    query = select(col(Point.value), people).where(col(Point.kind).in_(kinds), col(Point.value).in_(wanted))
    rows = connection.execute(query.group_by(col(Point.value)))
    return {row[0]: row[1] for row in rows}


def by_inn(connection: Connection, inn: str, mode: Mode, who: Actor) -> list[NumberHit]:
    """Accounts and leads with this ИНН, or one that begins so or has it inside."""
    queries = []
    for kind, table in ((PartyKind.ACCOUNT, Account), (PartyKind.LEAD, Lead)):
        number = col(table.inn)
        kpp = col(Account.kpp) if table is Account else literal(None, String)
        query = select(literal(kind.value).label("kind"), col(table.id), number, kpp)
        query = query.where(_holds(number, (inn,), mode), within(who, table)).limit(MAX_KEYED)
        queries.append(select(query.subquery()))
    rows = connection.execute(union_all(*queries))
    return [
        NumberHit("inn" if value == inn else "inn-part", PartyKind(kind), id_, value, kpp)
        for kind, id_, value, kpp in rows
    ]


def by_interest_number(connection: Connection, numbers: Sequence[int], who: Actor) -> list[NumberHit]:
    """Whose interests have these numbers."""
    if not numbers:
        return []
    owners = (col(Interest.account_id), col(Interest.contact_id), col(Interest.lead_id))
    query = select(col(Interest.id), *owners).where(col(Interest.id).in_(numbers), within(who, Interest))
    return [
        NumberHit("interest-number", kind, owner_id, str(number))
        for number, *ids in connection.execute(query)
        for kind, owner_id in zip(PartyKind, ids, strict=True)
        if owner_id is not None
    ]


def _about_points(question: Wanted) -> Select[Any]:
    columns = (
        literal(question.code).label("code"), col(Point.id), col(Point.account_id), col(Point.contact_id),
        col(Point.lead_id), col(Point.value), col(Point.extension), col(Point.shared),
    )  # fmt: skip
    is_kind = col(Point.kind) == question.kind
    query = select(*columns).where(is_kind, _matches(question)).limit(MAX_KEYED)
    return select(query.subquery())


def _matches(question: Wanted) -> ColumnElement[bool]:
    if question.how == "tail":
        return col(Point.tail).in_(question.values)
    mode = {"value": Mode.EXACT, "beginning": Mode.BEGINNING, "part": Mode.PART}[question.how]
    return _holds(col(Point.value), question.values, mode)


def _holds(key: Any, values: Sequence[str], mode: Mode) -> ColumnElement[bool]:
    if mode is Mode.EXACT:
        return col(key).in_(values)
    if mode in (Mode.BEGINNING, Mode.INEXACT):
        return or_(*(and_(key >= value, key < value + LAST_LETTER) for value in values))
    return or_(*(key.contains(value, autoescape=True) for value in values))


def _point_hit(row: Any) -> PointHit:
    ids = zip(PartyKind, (row.account_id, row.contact_id, row.lead_id), strict=True)
    owner, owner_id = next((kind, id_) for kind, id_ in ids if id_ is not None)
    return PointHit(row.code, row.id, owner, owner_id, row.value, row.extension, row.shared)
