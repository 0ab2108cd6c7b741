"""The few statements of the search's hot path, past SQLAlchemy's expressions: those take longer to put
together than SQLite takes to answer (some 250 µs against 30).

One text for both engines. `AMONG NUMBERS 1` and `AMONG TEXTS 1` stand for a parameter that is a list.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

_MARK = re.compile(r"AMONG (NUMBERS|TEXTS) (\d)|:(\d)")
_TYPES = {"NUMBERS": "bigint", "TEXTS": "text"}


def rows(connection: Connection, statement: str, *parameters: Any) -> Sequence[Any]:
    """All rows of a SELECT, as tuples."""
    sqlite = connection.dialect.name == "sqlite"
    values = [json.dumps(value) if sqlite and isinstance(value, list) else value for value in parameters]
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_of_engine(statement, sqlite), tuple(values))
        return cursor.fetchall()
    finally:
        cursor.close()


@cache
def _of_engine(statement: str, sqlite: bool) -> str:
    return _MARK.sub(_sqlite if sqlite else _postgresql, statement)


def _sqlite(mark: re.Match[str]) -> str:
    return f"IN (SELECT value FROM json_each(?{mark[2]}))" if mark[1] else f"?{mark[3]}"  # noqa: S608


def _postgresql(mark: re.Match[str]) -> str:
    return f"= ANY(${mark[2]}::{_TYPES[mark[1]]}[])" if mark[1] else f"${mark[3]}"
