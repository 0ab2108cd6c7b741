"""Who takes the letters that a mailbox's channel brings, and remembers up to where."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from intake.channels.base import Fact
from intake.channels.imap.channel import ImapChannel
from intake.channels.imap.connection import Connection, Patience, Places
from intake.channels.pauses import Pauses
from intake.model.letters import LetterEvent
from tests.channels.desk import Desk
from tests.real.dovecot import PASSWORD, USER

QUICK = Patience(
    connect=3,
    read=3,
    slices=(0.5, 20),
    elsewhere=0.3,
    poll=0.1,
    heartbeat=0.2,
    refused=30,
    again=Pauses(first=0.05, longest=0.2),
)


class Postbox(Desk):
    """As the service: a letter is known by its bytes, whatever UID it comes under."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, tuple[int, int]] = {}
        self.renewed: list[str] = []
        self.before_taking: Any = None  # called with each fact; may raise
        self.taking = self.most_at_once = 0  # facts

    async def deliver(self, fact: Fact) -> None:
        if self.before_taking is not None:
            self.before_taking(fact)
        self.taking += 1
        self.most_at_once = max(self.most_at_once, self.taking)
        await asyncio.sleep(0.001)  # as long as a transaction
        self.taking -= 1
        await super().deliver(fact)

    @property
    def letters(self) -> list[LetterEvent]:
        return [fact for fact in self.facts if isinstance(fact, LetterEvent)]

    @property
    def subjects(self) -> list[str]:
        return [subject(one.raw) for one in self.letters]

    async def place(self, folder: str) -> tuple[int, int]:
        return self.places.get(folder, (0, 0))

    async def keep_place(self, folder: str, uidvalidity: int, uid: int) -> None:
        self.places[folder] = (uidvalidity, uid)

    async def renew(self, refresh_token: str) -> None:
        self.renewed.append(refresh_token)


def letter(number: int | str, size: int = 0) -> bytes:
    text = f"From: ivan@client.example\r\nSubject: {number}\r\nMessage-ID: <{number}@client.example>\r\n\r\n"
    return text.encode() + b"x" * size + b"\r\n"


def subject(raw: bytes) -> str:
    head = raw.partition(b"\r\n\r\n")[0].decode()
    return next((line[9:] for line in head.split("\r\n") if line.startswith("Subject: ")), "")


def connection(port: int, **changes: Any) -> Connection:
    known = {"channel": "imap:1", "address": USER, "host": "127.0.0.1", "username": USER, "secret": PASSWORD}
    return Connection(**{**known, "port": port, "security": "none", **changes})


@contextlib.asynccontextmanager
async def listening(port: int, box: Postbox, **changes: Any) -> AsyncIterator[ImapChannel]:
    """A channel that listens while the block runs."""
    patience, places = changes.pop("patience", QUICK), Places(box.place, box.keep_place)
    channel = ImapChannel(connection(port, **changes), places, box.renew, patience)
    task = asyncio.create_task(channel.listen(box.deliver))
    try:
        yield channel
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
