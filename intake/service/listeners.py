"""Keeps a listener running for everything of a kind that is set up: each is listened to by one process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

import structlog

from intake.channels.pauses import Pauses
from intake.channels.surely import surely
from intake.model.calls import Link
from storage.database import Database
from storage.leader import leadership
from storage.live import Announcement
from storage.tables.calls import ChannelHealth

AGAIN = Pauses(first=1.0, longest=60.0)  # after a listener fell over


class Connected(Protocol):
    """Whatever is listened to has a channel's name, and differs when it was set up otherwise."""

    @property
    def channel(self) -> str: ...


Connection = TypeVar("Connection", bound=Connected)

log = structlog.get_logger()


class Listeners(Generic[Connection]):
    """`wanted` is what is set up now, by channel; `listen` hears one until cancelled. Looked at anew after an
    announcement of one of the topics in `changed`; then `arranged` is told which channels are listened to."""

    def __init__(
        self,
        database: Database,
        changed: Collection[str],
        wanted: Callable[[], Awaitable[Mapping[str, Connection]]],
        listen: Callable[[Connection], Awaitable[None]],
        arranged: Callable[[set[str]], Awaitable[None]] | None = None,
    ) -> None:
        self._database, self._changed, self._wanted, self._listen = database, changed, wanted, listen
        self._arranged = arranged
        self._arranging = asyncio.Lock()
        self._running: dict[str, tuple[Connection, asyncio.Task[None]]] = {}

    @property
    def connections(self) -> list[Connection]:
        """Of what is listened to, in the order it was begun."""
        return [known for known, _ in self._running.values()]

    def connection(self, channel: str) -> Connection | None:
        known = self._running.get(channel)
        return known[0] if known else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen to what is set up, follow changes, stop everything at the end."""
        async with self._database.hub.subscribe() as news:
            await self._arrange()
            follow = asyncio.create_task(self._follow(news), name="settings of channels")
            try:
                yield
            finally:
                await _end([follow])
                await _end([task for _, task in self._running.values()])

    async def try_again(self, channel: str) -> None:
        """Somebody has put right what we wait for: not in ten minutes, now."""
        async with self._database.reading() as session:
            health = await session.get(ChannelHealth, channel)
        if channel in self._running and (health is None or health.link is not Link.UP):
            await _end([self._running.pop(channel)[1]])
            await self._arrange()

    async def _follow(self, news: asyncio.Queue[Announcement]) -> None:
        while True:
            if (await news.get()).topic in self._changed:
                await surely(self._arrange)

    async def _arrange(self) -> None:
        """Start what is new, stop what is gone, restart what has changed."""
        async with self._arranging:
            wanted = await self._wanted()
            stale = [name for name, (known, _) in self._running.items() if wanted.get(name) != known]
            await _end([self._running.pop(name)[1] for name in stale])
            for name, connection in wanted.items():
                if name not in self._running:
                    task = asyncio.create_task(self._keep_listening(connection), name=name)
                    self._running[name] = (connection, task)
            if self._arranged is not None:
                await self._arranged(set(wanted))

    async def _keep_listening(self, connection: Connection) -> None:
        failures = 0
        while True:
            try:
                async with leadership(self._database, connection.channel):
                    await self._listen(connection)
            except Exception:
                failures += 1
                log.exception("a listener fell over", channel=connection.channel)
                await asyncio.sleep(AGAIN.after(failures))


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
