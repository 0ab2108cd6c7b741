"""What the service asks of a channel and a channel of the service; nothing else passes between them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from intake.model.calls import CallEvent, Gap, Health
from intake.model.letters import LetterEvent

Fact = CallEvent | Gap | Health | LetterEvent

Deliver = Callable[[Fact], Awaitable[None]]
"""Returns once the fact is committed. `Rejected` means it can never be taken; after any other error the
channel brings the same fact again, before any later one."""

DeliverSeveral = Callable[[Sequence[LetterEvent]], Awaitable[None]]
"""Returns once all are committed, in order. After any error some may be: the channel then delivers each by
itself, the first one first."""


class Listening(Protocol):
    """A channel that hears by itself: a PBX, a mailbox."""

    async def listen(self, deliver: Deliver) -> None:
        """Hear and deliver, over as many connections as it takes, until cancelled: that is the shutdown."""
