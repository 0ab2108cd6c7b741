"""Where a mailbox is, what is wanted of it, and how long we wait for it: all that this folder is told."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from intake.channels.oauth2 import Grant
from intake.channels.pauses import Pauses

Security = Literal["tls", "starttls", "none"]
After = Literal["keep", "flag", "move"]


@dataclass(frozen=True, slots=True)
class Connection:
    """One mailbox as it is set up. `channel` is our name for it («imap:1»), `address` the one it is for."""

    channel: str
    address: str
    host: str
    port: int
    username: str
    secret: str = field(default="", repr=False)  # the password, when there is no grant
    grant: Grant | None = None
    security: Security = "tls"
    ca_file: str = ""  # trust these certificates instead of the system's
    folders: tuple[str, ...] = ("INBOX",)  # the first is the one that is waited at
    after: After = "keep"  # what becomes of a letter on the server once it is stored
    move_to: str = ""
    scan_from: datetime | None = None  # letters that were received earlier are none of our business
    most_bytes: int = 40_000_000  # of a larger letter only the head is taken


@dataclass(frozen=True, slots=True)
class Places:
    """Up to where each folder is stored; kept by whoever keeps the letters. (0, 0): nothing yet."""

    place: Callable[[str], Awaitable[tuple[int, int]]]  # folder -> UIDVALIDITY and UID
    keep_place: Callable[[str, int, int], Awaitable[None]]


AGAIN = Pauses(first=1.0, longest=60.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    connect: float = 10.0
    read: float = 30.0  # for the next bytes of an answer
    # In IDLE, one after another while nothing comes: servers, and what stands between them and us, forget
    # about whoever waits for longer, and what was not told is found after the slice
    slices: tuple[float, ...] = (2.0, 10.0, 55.0)
    elsewhere: float = 15.0  # the longest slice while there are other folders to look into
    poll: float = 30.0  # between looks at a server that has no IDLE
    heartbeat: float = 60.0  # between two words that we still hear
    refused: float = 600.0  # before the next sign-in once one was refused; sooner, accounts are locked
    again: Pauses = AGAIN  # between attempts to connect
