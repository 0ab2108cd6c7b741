"""From bytes to messages: what an AMI connection carries, in pieces of any size, taken apart.

A message is lines of «Key: value» closed by an empty line. Values come from strangers (a caller's name may
be «Event: Hangup»), so only the beginning of a line makes a header, and one said twice counts as said first.
"""

import re

MAX_LINE = 8192  # bytes of one line; a longer one is dropped
MAX_HEADERS = 500  # of one message; the rest is dropped
MAX_KEY = 80  # letters of a header's name

_BANNER = re.compile(rb"Asterisk Call Manager/[\d.]+$")


class Message(dict[str, str]):
    """The headers of one message; a header that is not there reads ''."""

    def __missing__(self, key: str) -> str:
        return ""


class Decoder:
    """Takes bytes as they come and gives messages as they become whole. Never raises; memory is bounded."""

    def __init__(self) -> None:
        self._rest = b""  # a line whose end has not come yet
        self._too_long = False
        self._after_banner = False
        self._message = Message()

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes, in order."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        whole: list[Message] = []
        for line in lines:
            self._take(line.rstrip(b"\r"), whole)
        if len(self._rest) > MAX_LINE:
            self._rest, self._too_long = b"", True
        return whole

    def _take(self, line: bytes, whole: list[Message]) -> None:
        if self._too_long or len(line) > MAX_LINE:
            self._too_long = False
        elif line:
            self._header(line)
        elif self._message:
            whole.append(self._message)
            self._message = Message()

    def _header(self, line: bytes) -> None:
        after_banner, self._after_banner = self._after_banner, _BANNER.search(line) is not None
        key, colon, value = _text(line).partition(":")
        if not colon or not key or len(key) > MAX_KEY or " " in key:
            return
        if self._begins_anew(key, after_banner):
            self._message = Message()
        if key not in self._message and len(self._message) < MAX_HEADERS:
            self._message[key] = value.strip()

    def _begins_anew(self, key: str, after_banner: bool) -> bool:
        """A connection that broke inside a message left it without its end; the next one starts over."""
        if key == "Response":
            return after_banner
        return key == "Event" and self._message["Event"] not in ("", "UserEvent")


def _text(line: bytes) -> str:
    """Asterisk 16 passes the trunk's bytes on unread (in Russia cp1251), and cuts long names anywhere."""
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        if error.end == len(line) and error.reason == "unexpected end of data":
            return line[: error.start].decode()
    try:
        return line.decode("cp1251")
    except UnicodeDecodeError:
        return line.decode(errors="replace")
