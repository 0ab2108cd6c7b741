"""`intake search …`: the index of names."""

from sqlalchemy import Connection

from intake.opening import opened
from intake.settings import Settings
from storage.search.check import problems
from storage.search.rebuild import rebuild as build

MOST_TOLD = 100  # problems; there is one remedy for any number


async def rebuild(settings: Settings) -> int:
    """Index everything anew in one transaction; says how many records there are. Whoever writes meanwhile
    waits, so on SQLite the service is better stopped."""
    async with opened(settings) as database:
        return await database.write(build)


async def check(settings: Settings) -> list[str]:
    """What would not be found, as far as MOST_TOLD."""
    async with opened(settings) as database:
        return await database.ask(_told)


def _told(connection: Connection) -> list[str]:
    return [problem for problem, _ in zip(problems(connection), range(MOST_TOLD), strict=False)]
