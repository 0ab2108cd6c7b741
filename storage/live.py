"""Announcements: what was committed, told to whoever shows it.

Within a process the hub hands them over directly. With PostgreSQL and several processes they travel by
LISTEN/NOTIFY (storage/notify.py), so they hold ids and short words, never records.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

QUEUE_LENGTH = 1000  # a listener that lags further behind loses the oldest and must look afresh


@dataclass(frozen=True, slots=True)
class Announcement:
    topic: str  # call, inquiry, presence, channel …; «resync»: some were missed, look afresh
    data: dict[str, Any] = field(default_factory=dict)


class Hub:
    """Hands every announcement to every subscriber, in order."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Announcement]] = set()
        self.told: Counter[str] = Counter()  # by topic: whoever keeps a copy sees that it is old
        self.relayed = False  # they come back by way of the database, in one order for all processes

    def hand_out(self, announcement: Announcement) -> None:
        self.told[announcement.topic] += 1
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(announcement)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[asyncio.Queue[Announcement]]:
        queue: asyncio.Queue[Announcement] = asyncio.Queue(QUEUE_LENGTH)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
