"""A transaction that somebody got in the way of is done once more; what cannot be stored is told apart from a
database that cannot be reached."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError, StatementError

from intake.errors import Deferred
from storage.at_once import Work
from storage.database import Database

TRIES = 5  # two transactions that get in each other's way; each has the other's work to see next time
OVERTAKEN = frozenset({"40001", "40P01"})  # PostgreSQL: serialization failure, deadlock
BAD_DATA = "22"  # begins PostgreSQL's codes of values that cannot be stored

Result = TypeVar("Result")


class Overtaken(Exception):
    """The same came by another way at this very moment: look again."""


class Persistently:
    """Raises Deferred when nothing was written and it may be tried again; anything else means that it never
    can be."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def surely(self, work: Work[Result]) -> Result:
        async def once() -> Result:
            async with self._database.transaction() as session:
                return await work(session)

        return await _again_and_again(once)

    async def at_once(self, work: Work[Result]) -> Result:
        """As of Database.at_once."""
        return await _again_and_again(lambda: self._database.at_once(work))


async def _again_and_again(transaction: Callable[[], Awaitable[Result]]) -> Result:
    """From the start when somebody else was quicker with the same row."""
    for attempt in range(1, TRIES + 1):
        try:
            return await transaction()
        except (SQLAlchemyError, OSError, Overtaken) as error:
            if _is_about_data(error) or (isinstance(error, IntegrityError) and attempt == TRIES):
                raise
            if not _is_overtaken(error):
                raise Deferred("database-unavailable", reason=type(error).__name__) from error
        await asyncio.sleep(0.01 * attempt)
    raise Deferred("database-busy")


def _is_overtaken(error: Exception) -> bool:
    return isinstance(error, IntegrityError | Overtaken) or _sqlstate(error) in OVERTAKEN


def _is_about_data(error: Exception) -> bool:
    """What was to be stored is at fault: trying again would fail again."""
    if isinstance(error, DataError) or type(error) is StatementError or _sqlstate(error).startswith(BAD_DATA):
        return True
    return isinstance(getattr(getattr(error, "orig", None), "__cause__", None), ValueError)


def _sqlstate(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
