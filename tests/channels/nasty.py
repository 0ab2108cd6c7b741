"""A PBX that does what no PBX should, on loopback: each test says how it behaves once it is connected."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Self

from intake.channels.asterisk.connection import Connection, Patience
from intake.channels.asterisk.numbers import Lines
from intake.channels.pauses import Pauses

QUICK = Patience(
    connect=2,
    answer=3,
    boot=0.3,
    pickup=2,
    ping=0.1,
    silence=3,
    heartbeat=0.1,
    refused=30,
    cdr=2,
    again=Pauses(first=0.05, longest=0.1),
)
HASTY = replace(QUICK, answer=0.3, silence=0.4)  # for a PBX that says nothing, so that the test is soon over
LINES = Lines(trunks=frozenset({"trunk"}))


def connection(port: int, **changes: Any) -> Connection:
    """A connection to a test's own PBX."""
    known = {"channel": "asterisk:1", "host": "127.0.0.1", "username": "intake", "secret": "intake-demo"}
    return Connection(**{**known, "port": port, "lines": LINES, **changes})


class Conversation:
    """One connection, from the PBX's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.actions: list[dict[str, str]] = []

    async def hear(self) -> dict[str, str]:
        """The next action."""
        text = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        action = dict(line.split(": ", 1) for line in text.split("\r\n") if ": " in line)
        self.actions.append(action)
        return action

    def say(self, *lines: str) -> None:
        """One message."""
        self.send("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def packets(self, *pieces: bytes) -> None:
        """Each piece in a packet of its own."""
        for piece in pieces:
            self.send(piece)
            await self._writer.drain()
            await asyncio.sleep(0.02)

    async def welcome(self) -> None:
        """Let the client in."""
        self.send(b"Asterisk Call Manager/11.0.0\r\n")
        login = await self.hear()
        self.say("Response: Success", f"ActionID: {login['ActionID']}", "Message: Authentication accepted")
        self.say("Event: FullyBooted", "Privilege: system,all")

    async def serve(self) -> None:
        """Answer as an idle PBX would, until the client is gone."""
        while True:
            self.answer(await self.hear())

    def answer(self, action: dict[str, str]) -> None:
        name, action_id = action["Action"], f"ActionID: {action['ActionID']}"
        if name in ("CoreShowChannels", "QueueStatus"):
            self.say("Response: Success", action_id, "EventList: start", "Message: will follow")
            self.say(f"Event: {name}Complete", action_id, "EventList: Complete", "ListItems: 0")
        else:
            self.say("Response: Success", action_id, "Message: done")

    def hang_up(self) -> None:
        self._writer.transport.abort()


Manners = Callable[[Conversation], Awaitable[None]]


class NastyPbx:
    """Behaves by `manners` on every connection; remembers all conversations."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self.conversations: list[Conversation] = []
        self.port = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def actions(self) -> list[dict[str, str]]:
        return [action for conversation in self.conversations for action in conversation.actions]

    def asked(self, name: str) -> int:
        """How often an action came."""
        return sum(action["Action"] == name for action in self.actions)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for conversation in self.conversations:
            conversation.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = Conversation(reader, writer)
        self.conversations.append(conversation)
        self._tasks.add(asyncio.create_task(self._behave(conversation)))

    async def _behave(self, conversation: Conversation) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._manners(conversation)
        conversation.hang_up()


async def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true; fail when it does not."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)
