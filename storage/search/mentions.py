"""Telephones, addresses and ИНН in free text: in descriptions of parties, and in notes on their points.

What a session changes is written down anew just before its commit, so nobody can forget to. What goes past
the session calls `tell`, or without one `refresh`, when it has changed all it will and before it indexes
names: in one order, so that nobody waits crosswise.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, event, inspect, tuple_
from sqlalchemy.orm import Session, UOWTransaction
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.mentions import mentioned
from intake.model.wizard import PartyKind
from storage.batches import batches
from storage.insert import insert_for
from storage.search.sql import rows
from storage.tables.parties import Account, Contact, Lead, Point
from storage.tables.search import Mention

MOST = 200  # parties that one search is told of
BATCH = 1_000  # parties looked at together
_KINDS = list(PartyKind)
_TABLES: dict[type[Any], PartyKind] = {
    Account: PartyKind.ACCOUNT,
    Contact: PartyKind.CONTACT,
    Lead: PartyKind.LEAD,
}
_OWNERS = [f"{kind}_id" for kind in PartyKind]
_CHANGED = "search: mentions to be made anew"  # a key of Session.info

Parties = Mapping[PartyKind, Collection[int]]
Listed = set[tuple[str, int]]  # what is mentioned, and where: id << 2 | place of the kind


def mentioning(connection: Connection, keys: Collection[str]) -> list[tuple[PartyKind, int, str]]:
    """In whose descriptions and notes one of these stands."""
    if not keys:
        return []
    query = f"SELECT party, value FROM search_mention WHERE value AMONG TEXTS 1 LIMIT {MOST}"  # noqa: S608
    return [(_KINDS[party & 3], party >> 2, value) for party, value in rows(connection, query, list(keys))]


def tell(session: AsyncSession, parties: Parties) -> None:
    """That their descriptions or notes were changed past the session's objects."""
    pending = session.info.setdefault(_CHANGED, {})
    for kind, ids in parties.items():
        pending.setdefault(kind, set()).update(ids)


def refresh(connection: Connection, parties: Parties) -> None:
    """What their cards say now, nothing where they are gone."""
    for kind, some in _in_batches(parties):
        wanted, there = _wanted(connection, kind, some), _there(connection, kind, some)
        _write(connection, wanted - there, there - wanted)


