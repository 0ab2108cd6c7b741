"""The body of a post: in pieces, so long as it has a measure and somebody sends it, and whatever it is."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from intake.channels.forms.bodies import Body, Pairs, from_json, from_parts, from_urlencoded, text_of
from intake.model.forms import Upload
from storage.files import Files
from web.visitors.files import PAUSE, TooLong, Uploads

MOST_TEXT = 512 * 1024  # bytes of what is no file
MOST_PARTS = 400
SECONDS = 30.0  # for a body without files
UPLOAD_SECONDS = 600.0  # for one with files, on a train
MULTIPART = "multipart/form-data"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came, as far as it came."""

    pairs: Pairs
    files: tuple[Upload, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()  # of fields; of the whole under an empty name
    raw: str = ""


async def read(request: web.Request, files: Files, most_mb: int) -> Sent:
    """Raises HTTPRequestEntityTooLarge and TimeoutError; any other nonsense is read as far as it can be."""
    if request.content_type == MULTIPART:
        async with asyncio.timeout(UPLOAD_SECONDS):
            return await _read_parts(request, Uploads(files, most_mb))
    async with asyncio.timeout(SECONDS):
        body = await _whole(request)
    if is_json(request):
        return _sent(from_json(body), text_of(body))
    charset = request.charset or ""
    return _sent(from_urlencoded(body, charset), text_of(body, charset))


def is_json(request: web.Request) -> bool:
    return request.content_type == "application/json" or request.content_type.endswith("+json")


def _sent(body: Body, raw: str) -> Sent:
    return Sent(body.pairs, problems=(("", body.problem),) if body.problem else (), raw=raw)


async def _whole(request: web.Request) -> bytes:
    body = bytearray()
    while piece := await _soon(request.content.readany()):
        body += piece
        if len(body) > MOST_TEXT:
            raise web.HTTPRequestEntityTooLarge(MOST_TEXT, len(body))
    return bytes(body)


async def _read_parts(request: web.Request, uploads: Uploads) -> Sent:
    """What came before the place where a body breaks off is kept."""
    texts: list[tuple[bytes, bytes]] = []
    problem = ""
    try:
        await _take_apart(request, texts, uploads)
    except TooLong:
        problem = "too-large"
    except (ValueError, LookupError, RuntimeError, AssertionError, HttpProcessingError, EOFError):
        problem = "unreadable"
    body = from_parts(texts)
    raw = "\n".join(f"{name}: {value}" for name, value in body.pairs)
    problems = [*uploads.problems.items(), *([("", problem)] if problem else [])]
    return Sent(body.pairs, tuple(uploads.taken), tuple(problems), raw)


async def _take_apart(request: web.Request, texts: list[tuple[bytes, bytes]], uploads: Uploads) -> None:
    reader = await request.multipart()
    for _ in range(MOST_PARTS):
        part = await _soon(reader.next())
        if part is None:
            return
        if not isinstance(part, BodyPartReader):  # parts within parts: no browser sends them
            continue
        name = (part.name or "").encode(errors="surrogateescape")
        if part.filename is not None:
            await uploads.take(part.name or "file", part)
        else:
            texts.append((name, await _text(part, sum(len(value) for _, value in texts))))


async def _soon(coming: Awaitable[T]) -> T:
    """Raises TimeoutError when there is a pause."""
    async with asyncio.timeout(PAUSE):
        return await coming


async def _text(part: BodyPartReader, before: int) -> bytes:
    text = bytearray()
    while piece := await _soon(part.read_chunk()):
        text += piece
        if before + len(text) > MOST_TEXT:
            raise TooLong
    return bytes(text)
