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


def stored(connection: Connection, records: Sequence[int]) -> list[Stored]:
    """These (id << 2 | kind), in their order; those that are gone are left out."""
    ids = [[record >> 2 for record in records if record & 3 == place] for place in range(len(TABLES))]
    found = {(one.place, one.id): one for one in (_stored(*row) for row in rows(connection, _STORED, *ids))}
    return [found[key] for record in records if (key := (record & 3, record >> 2)) in found]


def _seen(connection: Connection, place: int, ids: list[int], who: Actor) -> list[int]:
    if not ids:
        return []
    table = TABLES[place]
    name, condition = table.__tablename__, seen(connection, table, who)
    query = f"SELECT {name}.id FROM {name} WHERE {name}.id AMONG NUMBERS 1 AND {condition}"  # noqa: S608
    return [id_ for (id_,) in rows(connection, query, ids)]


_STORED = f"""
SELECT {ACCOUNT}, id, folded, '', '', touched_at FROM account WHERE id AMONG NUMBERS {ACCOUNT + 1}
UNION ALL SELECT {CONTACT}, contact.id, contact.folded, '', account.folded, contact.touched_at
FROM contact LEFT JOIN account ON account.id = contact.account_id WHERE contact.id AMONG NUMBERS {CONTACT + 1}
UNION ALL SELECT {LEAD}, id, folded, last_name || ' ' || first_name || ' ' || middle_name, '', touched_at
FROM lead WHERE id AMONG NUMBERS {LEAD + 1}
UNION ALL SELECT {INTEREST}, id, folded, '', '', updated_at
FROM interest WHERE id AMONG NUMBERS {INTEREST + 1}
"""  # noqa: S608


def _stored(place: int, id_: int, folded: str, person: str, related: str | None, touched: Any) -> Stored:
    words = tuple(folded.split())
    mine = len(fold(person).split()) if person else len(words)
    own = (words[:mine], words[mine:]) if 0 < mine < len(words) else (words,)
    return Stored(place, id_, own, tuple((related or "").split()), str(touched or ""))
