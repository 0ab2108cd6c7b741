"""Many rows at once, past SQLAlchemy's handling of each, where that is what takes the time."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect

from storage.tables import metadata

Process = Callable[[Any], Any]


def insert_rows(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows have the same columns in the same order. What the table's columns have as defaults is not
    filled in."""
    if not rows:
        return
    sql, processes = _statement(connection.dialect, table, tuple(rows[0]))
    values = [list(row.values()) for row in rows]
    for place, process in processes:
        known: dict[Any, Any] = {}
        for row in values:
            value = row[place]
            if value not in known:
                known[value] = process(value)
            row[place] = known[value]
    connection.exec_driver_sql(sql, [tuple(row) for row in values])


@lru_cache(maxsize=64)
def _statement(
    dialect: Dialect, table: str, columns: tuple[str, ...]
) -> tuple[str, tuple[tuple[int, Process], ...]]:
    """The driver's INSERT, and what makes values ready for it in the places where they are not."""
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    marks = (
        f"${place}" if dialect.paramstyle == "numeric_dollar" else "?" for place in range(1, len(columns) + 1)
    )
    sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({', '.join(marks)})"  # noqa: S608 - names of ours
    types = (metadata.tables[table].c[name].type.dialect_impl(dialect) for name in columns)
    found = [(place, type_.bind_processor(dialect)) for place, type_ in enumerate(types)]
    return sql, tuple((place, process) for place, process in found if process is not None)
