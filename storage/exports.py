"""Accounts, contacts and leads as rows of text, as they are filtered in the lists, some at a time.

Which ones and in what order is asked once; then each part is read for itself, so that a long export holds
nothing open.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Forbidden
from intake.matching.companies import display_company
from intake.matching.phones import display_phone
from intake.model.wizard import PartyKind
from storage.access import Actor, within
from storage.database import Database
from storage.fields import CardKind
from storage.history import note
from storage.lists import Client, Wanted, ids_in_order
from storage.parties import TABLES
from storage.tables.parties import Account, Point, PointKind
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
    """Rows with cells in the order of COLUMNS, within what `who` may see, in the order of the list."""
    ids = await database.ask(partial(ids_in_order, kind=CardKind(kind.value), who=who, wanted=wanted))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE].tolist()
        async with database.reading() as session:
            rows = (await session.exec(_rows(kind, some, who))).all()
            points = await _points(session, kind, some)
        there: dict[int, Any] = {row[0].id: row for row in rows}  # those that are not gone meanwhile
        found = ((*there[id_], points.get(id_, {})) for id_ in some if id_ in there)
        yield [_cells(kind, *row) for row in found]


def _rows(kind: PartyKind, ids: list[int], who: Actor) -> Any:
    table: Any = TABLES[kind]
    query = select(table, User.name, Client).select_from(table)
    query = query.outerjoin(User, col(User.id) == table.responsible_id)
    theirs = table.account_id if kind is PartyKind.CONTACT else None
    query = query.outerjoin(Client, col(Client.id) == theirs)
    return query.where(table.id.in_(ids), within(who, table))


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
