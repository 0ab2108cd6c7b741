"""What the panes show of the records that were found: cards, ways to reach them, their interests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select
from sqlmodel import col

from intake.model.hits import InterestHit, PointShown
from intake.model.wizard import PartyKind, Shown
from storage.access import Actor, within
from storage.tables.interests import Interest, InterestLabel, Label, Pipeline, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point
from storage.tables.people import User

MAX_PEOPLE = 50  # of the accounts found, shown beside them
MAX_INTERESTS = 50

Owner = tuple[PartyKind, int]


@dataclass(frozen=True, slots=True)
class Card:
    """A party as the panes need it, before anything is said about why it was found."""

    kind: PartyKind
    id: int
    name: str
    touched_at: datetime | None
    responsible_id: int | None
    responsible: str | None
    do_not_call: bool
    city: str | None = None
    legal_form: str | None = None
    inn: str | None = None
    kpp: str | None = None
    person: str | None = None
    position: str | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose points or interests are asked for."""

    accounts: Collection[int] = ()
    contacts: Collection[int] = ()
    leads: Collection[int] = ()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.contacts or self.leads)

    def of(self, table: type[Point] | type[Interest]) -> ColumnElement[bool]:
        pairs = (
            (table.account_id, self.accounts),
            (table.contact_id, self.contacts),
            (table.lead_id, self.leads),
        )
        return or_(*(col(column).in_(ids) for column, ids in pairs if ids))


def contact_cards(
    connection: Connection, ids: Collection[int], of_accounts: Collection[int], who: Actor
) -> list[Card]:
    """These contacts, and the people of these accounts, last touched first."""
    row = Contact
    query = (
        select(*_common(row), col(row.last_name), col(row.first_name), col(row.middle_name))
        .add_columns(col(row.position), col(row.account_id))
        .outerjoin(User, col(User.id) == row.responsible_id)
        .where(within(who, row))
    )
    found: dict[int, Any] = {}
    if ids:
        found = {one.id: one for one in connection.execute(query.where(col(row.id).in_(ids)))}
    if of_accounts:
        related = query.where(col(row.account_id).in_(of_accounts))
        related = related.order_by(col(row.touched_at).desc().nulls_last()).limit(MAX_PEOPLE)
        found |= {one.id: one for one in connection.execute(related)}
    return [
        Card(PartyKind.CONTACT, *_start(one, _person(one)), position=one.position, account_id=one.account_id)
        for one in found.values()
    ]


def account_cards(connection: Connection, ids: Collection[int], who: Actor) -> list[Card]:
    if not ids:
        return []
    row = Account
    query = _of(
        select(*_common(row), col(row.name), col(row.legal_form), col(row.inn), col(row.kpp)), row, ids, who
    )
    return [
        Card(PartyKind.ACCOUNT, *_start(one, one.name), one.city, one.legal_form, one.inn, one.kpp)
        for one in connection.execute(query)
    ]


def lead_cards(connection: Connection, ids: Collection[int], who: Actor) -> list[Card]:
    if not ids:
        return []
    row = Lead
    names = (col(row.last_name), col(row.first_name), col(row.middle_name))
    query = _of(select(*_common(row), *names, col(row.organisation), col(row.inn)), row, ids, who)
    return [
        Card(
            PartyKind.LEAD, *_start(one, one.organisation or _person(one)), one.city, inn=one.inn,
            person=(_person(one) or None) if one.organisation else None,
        )
        for one in connection.execute(query)
    ]  # fmt: skip


def points_of(connection: Connection, owners: Owners) -> dict[Owner, list[PointShown]]:
    """Main ones first."""
    if not owners:
        return {}
    ids: tuple[Any, ...] = (Point.account_id, Point.contact_id, Point.lead_id)
    shown: tuple[Any, ...] = (Point.id, Point.kind, Point.value, Point.extension, Point.note, Point.shared)
    query: Select[Any] = select(*(col(column) for column in (*ids, *shown))).where(owners.of(Point))
    query = query.order_by(col(Point.main).desc(), col(Point.id))
    points: dict[Owner, list[PointShown]] = {}
    for row in connection.execute(query):
        owner = next((kind, id_) for kind, id_ in zip(PartyKind, row, strict=False) if id_ is not None)
        id_, kind, *rest = row[len(ids) :]
        points.setdefault(owner, []).append(PointShown(id_, kind.value, *rest))
    return points


def open_interests(connection: Connection, owners: Owners, who: Actor) -> dict[Owner, int]:
    """How many open interests each of them has."""
    if not owners:
        return {}
    ids = (col(Interest.account_id), col(Interest.contact_id), col(Interest.lead_id))
    query = select(*ids, func.count()).join(Status, col(Status.id) == Interest.status_id)
    query = query.where(owners.of(Interest), col(Status.kind) == StatusKind.OPEN, within(who, Interest))
    counts: dict[Owner, int] = {}
    for *row, count in connection.execute(query.group_by(*ids)):
        for kind, owner_id in zip(PartyKind, row, strict=True):
            if owner_id is not None:
                counts[kind, owner_id] = counts.get((kind, owner_id), 0) + count
    return counts


