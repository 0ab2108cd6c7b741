"""The names of records that were found, as they are now and as far as somebody may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from intake.matching.comparing import Match
from intake.matching.names import fold
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.search.lists import Numbers
from storage.search.records import ACCOUNT, CONTACT, INTEREST, LEAD, TABLES
from storage.search.seen import seen
from storage.search.sql import rows
from storage.tables.people import Scope

AT_ONCE = 200  # records asked for together
KINDS = (PartyKind.ACCOUNT, PartyKind.CONTACT, PartyKind.LEAD)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record's folded words: each of its own names, and its company's."""

    place: int  # of its table in records.TABLES
    id: int
    own: tuple[tuple[str, ...], ...]
    related: tuple[str, ...] = ()
    touched: str = ""  # when, comparable within one database; empty for never


@dataclass(frozen=True, slots=True)
class Named:
    """A record whose name answers. `exact`: all of it does, letter by letter, in whatever order of words."""

    place: int
    id: int
    score: float
    exact: bool
    matches: tuple[Match, ...] = ()
    retyped: bool = False

    @property
    def mistakes(self) -> int:
        """Letters that went wrong."""
        return sum(match.likeness.mistakes for match in self.matches)

    @property
    def kind(self) -> PartyKind:
        """Of a party; an interest has none."""
        return KINDS[self.place]


def visible(connection: Connection, records: Numbers, who: Actor) -> Numbers:
    """Those of the records (id << 2 | kind, ascending) that somebody may see."""
    if who.scope is Scope.ALL:
        return records
    kept = [
        _seen(connection, place, (records[records & 3 == place] >> 2).tolist(), who)
        for place in range(len(TABLES))
    ]
    mine = [id_ << 2 | place for place, ids in enumerate(kept) for id_ in ids]
    return np.sort(np.array(mine, dtype=np.int64))


def stored(connection: Connection, records: Sequence[int], who: Actor, most: int) -> list[Stored]:
    """Up to `most` of these (id << 2 | kind), in their order; those that are gone or not theirs left out."""
    found: list[Stored] = []
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        read = {(one.place, one.id): one for one in _read(connection, some, who)}
        found += [read[key] for record in some if (key := (record & 3, record >> 2)) in read]
        if len(found) >= most:
            break
    return found[:most]


def _read(connection: Connection, records: Sequence[int], who: Actor) -> list[Stored]:
    found: list[Stored] = []
    for place in sorted({record & 3 for record in records}):
        ids = [record >> 2 for record in records if record & 3 == place]
        if who.scope is not Scope.ALL:
            ids = _seen(connection, place, ids, who)
        found += [_stored(place, *row) for row in rows(connection, _QUERIES[place], ids)]
    return found


def _seen(connection: Connection, place: int, ids: list[int], who: Actor) -> list[int]:
    if not ids:
        return []
    table = TABLES[place]
    name, condition = table.__tablename__, seen(connection, table, who)
    query = f"SELECT {name}.id FROM {name} WHERE {name}.id AMONG NUMBERS 1 AND {condition}"  # noqa: S608
    return [id_ for (id_,) in rows(connection, query, ids)]


_QUERIES = {
    ACCOUNT: "SELECT id, folded, '', '', touched_at FROM account WHERE id AMONG NUMBERS 1",
    CONTACT: (
        "SELECT contact.id, contact.folded, '', account.folded, contact.touched_at FROM contact "
        "LEFT JOIN account ON account.id = contact.account_id WHERE contact.id AMONG NUMBERS 1"
    ),
    LEAD: (
        "SELECT id, folded, last_name || ' ' || first_name || ' ' || middle_name, '', touched_at FROM lead "
        "WHERE id AMONG NUMBERS 1"
    ),
    INTEREST: "SELECT id, folded, '', '', updated_at FROM interest WHERE id AMONG NUMBERS 1",
}


def _stored(place: int, id_: int, folded: str, person: str, related: str | None, touched: Any) -> Stored:
    words = tuple(folded.split())
    mine = len(fold(person).split()) if person else len(words)
    own = (words[:mine], words[mine:]) if 0 < mine < len(words) else (words,)
    return Stored(place, id_, own, tuple((related or "").split()), str(touched or ""))
