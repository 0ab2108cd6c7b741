"""What is ours as something comes in: our addresses, which mailbox a letter came to, our bots, whom we
ignore, and how long the same person's next touch is of the same inquiry."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.ignoring import IgnoreList, Ignoring
from storage.bots import bots as bots_of_ours
from storage.database import Database
from storage.ignoring import live_entries
from storage.mailboxes import mailboxes
from storage.preferences import settings
from storage.tables.chats import Bot

LOOK_AGAIN = 2.0  # seconds; what was set up just now is known so late
AT_ONCE = ("ignore-list", "settings", "bot", "resync")  # what is told of these is known at once


@dataclass(frozen=True, slots=True)
class Box:
    id: int | None = None
    form_labels: Mapping[str, str] = field(default_factory=dict)


UNKNOWN = Box()


@dataclass(frozen=True, slots=True)
class Doorman:
    """A bot of ours, as far as it matters for what comes in. `instead` and `away`: what it says by itself."""

    id: int
    platform: str
    name: str
    groups: bool = False
    instead: str = ""  # where we receive and do not answer
    away: str = ""


@dataclass(frozen=True, slots=True)
class House:
    own: frozenset[str] = frozenset()
    by_channel: Mapping[str, Box] = field(default_factory=dict)
    by_address: Mapping[str, Box] = field(default_factory=dict)
    ignored: IgnoreList = field(default_factory=IgnoreList)
    touch_minutes: int = 0  # 0: the window is closed
    bots: Mapping[int, Doorman] = field(default_factory=dict)
    chat_again_hours: int = 24

    def box(self, channel: str, address: str) -> Box:
        """Where a letter came in: its IMAP mailbox, else that of the address it was sent to."""
        return self.by_channel.get(channel) or self.by_address.get(address.lower(), UNKNOWN)


class Houses:
    """The house as it was a moment ago: asking for each letter would cost a tenth of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known, self._until = House(), 0.0
        self._told: list[int] = []
        self._entries: tuple[Ignoring, ...] = ()
        self._list = IgnoreList()
        self._looking = asyncio.Lock()

    async def now(self, *, anew: bool = False) -> House:
        """Of letters that come at once the first looks for all, and they go on in the order they came in.
        `anew`: what was set up just now counts, though nobody has told of it."""
        async with self._looking:
            told = [self._database.hub.told[topic] for topic in AT_ONCE]
            if anew or time.monotonic() >= self._until or told != self._told:
                self._known = await self._look()
                self._until, self._told = time.monotonic() + LOOK_AGAIN, told
            return self._known

    async def _look(self) -> House:
        """The ignore list is made anew only when it has changed: thousands of entries may be on it."""
        async with self._database.reading() as session:
            entries = await live_entries(session)
            if entries != self._entries:
                self._entries, self._list = entries, IgnoreList(entries)
            return await house_with(session, self._list)


async def house_with(session: AsyncSession, ignored: IgnoreList) -> House:
    """As it is now, by this ignore list."""
    by_channel: dict[str, Box] = {}
    by_address: dict[str, Box] = {}
    for each in await mailboxes(session):
        labels = {str(label): str(name) for label, name in each.form_labels.items()}
        box = by_channel[f"imap:{each.id}"] = Box(each.id, labels)
        by_address |= {address.lower(): box for address in (each.address, *each.aliases)}
    known = await settings(session)
    bots = {one.id or 0: _doorman(one) for one in await bots_of_ours(session)}
    return House(
        frozenset(by_address),
        by_channel,
        by_address,
        ignored,
        known.touch_minutes,
        bots,
        known.chat_again_hours,
    )


def _doorman(bot: Bot) -> Doorman:
    instead = "" if bot.answers else bot.instead
    away = bot.away if bot.answers else ""
    return Doorman(bot.id or 0, bot.platform, bot.name, bot.groups, instead.strip(), away.strip())
