"""Keeps `folded` and the lists of words in step with the records, in the transaction that writes them.

Whatever a session writes is indexed once, just before its commit, so nobody can forget to. What goes past
the session calls `tell`, or without one `index_made` and `refresh`, when it has changed all it will.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from sqlalchemy import Connection, event, inspect, select, update
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.search import records
from storage.search.lists import alone
from storage.tables import metadata
from storage.tables.parties import Contact

NAMING = frozenset({"name", "title", "organisation", "last_name", "first_name", "middle_name", "account_id"})
_CHANGED, _TOLD = "search: to be indexed", "search: to be folded and indexed"  # keys of Session.info

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
    if session.in_nested_transaction():  # the outermost one does it
        return
    session.flush()
    pending: Pending = session.info.pop(_CHANGED, {})
    told: dict[str, set[int]] = session.info.pop(_TOLD, {})
    if told:
        _fold_anew(session.connection(), told)
    for table, ids in told.items():
        pending.setdefault(records.KIND_OF[table], set()).update(ids)
    if any(pending.values()):
        index_changed(session.connection(), pending)


def tell(session: AsyncSession, changed: Mapping[str, Collection[int]]) -> None:
    """That these rows (ids by table) were changed past the session's objects: as if it had done it itself."""
    told: dict[str, set[int]] = session.info.setdefault(_TOLD, {})
    for table, ids in changed.items():
        told.setdefault(table, set()).update(ids)


def index_changed(connection: Connection, pending: Pending) -> None:
    """Together with the people of the companies among them, who are found by its name."""
    alone(connection)
    if accounts := pending.get(records.ACCOUNT):
        people = select(col(Contact.id)).where(col(Contact.account_id).in_(accounts))
        found = (number for number in connection.execute(people).scalars() if number is not None)
        pending.setdefault(records.CONTACT, set()).update(found)
    stored = (records.stored(connection, kind, ids) for kind, ids in sorted(pending.items()))
    records.index(connection, chain.from_iterable(stored))


def index_made(connection: Connection, names: Iterable[records.Names]) -> None:
    """What was just written past the session by somebody who knows its names; the companies' (`related`) are
    looked up, for they may have been renamed meanwhile."""
    alone(connection)
    records.index(connection, records.with_companies(connection, names))


def refresh(connection: Connection, changed: Mapping[str, Collection[int]]) -> None:
    """For rows (ids by table) that were changed past the session: their `folded` and their words."""
    _fold_anew(connection, changed)
    index_changed(connection, {records.KIND_OF[table]: set(ids) for table, ids in changed.items()})


def _fold_anew(connection: Connection, changed: Mapping[str, Collection[int]]) -> None:
    for table, ids in changed.items():
        target = metadata.tables[table]
        for one in records.stored(connection, records.KIND_OF[table], ids):
            folded = records.whole(one.own)
            row = (target.c.id == one.id, target.c.folded != folded)
            connection.execute(update(target).where(*row).values(folded=folded))


for _table in records.TABLES:
    event.listen(_table, "before_insert", _fold)
    event.listen(_table, "before_update", _fold)
event.listen(Session, "after_flush", _note)
event.listen(Session, "before_commit", _index)
