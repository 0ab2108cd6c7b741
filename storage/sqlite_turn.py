"""Waiting for SQLite's one writer when it is another process: whoever waits is next.

SQLite itself sleeps up to 100 ms between its tries and keeps no order, so that a small transaction waits
seconds beside somebody who writes all the time. Here whoever wants to write holds a lock on a file beside
the database until it has begun: nobody passes, and one waits for a single transaction of another process.
"""

import fcntl
import os
import sqlite3
import time
from typing import Any, Self

PATIENCE = 5.0  # seconds until «database is locked»
TRY_SECONDS = 0.001

BEGIN = "BEGIN IMMEDIATE"


class Connection(sqlite3.Connection):
    """For `sqlite3.connect(factory=…)`: BEGIN IMMEDIATE waits as said above."""

    def __init__(self, database: str, *arguments: Any, **options: Any) -> None:
        super().__init__(database, *arguments, **options)
        self._path = f"{database}.turn.lock"
        self.shared = database not in ("", ":memory:")
        self._turn: int | None = None

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or Cursor)

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Python's own takes a cursor of its own kind."""
        return self.cursor().execute(sql) if sql == BEGIN else super().execute(sql, parameters)

    def close(self) -> None:
        super().close()
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None

    @property
    def turn(self) -> int:
        if self._turn is None:
            self._turn = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._turn


class Cursor(sqlite3.Cursor):
    connection: Connection

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        if sql != BEGIN or not self.connection.shared:
            return super().execute(sql, parameters)
        until = time.monotonic() + PATIENCE
        _take(self.connection.turn, until)
        try:
            return self._begin(until)
        finally:
            fcntl.flock(self.connection.turn, fcntl.LOCK_UN)

    def _begin(self, until: float) -> Self:
        super().execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    return super().execute(BEGIN)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                        raise
                time.sleep(TRY_SECONDS)
        finally:
            super().execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


def _take(turn: int, until: float) -> None:
    """Without it when its holder is stuck: SQLite then says what is to be said."""
    while time.monotonic() < until:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            time.sleep(TRY_SECONDS)
