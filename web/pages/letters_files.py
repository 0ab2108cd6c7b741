"""A letter's files: downloaded, and looked at where that is safe. Who may see the letter may have them."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from intake.errors import NotFound, Rejected
from storage.aside import letter_seen_by
from storage.files import Files
from storage.letters import attachment, attachments_of
from storage.tables.forms import SubmissionFile
from storage.tables.letters import Attachment, LetterRecord
from web.keys import DATABASE, FILES
from web.letter_files import FILE_HEADERS, HEAD, PDF, PDF_HEADERS, disposition, shown_as
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.letters_shown import ShownFile, shown_file
from web.render import page

ANY = "application/octet-stream"
Kept = Attachment | SubmissionFile  # what a letter brought, or a form

routes = web.RouteTableDef()


@routes.get("/letters/{id:\\d+}/files/{file:\\d+}", name="letter.file")
async def download(request: web.Request) -> web.StreamResponse:
    """Always to be saved, never to be shown, whatever it is."""
    _letter, file = await _file(request)
    return await to_be_saved(request, file)


@routes.get("/letters/{id:\\d+}/files/{file:\\d+}/shown", name="letter.file.shown")
async def shown(request: web.Request) -> web.StreamResponse:
    """A raster picture or a PDF, by its own bytes. Raises Rejected("no-preview") for anything else."""
    _letter, file = await _file(request)
    return await to_be_shown(request, file)


@routes.get("/letters/{id:\\d+}/files/{file:\\d+}/look", name="letter.file.look")
async def look(request: web.Request) -> web.Response:
    """The file on a sheet, with its neighbours."""
    letter, file = await _file(request)
    path = await _path(request.app[FILES], file)
    kind = await asyncio.to_thread(_kind, path)
    async with request.app[DATABASE].reading() as session:
        files = (await attachments_of(session, [letter.id or 0])).get(letter.id or 0, [])
    beside = _beside([one for one in map(shown_file, files) if one.looked_at], file.id or 0)
    one = shown_file(file)
    return await page(request, "letters/look.html", letter=letter, file=one, kind=kind, pdf=PDF, **beside)


async def to_be_saved(request: web.Request, file: Kept) -> web.StreamResponse:
    """Raises NotFound("file-removed")."""
    path = await _path(request.app[FILES], file)
    said = disposition("attachment", file.filename)
    return web.FileResponse(path, headers=FILE_HEADERS | {"Content-Type": ANY, "Content-Disposition": said})


async def to_be_shown(request: web.Request, file: Kept) -> web.StreamResponse:
    """Raises Rejected("no-preview"), NotFound("file-removed")."""
    path = await _path(request.app[FILES], file)
    kind = await asyncio.to_thread(_kind, path)
    if kind is None:
        raise Rejected("no-preview")
    headers = PDF_HEADERS if kind == PDF else FILE_HEADERS
    said = {"Content-Type": kind, "Content-Disposition": disposition("inline", file.filename)}
    return web.FileResponse(path, headers=headers | said)


def _beside(files: list[ShownFile], file_id: int) -> dict[str, Any]:
    ids = [file.id for file in files]
    at = ids.index(file_id) if file_id in ids else -1
    return {
        "before": files[at - 1] if at > 0 else None,
        "after": files[at + 1] if 0 <= at < len(files) - 1 else None,
        "number": at + 1,
        "most": len(files),
    }


async def _file(request: web.Request) -> tuple[LetterRecord, Attachment]:
    """Raises NotFound for a letter one may not see, and for a file of another letter."""
    file_id = int(request.match_info["file"])
    async with request.app[DATABASE].reading() as session:
        letter = await letter_seen_by(session, actor(request), card_id(request))
        file = await attachment(session, file_id)
    if file.letter_id != letter.id:
        raise NotFound("no-such-attachment", id=file_id)
    return letter, file


async def _path(files: Files, file: Kept) -> Path:
    """Raises NotFound("file-removed") for what retention took away, and for what was too large to be kept."""
    if file.removed_at is None:
        path = files.path(file.digest)
        if await asyncio.to_thread(path.is_file):
            return path
    raise NotFound("file-removed")


def _kind(path: Path) -> str | None:
    with path.open("rb") as file:
        return shown_as(file.read(HEAD))
