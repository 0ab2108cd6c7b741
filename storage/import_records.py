"""A batch of an import goes into the database: records made, changed, in the journal, found by the search."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from intake.model.wizard import PartyKind
from storage.bulk import insert_rows
from storage.history import freeze
from storage.import_known import Known, Record
from storage.search import mentions
from storage.search.following import NAMING, index_changed, index_made
from storage.search.records import KIND_OF, Names, folded, own_names
from storage.tables import metadata
from storage.tables.history import Operation


def write_records(connection: Connection, import_id: int, action_id: int, known: Known, at: datetime) -> None:
    """What the batch made and what it changed, so that the search finds it and undo knows of it."""
    touched = [record for record in known.records.values() if record.touched]
    made = [record for record in touched if record.new]
    for kind in PartyKind:
        rows = [record.values for record in made if record.kind is kind]
        if rows:
            insert_rows(connection, kind.value, rows)
            _write_ranges(connection, import_id, kind, rows, at)
    insert_rows(connection, "contact_point", [point for record in made for point in record.added])
    changed = [record for record in touched if not record.new]
    if changed:
        _write_changed(connection, action_id, changed, at)
    _index(connection, known, made, changed)


def _write_changed(connection: Connection, action_id: int, records: list[Record], at: datetime) -> None:
    """A line of the journal for each: what was there before an import is worth knowing."""
    for kind in PartyKind:
        rows = [record for record in records if record.kind is kind]
        if rows:
            _update(connection, kind, rows, at)
    changes = [
        _note(action_id, record.kind.value, record.id, Operation.UPDATE, record.before, record.values)
        for record in records
    ]
    points = [point for record in records for point in record.added]
    for point, row_id in zip(points, new_ids(connection, "contact_point", len(points)), strict=True):
        point["id"] = row_id
        changes.append(_note(action_id, "contact_point", row_id, Operation.INSERT, {}, point))
    insert_rows(connection, "contact_point", points)
    connection.execute(insert(metadata.tables["change"]), changes)


def _update(connection: Connection, kind: PartyKind, records: list[Record], at: datetime) -> None:
    table = metadata.tables[kind.value]
    for record in records:
        record.before.setdefault("updated_at", record.values["updated_at"])
        record.values["updated_at"] = at
        if (named := folded(kind.value, record.values)) != record.values["folded"]:
            record.before["folded"], record.values["folded"] = record.values["folded"], named
    columns = sorted({name for record in records for name in record.before})
    rows = [
        {f"new_{name}": record.values[name] for name in columns} | {"row": record.id} for record in records
    ]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    connection.execute(update(table).where(table.c.id == bindparam("row")).values(values), rows)


def _note(
    action_id: int, table: str, row: int, operation: Operation, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    names = before or {name for name, value in after.items() if value is not None}
    return {
        "action_id": action_id, "table": table, "row": str(row), "operation": operation,
        "before": {name: freeze(value) for name, value in before.items()},
        "after": {name: freeze(after[name]) for name in names},
    }  # fmt: skip


def new_ids(connection: Connection, table: str, number: int) -> list[int]:
    """So many that no row has: given beforehand, so that points can be written together with their owners."""
    if connection.dialect.name == "postgresql":
        drawn = select(func.nextval(func.pg_get_serial_sequence(table, "id"))).select_from(
            func.generate_series(1, number)
        )
        return list(connection.execute(drawn).scalars())
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last = connection.execute(query, {"name": table}).scalar() or 0
    return list(range(last + 1, last + 1 + number))


def _write_ranges(
    connection: Connection, import_id: int, kind: PartyKind, rows: Iterable[dict[str, Any]], at: datetime
) -> None:
    ids = sorted(row["id"] for row in rows)
    ranges = []
    for _, group in groupby(enumerate(ids), key=lambda pair: pair[1] - pair[0]):
        run = [row_id for _, row_id in group]
        ranges.append({"import_id": import_id, "kind": kind, "first": run[0], "last": run[-1], "at": at})
    connection.execute(insert(metadata.tables["import_range"]), ranges)


def _index(connection: Connection, known: Known, made: Sequence[Record], changed: Sequence[Record]) -> None:
    """The one place where an import tells the search."""
    mentions.refresh(connection, _described(made, changed))
    index_made(connection, (_names(known, record) for record in made))
    pending: dict[int, set[int]] = {}
    for record in changed:
        if not NAMING.isdisjoint(record.before):
            pending.setdefault(KIND_OF[record.kind.value], set()).add(record.id)
    if pending:
        index_changed(connection, pending)


def _described(made: Sequence[Record], changed: Sequence[Record]) -> dict[PartyKind, set[int]]:
    """Those whose descriptions are new."""
    found: dict[PartyKind, set[int]] = {kind: set() for kind in PartyKind}
    for record in (*made, *changed):
        if record.values["description"] if record.new else "description" in record.before:
            found[record.kind].add(record.id)
    return found


def _names(known: Known, record: Record) -> Names:
    account = known.records.get((PartyKind.ACCOUNT, record.values.get("account_id") or 0))
    related = account.values["folded"] if account else ""
    own = own_names(record.kind.value, record.values) if record.names is None else record.names
    return Names(KIND_OF[record.kind.value], record.id, own, related)
