"""Our telephony channel listening to a real PBX, keeping what it delivers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TypeVar

from intake.channels.asterisk.cdr_sources import MasterCsv
from intake.channels.asterisk.channel import AsteriskChannel
from intake.channels.asterisk.connection import Connection
from intake.channels.asterisk.numbers import Lines
from intake.channels.base import Fact
from intake.model.calls import Call, CallEvent, Health, Link, Step
from tests.real.asterisk import Asterisk

T = TypeVar("T")
WAIT_SECONDS = 40.0


class Ears:
    """`facts` is everything delivered so far, in order."""

    def __init__(self, connection: Connection, open_calls: list[Call], last_heard: datetime | None) -> None:
        self.facts: list[Fact] = []
        self.task: asyncio.Task[None] | None = None
        self._open = open_calls
        self.channel = AsteriskChannel(connection, self._open_calls, last_heard)

    @property
    def events(self) -> list[CallEvent]:
        return [fact for fact in self.facts if isinstance(fact, CallEvent)]

    @property
    def calls(self) -> list[Call]:
        """Each call as it was told of last, in the order of their beginning."""
        return list({event.call.linkedid: event.call for event in self.events}.values())

    @property
    def health(self) -> Health | None:
        return next((fact for fact in reversed(self.facts) if isinstance(fact, Health)), None)

    def steps(self, call: Call) -> list[Step]:
        """What happened to the call, leaving out that something more became known of it."""
        steps = [event.step for event in self.events if event.call.linkedid == call.linkedid]
        return [step for step in steps if step is not Step.UPDATED]

    async def until(self, found: Callable[[], T], what: str) -> T:
        """Waits until `found` finds something, and returns that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                while not (result := found()):
                    if self.task is not None and self.task.done():
                        self.task.result()  # raises what the channel fell over
                    await asyncio.sleep(0.02)
                return result
        raise AssertionError(f"{what} did not come; heard: {self.facts[-5:]}")

    async def call_is(self, step: Step, count: int = 1) -> Call:
        """The call that this step happened to, once it has happened `count` times, as it was then."""

        def found() -> list[CallEvent]:
            events = [event for event in self.events if event.step is step]
            return events[count - 1 :]

        return (await self.until(found, f"«{step}» × {count}"))[0].call

    async def deliver(self, fact: Fact) -> None:
        self.facts.append(fact)

    async def link_is(self, link: Link) -> None:
        await self.until(lambda: self.health and self.health.link is link, f"link {link}")

    async def _open_calls(self) -> list[Call]:
        return self._open


def connection_to(asterisk: Asterisk, *, secret: str = Asterisk.secret) -> Connection:
    return Connection(
        channel="asterisk:1",
        host="127.0.0.1",
        port=asterisk.ami_port,
        username=asterisk.user,
        secret=secret,
        lines=Lines(trunks=frozenset({"trunk"})),
        context="click-to-call",
        cdr=MasterCsv(asterisk.cdr_csv),
    )


@asynccontextmanager
async def listening(
    connection: Connection, open_calls: list[Call] | None = None, last_heard: datetime | None = None
) -> AsyncIterator[Ears]:
    """Ears that listen until the end of the block."""
    ears = Ears(connection, open_calls or [], last_heard)
    ears.task = asyncio.create_task(ears.channel.listen(ears.deliver))
    try:
        yield ears
    finally:
        ears.task.cancel()
        with suppress(asyncio.CancelledError):
            await ears.task
