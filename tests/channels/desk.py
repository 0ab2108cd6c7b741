"""Who takes what a channel delivers, and callers for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from intake.channels.asterisk.channel import AsteriskChannel
from intake.channels.base import Fact
from intake.demo.caller import Caller
from intake.model.calls import Call, CallEvent, Gap, Health, Link, Step
from tests.channels.nasty import QUICK, connection, until

IVAN = Caller("+79161234567", "Иван Сидоров", "74951000101")
OLGA = Caller("+79037654321", "Ольга", "74951000102")
FAST: dict[str, Any] = {"answer_after": 0.05, "talk": 0.05}


class Desk:
    """Takes what a channel delivers."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.failures = 0
        self.tries = 0

    async def deliver(self, fact: Fact) -> None:
        self.tries += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        self.facts.append(fact)

    @property
    def events(self) -> list[CallEvent]:
        return [fact for fact in self.facts if isinstance(fact, CallEvent)]

    @property
    def gaps(self) -> list[Gap]:
        return [fact for fact in self.facts if isinstance(fact, Gap)]

    @property
    def health(self) -> list[Health]:
        return [fact for fact in self.facts if isinstance(fact, Health)]

    def link(self) -> Link:
        return self.health[-1].link if self.health else Link.CONNECTING

    def ended(self) -> dict[str | None, Call]:
        """The calls that are over, by their number."""
        return {event.call.number: event.call for event in self.events if event.step is Step.ENDED}

    def steps(self, linkedid: str) -> list[Step]:
        return [event.step for event in self.events if event.call.linkedid == linkedid]


async def no_calls() -> list[Call]:
    return []


@contextlib.asynccontextmanager
async def listening(port: int, desk: Desk, **changes: Any) -> AsyncIterator[AsteriskChannel]:
    """A channel that listens while the block runs."""
    open_calls = changes.pop("open_calls", no_calls)
    last_heard, patience = changes.pop("last_heard", None), changes.pop("patience", QUICK)
    channel = AsteriskChannel(connection(port, **changes), open_calls, last_heard, patience)
    task = asyncio.create_task(channel.listen(desk.deliver))
    try:
        yield channel
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def up(desk: Desk) -> None:
    await until(lambda: desk.link() is Link.UP)
