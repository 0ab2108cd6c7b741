"""Letters that have waited in a mailbox for long are taken in several at a time: where thousands come at
once, beginning and ending a transaction is most of what one costs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain

from sqlmodel.ext.asyncio.session import AsyncSession

from intake import metrics
from intake.model.letters import LetterEvent
from intake.reception.house import House, Houses
from intake.reception.letter_rows import tidy_letter
from intake.reception.letters import take_held
from intake.reception.naming import named_by
from intake.reception.opening import Opened, Opener
from intake.reception.placing import Became
from storage import threads
from storage.at_once import Work

TOGETHER = 10  # letters in a transaction: so long a call waits that comes meanwhile, some ten milliseconds

AtOnce = Callable[[Work[list[Became]]], Awaitable[list[Became]]]


class Several:
    """While some are stored the next are read."""

    def __init__(self, opener: Opener, houses: Houses, at_once: AtOnce) -> None:
        self._opener, self._houses, self._at_once = opener, houses, at_once

    async def receive(self, letters: Sequence[LetterEvent]) -> None:
        """Returns once all are committed, in order. Raises as soon as one cannot be taken like the others:
        what was committed by then stays, of its own transaction nothing does."""
        groups = [letters[begin : begin + TOGETHER] for begin in range(0, len(letters), TOGETHER)]
        house = await self._houses.now()
        opened: list[Opened] = []
        for group in (*groups, ()):
            _, opened = await asyncio.gather(self._take(opened), self._open(group, house))

    async def _open(self, letters: Sequence[LetterEvent], house: House) -> list[Opened]:
        opened = []
        for event in letters:
            opened.append(await self._opener.open(tidy_letter(event), house))
            await asyncio.sleep(0)  # others have waited while it was read
        return opened

    async def _take(self, opened: Sequence[Opened]) -> None:
        if not opened:
            return
        channel = opened[0].event.channel
        with metrics.LETTERS_TAKING.labels(channel).time():
            became = await self._at_once(lambda session: take_letters(session, opened))
        for one in became:
            metrics.EVENTS_HEARD.labels(channel).inc()
            if one is Became.HEARD:
                metrics.EVENTS_DEDUPLICATED.labels(channel).inc()
            else:
                metrics.EVENTS_STORED.labels(channel).inc()
                metrics.LETTERS.labels(one.value).inc()


async def take_letters(session: AsyncSession, opened: Sequence[Opened]) -> list[Became]:
    """Each as `take_letter` does it. Raises what that raises; then nothing may be committed.

    All ids are held at first: two transactions that take one after another would wait for each other."""
    ids = chain.from_iterable(named_by(one.letter).ids for one in opened)
    await threads.hold(session, ids)
    return [await take_held(session, one) for one in opened]
