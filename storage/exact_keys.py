"""Whose are so many phones, addresses, keys in messengers and ИНН: all in a few questions, for what is asked
of many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, null, or_, select

from storage.batches import batches
from storage.callers import ACCOUNT_OF_POINT, POINTS_WITH_OWNERS, RESPONSIBLE_FOR_POINT
from storage.tables.interests import Interest, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind

_point = Point.__table__  # type: ignore[attr-defined]
_account = Account.__table__  # type: ignore[attr-defined]
_contact = Contact.__table__  # type: ignore[attr-defined]
_lead = Lead.__table__  # type: ignore[attr-defined]
_interest = Interest.__table__  # type: ignore[attr-defined]
_status = Status.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who has a key, since a moment. An account is a contact's as well."""

    account_id: int | None
    contact_id: int | None
    lead_id: int | None
    responsible_id: int | None
    inn: str | None
    since: datetime
    kpp: str | None = None
    extension: str | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class OpenInterest:
    """One that is open now, or was until a moment."""

    id: int
    since: datetime
    until: datetime | None


Interests = dict[tuple[str, int], list[OpenInterest]]
"""By party: «account_id», 5."""


@dataclass(frozen=True, slots=True)
class Owners:
    """By key: of phones, addresses and keys in messengers; of ИНН."""

    points: Mapping[str, list[Owner]] = field(default_factory=dict)
    inns: Mapping[str, list[Owner]] = field(default_factory=dict)


def owners_of(connection: Connection, points: Collection[str], inns: Collection[str]) -> Owners:
    """A key that nobody has is not named."""
    found: Owners = Owners(defaultdict(list), defaultdict(list))
    for some in batches(points):
        for value, *row in connection.execute(_of_points(some)):
            found.points[value].append(Owner(*row))
    for some in batches(inns):
        for value, *row in connection.execute(_of_inns(some)):
            found.inns[value].append(Owner(*row))
    return found


def open_interests(connection: Connection, owners: Iterable[Owner], since: datetime | None) -> Interests:
    """Those of these parties that are open, or were closed after `since`."""
    parties = list(owners)
    found: Interests = defaultdict(list)
    for column in ("account_id", "contact_id", "lead_id"):
        ids = {getattr(one, column) for one in parties} - {None}
        for some in batches(sorted(ids)):
            for row in connection.execute(_interests(_interest.c[column].in_(some), since)):
                found[column, getattr(row, column)].append(
                    OpenInterest(row.id, row.created_at, row.closed_at)
                )
    return found


def _of_points(values: list[str]) -> Any:
    columns = (
        _point.c.value, ACCOUNT_OF_POINT, _point.c.contact_id, _point.c.lead_id, RESPONSIBLE_FOR_POINT,
        func.coalesce(_account.c.inn, _lead.c.inn), _point.c.created_at, _account.c.kpp,
        _point.c.extension, _point.c.shared,
    )  # fmt: skip
    kinds = (PointKind.PHONE, PointKind.EMAIL, PointKind.MESSENGER)
    return (
        select(*columns)
        .select_from(POINTS_WITH_OWNERS)
        .where(_point.c.kind.in_(kinds), _point.c.value.in_(values))
        .order_by(_point.c.id)
    )


def _of_inns(values: list[str]) -> Any:
    accounts = select(
        _account.c.inn, _account.c.id, null(), null(), _account.c.responsible_id, _account.c.inn,
        _account.c.created_at, _account.c.kpp,
    ).where(_account.c.inn.in_(values))  # fmt: skip
    leads = select(
        _lead.c.inn, null(), null(), _lead.c.id, _lead.c.responsible_id, _lead.c.inn, _lead.c.created_at,
        literal(None, _account.c.kpp.type),
    ).where(_lead.c.inn.in_(values))  # fmt: skip
    return accounts.union_all(leads)


def _interests(of: Any, since: datetime | None) -> Any:
    is_open = _status.c.kind == StatusKind.OPEN
    counts = is_open if since is None else or_(is_open, _interest.c.closed_at > since)
    columns = (
        _interest.c.id, _interest.c.account_id, _interest.c.contact_id, _interest.c.lead_id,
        _interest.c.created_at, _interest.c.closed_at,
    )  # fmt: skip
    return select(*columns).join(_status, _status.c.id == _interest.c.status_id).where(of, counts)
