"""A mail server of a few lines that does what no mail server should: each test replaces what it says."""

import asyncio
import base64
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.real.dovecot import PASSWORD

CAPABILITIES = "IMAP4rev1 IDLE AUTH=PLAIN AUTH=XOAUTH2 MOVE"
Said = Callable[["Conversation", str, str], Awaitable[None]]


class Conversation:
    """One connection, from the server's side."""

    def __init__(self, peer: "Peer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.peer, self.reader, self.writer = peer, reader, writer

    def say(self, data: str | bytes) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)

    async def line(self) -> str:
        line = await self.reader.readline()
        if not line:
            raise ConnectionResetError
        return line.decode().rstrip("\r\n")

    def hang_up(self) -> None:
        self.writer.transport.abort()
        raise ConnectionResetError

    async def go_on(self) -> None:
        self.say(self.peer.greeting)
        while True:
            tag, _, rest = (await self.line()).partition(" ")
            words = rest.split(" ", 2)
            name = "_".join(words[:2] if words[0] == "UID" else words[:1]).upper()
            self.peer.asked[name] += 1
            self.peer.lines.append(rest)
            await self.peer.answers.get(name, getattr(Peer, name.lower(), Peer.unknown))(self, tag, rest)
            await self.writer.drain()


class Peer:
    """Keeps `letters` by UID in one folder. `answers` replaces what is said to a command."""

    def __init__(self) -> None:
        self.letters: dict[int, bytes] = {}
        self.asked: Counter[str] = Counter()
        self.lines: list[str] = []
        self.answers: dict[str, Said] = {}
        self.greeting = f"* OK [CAPABILITY {CAPABILITIES}] ready\r\n"
        self.capabilities = CAPABILITIES
        self.date = "17-Nov-2026 12:00:00 +0300"
        self.exists: int | None = None
        self.connections = 0
        self.signed_in: list[str] = []
        self.port = 0
        self._told: dict[Conversation, int] = {}
        self._idling: set[Conversation] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Peer"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        conversation = Conversation(self, reader, writer)
        try:
            await conversation.go_on()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._idling.discard(conversation)
            writer.transport.abort()

    def arrive(self, uid: int, raw: bytes) -> None:
        """A letter comes, and whoever waits is told."""
        self.letters[uid] = raw
        for conversation in self._idling:
            conversation.say(f"* {len(self.letters)} EXISTS\r\n")

    async def capability(self: Any, tag: str, _rest: str) -> None:
        self.say(f"* CAPABILITY {self.peer.capabilities}\r\n{tag} OK done\r\n")

    async def login(self: Any, tag: str, rest: str) -> None:
        self.peer.signed_in.append(rest)
        self.say(f"{tag} OK in\r\n" if PASSWORD in rest else f"{tag} NO [AUTHENTICATIONFAILED] wrong\r\n")

    async def authenticate(self: Any, tag: str, _rest: str) -> None:
        self.say("+ \r\n")
        self.peer.signed_in.append(base64.b64decode(await self.line()).decode())
        self.say(f"{tag} OK in\r\n")

    async def select(self: Any, tag: str, _rest: str) -> None:
        peer = self.peer
        count = len(peer.letters) if peer.exists is None else peer.exists
        uidnext = max(peer.letters, default=0) + 1
        peer._told[self] = len(peer.letters)
        self.say(
            f"* {count} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT {uidnext}] ok\r\n{tag} OK done\r\n"
        )

    examine = select

    async def uid_search(self: Any, tag: str, rest: str) -> None:
        """As servers do: «n:*» always has the last letter."""
        begin, _, end = re.findall(r"(\d+)(?:(:)(\d+|\*))?", rest)[0]
        uids = sorted(self.peer.letters)
        last = uids[-1] if uids else 0
        until = last if end == "*" else int(end or begin)
        found = [uid for uid in uids if int(begin) <= uid <= until]
        if end == "*" and not found and uids:
            found = [last]
        self.say(f"* SEARCH {' '.join(map(str, found))}\r\n{tag} OK done\r\n")

    async def uid_fetch(self: Any, tag: str, rest: str) -> None:
        uids = [uid for part in rest.split(" ")[2].split(",") for uid in _range(part)]
        for number, uid in enumerate(sorted(self.peer.letters), 1):
            if uid in uids:
                self.say(self.peer.fetched(number, uid, rest))
        self.say(f"{tag} OK done\r\n")

    def fetched(self, number: int, uid: int, rest: str) -> bytes:
        raw = self.letters[uid]
        if "RFC822.SIZE" in rest:
            return (
                f'* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{self.date}")\r\n'.encode()
            )
        part = "BODY[HEADER]" if "HEADER" in rest else "BODY[]"
        body = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in rest else raw
        return f"* {number} FETCH (UID {uid} {part} {{{len(body)}}}\r\n".encode() + body + b")\r\n"

    async def uid_store(self: Any, tag: str, _rest: str) -> None:
        self.say(f"{tag} OK done\r\n")

    async def idle(self: Any, tag: str, _rest: str) -> None:
        """What has come since is told in the same breath."""
        peer = self.peer
        peer._idling.add(self)
        news = f"* {len(peer.letters)} EXISTS\r\n" if peer._told.get(self) != len(peer.letters) else ""
        self.say("+ idling\r\n" + news)
        await self.line()
        self.peer._idling.discard(self)
        self.say(f"{tag} OK done\r\n")

    async def unknown(self: Any, tag: str, _rest: str) -> None:
        self.say(f"{tag} BAD what?\r\n")


def _range(part: str) -> range:
    begin, _, end = part.partition(":")
    return range(int(begin), int(end or begin) + 1)
