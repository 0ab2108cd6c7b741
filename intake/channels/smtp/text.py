"""The text of one letter, as it comes behind DATA."""

import asyncio
import re
from typing import Protocol

LINE = b"\r\n"
END = b"\r\n.\r\n"  # nothing else ends a letter: not \n.\n, not \r.\r, not \n.\r\n (SMTP smuggling)
PIECE = 65_536  # bytes that are taken at once
MOST_HEAD = 1_000_000  # bytes of the header in which hops are counted
GIVE_UP = 3  # so many times the largest letter is read and thrown away; who sends still more is cut off

_HOP = re.compile(rb"^received:", re.IGNORECASE | re.MULTILINE)


class Room(Protocol):
    """Counts what is in memory."""

    def hold(self, size: int) -> bool: ...
    def let_go(self, size: int) -> None: ...


class TooLarge(Exception):
    """More than the largest letter. It was read to its end, so that the next command can be heard."""


class NoRoom(Exception):
    """Too many letters at once: this one was read to its end and thrown away."""


class Endless(Exception):
    """Far more than the largest letter, and no end of it."""


class Text:
    """Reads one letter and holds its bytes until `close`."""

    def __init__(self, reader: asyncio.StreamReader, largest: int, room: Room) -> None:
        self._reader = reader
        self._largest = largest
        self._room = room
        self._pieces: list[bytes] = []
        self._size = 0
        self._held = 0
        self._waiting = b""  # the end of a piece that may be the beginning of a transparency dot
        self._wrong: type[Exception] | None = None

    async def read(self) -> bytes:
        """The letter without its transparency dots (RFC 5321, 4.5.2), every other byte as it came; lines may
        be of any length. Raises TooLarge, NoRoom or Endless."""
        _put_back(self._reader, LINE)  # the end of the line «DATA»: a lone dot may follow it at once
        ended = False
        while not ended:
            try:
                piece = await self._reader.readuntil(END)
                ended = True
            except asyncio.LimitOverrunError as more:
                piece = await self._reader.readexactly(more.consumed)
            self._take(piece[: -len(END) + len(LINE)] if ended else piece, ended)
        if self._wrong is not None:
            raise self._wrong
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole[len(LINE) :]

    def close(self) -> None:
        self._pieces.clear()
        self._room.let_go(self._held)
        self._held = 0

    def _take(self, piece: bytes, last: bool) -> None:
        self._size += len(piece)
        if self._size > self._largest * GIVE_UP:
            raise Endless
        if self._wrong is None and self._size - len(LINE) > self._largest:
            self._throw_away(TooLarge)
        elif self._wrong is None and not self._room.hold(len(piece)):
            self._throw_away(NoRoom)
        elif self._wrong is None:
            self._held += len(piece)
            self._pieces.append(self._without_dots(piece, last))

    def _without_dots(self, piece: bytes, last: bool) -> bytes:
        """Piece by piece, since 40 MB at once hold everybody up. A line's end waits for what follows it."""
        piece = self._waiting + piece
        kept = 0 if last else 2 if piece.endswith(LINE) else 1 if piece.endswith(b"\r") else 0
        self._waiting = piece[len(piece) - kept :]
        return piece[: len(piece) - kept].replace(b"\r\n.", LINE)

    def _throw_away(self, why: type[Exception]) -> None:
        self._wrong = why
        self.close()


def hops(raw: bytes) -> int:
    """How many servers say that they had this letter in their hands."""
    head = raw[:MOST_HEAD]
    end = re.search(rb"\r?\n\r?\n", head)
    return len(_HOP.findall(head[: end.start() if end else None]))


def _put_back(reader: asyncio.StreamReader, data: bytes) -> None:
    """In front of what has come and was not read. asyncio has no public word for it."""
    reader._buffer[:0] = data  # type: ignore[attr-defined]
