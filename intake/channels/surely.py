"""Trying until it works: what was heard is forgotten only after somebody wrote it down."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from intake.channels.base import Deliver, Fact
from intake.channels.pauses import Pauses
from intake.errors import Rejected

DELIVERY_PAUSES = Pauses(first=0.2, longest=10.0)

T = TypeVar("T")

log = logging.getLogger(__name__)


async def surely(work: Callable[[], Awaitable[T]], pauses: Pauses = DELIVERY_PAUSES) -> T:
    """What `work` returns, the first time that it does not raise. `Rejected` is passed on."""
    failures = 0
    while True:
        try:
            return await work()
        except Rejected:
            raise
        except Exception:
            failures += 1
            log.exception("did not work, try %d", failures)
        await asyncio.sleep(pauses.after(failures))


async def deliver_surely(deliver: Deliver, fact: Fact, pauses: Pauses = DELIVERY_PAUSES) -> None:
    """Return once `deliver` took the fact. Whoever calls this with one fact after another keeps their order.

    A fact that is `Rejected` is left out, and said so in the log: bringing it again would hold up all others.
    """
    try:
        await surely(lambda: deliver(fact), pauses)
    except Rejected:
        log.exception("a fact was rejected and is left out: %s", type(fact).__name__)
