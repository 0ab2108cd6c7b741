"""Accounts, contacts and leads as rows of text, as they are filtered in the lists, some at a time.

Each part is read for itself, so that a long export holds nothing open; the newest records come first.
"""

from collections.abc import AsyncIterator
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Forbidden
from intake.matching.companies import display_company
from intake.matching.phones import display_phone
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.database import Database
from storage.fields import CardKind
from storage.history import note
from storage.lists import Client, Wanted, matching
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import User

AT_ONCE = 500  # records
_ENDS = ("phone", "email", "messenger", "site", "country", "city", "industry", "source", "responsible",
         "created", "description")  # fmt: skip
# the keys of columns, as intake/importing/targets.py names them
COLUMNS: dict[PartyKind, tuple[str, ...]] = {
    PartyKind.ACCOUNT: ("number", "name", "legal_form", "inn", "kpp", "ogrn", "type", "address", "employees",
                        "revenue", *_ENDS),
    PartyKind.CONTACT: ("number", "last_name", "first_name", "middle_name", "position", "department",
                        "account", "account_inn", "account_kpp", *_ENDS),
    PartyKind.LEAD: ("number", "last_name", "first_name", "middle_name", "organisation", "inn", "position",
                     "rating", "status", *_ENDS),
}  # fmt: skip
_TABLES: dict[PartyKind, Any] = {
    PartyKind.ACCOUNT: Account,
    PartyKind.CONTACT: Contact,
    PartyKind.LEAD: Lead,
}


async def begin_export(
    session: AsyncSession, of: str, who: Actor, format_: str, how_many: int, text: str = ""
) -> None:
    """Written down before the first row leaves: `how_many` records of what. Raises Forbidden."""
    if not who.may("export"):
        raise Forbidden("not-allowed")
    await note(session, "export", who, of=of, format=format_, records=how_many, filter=text)


async def exported(
    database: Database, kind: PartyKind, who: Actor, wanted: Wanted
) -> AsyncIterator[list[list[str]]]:
    """Rows in the order of COLUMNS, within what `who` may see."""
    table = _TABLES[kind]
    last: int | None = None
    while True:
        query = select(table, User.name, Client).select_from(table)
        query = query.outerjoin(User, col(User.id) == table.responsible_id)
        query = query.outerjoin(
            Client, col(Client.id) == (table.account_id if kind is PartyKind.CONTACT else None)
        )
        query = query.where(matching(CardKind(kind.value), who, wanted))
        if last is not None:
            query = query.where(table.id < last)
        async with database.reading() as session:
            rows = (await session.exec(query.order_by(table.id.desc()).limit(AT_ONCE))).all()
            points = await _points(session, kind, [record.id for record, _, _ in rows])
        if not rows:
            return
        yield [_cells(kind, *row, points.get(row[0].id, {})) for row in rows]
        last = rows[-1][0].id


async def _points(
    session: AsyncSession, kind: PartyKind, ids: list[int]
) -> dict[int, dict[PointKind, list[str]]]:
    owner = getattr(Point, f"{kind.value}_id")
    query = select(Point).where(owner.in_(ids)).order_by(col(Point.main).desc(), col(Point.id))
    found: dict[int, dict[PointKind, list[str]]] = {}
    for point in await session.exec(query):
        mine = found.setdefault(getattr(point, f"{kind.value}_id"), {})
        mine.setdefault(point.kind, []).append(_point(point))
    return found


def _point(point: Point) -> str:
    """Telephones with spaces: a spreadsheet takes «+79161234567» for a number and its «+» away."""
    if point.kind is not PointKind.PHONE:
        return point.value
    extension = f" доб. {point.extension}" if point.extension else ""
    return display_phone(point.value) + extension


def _cells(
    kind: PartyKind,
    record: Any,
    responsible: str | None,
    account: Account | None,
    points: dict[PointKind, list[str]],
) -> list[str]:
    values: dict[str, Any] = {
        "number": record.id,
        "responsible": responsible,
        "created": record.created_at.strftime("%d.%m.%Y %H:%M"),
        "account": display_company(account.name, account.legal_form) if account else None,
        "account_inn": account.inn if account else None,
        "account_kpp": account.kpp if account else None,
    } | {point_kind.value: "; ".join(texts) for point_kind, texts in points.items()}
    return [_text(values[key] if key in values else getattr(record, key, None)) for key in COLUMNS[kind]]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
