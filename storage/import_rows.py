"""Drafts become records, a batch in one transaction: found or made, changed as wished, indexed, counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from intake.errors import Rejected
from intake.model.imports import BadRow, Draft, Found, Options, Party
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.columns import now
from storage.import_known import Known, Record, load_known
from storage.import_records import new_ids, write_records
from storage.parties import TABLES
from storage.search.records import whole
from storage.tables import metadata
from storage.tables.imports import Import, ImportState

SOURCE = "import"  # of points
MOST_BAD = 100_000  # rows left out, after which the columns must be wrong
_NEVER_CHANGED = frozenset({"kind"})
_READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "created": ("created_at", datetime.fromisoformat),
    "revenue": ("revenue", Decimal),
}


def _defaults(kind: PartyKind) -> dict[str, Any]:
    """What a new record has where nobody says anything else."""
    table: Any = TABLES[kind]
    made = table()
    return {column.name: getattr(made, column.name) for column in table.__table__.c}


_EMPTY = {kind: _defaults(kind) for kind in PartyKind}


@dataclass(slots=True)
class Writing:
    """An import while it is written. `users`: ids by folded name and login; `common`: values that very many
    records share."""

    import_id: int
    action_id: int
    kind: PartyKind
    options: Options
    who: Actor
    users: Mapping[str, int]
    common: set[str] = field(default_factory=set)


def write_rows(connection: Connection, writing: Writing, rows: Sequence[Draft | BadRow]) -> bool:
    """In the caller's transaction; the import's counters too. False when somebody has stopped it.

    Raises Rejected("too-many-bad").
    """
    if not _goes_on(connection, writing.import_id):
        return False
    drafts = [row for row in rows if isinstance(row, Draft)]
    known = load_known(connection, drafts, writing.who, writing.common)
    batch = _Batch(connection, writing, known, len(drafts))
    bad = [row for row in rows if isinstance(row, BadRow)]
    for draft in drafts:
        try:
            batch.take(draft)
        except Rejected as error:
            bad.append(BadRow(draft.line, error.code, error.params, draft.cells))
    write_records(connection, writing.import_id, writing.action_id, known, batch.at)
    _write_bad(connection, writing.import_id, bad)
    counted = {"seen": len(rows), "bad": len(bad)} | batch.counts
    counters = {name: Import.__table__.c[name] + number for name, number in counted.items()}  # type: ignore[attr-defined]
    connection.execute(update(Import).where(col(Import.id) == writing.import_id).values(**counters))
    return True


def _goes_on(connection: Connection, import_id: int) -> bool:
    """Nobody stops it before this transaction ends."""
    query = select(col(Import.state), col(Import.bad)).where(col(Import.id) == import_id).with_for_update()
    state, bad = connection.execute(query).one()
    if bad > MOST_BAD:
        raise Rejected("too-many-bad", limit=MOST_BAD)
    return state is ImportState.RUNNING


class _Batch:
    def __init__(self, connection: Connection, writing: Writing, known: Known, size: int) -> None:
        self._connection, self._writing, self._known, self._size = connection, writing, known, size
        self._ids: dict[str, list[int]] = {}
        self.at = now()
        self.counts = {"made": 0, "changed": 0, "skipped": 0}

    def take(self, draft: Draft) -> None:
        """Find or make what the draft says. Raises Rejected("several-fit") before anything of it is taken."""
        parties = {PartyKind(kind): party for kind, party in draft.parties.items()}
        found = {kind: self._find(kind, parties) for kind in parties}
        account = found.get(PartyKind.ACCOUNT)
        contact = parties.get(PartyKind.CONTACT)
        if contact is not None and account is not None:
            found[PartyKind.CONTACT] = self._at_account(contact, account, found[PartyKind.CONTACT])
        main = found[self._writing.kind]
        before = [_state(record) for record in found.values() if record]
        for kind, party in parties.items():
            found[kind] = self._put(kind, party, found[kind], account_id=_id(found.get(PartyKind.ACCOUNT)))
        after = [_state(record) for record in found.values() if record]
        self.counts["made" if main is None else "changed" if before != after else "skipped"] += 1

    def _find(self, kind: PartyKind, parties: Mapping[PartyKind, Party]) -> Record | None:
        party = parties[kind]
        if kind is PartyKind.ACCOUNT and self._writing.kind is PartyKind.CONTACT:
            return self._known.match(kind, party) or (
                None if party.fields.get("inn") else self._known.account_named(party)
            )
        return self._known.match(kind, party)

    def _at_account(self, party: Party, account: Record, found: Record | None) -> Record | None:
        """The person at this account; who has the same number at another one is left there, unless contacts
        are overwritten."""
        moving = self._writing.kind is PartyKind.CONTACT and self._writing.options.found is Found.OVERWRITE
        if found and (moving or found.values["account_id"] in (None, account.id)):
            return found
        return self._known.colleague(account.id, party)

    def _put(self, kind: PartyKind, party: Party, record: Record | None, account_id: int | None) -> Record:
        values = _columns(party)
        if kind is PartyKind.CONTACT and account_id is not None:
            values["account_id"] = account_id
        if record is None:
            return self._make(kind, party, values)
        if self._is_named_only(kind) or self._writing.options.found is Found.SKIP:
            return record
        if person := self._writing.users.get(party.responsible):
            values["responsible_id"] = person
        self._change(record, values)
        self._add_points(record, party)
        return record

    def _is_named_only(self, kind: PartyKind) -> bool:
        """A row about a contact says whose he is; it does not say what that account should be."""
        return kind is PartyKind.ACCOUNT and self._writing.kind is PartyKind.CONTACT

    def _make(self, kind: PartyKind, party: Party, values: dict[str, Any]) -> Record:
        if kind is PartyKind.ACCOUNT and not values["name"]:
            raise Rejected("no-such-client", inn=party.fields.get("inn", ""))
        options = self._writing.options
        inherits = kind is PartyKind.CONTACT and self._writing.kind is PartyKind.ACCOUNT
        row = _EMPTY[kind].copy()
        row["created_at"], row["source"] = self.at, options.source or None
        row.update((name, value) for name, value in values.items() if value is not None)
        row["id"] = self._next_id(kind.value)
        row["folded"] = whole(party.names)
        responsible = self._writing.users.get(party.responsible, options.responsible_id)
        row["responsible_id"] = None if inherits else responsible
        row["created_by"], row["updated_at"] = self._writing.who.user_id, self.at
        record = Record(kind, row["id"], row, new=True, names=party.names)
        self._known.add(record)
        self._add_points(record, party)
        return record

    def _change(self, record: Record, values: dict[str, Any]) -> None:
        overwrite = self._writing.options.found is Found.OVERWRITE
        for name, value in values.items():
            current = record.values[name]
            wanted = value not in (None, "") and value != current and name not in _NEVER_CHANGED
            if wanted and name != "created_at" and (overwrite or current in (None, "")):
                record.before.setdefault(name, current)
                record.values[name] = value

    def _add_points(self, record: Record, party: Party) -> None:
        kinds = {kind for kind, _, _ in record.points}
        for point in party.points:
            key = (point.kind, point.value, point.extension)
            if key in record.points:
                continue
            record.added.append({
                "account_id": record.id if record.kind is PartyKind.ACCOUNT else None,
                "contact_id": record.id if record.kind is PartyKind.CONTACT else None,
                "lead_id": record.id if record.kind is PartyKind.LEAD else None,
                "kind": point.kind, "value": point.value, "tail": point.tail, "extension": point.extension,
                "raw": point.raw, "shared": False, "main": point.kind not in kinds, "source": SOURCE,
                "created_at": self.at,
            })  # fmt: skip
            kinds.add(point.kind)
            self._known.add_point(record, key)

    def _next_id(self, table: str) -> int:
        if not self._ids.get(table):
            self._ids[table] = new_ids(self._connection, table, self._size)[::-1]
        return self._ids[table].pop()


def _columns(party: Party) -> dict[str, Any]:
    values = dict(party.fields)
    for name, (column, read) in _READ.items():
        if (text_ := values.pop(name, None)) is not None:
            values[column] = read(text_)
    return values


def _id(record: Record | None) -> int | None:
    return record.id if record else None


def _state(record: Record) -> tuple[int, int, int]:
    """Differs once something was put into the record."""
    return record.id, len(record.before), len(record.added)


def _write_bad(connection: Connection, import_id: int, rows: Sequence[BadRow]) -> None:
    if rows:
        values = [
            {
                "import_id": import_id,
                "line": row.line,
                "code": row.code,
                "params": row.params,
                "cells": row.cells,
            }
            for row in rows
        ]
        connection.execute(insert(metadata.tables["import_bad"]), values)
