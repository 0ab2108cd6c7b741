"""A PBX as a channel: connects, hears, puts the picture right after every gap, and says how it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

from intake.channels.asterisk import cdr
from intake.channels.asterisk.actions import Dialer
from intake.channels.asterisk.calls import CallTracker
from intake.channels.asterisk.connection import Connection, Fields, Patience
from intake.channels.asterisk.link import Heard, Link, Snapshot
from intake.channels.asterisk.wire import Message
from intake.channels.base import Deliver
from intake.channels.surely import deliver_surely, surely
from intake.channels.telling import Telling
from intake.errors import Deferred, Rejected
from intake.model import calls
from intake.model.calls import Call, CallEvent, Gap, Health

PATIENCE = Patience()

log = logging.getLogger(__name__)


class AsteriskChannel:
    """One PBX. `open_calls` gives the calls that the database holds as still going on; `last_heard` is the
    time of the last Health `up` that was delivered, be it by a process that is dead now; None: never.
    """

    def __init__(
        self,
        connection: Connection,
        open_calls: Callable[[], Awaitable[list[Call]]],
        last_heard: datetime | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        self._connection = connection
        self._open_calls = open_calls
        self._heard_until = last_heard
        self._patience = patience
        self._tracker = CallTracker(connection.channel, connection.lines)
        self._link: Link | None = None
        self._failures = 0
        self._telling = Telling(patience.heartbeat)
        self.dialer = Dialer(self, connection, patience)

    async def action(
        self, name: str, fields: Fields | None = None, patience: float | None = None
    ) -> list[Message]:
        """As `Link.action`; raises `Deferred` (pbx-offline) at once while there is no connection."""
        if self._link is None:
            raise Deferred("pbx-offline", reason="")
        return await self._link.action(name, fields, patience)

    async def listen(self, deliver: Deliver) -> None:
        """Hear the PBX until cancelled. Delivered are: calls' events, in order; a Gap after every time of not
        hearing, before what it hid; Health at each change, and every `Patience.heartbeat` while up."""
        self._tracker.restore(await surely(self._open_calls))
        await self._tell(deliver, calls.Link.CONNECTING)
        while True:
            pause = await self._once(deliver)
            await asyncio.sleep(pause)

    async def _once(self, deliver: Deliver) -> float:
        """One connection from beginning to end; returns the seconds to wait before the next."""
        link: Link | None = None
        try:
            link = self._link = await Link.open(self._connection, self._patience)
            await self._attend(link, deliver)
        except Rejected as refusal:
            await self._tell(deliver, calls.Link.REFUSED, str(refusal.params.get("words") or refusal.code))
            return self._patience.refused
        except Deferred as trouble:
            self._failures += 1
            await self._tell(deliver, calls.Link.DOWN, _reason(trouble))
        finally:
            self._link = None
            if link is not None:
                await link.close()
        return self._patience.again.after(self._failures)

    async def _attend(self, link: Link, deliver: Deliver) -> None:
        """Catch up with what was missed, then hear until the link is down (`Deferred`)."""
        await link.booted()
        snapshot = await link.snapshot()
        since = self._heard_until
        if since is not None:
            await deliver_surely(deliver, Gap(self._connection.channel, since, link.opened_at))
        missed = cdr.Span(since, link.opened_at, await link.skew()) if since is not None else None
        for event in await self._caught_up(snapshot, missed):
            await deliver_surely(deliver, event)
        self._failures = 0
        try:
            while True:
                self._heard_until = link.taken_at
                await self._tell(deliver, calls.Link.UP, snapshot.refusal)
                for event in self._meaning(await link.heard(within=self._patience.heartbeat)):
                    await deliver_surely(deliver, event)
        except Deferred:
            self._heard_until = link.taken_at
            raise

    def _meaning(self, heard: list[Heard]) -> Iterator[CallEvent]:
        for at, message in heard:
            yield from self._tracker.hear(message, at)

    async def _caught_up(self, snapshot: Snapshot, missed: cdr.Span | None) -> list[CallEvent]:
        """What must have happened, by what the PBX says goes on now and by its call records."""
        told = list(self._meaning(snapshot.before))
        if not snapshot.refusal:
            told += self._tracker.reconcile(snapshot.channels, snapshot.queues, datetime.now(UTC))
        recovered = await self._recovered(missed) if missed is not None else []
        return cdr.completed(told, recovered, {call.linkedid for call in self._tracker.open_calls()})

    async def _recovered(self, missed: cdr.Span) -> list[CallEvent]:
        source, channel, lines = self._connection.cdr, self._connection.channel, self._connection.lines
        if source is None:
            return []
        try:
            async with asyncio.timeout(self._patience.cdr):
                return await cdr.recover(source, channel, lines, missed)
        except Exception:
            log.exception("the call records of %s cannot be read", channel)
            return []

    async def _tell(self, deliver: Deliver, state: calls.Link, detail: str = "") -> None:
        """`at` is the moment until which everything heard has been delivered."""
        health = Health(self._connection.channel, state, self._heard_until or datetime.now(UTC), detail)
        await self._telling.tell(deliver, health)


def _reason(trouble: Deferred) -> str:
    return str(trouble.params.get("reason") or trouble.code)
