"""The bots as their platforms speak to us, kept in memory: a webhook asks the database for nothing before it
is verified."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import BotKeys
from storage.bots import bots, keys_of
from storage.database import Database
from storage.tables.chats import Bot
from web.remembered import GOOD_FOR, Remembered

TOPICS = frozenset({"bot", "resync"})
AT_ONCE = 0.1  # seconds, where a platform tries out what another process of ours has told it just now


@dataclass(frozen=True, slots=True)
class KnownBot:
    adapter: Adapter
    keys: BotKeys
    enabled: bool


@dataclass(frozen=True, slots=True)
class Known:
    bots: Mapping[tuple[str, str], KnownBot]  # by platform and key


@dataclass(frozen=True, slots=True)
class Refused:
    """Requests to a bot's address that did not prove where they came from, since this process began."""

    count: int
    last_at: datetime


class KnownBots:
    """As they are set up now, and how many requests to their addresses were refused."""

    def __init__(self, database: Database) -> None:
        self._known = Remembered(database, TOPICS, _read, Known({}), "bots")
        self._refused: dict[int, Refused] = {}

    async def find(self, platform: str, key: str, good_for: float = GOOD_FOR) -> KnownBot | None:
        return (await self._known.now(good_for)).bots.get((platform, key))

    def note_refused(self, bot_id: int, at: datetime) -> None:
        """Counted here and not in the database: whoever forges shall not make it write."""
        before = self._refused.get(bot_id)
        self._refused[bot_id] = Refused(before.count + 1 if before else 1, at)

    def refused(self) -> Mapping[int, Refused]:
        return self._refused

    def followed(self) -> AbstractAsyncContextManager[None]:
        return self._known.followed()


async def _read(session: AsyncSession) -> Known:
    rows = await bots(session)
    return Known({(row.platform, row.key): _known(row) for row in rows if row.platform in ADAPTERS})


def _known(bot: Bot) -> KnownBot:
    return KnownBot(ADAPTERS[bot.platform], keys_of(bot), bot.enabled)


BOTS = web.AppKey("bots", KnownBots)
