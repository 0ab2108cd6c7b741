"""The bots as their platforms speak to us, kept in memory: a webhook asks the database for nothing before it
is verified."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import BotKeys
from storage.bots import bots, keys_of
from storage.database import Database
from storage.tables.chats import Bot
from storage.trouble import is_trouble

log = structlog.get_logger()

TOPICS = frozenset({"bot", "resync"})
GOOD_FOR = 2.0  # seconds, for changes that nobody announces here
AT_ONCE = 0.1  # … where a platform tries out what another process of ours has told it just now


@dataclass(frozen=True, slots=True)
class KnownBot:
    adapter: Adapter
    keys: BotKeys
    enabled: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Requests to a bot's address that did not prove where they came from, since this process began."""

    count: int
    last_at: datetime


class KnownBots:
    """Read when they are asked for and may have changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Mapping[tuple[str, str], KnownBot] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._refused: dict[int, Refused] = {}

    async def find(self, platform: str, key: str, good_for: float = GOOD_FOR) -> KnownBot | None:
        """While the database is in trouble they are as they were."""
        if time.monotonic() - self._read_at > good_for:
            async with self._reading:
                if time.monotonic() - self._read_at > good_for:
                    await self._read()
        return self._known.get((platform, key))

    def note_refused(self, bot_id: int, at: datetime) -> None:
        """Counted here and not in the database: whoever forges shall not make it write."""
        before = self._refused.get(bot_id)
        self._refused[bot_id] = Refused(before.count + 1 if before else 1, at)

    def refused(self) -> Mapping[int, Refused]:
        return self._refused

    @contextlib.asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """While inside, what is announced is read at once."""
        async with self._database.hub.subscribe() as news:
            task = asyncio.create_task(self._follow(news), name="bots")
            yield
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow(self, news: "asyncio.Queue[Any]") -> None:
        while True:
            if (await news.get()).topic in TOPICS:
                self._read_at = float("-inf")

    async def _read(self) -> None:
        before = time.monotonic()
        try:
            async with self._database.reading() as session:
                rows = await bots(session)
        except Exception as error:
            if not is_trouble(error) or not self._known:
                raise
            log.warning("bots are known as they were", why=str(error)[:300])
        else:
            self._known = {(row.platform, row.key): _known(row) for row in rows if row.platform in ADAPTERS}
        self._read_at = before


def _known(bot: Bot) -> KnownBot:
    return KnownBot(ADAPTERS[bot.platform], keys_of(bot), bot.enabled)


BOTS = web.AppKey("bots", KnownBots)
