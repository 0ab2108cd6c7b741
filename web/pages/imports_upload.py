"""A file as it comes, to the disk and not into memory."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from intake.errors import Rejected
from intake.importing.limits import MOST_BYTES
from web.readable import is_text

PIECE = 256 * 1024  # bytes
MOST_FIELD = 1000  # bytes of any other field
MOST_PARTS = 20
MAX_NAME = 200


@dataclass(slots=True)
class Received:
    """The file's own name, and the form's other fields."""

    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)


async def receive(request: web.Request, path: Path) -> Received:
    """Write the form's `file` to `path`. Raises Rejected: file-missing, large-file, unreadable."""
    if request.content_type != "multipart/form-data":
        raise Rejected("file-missing", field="file")
    try:
        received = await _take_parts(request, path)
    except (ValueError, LookupError, HttpProcessingError) as error:
        raise Rejected("unreadable") from error
    if not received.name:
        raise Rejected("file-missing", field="file")
    return received


async def _take_parts(request: web.Request, path: Path) -> Received:
    received = Received()
    reader = await request.multipart()
    for _ in range(MOST_PARTS):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise Rejected("unreadable")
        if part.name == "file" and part.filename:
            received.name = _plain_name(part.filename)
            await _store(part, path)
        else:
            text = (await part.read_chunk(MOST_FIELD)).decode(errors="replace")
            received.fields[part.name or ""] = text if is_text(text) else ""
            await part.release()
    return received


async def _store(part: BodyPartReader, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while piece := await part.read_chunk(PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                raise Rejected("large-file", field="file", limit=MOST_BYTES // 1024 // 1024)
            await asyncio.to_thread(file.write, piece)


def _plain_name(name: str) -> str:
    """Without folders, and with nothing that cannot be kept."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in bare if letter.isprintable()).strip()[:MAX_NAME] or "file"
