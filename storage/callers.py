"""Who calls or writes, as far as the number or address alone says it: exact keys only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import User

MANY = 20  # points on one number or address after which it says nothing about whose it is

_point = Point.__table__  # type: ignore[attr-defined]
_account = Account.__table__  # type: ignore[attr-defined]
_contact = Contact.__table__  # type: ignore[attr-defined]
_lead = Lead.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]


# Points beside whose they are: the account is the contact's where the point is a contact's
ACCOUNT_OF_POINT = func.coalesce(_point.c.account_id, _contact.c.account_id)
RESPONSIBLE_FOR_POINT = func.coalesce(
    _contact.c.responsible_id, _account.c.responsible_id, _lead.c.responsible_id
)
POINTS_WITH_OWNERS = (
    _point.outerjoin(_contact, _contact.c.id == _point.c.contact_id)
    .outerjoin(_account, _account.c.id == ACCOUNT_OF_POINT)
    .outerjoin(_lead, _lead.c.id == _point.c.lead_id)
)


def _owners(kind: PointKind) -> Select[Any]:
    at_work = (_user.c.id == RESPONSIBLE_FOR_POINT) & _user.c.active
    joined = POINTS_WITH_OWNERS.outerjoin(_user, at_work)
    return (
        select(
            ACCOUNT_OF_POINT.label("account_id"),
            _point.c.contact_id,
            _point.c.lead_id,
            _point.c.extension,
            _point.c.shared,
            _user.c.id.label("responsible_id"),
            _account.c.responsible_id.label("of_account"),
        )
        .select_from(joined)
        .where(_point.c.kind == kind, _point.c.value == bindparam("value"))
        .limit(MANY + 1)
    )


# Made once: to put a statement together costs as much as to run it
_CALLERS = _owners(PointKind.PHONE)
_WRITERS = _owners(PointKind.EMAIL)
_EMPLOYEE = select(_user.c.id).where(_user.c.mobile == bindparam("number"), _user.c.active).limit(1)


@dataclass(frozen=True, slots=True)
class Caller:
    """The best guess; empty when the number is nobody's or several people's."""

    account_id: int | None = None
    contact_id: int | None = None
    lead_id: int | None = None
    responsible_id: int | None = None


NOBODY = Caller()


async def who_is(session: AsyncSession, number: str, extension: str | None = None) -> Caller:
    """The one party that has this number (and extension, where one is given and known).

    Of several contacts of one account that account is chosen and none of them. A number marked as shared
    says nothing without an extension.
    """
    rows = list((await (await session.connection()).execute(_CALLERS, {"value": number})).all())
    at_extension = [row for row in rows if extension and row.extension == extension]
    if not at_extension and (len(rows) > MANY or any(row.shared for row in rows)):
        return NOBODY
    return only_party(at_extension or rows) if rows else NOBODY


def only_party(rows: Sequence[Row[Any]]) -> Caller:
    """Whose these points are, each beside its owner, if they are one party's."""
    accounts = {row.account_id for row in rows}
    contacts = {row.contact_id for row in rows if row.contact_id}
    leads = {row.lead_id for row in rows if row.lead_id}
    if len(accounts) != 1 or len(leads) > 1 or (leads and contacts):
        return NOBODY
    account = accounts.pop()
    if len(contacts) > 1:
        return Caller(account, responsible_id=rows[0].of_account) if account else NOBODY
    best = max(rows, key=lambda row: row.contact_id or 0)
    return Caller(account, best.contact_id, best.lead_id, best.responsible_id)


async def who_writes(session: AsyncSession, address: str) -> Caller:
    """The one party that has this e-mail address; like `who_is`."""
    rows = list((await (await session.connection()).execute(_WRITERS, {"value": address})).all())
    if len(rows) > MANY or any(row.shared for row in rows):
        return NOBODY
    return only_party(rows) if rows else NOBODY


def agreed(found: Iterable[Caller]) -> Caller:
    """The one party that several numbers and addresses of one person speak of; nobody where they speak of
    different ones."""
    said = {one for one in found if one != NOBODY}
    if len(said) <= 1:
        return next(iter(said), NOBODY)
    accounts = {one.account_id for one in said}
    if len(accounts) > 1 or None in accounts:
        return NOBODY
    contacts = {one for one in said if one.contact_id}
    if len(contacts) == 1:
        return contacts.pop()
    responsible = {one.responsible_id for one in said}
    return Caller(accounts.pop(), responsible_id=responsible.pop() if len(responsible) == 1 else None)


async def is_employee(session: AsyncSession, number: str) -> bool:
    """Whether it is the mobile of somebody who works here: no client."""
    return (await (await session.connection()).execute(_EMPLOYEE, {"number": number})).first() is not None


async def touch(session: AsyncSession, caller: Caller, at: datetime) -> None:
    """Note on their cards that somebody has talked with them."""
    owners = ((_account, caller.account_id), (_contact, caller.contact_id), (_lead, caller.lead_id))
    for table, row in owners:
        if row is not None:
            older = or_(table.c.touched_at.is_(None), table.c.touched_at < at)
            query = update(table).where(table.c.id == row, older).values(touched_at=at)
            await (await session.connection()).execute(query)
