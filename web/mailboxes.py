"""What a screen may ask of the mailboxes; the service gives it to the application."""

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from intake.errors import IntakeError
from storage.tables.letters import Mailbox


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a mailbox's servers; None: it has no such server."""

    hears: int | IntakeError | None = None  # letters in its folders
    sends: str | IntakeError | None = None  # what the server said


class Mailboxes(Protocol):
    async def try_out(self, mailbox: Mailbox) -> Tried:
        """Sign in to the servers of a mailbox as it is given; nothing is taken in or sent."""


class NoMailboxes:
    """Where no mailbox can be connected: tests of pages."""

    async def try_out(self, mailbox: Mailbox) -> Tried:
        return Tried()


MAILBOXES: web.AppKey[Mailboxes] = web.AppKey("mailboxes")
