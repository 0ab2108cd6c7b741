"""What other modules still call; to go when they call following.py themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from intake.model.wizard import PartyKind
from storage.search import following, records
from storage.search.rebuild import rebuild

KINDS = {kind.value: kind for kind in PartyKind}


def folded_names(kind: PartyKind, values: Mapping[str, Any]) -> str:
    return records.folded(kind.value, values)


def index(connection: Connection, kind: PartyKind, rows: Iterable[tuple[int, str]]) -> None:
    following.index_changed(connection, {records.KIND_OF[kind.value]: {row_id for row_id, _ in rows}})


def refresh(connection: Connection, kind: PartyKind, row_id: int) -> None:
    following.refresh(connection, {kind.value: [row_id]})


def forget(_connection: Connection, _kind: PartyKind, _row_id: int) -> None:
    pass


def reindex(connection: Connection) -> None:
    rebuild(connection)
