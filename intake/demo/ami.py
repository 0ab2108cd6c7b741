"""The manager port of a PBX, seen from its own side: who is connected, what they ask, what they are told."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable

Message = list[tuple[str, str]]

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
MOST_UNREAD = 8 * 1024 * 1024  # bytes a client may leave unread before it is cut off, as Asterisk does


class Session:
    """One client of the manager port."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.logged_in = False

    def send(self, data: bytes) -> None:
        """Send without waiting; a client that does not read is cut off."""
        if self.writer.is_closing():
            return
        self.writer.write(data)
        if self.writer.transport.get_write_buffer_size() > MOST_UNREAD:
            self.writer.transport.abort()


class AmiServer:
    """Listens on loopback. `answer` gives what to say to an action, the response first."""

    def __init__(
        self, username: str, secret: str, answer: Callable[[dict[str, str]], Iterable[Message]]
    ) -> None:
        self._username, self._secret = username, secret
        self._answer = answer
        self._sessions: dict[Session, asyncio.Task[None] | None] = {}
        self._server: asyncio.Server | None = None
        self._booted = 0.0
        self.port = 0
        self.logins = 0
        self.frozen = False  # keeps connections open and says nothing: a cut wire

    @property
    def connected(self) -> int:
        """How many clients there are."""
        return len(self._sessions)

    async def start(self, port: int = 0) -> int:
        """Listen; returns the port. Starting again after `stop` takes the same one."""
        self._booted = time.monotonic()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def stop(self) -> None:
        """Stop listening and cut everybody off."""
        if self._server is None:
            return
        self._server.close()
        self.cut()
        serving = [task for task in self._sessions.values() if task is not None]
        await asyncio.gather(self._server.wait_closed(), *serving)
        self._server = None

    def cut(self) -> None:
        """Drop every connection without a word."""
        for session in self._sessions:
            session.writer.transport.abort()

    def tell(self, data: bytes) -> None:
        """Tell everybody who is logged in."""
        for session in self._sessions:
            if session.logged_in and not self.frozen:
                session.send(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer)
        self._sessions[session] = asyncio.current_task()
        session.send(BANNER)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                while not writer.is_closing():
                    self._hear(session, read_action(await reader.readuntil(b"\r\n\r\n")))
        finally:
            del self._sessions[session]
            writer.transport.abort()

    def _hear(self, session: Session, action: dict[str, str]) -> None:
        if self.frozen:
            return
        name = action.get("action", "").lower()
        if name == "login":
            answers = self._log_in(session, action)
        elif not session.logged_in:
            answers = [error("Permission denied")]
        else:
            answers = list(self._answer(action))
        for answer in answers:
            session.send(render(_with_id(answer, action.get("actionid"))))
        if name == "logoff" or not session.logged_in:
            session.writer.close()

    def _log_in(self, session: Session, action: dict[str, str]) -> list[Message]:
        self.logins += 1
        if (action.get("username"), action.get("secret")) != (self._username, self._secret):
            return [error("Authentication failed")]
        session.logged_in = True
        uptime = str(round(time.monotonic() - self._booted))
        booted = [("Event", "FullyBooted"), ("Privilege", "system,all"), ("Uptime", uptime)]
        return [success("Authentication accepted"), booted]


def read_action(data: bytes) -> dict[str, str]:
    """An action's fields by lower-case name; of a repeated one («Variable») the last."""
    lines = data.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def render(message: Message) -> bytes:
    """A message as it goes over the wire."""
    return ("".join(f"{name}: {value}\r\n" for name, value in message) + "\r\n").encode()


def success(text: str, *more: tuple[str, str]) -> Message:
    """A response that says yes."""
    return [("Response", "Success"), *more, ("Message", text)]


def error(text: str) -> Message:
    """A response that says no."""
    return [("Response", "Error"), ("Message", text)]


def event_list(text: str, name: str, lines: list[Message]) -> list[Message]:
    """A response followed by a list of events and its end."""
    end = [("Event", name), ("EventList", "Complete"), ("ListItems", str(len(lines)))]
    return [success(text, ("EventList", "start")), *lines, end]


def _with_id(message: Message, action_id: str | None) -> Message:
    """Every answer carries the ActionID of its question; FullyBooted answers nothing."""
    if not action_id or message[0] == ("Event", "FullyBooted"):
        return message
    return [message[0], ("ActionID", action_id), *message[1:]]
