"""Names for the rows of a rehearsal: parties, people and interests, all at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from storage.batches import batches
from storage.parties import name_of
from storage.tables.automation import RuleDecision
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User

_account = Account.__table__  # type: ignore[attr-defined]
_contact = Contact.__table__  # type: ignore[attr-defined]
_lead = Lead.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]
_interest = Interest.__table__  # type: ignore[attr-defined]
_decision = RuleDecision.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Wanted:
    accounts: Collection[int] = ()
    contacts: Collection[int] = ()
    leads: Collection[int] = ()
    users: Collection[int] = ()
    interests: Collection[int] = ()
    events: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Named:
    accounts: Mapping[int, str] = field(default_factory=dict)
    contacts: Mapping[int, str] = field(default_factory=dict)
    leads: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)
    interests: Mapping[int, str] = field(default_factory=dict)
    decided: Mapping[int, str] = field(default_factory=dict)  # event -> what the rules did of it then


def names_of(connection: Connection, wanted: Wanted) -> Named:
    """Who is gone is not named."""
    accounts = _rows(connection, (_account.c.id, _account.c.name, _account.c.legal_form), wanted.accounts)
    person = ("id", "last_name", "first_name", "middle_name")
    contacts = _rows(connection, tuple(_contact.c[name] for name in person), wanted.contacts)
    leads = _rows(connection, (*(_lead.c[name] for name in person), _lead.c.organisation), wanted.leads)
    decided = (_decision.c.event_id, _decision.c.outcome)
    return Named(
        accounts={row.id: name_of(Account(name=row.name, legal_form=row.legal_form)) for row in accounts},
        contacts={row.id: name_of(Contact(**row._mapping)) for row in contacts},
        leads={row.id: name_of(Lead(**row._mapping)) for row in leads},
        users=dict(_pairs(connection, (_user.c.id, _user.c.name), wanted.users)),
        interests=dict(_pairs(connection, (_interest.c.id, _interest.c.title), wanted.interests)),
        decided=dict(_pairs(connection, decided, wanted.events)),
    )


def _pairs(connection: Connection, columns: tuple[Any, ...], ids: Collection[int]) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in _rows(connection, columns, ids)]


def _rows(connection: Connection, columns: tuple[Any, ...], ids: Collection[int]) -> list[Any]:
    query = select(*columns)
    return [
        row
        for some in batches(sorted(set(ids)))
        for row in connection.execute(query.where(columns[0].in_(some)))
    ]
