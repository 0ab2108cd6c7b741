"""What strangers' requests are looked at with, kept in memory: a flood of them asks the database nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any, Generic, TypeVar

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.trouble import is_trouble

T = TypeVar("T")

GOOD_FOR = 2.0  # seconds, for changes that nobody announces here
NEVER = float("-inf")

log = structlog.get_logger()


class Remembered(Generic[T]):
    """Read when it is asked for and may have changed. `topics`: of announcements after which it has; `first`
    is what is known before anything was read."""

    def __init__(
        self,
        database: Database,
        topics: Collection[str],
        read: Callable[[AsyncSession], Awaitable[T]],
        first: T,
        name: str,
    ) -> None:
        self._database, self._topics, self._read, self._name = database, topics, read, name
        self._first = self._known = first
        self._read_at = NEVER
        self._reading = asyncio.Lock()

    async def now(self, good_for: float = GOOD_FOR) -> T:
        """Not older than so many seconds; while the database is in trouble as it was, if it was read ever."""
        if time.monotonic() - self._read_at > good_for:
            async with self._reading:
                if time.monotonic() - self._read_at > good_for:
                    await self._look()
        return self._known

    @contextlib.asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """While inside, what is announced is read at once."""
        async with self._database.hub.subscribe() as news:
            task = asyncio.create_task(self._follow(news), name=self._name)
            yield
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow(self, news: "asyncio.Queue[Any]") -> None:
        while True:
            if (await news.get()).topic in self._topics:
                self._read_at = NEVER

    async def _look(self) -> None:
        before = time.monotonic()
        try:
            async with self._database.reading() as session:
                self._known = await self._read(session)
        except Exception as error:
            if not is_trouble(error) or self._known is self._first:
                raise
            log.warning("known as it was", what=self._name, why=str(error)[:300])
        self._read_at = before
