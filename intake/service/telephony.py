"""Keeps a listener running for every PBX, and dials through them for whoever sits at a screen."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog

from intake.channels.asterisk.actions import Dialer
from intake.channels.asterisk.channel import AsteriskChannel
from intake.channels.asterisk.connection import Connection, Fields, Patience
from intake.channels.asterisk.link import Link
from intake.channels.asterisk.wire import Message
from intake.channels.pauses import Pauses
from intake.errors import Deferred, NotFound
from intake.model.calls import Call, Health
from intake.model.calls import Link as State
from intake.reception import Reception
from intake.service.connections import connection, connections
from storage.calls import last_heard, open_calls
from storage.columns import now
from storage.database import Database
from storage.leader import leadership
from storage.live import Announcement
from storage.tables.calls import ChannelHealth, Pbx

CHANGED = frozenset({"pbx", "user"})  # topics after which the connections may be others
AGAIN = Pauses(first=1.0, longest=60.0)  # after a listener fell over

log = structlog.get_logger()


class Telephony:
    """All PBXs of the house. Each is listened to by one process; any process can dial."""

    def __init__(self, database: Database, reception: Reception, patience: Patience | None = None) -> None:
        self._database = database
        self._reception = reception
        self._patience = patience or Patience()
        self._running: dict[str, tuple[Connection, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen to what is set up, follow changes, stop everything at the end."""
        async with self._database.hub.subscribe() as news:
            await self._arrange()
            follow = asyncio.create_task(self._follow(news), name="PBX settings")
            try:
                yield
            finally:
                await _end([follow, *(task for _, task in self._running.values())])

    async def call(self, extension: str, number: str, channel: str | None = None) -> str:
        """Ring somebody's phone and join them with a number; returns the call's linked id.

        Raises what `Dialer.call` raises, and NotFound("no-pbx") when no PBX is set up.
        """
        return await self._dialer(channel).call(extension, number)

    async def transfer(self, channel: str, pbx_channel: str, extension: str) -> None:
        """Send a caller to an extension. Raises what `Dialer.transfer` raises."""
        await self._dialer(channel).transfer(pbx_channel, extension)

    async def try_out(self, pbx: Pbx) -> int:
        """«Test connection»: log in and ask what goes on; returns how many channels are up.

        Raises `Refused` (wrong secret) or `Deferred` (nobody there, silence), with the PBX's own words.
        """
        async with self._database.reading() as session:
            wanted = await connection(session, pbx)
        link = await Link.open(wanted, self._patience)
        try:
            await link.booted()
            snapshot = await link.snapshot()
        finally:
            await link.close()
        if snapshot.refusal:
            raise Deferred("pbx-refused", words=snapshot.refusal)
        await self._try_again(wanted.channel)
        return len(snapshot.channels)

    async def _try_again(self, channel: str) -> None:
        """Somebody has put a PBX right that we wait for: not in ten minutes, now."""
        async with self._database.reading() as session:
            health = await session.get(ChannelHealth, channel)
        if channel in self._running and (health is None or health.link is not State.UP):
            await _end([self._running.pop(channel)[1]])
            await self._arrange()

    async def _follow(self, news: asyncio.Queue[Announcement]) -> None:
        while True:
            if (await news.get()).topic in CHANGED:
                await self._arrange()

    async def _arrange(self) -> None:
        """Start what is new, stop what is gone, restart what has changed."""
        async with self._database.reading() as session:
            wanted = await connections(session)
        stale = [name for name, (known, _) in self._running.items() if wanted.get(name) != known]
        await _end([self._running.pop(name)[1] for name in stale])
        for name in wanted.keys() - self._running.keys():
            task = asyncio.create_task(self._keep_listening(wanted[name]), name=name)
            self._running[name] = (wanted[name], task)

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

    async def _listen(self, connection: Connection) -> None:
        name = connection.channel
        async with self._database.reading() as session:
            heard_until = await last_heard(session, name)
        await self._reception.receive(Health(name, State.CONNECTING, now()))
        channel = AsteriskChannel(connection, partial(self._calls_open_on, name), heard_until, self._patience)
        await channel.listen(self._reception.receive)

    async def _calls_open_on(self, channel: str) -> list[Call]:
        async with self._database.reading() as session:
            return await open_calls(session, channel)

    def _dialer(self, channel: str | None) -> Dialer:
        known = self._running.get(channel) if channel else next(iter(self._running.values()), None)
        if known is None:
            raise NotFound("no-pbx")
        return Dialer(_Once(known[0], self._patience), known[0], self._patience)


class _Once:
    """An own connection for one action: the listening one may be another process's."""

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience

    async def action(
        self, name: str, fields: Fields | None = None, patience: float | None = None
    ) -> list[Message]:
        link = await Link.open(self._connection, self._patience)
        try:
            return await link.action(name, fields, patience)
        finally:
            await link.close()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
