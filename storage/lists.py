"""One way to list records: any of the four kinds, filtered, in any order, a page at a time."""

import re
from array import array
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.companies import fold_company
from intake.matching.keys import phone_parts
from intake.matching.names import fold
from storage.access import Actor, within
from storage.fields import TABLES, CardKind
from storage.tables.interests import Interest, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import User

PAGE = 50  # rows
MAX_WORDS = 6
MIN_DIGITS = 4  # from which a text is looked for in phones and ИНН as well


@dataclass(frozen=True, slots=True)
class Wanted:
    """`state` is of interests: open, won, lost, or nothing for all. `sort`: a column of `ORDERS`."""

    text: str = ""
    mine: bool = False
    state: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A record and what its row shows besides its own columns."""

    record: Any
    responsible: str | None
    account: Account | None = None
    status: Status | None = None
    phone: Point | None = None
    email: Point | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    lines: list[Line]
    total: int


Client = aliased(Account)  # whose the contact or interest is: scopes ask of accounts by themselves
_responsible = col(User.name)
_status = col(Status.position)

# column -> what it is ordered by
ORDERS: dict[CardKind, dict[str, Any]] = {
    CardKind.ACCOUNT: {
        "name": col(Account.folded), "city": col(Account.city), "inn": col(Account.inn),
        "responsible": _responsible, "touched": col(Account.touched_at), "created": col(Account.created_at),
    },
    CardKind.CONTACT: {
        "name": col(Contact.folded), "position": col(Contact.position), "account": col(Client.folded),
        "responsible": _responsible, "touched": col(Contact.touched_at), "created": col(Contact.created_at),
    },
    CardKind.LEAD: {
        "name": col(Lead.folded), "city": col(Lead.city), "source": col(Lead.source),
        "responsible": _responsible, "touched": col(Lead.touched_at), "created": col(Lead.created_at),
    },
    CardKind.INTEREST: {
        "title": col(Interest.folded), "status": _status, "amount": col(Interest.amount),
        "due": col(Interest.due), "responsible": _responsible, "inquired": col(Interest.inquired_at),
        "changed": col(Interest.updated_at),
    },
}  # fmt: skip


async def listed(session: AsyncSession, kind: CardKind, who: Actor, wanted: Wanted) -> Listed:
    """One page, and how many there are in all. An unknown `sort` is the newest first."""
    total = await how_many(session, kind, who, wanted)
    query = _joined(kind, select(*_columns(kind))).where(matching(kind, who, wanted))
    query = query.order_by(*_order(kind, wanted))
    rows = (await session.exec(query.offset((wanted.page - 1) * PAGE).limit(PAGE))).all()
    points = await _points(session, kind, [row[0].id for row in rows])
    return Listed([_line(kind, row, points) for row in rows], total)


def ids_in_order(connection: Connection, kind: CardKind, who: Actor, wanted: Wanted) -> "array[int]":
    """Of all pages together; there may be a million."""
    query = _joined(kind, select(TABLES[kind].id)).where(matching(kind, who, wanted))
    return array("q", connection.execute(query.order_by(*_order(kind, wanted))).scalars())


async def how_many(session: AsyncSession, kind: CardKind, who: Actor, wanted: Wanted) -> int:
    table = TABLES[kind]
    counted = select(func.count(table.id)).select_from(table)
    if kind is CardKind.INTEREST:
        counted = counted.join(Status, col(Status.id) == Interest.status_id)
    return (await session.exec(counted.where(matching(kind, who, wanted)))).one()


def matching(kind: CardKind, who: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """The condition for all pages together."""
    return and_(within(who, TABLES[kind]), *_conditions(kind, who, wanted))


def _columns(kind: CardKind) -> tuple[Any, ...]:
    more = {
        CardKind.ACCOUNT: (),
        CardKind.CONTACT: (Client,),
        CardKind.LEAD: (),
        CardKind.INTEREST: (Client, Status),
    }
    return TABLES[kind], User.name, *more[kind]


def _joined(kind: CardKind, query: Any) -> Any:
    table = TABLES[kind]
    query = query.select_from(table).outerjoin(User, col(User.id) == table.responsible_id)
    if kind in (CardKind.CONTACT, CardKind.INTEREST):
        query = query.outerjoin(Client, col(Client.id) == table.account_id)
    if kind is CardKind.INTEREST:
        query = query.join(Status, col(Status.id) == Interest.status_id)
    return query


def _conditions(kind: CardKind, who: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    table = TABLES[kind]
    conditions = [_says(kind, wanted.text)] if wanted.text.strip() else []
    if wanted.mine:
        conditions.append(table.responsible_id == who.user_id)
    if kind is CardKind.INTEREST and wanted.state in set(StatusKind):
        conditions.append(col(Status.kind) == StatusKind(wanted.state))
    return conditions


def _says(kind: CardKind, text: str) -> ColumnElement[bool]:
    """Every word stands in the name; or its digits in a phone or an ИНН; or it is an address's beginning."""
    table = TABLES[kind]
    folded = fold_company(text) if kind is CardKind.ACCOUNT else fold(text)
    words = (folded or fold(text)).split()[:MAX_WORDS]
    names = [col(table.folded).contains(word, autoescape=True) for word in words]
    ways: list[ColumnElement[bool]] = [and_(*names)] if names else []
    if kind is CardKind.INTEREST:
        return or_(*ways) if ways else col(Interest.id) < 0
    digits = re.sub(r"\D", "", text)
    if len(digits) >= MIN_DIGITS:
        parts = [col(Point.value).contains(part) for part in phone_parts(text)]
        ways += [_has_point(kind, or_(*parts), PointKind.PHONE)] if parts else []
        if hasattr(table, "inn"):
            ways.append(table.inn.startswith(digits))
    if "@" in text:
        ways.append(_has_point(kind, col(Point.value).startswith(text.strip().casefold()), PointKind.EMAIL))
    return or_(*ways) if ways else col(table.id) < 0


def _has_point(kind: CardKind, condition: ColumnElement[bool], point: PointKind) -> ColumnElement[bool]:
    owner = getattr(Point, f"{kind.value}_id")
    owners = select(owner).where(owner.is_not(None), Point.kind == point, condition)
    return TABLES[kind].id.in_(owners)  # type: ignore[no-any-return]


def _order(kind: CardKind, wanted: Wanted) -> tuple[Any, ...]:
    table = TABLES[kind]
    by = ORDERS[kind].get(wanted.sort)
    if by is None:
        return (table.id.desc(),)
    if wanted.descending:
        return by.desc().nulls_last(), table.id.desc()
    return by.asc().nulls_last(), table.id


async def _points(session: AsyncSession, kind: CardKind, ids: list[int]) -> dict[tuple[int, str], Point]:
    """The main phone and address of each. All kinds are fetched: with the kind in the question SQLite would
    walk all phones there are rather than those of fifty cards."""
    if kind is CardKind.INTEREST or not ids:
        return {}
    owner = getattr(Point, f"{kind.value}_id")
    query = select(Point).where(owner.in_(ids))
    points = await session.exec(query.order_by(case((col(Point.main), 1), else_=0), col(Point.id).desc()))
    return {(getattr(point, f"{kind.value}_id"), point.kind): point for point in points}


def _line(kind: CardKind, row: Any, points: dict[tuple[int, str], Point]) -> Line:
    record = row[0]
    return Line(
        record=record,
        responsible=row[1],
        account=row[2] if len(row) > 2 else None,
        status=row[3] if len(row) > 3 else None,
        phone=points.get((record.id, PointKind.PHONE)),
        email=points.get((record.id, PointKind.EMAIL)),
    )
