"""What the administrator decided, at hand for every page and filter of this process; read anew on change."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from intake.model.targets import Targets
from storage import due, preferences
from storage.database import Database
from storage.due import minutes_of
from storage.live import Announcement
from storage.preferences import Settings

TOPICS = frozenset({"settings", "resync"})

_settings = [Settings()]
_targets = [Targets(minutes_of(_settings[0]))]


def house() -> Settings:
    """As they were last read."""
    return _settings[0]


def targets() -> Targets:
    """How soon people are to be answered."""
    return _targets[0]


@asynccontextmanager
async def followed(database: Database) -> AsyncIterator[None]:
    """While inside, changes are noticed."""
    async with database.hub.subscribe() as news:
        await _read(database)
        task = asyncio.create_task(_follow(database, news), name="the administrator's settings")
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow(database: Database, news: asyncio.Queue[Announcement]) -> None:
    while True:
        if (await news.get()).topic in TOPICS:
            await _read(database)


async def _read(database: Database) -> None:
    async with database.reading() as session:
        _settings[0] = await preferences.settings(session)
        _targets[0] = await due.targets(session)
