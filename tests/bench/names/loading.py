"""A world into the product's own tables, in bulk, as an import does it; and its index."""

import importlib
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert

from intake.matching.phones import tail
from intake.model.wizard import PartyKind
from storage.tables import metadata
from storage.tables.parties import PointKind
from tests.bench.names.facts import Record, World

BATCH = 20_000  # records
NOON = datetime(2026, 1, 5, 9, tzinfo=UTC)
_TABLES = {kind: metadata.tables[kind.value] for kind in PartyKind}
_POINTS = metadata.tables["contact_point"]
_NAMES = ("name", "title", "organisation", "last_name", "first_name", "middle_name")


def load(connection: Connection, world: World) -> None:
    """All records with their phones and addresses; not indexed yet."""
    metadata.create_all(connection)
    everybody = iter(world)
    while some := list(islice(everybody, BATCH)):
        for kind, table in _TABLES.items():
            rows = [_row(record) for record in some if record.kind is kind]
            if rows:
                connection.execute(insert(table), rows)
        connection.execute(insert(_POINTS), list(_points(some)))


def rebuild(connection: Connection) -> float:
    """The product's index, anew; how many seconds it took."""
    metadata.create_all(connection)
    begun = time.perf_counter()
    try:
        importlib.import_module("storage.search.rebuild").rebuild(connection)
    except ModuleNotFoundError:
        importlib.import_module("storage.search.words").reindex(connection)
    return time.perf_counter() - begun


def _row(record: Record) -> dict[str, Any]:
    number = record.id
    row: dict[str, Any] = {
        "id": number, "do_not_call": False, "do_not_email": False, "created_at": NOON, "updated_at": NOON,
        "touched_at": NOON - timedelta(hours=number * 7919 % 9973) if number % 3 else None,
    }  # fmt: skip
    if record.kind is PartyKind.ACCOUNT:
        row |= {
            "kind": _kind(record),
            "name": record.name,
            "legal_form": record.legal_form,
            "inn": record.inn,
        }
    else:
        row |= {"last_name": record.last, "first_name": record.first, "middle_name": record.middle}
    if record.kind is PartyKind.CONTACT:
        row |= {"account_id": record.account_id, "from_lead": False}
    if record.kind is PartyKind.LEAD:
        row |= {"organisation": record.name or None, "inn": record.inn}
    return row | {"folded": _folded(record.kind, dict.fromkeys(_NAMES) | row)}


def _folded(kind: PartyKind, values: dict[str, Any]) -> str:
    try:
        return str(importlib.import_module("storage.search.records").folded(kind.value, values))
    except ModuleNotFoundError:
        return str(importlib.import_module("storage.search.words").folded_names(kind, values))


def _kind(record: Record) -> str:
    if record.legal_form is None:
        return "person"
    return "sole-trader" if record.legal_form == "ИП" else "company"


def _points(some: Iterable[Record]) -> Iterator[dict[str, Any]]:
    for record in some:
        owner = {f"{kind.value}_id": record.id if kind is record.kind else None for kind in PartyKind}
        common = {**owner, "shared": False, "main": True, "created_at": NOON}
        yield {
            **common,
            "kind": PointKind.PHONE,
            "value": record.phone,
            "raw": record.phone,
            "tail": tail(record.phone),
        }
        yield {**common, "kind": PointKind.EMAIL, "value": record.email, "raw": record.email, "tail": None}
