"""The form of an answer as it comes: what was typed, and the files that were attached with it."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from intake.errors import Rejected
from intake.letters.outgoing.building import one_line
from web.readable import is_text

FIELDS = ("once", "answers", "mailbox", "to", "cc", "subject", "text", "quote", "signature", "at")
LONGEST_TEXT = 100_000  # characters
LONGEST_FIELD = 4_000
MOST_FILES = 20
MOST_BYTES = 18 * 1024 * 1024  # of all files of a letter: in base64 just below what most servers take
MOST_PARTS = 60
PIECE = 256 * 1024
LONGEST_NAME = 120  # characters of a file's name


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came; its name is what the browser said, cleaned."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Received:
    """`act` is the button: «send», «keep», «attach», «template:3», «drop:0» …"""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Sent] = field(default_factory=list)
    act: str = ""
    template: str = ""


async def receive(request: web.Request) -> Received:
    """Raises Rejected: large-file, too-many-files, too-long, unreadable."""
    if request.content_type != "multipart/form-data":
        return _take_plain(await _posted(request))
    try:
        return await _take_parts(request)
    except (ValueError, LookupError, HttpProcessingError) as error:
        raise Rejected("unreadable") from error


async def _posted(request: web.Request) -> dict[str, Any]:
    try:
        return dict(await request.post())
    except (ValueError, LookupError, HttpProcessingError) as error:
        raise Rejected("unreadable") from error


def _take_plain(posted: dict[str, Any]) -> Received:
    received = Received()
    for name, value in posted.items():
        _take_field(received, name, str(value))
    return received


async def _take_parts(request: web.Request) -> Received:
    received, left = Received(), MOST_BYTES
    reader = await request.multipart()
    for _ in range(MOST_PARTS):
        part = await reader.next()
        if part is None:
            return received
        if not isinstance(part, BodyPartReader):
            raise Rejected("unreadable")
        if part.filename:
            file = await _take_file(part, left)
            left -= len(file.content)
            received.files.append(file)
        else:
            raw = await _read(part, LONGEST_TEXT * 4, "too-long", LONGEST_TEXT)
            _take_field(received, part.name or "", raw.decode(errors="replace"))
    raise Rejected("unreadable")


def _take_field(received: Received, name: str, value: str) -> None:
    if not is_text(value):
        raise Rejected("unreadable")
    most = LONGEST_TEXT if name == "text" else LONGEST_FIELD
    if len(value) > most:
        raise Rejected("too-long", field=name, limit=most)
    if name in FIELDS:
        received.fields[name] = value
    elif name == "do":
        received.act = value
    elif name == "template":
        received.template = value


async def _take_file(part: BodyPartReader, left: int) -> Sent:
    content = await _read(part, left, "large-files", MOST_BYTES // 1024 // 1024)
    name = one_line((part.filename or "").replace("\\", "/").rpartition("/")[2], LONGEST_NAME) or "file"
    kind = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Sent(name, kind if kind.isascii() and len(kind) < 100 else "application/octet-stream", content)


async def _read(part: BodyPartReader, most: int, code: str, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := await part.read_chunk(PIECE):
        size += len(piece)
        if size > most:
            raise Rejected(code, field=part.name or "", limit=limit)
        pieces.append(piece)
    return b"".join(pieces)
