"""`intake search …`: the index of names."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from storage.database import Database
from storage.search.check import problems
from storage.search.rebuild import rebuild as build

if TYPE_CHECKING:
    from intake.settings import Settings

MOST_TOLD = 100  # problems; there is one remedy for any number


async def rebuild(settings: "Settings") -> int:
    """Index everything anew in one transaction; says how many records there are. Whoever writes meanwhile
    waits, so on SQLite the service is better stopped."""
    database = Database(settings.database_url.get_secret_value())
    try:
        return await database.write(build)
    finally:
        await database.close()


async def check(settings: "Settings") -> list[str]:
    """What would not be found, as far as MOST_TOLD."""
    database = Database(settings.database_url.get_secret_value())
    try:
        return await database.ask(_told)
    finally:
        await database.close()


def _told(connection: Connection) -> list[str]:
    return [problem for problem, _ in zip(problems(connection), range(MOST_TOLD), strict=False)]
