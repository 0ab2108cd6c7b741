"""How a command begins: what a word stands for, and the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TypeVar

from intake.errors import Rejected
from intake.settings import Settings
from storage import schema
from storage.database import Database

CACHE = 200_000  # kB of SQLite's pages: a command may write all that there is anew

Choice = TypeVar("Choice", bound=StrEnum)


def choice(kind: type[Choice], word: str) -> Choice:
    """Raises Rejected("no-such-choice")."""
    try:
        return kind(word)
    except ValueError:
        raise Rejected("no-such-choice", field="kind", value=word[:40]) from None


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Brought to this version's schema before, closed afterwards."""
    url = settings.database_url.get_secret_value()
    await schema.upgrade(url)
    database = Database(url, cache=CACHE)
    try:
        yield database
    finally:
        await database.close()
