"""What the panes show of the records that were found: cards, ways to reach them, their interests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select
from sqlmodel import col

from intake.model.hits import InterestHit, PointShown
from intake.model.wizard import PartyKind, Shown
from storage.access import Actor, within
from storage.search.seen import seen
from storage.search.sql import rows
from storage.tables.interests import Interest, InterestLabel, Label, Pipeline, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User

MAX_PEOPLE = 50  # of the accounts found, shown beside them
MAX_INTERESTS = 50

OF_OWNERS = "account_id AMONG NUMBERS 1 OR contact_id AMONG NUMBERS 2 OR lead_id AMONG NUMBERS 3"

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

    @property
    def lists(self) -> tuple[list[int], list[int], list[int]]:
        """For OF_OWNERS."""
        return list(self.accounts), list(self.contacts), list(self.leads)

    @property
    def interests(self) -> ColumnElement[bool]:
        """The condition on their interests."""
        row = Interest
        pairs = ((row.account_id, self.accounts), (row.contact_id, self.contacts), (row.lead_id, self.leads))
        return or_(*(col(column).in_(ids) for column, ids in pairs if ids))


def contact_cards(
    connection: Connection, ids: Collection[int], of_accounts: Collection[int], who: Actor
) -> list[Card]:
    """These contacts, and the people of these accounts, last touched first."""
    query = f"""SELECT {_common("contact")}, contact.last_name, contact.first_name, contact.middle_name,
        contact.position, contact.account_id
        FROM contact LEFT JOIN user_account ON user_account.id = contact.responsible_id
        WHERE {seen(connection, Contact, who)} AND contact"""  # noqa: S608
    found: dict[int, Any] = {}
    if ids:
        found = {one[0]: one for one in rows(connection, f"{query}.id AMONG NUMBERS 1", list(ids))}
    if of_accounts:
        related = f"{query}.account_id AMONG NUMBERS 1 ORDER BY contact.touched_at DESC NULLS LAST LIMIT :2"
        found |= {one[0]: one for one in rows(connection, related, list(of_accounts), MAX_PEOPLE)}
    return [_contact(*one) for one in found.values()]


def account_cards(connection: Connection, ids: Collection[int], who: Actor) -> list[Card]:
    if not ids:
        return []
    query = f"""SELECT {_common("account")}, account.name, account.legal_form, account.inn, account.kpp
        FROM account LEFT JOIN user_account ON user_account.id = account.responsible_id
        WHERE {seen(connection, Account, who)} AND account.id AMONG NUMBERS 1"""  # noqa: S608
    return [_account(*one) for one in rows(connection, query, list(ids))]


def lead_cards(connection: Connection, ids: Collection[int], who: Actor) -> list[Card]:
    if not ids:
        return []
    query = f"""SELECT {_common("lead")}, lead.last_name, lead.first_name, lead.middle_name,
        lead.organisation, lead.inn
        FROM lead LEFT JOIN user_account ON user_account.id = lead.responsible_id
        WHERE {seen(connection, Lead, who)} AND lead.id AMONG NUMBERS 1"""  # noqa: S608
    return [_lead(*one) for one in rows(connection, query, list(ids))]


def points_of(connection: Connection, owners: Owners) -> dict[Owner, list[PointShown]]:
    """Main ones first."""
    if not owners:
        return {}
    query = f"""SELECT account_id, contact_id, lead_id, id, kind, value, extension, note, shared
        FROM contact_point WHERE {OF_OWNERS} ORDER BY main DESC, id"""  # noqa: S608
    points: dict[Owner, list[PointShown]] = {}
    for *ids, id_, kind, value, extension, note, shared in rows(connection, query, *owners.lists):
        owner = next((kind, id_) for kind, id_ in zip(PartyKind, ids, strict=True) if id_ is not None)
        points.setdefault(owner, []).append(PointShown(id_, kind, value, extension, note, bool(shared)))
    return points


def open_interests(connection: Connection, owners: Owners, who: Actor) -> dict[Owner, int]:
    """How many open interests each of them has."""
    if not owners:
        return {}
    query = f"""SELECT account_id, contact_id, lead_id, count(*)
        FROM interest JOIN status ON status.id = interest.status_id
        WHERE ({OF_OWNERS}) AND status.kind = '{StatusKind.OPEN}' AND {seen(connection, Interest, who)}
        GROUP BY account_id, contact_id, lead_id"""  # noqa: S608
    counts: dict[Owner, int] = {}
    for *ids, count in rows(connection, query, *owners.lists):
        for kind, owner_id in zip(PartyKind, ids, strict=True):
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
    found = connection.execute(query.limit(MAX_INTERESTS)).all()
    labels = _labels(connection, [row.id for row in found]) if found else {}
    return [_interest_hit(row, labels.get(row.id, [])) for row in found], active, closed


def about(client: Owner | None, contact_id: int | None, account_id: int | None) -> ColumnElement[bool]:
    """The interests of one chosen contact, else of one chosen client. An interest of the contact's account
    that names no person is the contact's as well."""
    if contact_id is not None:
        theirs = col(Interest.contact_id) == contact_id
        nobodys = and_(col(Interest.account_id) == account_id, col(Interest.contact_id).is_(None))
        return or_(theirs, nobodys) if account_id is not None else theirs
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


def _common(table: str) -> str:
    columns = ", ".join(f"{table}.{name}" for name in ("id", "touched_at", "responsible_id", "do_not_call"))
    return f"{columns}, user_account.name, {table}.city"


def _contact(*row: Any) -> Card:
    *common, last, first, middle, position, account_id = row
    start = _start(common, _person(last, first, middle))
    return Card(PartyKind.CONTACT, *start, position=position, account_id=account_id)


def _account(*row: Any) -> Card:
    *common, name, legal_form, inn, kpp = row
    return Card(PartyKind.ACCOUNT, *_start(common, name), common[-1], legal_form, inn, kpp)


def _lead(*row: Any) -> Card:
    *common, last, first, middle, organisation, inn = row
    person = _person(last, first, middle)
    beside = (person or None) if organisation else None
    start = _start(common, organisation or person)
    return Card(PartyKind.LEAD, *start, common[-1], inn=inn, person=beside)


Start = tuple[int, str, datetime | None, int | None, str | None, bool]


def _start(common: Sequence[Any], name: str) -> Start:
    id_, touched, responsible_id, do_not_call, responsible, _city = common
    return id_, name, _moment(touched), responsible_id, responsible, bool(do_not_call)


def _moment(stored: Any) -> datetime | None:
    """PostgreSQL gives a moment, SQLite the text of one in UTC."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored


def _person(*parts: str) -> str:
    return " ".join(part for part in parts if part)
