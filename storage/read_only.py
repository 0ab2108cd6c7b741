"""Asking in a way in which nothing can be written: whatever a rehearsal does, the database refuses it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from storage.database import Database

Answer = TypeVar("Answer")

_ON = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET default_transaction_read_only = on"}
_OFF = {"sqlite": "PRAGMA query_only=OFF", "postgresql": "SET default_transaction_read_only = off"}


async def ask_only(database: Database, question: Callable[[Connection], Answer]) -> Answer:
    """Like `Database.ask`; a statement that writes fails."""

    def asked(connection: Connection) -> Answer:
        with _reading_only(connection):
            return question(connection)

    return await database.ask(asked)


@contextmanager
def _reading_only(connection: Connection) -> Iterator[None]:
    """The connection goes back to those who share it as it was; one that cannot is thrown away."""
    name = connection.dialect.name
    connection.exec_driver_sql(_ON[name])
    try:
        yield
    finally:
        try:
            connection.exec_driver_sql(_OFF[name])
        except BaseException:
            connection.invalidate()
            raise
