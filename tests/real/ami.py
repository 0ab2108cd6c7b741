"""A bare manager connection for tests: bytes as they come, with the moment each piece came."""

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Ami:
    """Logs in and keeps everything heard in `chunks`; it interprets nothing but headers of whole events."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.chunks: list[tuple[datetime, bytes]] = []
        try:
            self.send(Action="Login", Username=user, Secret=secret)
            self.until(lambda: self.events("FullyBooted"), "FullyBooted")
        except BaseException:
            self.close()
            raise

    @property
    def heard(self) -> bytes:
        return b"".join(chunk for _, chunk in self.chunks)

    def send(self, **headers: str) -> None:
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        self.socket.sendall("".join([*lines, "\r\n"]).encode())

    def events(self, name: str) -> list[dict[str, str]]:
        """All whole events of that name, or all answers for the name «Response»."""
        blocks = self.heard.decode("utf-8", "replace").split("\r\n\r\n")[:-1]
        told = [dict(line.partition(": ")[::2] for line in block.split("\r\n")) for block in blocks]
        return [event for event in told if event.get("Event") == name or name in list(event)[:1]]

    def until(self, true: Callable[[], object], what: str, timeout: float = 30) -> None:
        """Hears until `true()`; fails with the name of what did not come."""
        end = time.monotonic() + timeout
        while not true():
            if time.monotonic() > end or not self.hear(0.2):
                raise AssertionError(f"{what} was not heard; last: {self.heard[-600:]!r}")

    def hear(self, seconds: float) -> bool:
        """Takes in what comes within `seconds`; False when the other side has hung up."""
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return True
        except ConnectionError:
            return False
        if data:
            self.chunks.append((datetime.now(UTC), data))
        return bool(data)

    def close(self) -> None:
        self.socket.close()
