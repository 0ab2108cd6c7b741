"""A world into the product's own tables, in bulk, as an import does it; and its index."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert

from intake.matching.phones import tail
from intake.model.wizard import PartyKind
from storage.search.rebuild import rebuild
from storage.search.records import folded
from storage.tables import metadata
from storage.tables.parties import PointKind
from tests.bench.names.facts import Record, World

BATCH, TOGETHER = 20_000, 200_000  # records of a statement, of a transaction
NOON = datetime(2026, 1, 5, 9, tzinfo=UTC)
_TABLES = {kind: metadata.tables[kind.value] for kind in PartyKind}
_POINTS = metadata.tables["contact_point"]
_NAMES = ("name", "title", "organisation", "last_name", "first_name", "middle_name")


def loads(world: World) -> Iterator[Callable[[Connection], None]]:
    """What writes all records with their phones and addresses, a transaction each; not indexed yet."""
    yield metadata.create_all
    everybody = iter(world)
    while some := list(islice(everybody, TOGETHER)):
        yield partial(_load, some)


def _load(everybody: Sequence[Record], connection: Connection) -> None:
    for start in range(0, len(everybody), BATCH):
        some = everybody[start : start + BATCH]
        for kind, table in _TABLES.items():
            rows = [_row(record) for record in some if record.kind is kind]
            if rows:
                connection.execute(insert(table), rows)
        connection.execute(insert(_POINTS), list(_points(some)))


def reindex(connection: Connection) -> None:
    """The product's index, anew; with the tables that came since the world was kept."""
    metadata.create_all(connection)
    rebuild(connection)


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
    return row | {"folded": folded(record.kind.value, dict.fromkeys(_NAMES) | row)}


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