def interests_of(
    connection: Connection, condition: ColumnElement[bool], shown: Shown, who: Actor
) -> tuple[list[InterestHit], int, int]:
    """The interests shown, open ones first and then the latest; and how many are active and closed."""
    is_open = col(Status.kind) == StatusKind.OPEN
    condition = and_(condition, within(who, Interest))
    count = select(func.count(case((is_open, 1))), func.count(case((~is_open, 1))))
    count = count.select_from(Interest).join(Status, col(Status.id) == Interest.status_id).where(condition)
    active, closed = (connection.execute(count)).one()
    if not active + closed:
        return [], 0, 0
    query = _interests().where(condition).order_by(is_open.desc(), col(Interest.updated_at).desc())
    if shown is not Shown.ALL:
        query = query.where(is_open if shown is Shown.ACTIVE else ~is_open)
    rows = (connection.execute(query.limit(MAX_INTERESTS))).all()
    labels = _labels(connection, [row.id for row in rows]) if rows else {}
    return [_interest_hit(row, labels.get(row.id, [])) for row in rows], active, closed


def about(client: Owner | None, contact_id: int | None, account_id: int | None) -> ColumnElement[bool]:
    """The interests of one chosen contact, else of one chosen client. An interest of the contact's account
    that names no person is the contact's as well."""
    if contact_id is not None:
        nobodys = and_(col(Interest.account_id) == account_id, col(Interest.contact_id).is_(None))
        return or_(col(Interest.contact_id) == contact_id, nobodys)
    kind, owner_id = client or (PartyKind.ACCOUNT, 0)
    column = Interest.account_id if kind is PartyKind.ACCOUNT else Interest.lead_id
    return col(column) == owner_id


def _interests() -> Select[Any]:
    row = Interest
    columns: tuple[Any, ...] = (
        row.id,
        row.title,
        row.amount,
        row.due,
        row.inquired_at,
        row.updated_at,
        row.responsible_id,
    )
    owners: tuple[Any, ...] = (row.account_id, row.contact_id, row.lead_id)
    query: Select[Any] = select(
        *(col(column) for column in (*columns, *owners)),
        col(Status.name).label("status"),
        col(Status.kind).label("status_kind"),
        col(Pipeline.name).label("pipeline"),
        col(User.name).label("responsible"),
    )
    query = query.join(Status, col(Status.id) == Interest.status_id)
    query = query.join(Pipeline, col(Pipeline.id) == Status.pipeline_id)
    return query.outerjoin(User, col(User.id) == Interest.responsible_id)


def _labels(connection: Connection, ids: list[int]) -> dict[int, list[str]]:
    query = select(col(InterestLabel.interest_id), col(Label.name)).join(
        Label, col(Label.id) == InterestLabel.label_id
    )
    labels: dict[int, list[str]] = {}
    for interest_id, name in connection.execute(
        query.where(col(InterestLabel.interest_id).in_(ids)).order_by(col(Label.name))
    ):
        labels.setdefault(interest_id, []).append(name)
    return labels


def _interest_hit(row: Any, labels: list[str]) -> InterestHit:
    return InterestHit(
        id=row.id, title=row.title, status=row.status, pipeline=row.pipeline,
        open=row.status_kind is StatusKind.OPEN, amount=row.amount, due=row.due, inquired_at=row.inquired_at,
        updated_at=row.updated_at, responsible_id=row.responsible_id, responsible=row.responsible,
        account_id=row.account_id, contact_id=row.contact_id, lead_id=row.lead_id, labels=tuple(labels),
    )  # fmt: skip


def _common(row: type[Account] | type[Contact] | type[Lead]) -> list[Any]:
    columns = (row.id, row.touched_at, row.responsible_id, row.do_not_call, row.city)
    return [*(col(column) for column in columns), col(User.name).label("responsible")]


def _of(query: Select[Any], row: type[Account] | type[Lead], ids: Collection[int], who: Actor) -> Select[Any]:
    wanted: Select[Any] = query.outerjoin(User, col(User.id) == row.responsible_id)
    return wanted.where(col(row.id).in_(ids), within(who, row))


def _start(one: Any, name: str) -> tuple[int, str, datetime | None, int | None, str | None, bool]:
    return one.id, name, one.touched_at, one.responsible_id, one.responsible, one.do_not_call


def _person(one: Any) -> str:
    return " ".join(part for part in (one.last_name, one.first_name, one.middle_name) if part)
