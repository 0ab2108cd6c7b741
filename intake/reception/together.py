"""What comes at the same moment is written in one transaction: to begin and to end one is most of what a
letter or a form costs."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from intake.errors import Deferred

MOST = 20  # in a transaction: so long a call waits that comes meanwhile, some ten milliseconds
QUIET = 0.03  # seconds after which nobody is likely to follow

Item = TypeVar("Item")
Result = TypeVar("Result")

Write = Callable[[Sequence[Item]], Awaitable[list[Result]]]
"""Returns once all of them are committed: what came of each, in their order; raises when none is."""

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    came: list[Result]  # of it alone, once it is written
    error: Exception | None = None

    @property
    def is_over(self) -> bool:
        return bool(self.came) or self.error is not None


class Together(Generic[Item, Result]):
    """Whoever comes while others are written waits; the first of those then writes for all that wait."""

    def __init__(self, write: Write[Item, Result]) -> None:
        self._write_all = write
        self._waiting: list[_Waiting[Item, Result]] = []
        self._writing = asyncio.Lock()  # in the order of `_waiting`: it is fair
        self._written_at = float("-inf")

    def is_busy(self) -> bool:
        """Somebody waits to be written, or was a moment ago: more are likely to come at once."""
        return bool(self._waiting) or time.monotonic() - self._written_at < QUIET

    async def take(self, item: Item) -> Result:
        """Returns once it is committed. Raises what `write` raises for this one alone."""
        mine: _Waiting[Item, Result] = _Waiting(item, [])
        self._waiting.append(mine)
        try:
            async with self._writing:
                if not mine.is_over:
                    await self._write(self._waiting[:MOST])
        finally:
            self._waiting.remove(mine)
            self._written_at = time.monotonic()
        if mine.error is not None:
            raise mine.error
        [came] = mine.came
        return came

    async def _write(self, some: Sequence[_Waiting[Item, Result]]) -> None:
        """One that cannot be written does not take its neighbours with it."""
        try:
            came = await self._write_all([one.item for one in some])
        except Exception as error:  # noqa: BLE001 each is told to who waits for it
            if len(some) == 1 or isinstance(error, Deferred):
                for one in some:
                    one.error = error
                return
            log.info("they are written one by one: %s", type(error).__name__)
            for one in some:
                await self._write([one])
        else:
            for one, each in zip(some, came, strict=True):
                one.came.append(each)
