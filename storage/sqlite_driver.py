"""SQLite behind asyncio, without waiting for a thread where there is nothing to wait for.

aiosqlite crosses to its thread four times a statement (cursor, execute, fetch, close); each crossing takes
some 60 µs, and while the loop is busy it waits for the interpreter's lock. Most of our reading takes less
than one crossing. So a SELECT begins in the loop's own thread, and is given up and begun again in the other
one when it turns out to be long. Whatever writes, or may wait for somebody who writes, crosses over, once.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Self

import aiosqlite

from storage import sqlite_turn

PLAIN = {"check_same_thread": False, "factory": sqlite_turn.Connection}
SHORT = 20_000  # steps of SQLite's machine, about a millisecond


class Answer(NamedTuple):
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()


class Cursor:
    """What SQLAlchemy asks of a cursor. It holds an answer, nothing of SQLite's."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._answer = Answer()

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        self._answer = await self._connection.answer(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        self._answer = await self._connection.across(partial(_execute_many, sql, parameters))
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._answer.rows

    async def close(self) -> None:
        """There is nothing open."""

    @property
    def description(self) -> Any:
        return self._answer.description

    @property
    def rowcount(self) -> int:
        return self._answer.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._answer.lastrowid


class Connection(aiosqlite.Connection):
    """One statement at a time, which SQLAlchemy sees to: two threads never use it at once."""

    _writing = False

    def cursor(self) -> Any:
        return Cursor(self)

    async def answer(self, sql: str, parameters: Sequence[Any]) -> Answer:
        ask = partial(_execute, sql, parameters)
        if sql.startswith("SELECT"):
            return _at_once(ask, self._conn) or await self.across(ask)
        if sql == "BEGIN":
            return ask(self._conn)
        self._writing = True
        return await self.across(ask)

    async def across(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """In the connection's own thread."""
        answer: Answer = await self._execute(ask, self._conn)  # type: ignore[no-untyped-call]
        return answer

    async def rollback(self) -> None:
        if self._writing:
            self._writing = False
            await super().rollback()
        else:
            self._conn.rollback()


def connect(path: str, **options: Any) -> Connection:
    """For `connect_args={"async_creator_fn": connect}`."""
    connector = partial(sqlite3.connect, path, **(options | PLAIN))
    connection = Connection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does with connections that it makes itself
    return connection


def _at_once(ask: Callable[[sqlite3.Connection], Answer], connection: sqlite3.Connection) -> Answer | None:
    """None when it would take long; a SELECT that is given up leaves its transaction as it was."""
    connection.set_progress_handler(_give_up, SHORT)
    try:
        return ask(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return None
    finally:
        connection.set_progress_handler(None, 0)


def _give_up() -> bool:
    return True


def _execute(sql: str, parameters: Sequence[Any], connection: sqlite3.Connection) -> Answer:
    return _kept(connection.execute(sql, parameters))


def _execute_many(sql: str, parameters: Sequence[Sequence[Any]], connection: sqlite3.Connection) -> Answer:
    return _kept(connection.executemany(sql, parameters))


def _kept(cursor: sqlite3.Cursor) -> Answer:
    rows = cursor.fetchall() if cursor.description else ()
    return Answer(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
