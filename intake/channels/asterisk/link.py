"""One connection to the PBX's manager port (AMI), from the first byte to the last.

panoramisk brings the socket, the framing of actions and their ids (stream.py). Whoever wants another
connection opens another Link.

Time limits are `asyncio.timeout`, not `wait_for`, which in Python 3.11 loses a cancellation now and then.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from intake.channels.asterisk.connection import Connection, Fields, Patience
from intake.channels.asterisk.messages import stamped_at
from intake.channels.asterisk.stream import Asked, OneConnection, Stream, asked_for, succeeded
from intake.channels.asterisk.wire import Message
from intake.errors import Deferred, Rejected

MOST_UNHEARD = 20_000  # events waiting for us; more than that and we start afresh with a snapshot
EVENT_CLASSES = "system,call,agent,dialplan"  # dialplan: where calls are recorded, if the user may read it

log = logging.getLogger(__name__)


class Refused(Rejected):
    """The PBX does not let us in. Its words are in `params["words"]`; only a person can help."""


class Heard(NamedTuple):
    """An event and when it reached us."""

    at: datetime
    message: Message


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the PBX says is going on; `before` was heard before it said so. `refusal`: why it does not say."""

    before: list[Heard]
    channels: list[Message]
    queues: list[Message]
    refusal: str = ""


class Link:
    """A connection that is logged in. Once dropped it stays so: every further use raises `Deferred`."""

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._manager = OneConnection(
            host=connection.host, port=connection.port, loop=self._loop, protocol_factory=lambda: Stream(self)
        )
        self._stream: Stream | None = None
        self._watching: asyncio.Task[None] | None = None
        self._heard: list[Heard] = []
        self._news, self._booted, self._gone = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._fault = ""
        self._alive_at = self._loop.time()
        self.opened_at = self.heard_at = self.taken_at = datetime.now(UTC)

    @classmethod
    async def open(cls, connection: Connection, patience: Patience) -> Self:
        """Connect and log in; raises `Refused`, or `Deferred` when the PBX is not there or says nothing."""
        link = cls(connection, patience)
        try:
            await link._connect()
            await link._log_in()
        except BaseException:
            await link.close()
            raise
        link._watching = asyncio.create_task(link._watch())
        return link

    async def action(
        self, name: str, fields: Fields | None = None, patience: float | None = None
    ) -> list[Message]:
        """The response, for a list its events and «Complete», for an Originate the OriginateResponse too.

        An Originate whose phone still rings when `patience` (seconds) ends has the response alone.
        """
        return await self._answers(asked_for(name, fields or {}), patience)

    async def _answers(self, asked: Asked, patience: float | None = None) -> list[Message]:
        if self._fault or self._stream is None:
            raise Deferred("pbx-offline", reason=self._fault)
        self._manager.send_action(asked)
        try:
            async with asyncio.timeout(patience or self._patience.answer):
                answers: list[Message] = await asked.future
        except TimeoutError:
            if asked.listing or not asked.responses:
                raise Deferred("pbx-silent", action=asked["Action"]) from None
            answers = asked.responses
        finally:
            self._manager.responses.pop(asked.id, None)
        return answers

    async def booted(self) -> None:
        """Return when the PBX has said that it is up; at the latest after `Patience.boot`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.boot):
                await self._booted.wait()

    async def snapshot(self) -> Snapshot:
        """Ask what is going on. Channels are asked last: their answer marks the moment."""
        queues = await self.action("QueueStatus")
        channels = await self._answers(asked := asked_for("CoreShowChannels", {}))
        before, self._heard = self._heard[: asked.heard_before], self._heard[asked.heard_before :]
        if not succeeded(channels[0]):
            return Snapshot(before, [], [], channels[0]["Message"] or "CoreShowChannels refused")
        return Snapshot(before, channels[1:-1], queues[1:-1])

    async def skew(self) -> timedelta:
        """How far the PBX's clock is ahead of ours; nothing when it does not tell the time."""
        answer = (await self.action("Ping"))[0]
        told = stamped_at(answer)
        return told - datetime.now(UTC) if told else timedelta(0)

    async def heard(self, within: float) -> list[Heard]:
        """Everything since the last time, in order; nothing after `within` seconds of nothing.

        Raises `Deferred` when the link is down, once all that it had brought was handed out.
        """
        if not self._heard and not self._fault:
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._news.wait()
        self.taken_at = self.heard_at
        if self._fault and not self._heard:
            raise Deferred("pbx-offline", reason=self._fault)
        heard, self._heard = self._heard, []
        return heard

    async def close(self) -> None:
        """Hang up at once; nothing of this link happens afterwards."""
        if self._watching is not None:
            self._watching.cancel()
        self.drop("closed")
        self._manager.close()
        if self._stream is not None:
            await self._gone.wait()

    def drop(self, fault: str) -> None:
        """Give the connection up without waiting for the other side."""
        self._fault = self._fault or fault
        self._news.set()
        if self._stream is not None:
            self._stream.transport.abort()

    def alive(self) -> None:
        """Bytes came."""
        if not self._fault:
            self._alive_at = self._loop.time()
            self.heard_at = datetime.now(UTC)

    @property
    def unheard(self) -> int:
        """How many events wait."""
        return len(self._heard)

    def hear(self, message: Message) -> None:
        """Keep an event until it is asked for; with too many, stop listening: none is skipped."""
        if not self._fault and len(self._heard) >= MOST_UNHEARD:
            log.error("%d events wait to be heard: starting afresh", len(self._heard))
            self.drop("backlog")
        if self._fault:
            return
        self._heard.append(Heard(self.heard_at, message))
        self._news.set()
        if message["Event"] == "FullyBooted":
            self._booted.set()

    def dropped(self, fault: str) -> None:
        """The connection is gone."""
        self._fault = self._fault or fault
        self._news.set()
        self._booted.set()
        self._gone.set()

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(self._patience.connect):
                await self._manager.connect()
        except TimeoutError:
            raise Deferred("pbx-silent", action="connect") from None
        except OSError as error:
            raise Deferred("pbx-unreachable", reason=str(error)) from error
        except (UnicodeError, OverflowError) as error:  # a name or port that cannot be anybody's
            raise Rejected("pbx-address", words=str(error)) from None

    def connected(self, stream: Stream) -> None:
        """The socket is there."""
        self._stream = stream

    async def _log_in(self) -> None:
        who = self._connection
        login = {"Username": who.username, "Secret": who.secret, "Events": EVENT_CLASSES}
        answer = await self.action("Login", login)
        if not succeeded(answer[0]):
            raise Refused("pbx-refused", words=answer[0]["Message"] or "Login refused")
        self.opened_at = self.taken_at = self.heard_at

    async def _watch(self) -> None:
        """A link that is cut without a word looks like a quiet one: only an answer tells them apart."""
        while not self._fault:
            await asyncio.sleep(self._patience.ping)
            with suppress(Deferred):
                await self.action("Ping", patience=self._patience.ping)
            if self._loop.time() - self._alive_at > self._patience.silence:
                self.drop("silent")
