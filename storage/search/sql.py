"""The few statements of the search's hot path, past SQLAlchemy's expressions: those take longer to put
together than SQLite takes to answer (some 250 µs against 30).

One text for both engines. `AMONG NUMBERS 1` and `AMONG TEXTS 1` stand for a parameter that is a list,
`EACH 1` for the rows (`value`) of one that is a JSON array.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

_MARK = re.compile(r"AMONG (NUMBERS|TEXTS) (\d+)|EACH (\d+)|:(\d+)")
_TYPES = {"NUMBERS": "bigint", "TEXTS": "text"}


def rows(connection: Connection, statement: str, *parameters: Any) -> Sequence[Any]:
    """All rows of a SELECT, or that an INSERT returns, as tuples."""
    sqlite = connection.dialect.name == "sqlite"
    values = [json.dumps(value) if sqlite and isinstance(value, list) else value for value in parameters]
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_of_engine(statement, sqlite), tuple(values))
        return cursor.fetchall()
    finally:
        cursor.close()


class Statement:
    """Several SELECTs of the same columns that are one question to the database: on PostgreSQL each costs a
    round trip. Parameters are numbered as they come."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._parameters: list[Any] = []

    def given(self, value: Any) -> str:
        """The number of a parameter."""
        self._parameters.append(value)
        return str(len(self._parameters))

    def add(self, select: str) -> None:
        self._parts.append(select)

    def rows(self, connection: Connection) -> Sequence[Any]:
        """What all of them find; nothing where there are none."""
        return rows(connection, " UNION ALL ".join(self._parts), *self._parameters) if self._parts else []


def inside(text: str) -> str:
    """What `LIKE … ESCAPE '/'` finds a text in the middle of others by."""
    escaped = text.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{escaped}%"


@cache
def _of_engine(statement: str, sqlite: bool) -> str:
    return _MARK.sub(_sqlite if sqlite else _postgresql, statement)


def _sqlite(mark: re.Match[str]) -> str:
    kind, many, each, one = mark.groups()
    if kind:
        return f"IN (SELECT value FROM json_each(?{many}))"  # noqa: S608
    return f"json_each(?{each})" if each else f"?{one}"


def _postgresql(mark: re.Match[str]) -> str:
    kind, many, each, one = mark.groups()
    if kind:
        return f"= ANY(${many}::{_TYPES[kind]}[])"
    return f"json_array_elements(${each}::json)" if each else f"${one}"
