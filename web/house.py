"""What the administrator decided, at hand for every page and filter of this process; read anew on change."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from storage import preferences
from storage.database import Database
from storage.live import Announcement
from storage.preferences import Settings

TOPICS = frozenset({"settings", "resync"})

_settings = [Settings()]


def house() -> Settings:
    """As they were last read."""
    return _settings[0]


def warn_after() -> timedelta:
    """How long somebody may wait before it is shown in amber."""
    return timedelta(minutes=house().warn_minutes)


def late_after() -> timedelta:
    """… in red, and counts as overdue."""
    return timedelta(minutes=house().late_minutes)


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
