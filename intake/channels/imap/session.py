"""One connection to a mail server, from the first byte to the last. Everything in it blocks."""

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from intake.channels.imap.connection import Connection, Patience
from intake.channels.imap.faults import OFFLINE, Refused, understood
from intake.errors import Deferred, Rejected

FEW = 50_000  # UIDs: what one answer to SEARCH may hold, whose line imaplib cuts off at 1 MB
EARLY = 0.1  # seconds: an IDLE that ends this much before its time with nothing was broken off
NEWS = (b"EXISTS", b"RECENT")
FLAG = r"\Flagged"  # what a stored letter is marked with: a star in most mail programs

# The library tells every line it sends and gets at DEBUG: passwords and letters are nothing for our log
logging.getLogger("imapclient").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Folder:
    """As it was when it was opened. UIDs count only within one UIDVALIDITY."""

    name: str
    uidvalidity: int
    uidnext: int
    letters: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the server says of a letter before it is fetched; `at`: when it was received, aware UTC."""

    uid: int
    size: int
    at: datetime


class Session:
    """For one thread; only `hang_up` may be called from another. Raises what `faults.understood` raises."""

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience
        self._client: Any = None
        self._over = False
        self._hurried = False  # the last wait has ended before it began
        self._may_move = False  # the folder to move to is there

    def open(self, token: str = "") -> None:
        """Connect and sign in: with the access token if there is one, else with the password."""
        with understood():
            self._client = self._connected()
            if self._over:
                raise Deferred(OFFLINE, reason="closed")
            self._client.normalise_times = False  # aware times, not naive ones of this machine's zone
            self._client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if self._connection.security == "starttls":
                self._client.starttls(self._trust())
            self._sign_in(token)

    def select(self, folder: str) -> Folder:
        """Open a folder, or look at it afresh. Raises `Denied` when there is none of that name."""
        with understood():
            told = self._client.select_folder(folder, readonly=self._connection.after == "keep")
            return Folder(
                folder,
                int(told[b"UIDVALIDITY"]),
                int(told.get(b"UIDNEXT", 0)),
                int(told.get(b"EXISTS", 0)),
            )

    def uids(self, folder: Folder, after: int) -> list[int]:
        """Of the letters behind `after`, ascending; at most those of one window of a very large folder, the
        earliest, but some if there are any."""
        with understood():
            if folder.letters <= FEW:
                return self._search(after, "*")
            for begin in range(after, max(folder.uidnext, after + 1), FEW):
                if found := self._search(begin, begin + FEW):
                    return found
            return self._search(max(after, folder.uidnext - 1), "*")

    def told(self, uids: Sequence[int]) -> list[Told]:
        """Sizes and times, ascending; of a letter that is gone, nothing."""
        with understood():
            found = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            return [
                Told(uid, int(one.get(b"RFC822.SIZE") or 0), _time(one.get(b"INTERNALDATE")))
                for uid, one in sorted(found.items())
            ]

    def whole(self, uids: Sequence[int]) -> dict[int, bytes | None]:
        """The letters' bytes; None where the server has the letter and does not give it."""
        return self._fetched(uids, "BODY.PEEK[]", b"BODY[]")

    def head(self, uid: int) -> bytes | None:
        """Only the headers of a letter."""
        return self._fetched([uid], "BODY.PEEK[HEADER]", b"BODY[HEADER]").get(uid)

    def has(self, folder: Folder, uid: int) -> bool:
        """Whether a letter is still there."""
        with understood():
            self.select(folder.name)  # otherwise Dovecot goes on counting it, and gives NIL for its text
            return uid in self._client.search(["UID", str(uid)])

    def mark(self, uids: Sequence[int]) -> None:
        """Do what is wanted with letters that are stored. Raises `Denied`."""
        with understood():
            if self._connection.after == "flag":
                self._client.add_flags(uids, [FLAG], silent=True)
            elif self._connection.after == "move":
                self._move(uids, self._connection.move_to)

    def can_wait(self) -> bool:
        """Whether the server tells by itself that a letter has come (IDLE, RFC 2177)."""
        with understood():
            return bool(self._client.has_capability("IDLE"))

    def wait(self, seconds: float) -> None:
        """Until the server tells of a letter, or the time is over."""
        with understood():
            self._client.idle()
            if self._is_told_already():
                self._client.idle_done()
                return
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                said = self._client.idle_check(timeout=left)
                if not said and time.monotonic() < end - EARLY:
                    # The library takes the end of the connection for silence and would do so for ever
                    raise Deferred(OFFLINE, reason="closed while waiting")
                if any(len(line) > 1 and line[1] in NEWS for line in said):
                    break
            self._client.idle_done()

    def _is_told_already(self) -> bool:
        """What came in the same packet as «+ idling» lies in a buffer that the library does not look into
        while it waits. Not twice in a row, for there are servers that always say something."""
        connected = self._client.socket()
        connected.setblocking(False)
        try:
            self._hurried = not self._hurried and bool(self._client._imap.file.peek(1))
        except OSError:  # nothing there, as TLS puts it
            self._hurried = False
        finally:
            connected.settimeout(self._patience.read)
        return self._hurried

    def hang_up(self) -> None:
        """From any thread: whatever is waited for ends at once."""
        self._over = True
        if self._client is not None:
            with contextlib.suppress(
                OSError
            ):  # not the method of SSL sockets, which unwraps under the reader
                socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.shutdown()

    def _connected(self) -> IMAPClient:
        known, patience = self._connection, self._patience
        over_tls = known.security == "tls"
        try:
            return IMAPClient(
                known.host,
                known.port,
                ssl=over_tls,
                ssl_context=self._trust() if over_tls else None,
                timeout=SocketTimeout(patience.connect, patience.read),
            )
        except (UnicodeError, OverflowError) as error:  # a name or port that cannot be anybody's
            raise Rejected("mail-address", words=str(error)) from None

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._connection.ca_file or None)
        except OSError as error:
            raise Rejected("mail-ca-file", words=error.strerror or str(error)) from None

    def _sign_in(self, token: str) -> None:
        known, client = self._connection, self._client
        if token:
            client.oauth2_login(known.username, token)
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(known.username, known.secret)
        elif (known.username + known.secret).isascii() and (known.username + known.secret).isprintable():
            client.login(_quoted(known.username), known.secret)
        else:  # LOGIN takes nothing else, and imaplib would not notice a line end
            raise Refused("mail-refused", words="LOGIN takes Latin letters and digits only")

    def _search(self, after: int, until: int | str) -> list[int]:
        criteria: list[Any] = ["UID", f"{after + 1}:{until}"]
        if self._connection.scan_from is not None:  # in the server's own zone: a day more, sorted out later
            criteria += ["SINCE", (self._connection.scan_from - timedelta(days=1)).date()]
        return sorted(uid for uid in self._client.search(criteria) if uid > after)  # «n:*» gives one always

    def _fetched(self, uids: Sequence[int], part: str, name: bytes) -> dict[int, bytes | None]:
        with understood():
            found = self._client.fetch(uids, [part])
            given = {uid: one.get(name) for uid, one in found.items()}
            return {uid: body if isinstance(body, bytes) else None for uid, body in given.items()}

    def _move(self, uids: Sequence[int], folder: str) -> None:
        client = self._client
        if not self._may_move:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            self._may_move = True
        if client.has_capability("MOVE"):
            client.move(uids, folder)
            return
        client.copy(uids, folder)
        client.add_flags(uids, [r"\Deleted"], silent=True)
        if client.has_capability("UIDPLUS"):  # a bare EXPUNGE would take what others have marked along
            client.uid_expunge(uids)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _time(told: object) -> datetime:
    """Never in the future: it would stand in front of everything."""
    now = datetime.now(UTC)
    try:
        return min(told.astimezone(UTC), now) if isinstance(told, datetime) else now
    except (OverflowError, ValueError):
        return now
