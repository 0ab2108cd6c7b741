"""Keeps `folded` and the lists of words in step with the records, in the transaction that writes them.

Whatever a session writes is indexed once, just before its commit, all of it in one order: so nobody can
forget to, and two transactions never wait for each other crosswise. What goes past the session (an import,
an undo) calls `records.index_rows` itself.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from sqlalchemy import Connection, event, inspect, select, update
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlmodel import col

from storage.search import records
from storage.tables.parties import Contact

NAMING = frozenset({"name", "title", "organisation", "last_name", "first_name", "middle_name", "account_id"})
_CHANGED = "search: to be indexed"  # key of Session.info

Pending = dict[int, set[int]]  # kind -> ids


def _fold(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    table = str(row.__tablename__)
    folded = records.folded(table, {name: getattr(row, name, None) for name in NAMING})
    if row.folded != folded:
        row.folded = folded


def _note(session: Session, _flush: UOWTransaction) -> None:
    """Which rows of this flush have new names."""
    pending: Pending = session.info.setdefault(_CHANGED, {})
    for row in (*session.new, *session.dirty):
        if isinstance(row, records.TABLES) and (row in session.new or _renamed(row)):
            pending.setdefault(records.KIND_OF[str(row.__tablename__)], set()).add(row.id)  # type: ignore[attr-defined]


def _renamed(row: Any) -> bool:
    attributes = inspect(row).attrs
    return any(name in attributes and attributes[name].history.has_changes() for name in NAMING)


def _index(session: Session) -> None:
    session.flush()
    pending: Pending = session.info.pop(_CHANGED, {})
    if any(pending.values()):
        index_changed(session.connection(), pending)


def index_changed(connection: Connection, pending: Pending) -> None:
    """Together with the people of the companies among them, who are found by its name."""
    if accounts := pending.get(records.ACCOUNT):
        people = select(col(Contact.id)).where(col(Contact.account_id).in_(accounts))
        found = (number for number in connection.execute(people).scalars() if number is not None)
        pending.setdefault(records.CONTACT, set()).update(found)
    stored = (records.stored(connection, kind, ids) for kind, ids in sorted(pending.items()))
    records.index(connection, chain.from_iterable(stored))


def refresh(connection: Connection, table: str, ids: Iterable[int]) -> None:
    """For rows that were written past the session: their `folded` and their words."""
    kind = records.KIND_OF[table]
    target: Any = records.TABLES[kind].__table__  # type: ignore[attr-defined]
    for one in records.stored(connection, kind, set(ids)):
        connection.execute(update(target).where(target.c.id == one.id).values(folded=records.whole(one.own)))
    index_changed(connection, {kind: set(ids)})


for _table in records.TABLES:
    event.listen(_table, "before_insert", _fold)
    event.listen(_table, "before_update", _fold)
event.listen(Session, "after_flush", _note)
event.listen(Session, "before_commit", _index)
