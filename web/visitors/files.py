"""Files that visitors send along: to the disk as they come, never more than is allowed."""

import asyncio
import re
from dataclasses import dataclass, field

from aiohttp import BodyPartReader

from intake.letters.filenames import harmless
from intake.model.forms import Upload
from storage.files import Files

PIECE = 256 * 1024
MOST_FILES = 10
TOGETHER = 3  # times as much as one file may have, for all of them
READ_ON = 10  # times as much is read and thrown away, so that the visitor can be told; no more
PAUSE = 20.0  # seconds without a single byte
MEGABYTE = 1024 * 1024
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")


class TooLong(Exception):
    """Nobody waits for the end of this."""


@dataclass
class Uploads:
    """The files of one post; what is too large is left out and said of its field."""

    files: Files
    most_mb: int
    taken: list[Upload] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    came: int = 0  # bytes, those that were thrown away included

    async def take(self, name: str, part: BodyPartReader) -> None:
        """Read a part to its end. Raises TooLong."""
        draft = await asyncio.to_thread(self.files.begin)
        size = 0
        try:
            while piece := await _piece(part):
                size += len(piece)
                self.came += len(piece)
                self._go_on()
                if not self._is_too_large(size):
                    await asyncio.to_thread(draft.write, piece)
            if problem := self._problem(size, part.filename or ""):
                self.problems[name] = problem
            elif size:
                digest = await asyncio.to_thread(draft.keep)
                self.taken.append(Upload(name, _named(part), _kind(part), size, digest))
        finally:
            await asyncio.to_thread(draft.drop)

    def _problem(self, size: int, filename: str) -> str:
        if self._is_too_large(size):
            return "file-too-large"
        if len(self.taken) >= MOST_FILES and size:
            return "too-many-files"
        return "file-empty" if filename and not size else ""

    def _is_too_large(self, size: int) -> bool:
        most = self.most_mb * MEGABYTE
        return size > most or sum(one.size for one in self.taken) + size > TOGETHER * most

    def _go_on(self) -> None:
        if self.came > READ_ON * TOGETHER * self.most_mb * MEGABYTE:
            raise TooLong


async def _piece(part: BodyPartReader) -> bytes:
    async with asyncio.timeout(PAUSE):
        return bytes(await part.read_chunk(PIECE))


def _named(part: BodyPartReader) -> str:
    return harmless(part.filename or "") or "file"


def _kind(part: BodyPartReader) -> str:
    said = part.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
    return said if _TYPE.fullmatch(said) else "application/octet-stream"
