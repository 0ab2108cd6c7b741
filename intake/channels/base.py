"""What the service asks of a channel and a channel of the service; nothing else passes between them."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from intake.model.calls import CallEvent, Gap, Health
from intake.model.chats import ChatsHeard
from intake.model.letters import LetterEvent

Fact = CallEvent | Gap | Health | LetterEvent | ChatsHeard

Deliver = Callable[[Fact], Awaitable[None]]
"""Returns once the fact is committed. `Rejected` means it can never be taken; after any other error the
channel brings the same fact again: of a call before any later one. Letters may be brought many at a time."""


class Listening(Protocol):
    """A channel that hears by itself: a PBX, a mailbox."""

    async def listen(self, deliver: Deliver) -> None:
        """Hear and deliver, over as many connections as it takes, until cancelled: that is the shutdown."""