def rebuild(connection: Connection) -> None:
    """All of it anew. Whoever saves texts meanwhile waits."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE search_mention IN SHARE ROW EXCLUSIVE MODE")
    connection.execute(delete(Mention))
    refresh(connection, {kind: _ids(connection, kind) for kind in PartyKind})


def problems(connection: Connection) -> Iterator[str]:
    """One line for each that would not be found, or is found where it does not stand."""
    for kind, some in _in_batches({kind: _ids(connection, kind) for kind in PartyKind}):
        wanted, there = _wanted(connection, kind, some), _there(connection, kind, some)
        for value, party in sorted(wanted ^ there):
            wrong = "is not listed" if (value, party) in wanted else "does not stand there any more"
            yield f"{kind} {party >> 2}: {value!r} in its texts {wrong}"
    for place, kind in enumerate(_KINDS):
        gone = (
            f"SELECT value, party >> 2 FROM search_mention WHERE party & 3 = {place} "  # noqa: S608
            f"AND party >> 2 NOT IN (SELECT id FROM {kind})"
        )
        yield from (f"{kind} {id_}, who is gone: {value!r}" for value, id_ in rows(connection, gone))


def owners(connection: Connection, points: Collection[int]) -> dict[PartyKind, set[int]]:
    """Whose these points are."""
    query = "SELECT account_id, contact_id, lead_id FROM contact_point WHERE id AMONG NUMBERS 1"
    found = rows(connection, query, list(points)) if points else []
    return {
        kind: {row[place] for row in found if row[place] is not None} for place, kind in enumerate(_KINDS)
    }


def _ids(connection: Connection, kind: PartyKind) -> list[int]:
    """Of those that say anything at all."""
    described = f"SELECT id FROM {kind} WHERE description IS NOT NULL"  # noqa: S608
    noted = f"SELECT {kind}_id FROM contact_point WHERE note IS NOT NULL AND {kind}_id IS NOT NULL"  # noqa: S608
    listed = f"SELECT party >> 2 FROM search_mention WHERE party & 3 = {_KINDS.index(kind)}"  # noqa: S608
    every = f"SELECT id FROM {kind} WHERE id IN ({described} UNION {noted} UNION {listed})"  # noqa: S608
    return [id_ for (id_,) in rows(connection, every)]


def _in_batches(parties: Parties) -> Iterator[tuple[PartyKind, list[int]]]:
    for kind, ids in sorted(parties.items()):
        yield from ((kind, some) for some in batches(sorted(ids), BATCH))


def _wanted(connection: Connection, kind: PartyKind, ids: list[int]) -> Listed:
    place = _KINDS.index(kind)
    return {
        (key, id_ << 2 | place)
        for query in (_DESCRIBED, _NOTED)
        for id_, text in rows(connection, query.format(kind=kind), ids)
        for key in mentioned(text)
    }


_DESCRIBED = "SELECT id, description FROM {kind} WHERE id AMONG NUMBERS 1 AND description IS NOT NULL"
_NOTED = "SELECT {kind}_id, note FROM contact_point WHERE {kind}_id AMONG NUMBERS 1 AND note IS NOT NULL"


def _there(connection: Connection, kind: PartyKind, ids: list[int]) -> Listed:
    parties = [id_ << 2 | _KINDS.index(kind) for id_ in ids]
    query = "SELECT value, party FROM search_mention WHERE party AMONG NUMBERS 1"
    return {(value, party) for value, party in rows(connection, query, parties)}


def _write(connection: Connection, more: Listed, less: Listed) -> None:
    if less:
        those = tuple_(col(Mention.value), col(Mention.party)).in_(sorted(less))
        connection.execute(delete(Mention).where(those))
    if more:
        statement = insert_for(connection.dialect.name, Mention).on_conflict_do_nothing()
        connection.execute(statement, [{"value": value, "party": party} for value, party in sorted(more)])


def _note(session: Session, _flush: UOWTransaction) -> None:
    pending: dict[PartyKind, set[int]] = session.info.setdefault(_CHANGED, {})
    found = [one for row in session.new for one in _concerned(row) if _text(row)]
    found += [one for row in session.dirty if _differs(row) for one in _concerned(row)]
    found += [one for row in session.deleted for one in _concerned(row)]
    for kind, id_ in found:
        pending.setdefault(kind, set()).add(id_)


def _text(row: Any) -> str | None:
    return row.note if isinstance(row, Point) else row.description


def _differs(row: Any) -> bool:
    """Whether a text is another now, or another's."""
    names = ("note", *_OWNERS) if isinstance(row, Point) else ("description",)
    attributes = inspect(row).attrs
    return any(name in attributes and attributes[name].history.has_changes() for name in names)


def _concerned(row: Any) -> Iterable[tuple[PartyKind, int]]:
    """Whose text it is, and was."""
    if type(row) in _TABLES:
        return [(_TABLES[type(row)], row.id)]
    if not isinstance(row, Point):
        return []
    attributes = inspect(row).attrs
    owners = ((kind, attributes[name].history.sum()) for kind, name in zip(_KINDS, _OWNERS, strict=True))
    return [(kind, id_) for kind, ids in owners for id_ in ids if id_ is not None]


def _make(session: Session) -> None:
    if session.in_nested_transaction():  # the outermost one does it
        return
    session.flush()
    if pending := session.info.pop(_CHANGED, {}):
        refresh(session.connection(), pending)


event.listen(Session, "after_flush", _note)
event.listen(Session, "before_commit", _make, insert=True)  # before following.py asks to be alone
