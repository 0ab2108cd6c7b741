"""What is ours as letters are read: our addresses, and which mailbox a letter came to."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.database import Database
from storage.mailboxes import mailboxes

LOOK_AGAIN = 2.0  # seconds; a mailbox that was set up just now is known so late


@dataclass(frozen=True, slots=True)
class Box:
    id: int | None = None
    form_labels: Mapping[str, str] = field(default_factory=dict)


UNKNOWN = Box()


@dataclass(frozen=True, slots=True)
class House:
    own: frozenset[str] = frozenset()
    by_channel: Mapping[str, Box] = field(default_factory=dict)
    by_address: Mapping[str, Box] = field(default_factory=dict)

    def box(self, channel: str, address: str) -> Box:
        """Where a letter came in: its IMAP mailbox, else that of the address it was sent to."""
        return self.by_channel.get(channel) or self.by_address.get(address.lower(), UNKNOWN)


class Houses:
    """The house as it was a moment ago: asking for each letter would cost a tenth of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known, self._until = House(), 0.0
        self._looking = asyncio.Lock()

    async def now(self) -> House:
        """Of letters that come at once the first looks for all, and they go on in the order they came in."""
        async with self._looking:
            if time.monotonic() >= self._until:
                self._known = await _look(self._database)
                self._until = time.monotonic() + LOOK_AGAIN
            return self._known


async def _look(database: Database) -> House:
    by_channel: dict[str, Box] = {}
    by_address: dict[str, Box] = {}
    async with database.reading() as session:
        for each in await mailboxes(session):
            labels = {str(label): str(name) for label, name in each.form_labels.items()}
            box = by_channel[f"imap:{each.id}"] = Box(each.id, labels)
            by_address |= {address.lower(): box for address in (each.address, *each.aliases)}
    return House(frozenset(by_address), by_channel, by_address)
