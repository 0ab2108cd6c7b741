"""panoramisk's classes with their faults met, each where it is: see the docstrings.

What they do with a connection's second life (reconnecting for ever, logging in again with a wrong secret,
sending again what was asked before) is never reached: a Manager lives for one connection.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from intake.channels.asterisk.connection import Fields
from intake.channels.asterisk.wire import Decoder, Message
from intake.errors import Deferred, Rejected

MOST_BYTES = 1000  # in one value: Asterisk reads lines of 1024

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told what comes over the connection."""

    @property
    def unheard(self) -> int:
        """How many events wait."""

    def connected(self, stream: "Stream") -> None:
        """The socket is there."""

    def alive(self) -> None:
        """Bytes came."""

    def hear(self, message: Message) -> None:
        """An event came."""

    def dropped(self, fault: str) -> None:
        """The connection is gone."""


class Asked(Action):  # type: ignore[misc]
    """An action on its way and its answers so far. (By panoramisk's own rule a refused list never ends.)"""

    listing = False
    heard_before = 0  # how many events waited when the answer was whole

    def add_message(self, message: Message) -> bool:
        """Take an answer; true when it was the last."""
        self.responses.append(message)
        self.listing = self.responses[0]["EventList"].lower() == "start"
        ended = self._ended()
        if ended and not self.future.done():
            self.future.set_result(self.responses)
        return ended

    def _ended(self) -> bool:
        first, last = self.responses[0], self.responses[-1]
        if self.listing:
            return bool(last["EventList"].lower() == "complete")
        if self["Action"] == "Originate" and succeeded(first):
            return bool(last["Event"] == "OriginateResponse")
        return True


class OneConnection(Manager):  # type: ignore[misc]
    """panoramisk's Manager without its reconnecting and without pings whose answers nobody awaits."""

    def connection_made(self, connecting: "asyncio.Task[Any]") -> None:
        if not connecting.cancelled() and connecting.exception() is None:
            super().connection_made(connecting)

    def ping(self) -> None:
        """Link._watch pings."""


class Stream(AMIProtocol):  # type: ignore[misc]
    """panoramisk's protocol with a decoder that keeps half letters; nothing throws it out of step."""

    def __init__(self, link: Listener) -> None:
        self.link = link
        self.decoder = Decoder()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.link.connected(self)

    def data_received(self, data: bytes) -> None:
        self.link.alive()
        for message in _guarded(self.decoder.feed, data) or ():
            _guarded(self.handle_message, message)

    def handle_message(self, message: Message) -> None:
        """An answer goes to who asked; an event is heard, whatever ActionID it carries, unless of a list."""
        asked = self.responses.get(message["ActionID"])
        if asked is not None and asked.add_message(message):
            asked.heard_before = self.link.unheard
            del self.responses[asked.id]
        if message["Event"] and (asked is None or not asked.listing):
            self.link.hear(message)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        for asked in self.responses.values():
            if not asked.future.done():
                asked.future.set_exception(Deferred("pbx-offline"))
        self.link.dropped(str(exc) if exc else "closed by the PBX")

    def close(self) -> None:
        """Close without putting aside what was asked: nothing is ever sent twice."""
        self.closed = True
        self.transport.abort()


def _guarded(work: Callable[[Any], Any], argument: Any) -> Any:
    """asyncio drops a connection whose protocol raises, with the rest of the packet."""
    try:
        return work(argument)
    except Exception:
        log.exception("a message of the PBX was not understood")


def asked_for(name: str, fields: Fields) -> Asked:
    """An action to be sent. Raises `Rejected` (pbx-value) for a value that is no single line of text."""
    return Asked({"Action": name, **{key: _safe(key, value) for key, value in fields.items()}})


def succeeded(answer: Message) -> bool:
    """Whether the PBX said yes."""
    return bool(answer["Response"].lower() == "success")


def _safe(field: str, value: str | list[str]) -> str | list[str]:
    """A line break in a value would begin an action of the attacker's own."""
    for text in [value] if isinstance(value, str) else value:
        if not text.isprintable() or len(text.encode()) > MOST_BYTES:
            raise Rejected("pbx-value", field=field)
    return value
