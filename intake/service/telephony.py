"""Keeps a listener running for every PBX, and dials through them for whoever sits at a screen."""

from contextlib import AbstractAsyncContextManager
from functools import partial

from intake.channels.asterisk.actions import Dialer
from intake.channels.asterisk.channel import AsteriskChannel
from intake.channels.asterisk.connection import Connection, Fields, Patience
from intake.channels.asterisk.link import Link
from intake.channels.asterisk.wire import Message
from intake.errors import Deferred, NotFound
from intake.model.calls import Call, Health
from intake.model.calls import Link as State
from intake.reception import Reception
from intake.service.connections import connection, connections
from intake.service.listeners import Listeners
from storage.calls import last_heard, open_calls
from storage.columns import now
from storage.database import Database
from storage.tables.calls import Pbx

CHANGED = frozenset({"pbx", "user"})  # topics after which the connections may be others


class Telephony:
    """All PBXs of the house. Each is listened to by one process; any process can dial."""

    def __init__(self, database: Database, reception: Reception, patience: Patience | None = None) -> None:
        self._database = database
        self._reception = reception
        self._patience = patience or Patience()
        self._listeners = Listeners(database, CHANGED, self._wanted, self._listen)

    def running(self) -> AbstractAsyncContextManager[None]:
        """As of `Listeners`."""
        return self._listeners.running()

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
        await self._listeners.try_again(wanted.channel)
        return len(snapshot.channels)

    async def _wanted(self) -> dict[str, Connection]:
        async with self._database.reading() as session:
            return await connections(session)

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
        all_there = iter(self._listeners.connections)
        known = self._listeners.connection(channel) if channel else next(all_there, None)
        if known is None:
            raise NotFound("no-pbx")
        return Dialer(_Once(known, self._patience), known, self._patience)


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
