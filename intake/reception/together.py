"""Letters that come at the same moment are written in one transaction: to begin and to end one is most of
what a letter costs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from intake.errors import Deferred
from intake.reception.letters import take_letters
from intake.reception.opening import Opened
from intake.reception.placing import Became
from storage.at_once import Work

MOST = 20  # letters in a transaction: so long a call waits that comes meanwhile, some ten milliseconds

AtOnce = Callable[[Work[list[Became]]], Awaitable[list[Became]]]

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Waiting:
    opened: Opened
    came: Became | Exception | None = None


class Together:
    """Whoever comes while others are written waits; the first of those then writes for all that wait."""

    def __init__(self, at_once: AtOnce) -> None:
        self._at_once = at_once
        self._waiting: list[_Waiting] = []
        self._writing = asyncio.Lock()  # in the order of `_waiting`: it is fair

    async def take(self, opened: Opened) -> Became:
        """Returns once it is committed. Raises what `at_once` raises for this letter alone."""
        mine = _Waiting(opened)
        self._waiting.append(mine)
        try:
            async with self._writing:
                if mine.came is None:
                    await self._write(self._waiting[:MOST])
        finally:
            self._waiting.remove(mine)
        assert mine.came is not None  # noqa: S101 the writer has said what came of each
        if isinstance(mine.came, Exception):
            raise mine.came
        return mine.came

    async def _write(self, some: Sequence[_Waiting]) -> None:
        """One that cannot be written does not take its neighbours with it."""
        letters = [one.opened for one in some]
        try:
            became = await self._at_once(lambda session: take_letters(session, letters))
        except Exception as error:  # noqa: BLE001 each is told to who waits for it
            if len(some) == 1 or isinstance(error, Deferred):
                for one in some:
                    one.came = error
                return
            log.info("letters are written one by one: %s", type(error).__name__)
            for one in some:
                await self._write([one])
        else:
            for one, came in zip(some, became, strict=True):
                one.came = came
