"""How often a bot brings what is no event, and when it was last heard of: noted together every few seconds,
so that a flood does not wait for one row."""

import asyncio
import logging
import time
from collections import Counter
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database, announce
from storage.insert import insert_into
from storage.tables.chats import Bot, BotIgnored

PAUSE = 5.0  # seconds between two notes
AT_LEAST = 0.2  # … after the first thing that is to be noted
MOST_REASONS = 500  # that are counted apart within a pause
OTHER = "other"

_bot = Bot.__table__  # type: ignore[attr-defined]
_HEARD = update(_bot).where(_bot.c.id == bindparam("bot_id")).values(heard_at=bindparam("at"))

log = logging.getLogger(__name__)


class BotNotes:
    """What waits to be noted; a process that is killed loses the counts of its last seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: dict[int, datetime] = {}
        self._ignored: Counter[tuple[int, str]] = Counter()
        self._noting: asyncio.Task[None] | None = None
        self._noted_at = float("-inf")

    def heard(self, bot_id: int, at: datetime, ignored: str = "") -> None:
        """Something came; `ignored`: why it, or a part of it, is no event."""
        self._heard[bot_id] = max(at, self._heard.get(bot_id, at))
        if ignored:
            known = (bot_id, ignored) in self._ignored or len(self._ignored) < MOST_REASONS
            self._ignored[bot_id, ignored if known else OTHER] += 1
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note_soon())

    async def note(self) -> None:
        """Now."""
        heard, self._heard = self._heard, {}
        ignored, self._ignored = self._ignored, Counter()
        self._noted_at = time.monotonic()

        async def keep(session: AsyncSession) -> None:
            for bot_id, at in sorted(heard.items()):
                values = {"bot_id": bot_id, "at": at}
                await (await session.connection()).execute(_HEARD, values)
            for (bot_id, reason), times in sorted(ignored.items()):
                await _count(session, bot_id, reason, times, heard[bot_id])
            announce(session, "bots-heard")

        if heard:
            await self._database.at_once(keep)

    async def close(self) -> None:
        """What waits is noted; nothing more comes."""
        if self._noting is not None:
            self._noting.cancel()
        await self._note_surely()

    async def _note_soon(self) -> None:
        left = self._noted_at + PAUSE - time.monotonic()
        await asyncio.sleep(max(left, AT_LEAST))
        await self._note_surely()

    async def _note_surely(self) -> None:
        try:
            await self.note()
        except Exception as error:  # noqa: BLE001 - counts are not worth more than a line
            log.warning("what bots have brought was not counted: %s", type(error).__name__)


async def _count(session: AsyncSession, bot_id: int, reason: str, times: int, at: datetime) -> None:
    insert = insert_into(session, BotIgnored).values(bot_id=bot_id, reason=reason, count=times, last_at=at)
    query = insert.on_conflict_do_update(
        index_elements=["bot_id", "reason"],
        set_={"count": BotIgnored.__table__.c.count + times, "last_at": at},  # type: ignore[attr-defined]
    )
    await (await session.connection()).execute(query)
