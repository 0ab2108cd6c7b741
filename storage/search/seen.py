"""What somebody may see, as text for statements that are written by hand. access.py says what it is."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, select
from sqlmodel import SQLModel, col

from storage.access import Actor, within
from storage.tables.people import Scope

USERS = 500  # whose conditions are remembered


def seen(connection: Connection, table: type[SQLModel], who: Actor) -> str:
    """A condition on the table's rows, for a statement that calls the table by its own name."""
    if who.scope is Scope.ALL:
        return "true"
    return _condition(connection.dialect, table, replace(who, name="", address="", via=""))


@lru_cache(maxsize=USERS)
def _condition(dialect: Dialect, table: type[SQLModel], who: Actor) -> str:
    """Nothing but numbers is put into it."""
    row: Any = table
    query = select(col(row.id)).where(within(who, table))
    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return f"({text.partition('WHERE ')[2]})"
