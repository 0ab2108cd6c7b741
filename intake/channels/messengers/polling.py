"""A bot whose events are asked for, where nobody can reach us: a channel that listens."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.channels.base import Deliver
from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter
from intake.channels.pauses import Pauses
from intake.channels.surely import deliver_surely, surely
from intake.channels.telling import Telling
from intake.errors import Deferred, IntakeError, Rejected
from intake.letters.plain import storable
from intake.model.calls import Health, Link
from intake.model.chats import BotKeys, ChatsHeard, channel_of

AGAIN = Pauses(first=1.0, longest=60.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds between tries: after trouble, after a refusal; how often it is said that all is well."""

    again: Pauses = AGAIN
    refused: float = 300.0
    heartbeat: float = 60.0


@dataclass(frozen=True, slots=True)
class Places:
    """Up to where events were asked for: `keep` is called only after all before is committed."""

    known: Callable[[], Awaitable[str]]
    keep: Callable[[str], Awaitable[None]]


class Polling:
    """One bot. Events come in their order; what is asked for again after a crash is known by its ids."""

    def __init__(
        self, adapter: Adapter, api: Api, keys: BotKeys, places: Places, patience: Patience | None = None
    ) -> None:
        self._adapter, self._api, self._keys, self._places = adapter, api, keys, places
        self._patience = patience or Patience()
        self._telling = Telling(self._patience.heartbeat)
        self._failures = 0

    async def listen(self, deliver: Deliver) -> None:
        """As of `Listening`."""
        place = await surely(self._places.known)
        while True:
            try:
                bodies, after = await self._adapter.poll(self._api, self._keys, place)
            except (Rejected, Deferred) as error:
                await asyncio.sleep(await self._told_off(deliver, error))
                continue
            self._failures = 0
            await self._tell(deliver, Link.UP)
            for body in bodies:
                await deliver_surely(deliver, self._heard(body))
            if after != place:
                await surely(lambda kept=after: self._places.keep(kept))  # type: ignore[misc]
                place = after

    def _heard(self, body: bytes) -> ChatsHeard:
        parsed = self._adapter.parse(body, self._keys)
        raw = storable(body.decode("utf-8", "replace"))
        return ChatsHeard(self._keys.bot_id, datetime.now(UTC), parsed.events, parsed.ignored, raw)

    async def _told_off(self, deliver: Deliver, error: IntakeError) -> float:
        """How long it is to be left alone."""
        self._failures += 1
        words = str(error.params.get("words") or error.code)
        if isinstance(error, Rejected):
            await self._tell(deliver, Link.REFUSED, words)
            return self._patience.refused
        after = float(str(error.params.get("after") or 0.0))
        if self._failures > 1 or self._telling.told is None:  # one that breaks off is nothing to tell
            await self._tell(deliver, Link.DOWN, words)
        return max(after, self._patience.again.after(self._failures))

    async def _tell(self, deliver: Deliver, link: Link, words: str = "") -> None:
        channel = channel_of(self._keys.bot_id)
        await self._telling.tell(deliver, Health(channel, link, datetime.now(UTC), words))
