"""Taking an import back: what it made goes, what it changed is as it was; except what somebody has touched.

Somebody has touched a record when it was changed since, talked with, or anything points to it.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, select
from sqlmodel import col

from intake.errors import Conflict
from intake.model.wizard import PartyKind
from storage.history import referring
from storage.reversal import index_anew, reverse
from storage.search import mentions
from storage.tables import metadata
from storage.tables.history import Change
from storage.tables.imports import Import, ImportRange

SLICE = 200  # records in one transaction
ORDER = (PartyKind.CONTACT, PartyKind.LEAD, PartyKind.ACCOUNT)  # those that point to others first


def undo_some(connection: Connection, import_id: int) -> bool:
    """Take some of it back, in the caller's transaction, and count it; False when nothing is left to do."""
    chosen = select(Import.__table__).where(col(Import.id) == import_id).with_for_update()  # type: ignore[attr-defined]
    found = connection.execute(chosen).one()
    query = select(Change.__table__).where(col(Change.action_id) == found.action_id)  # type: ignore[attr-defined]
    if found.put_back:
        query = query.where(col(Change.id) < found.put_back)
    changes = [
        Change(**row)
        for row in connection.execute(query.order_by(col(Change.id).desc()).limit(SLICE)).mappings()
    ]
    if changes:
        kept = sum(not _put_back(connection, change) for change in changes)
        index_anew(connection, changes)
        _count(connection, import_id, kept=kept, put_back=(changes[-1].id or 0) - found.put_back)
        return True
    counts = _remove_some(connection, import_id)
    if counts is not None:
        _count(connection, import_id, removed=counts[0], kept=counts[1])
    return counts is not None


def _put_back(connection: Connection, change: Change) -> bool:
    """Each by itself: where one is in the way of a person's change, the others go on."""
    try:
        with connection.begin_nested():
            reverse(connection, [change])
    except Conflict:
        return False
    return True


def _count(connection: Connection, import_id: int, **more: int) -> None:
    table = metadata.tables["import_file"]
    values = {name: table.c[name] + number for name, number in more.items()}
    connection.execute(table.update().where(table.c.id == import_id).values(values))


def _remove_some(connection: Connection, import_id: int) -> tuple[int, int] | None:
    for kind in ORDER:
        query = select(ImportRange.__table__).where(  # type: ignore[attr-defined]
            col(ImportRange.import_id) == import_id, col(ImportRange.kind) == kind
        )
        found = connection.execute(query.order_by(col(ImportRange.first).desc()).limit(1)).first()
        if found is not None:
            return _remove_from(connection, kind, found)
    return None


def _remove_from(connection: Connection, kind: PartyKind, found: Any) -> tuple[int, int]:
    """The last records of a range, which then ends before them."""
    table = metadata.tables[kind.value]
    start = max(found.first, found.last - SLICE + 1)
    there = table.c.id.between(start, found.last)
    untouched = (table.c.updated_at == found.at, table.c.touched_at.is_(None), *_unused(table))
    ids = list(connection.execute(select(table.c.id).where(there, *untouched)).scalars())
    points = metadata.tables["contact_point"]
    connection.execute(delete(points).where(points.c[f"{kind.value}_id"].in_(ids)))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    mentions.refresh(connection, {kind: ids})
    left = len(list(connection.execute(select(table.c.id).where(there)).scalars()))
    ranges = metadata.tables["import_range"]
    this = (ranges.c.import_id == found.import_id, ranges.c.kind == kind, ranges.c.first == found.first)
    if start == found.first:
        connection.execute(delete(ranges).where(*this))
    else:
        connection.execute(ranges.update().where(*this).values(last=start - 1))
    return len(ids), left


def _unused(table: Any) -> list[ColumnElement[bool]]:
    """Nothing but its own points refers to it."""
    return [
        ~exists().where(column == table.c.id)
        for other, column in referring(table)
        if other.name not in ("contact_point", table.name)
    ] + [
        ~exists().where(alias.c[column.name] == table.c.id)
        for other, column in referring(table)
        if other.name == table.name
        for alias in [other.alias()]
    ]
