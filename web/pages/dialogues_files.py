"""What people sent into a dialogue: downloaded, looked at and listened to where that is safe, as letters'
files are. Who may see the dialogue may have them."""

import asyncio
from pathlib import Path

from aiohttp import web

from intake.errors import NotFound, Rejected
from storage.dialogues_thread import chat_file
from storage.files import Files
from storage.tables.chats import ChatFile, FileState
from web.keys import DATABASE, FILES
from web.letter_files import FILE_HEADERS, HEAD, PDF, PDF_HEADERS, disposition, played_as, shown_as
from web.pages.cards import actor
from web.pages.cards_edit import card_id

ANY = "application/octet-stream"

routes = web.RouteTableDef()


@routes.get("/dialogues/{id:\\d+}/files/{file:\\d+}", name="dialogue.file")
async def download(request: web.Request) -> web.StreamResponse:
    """Always to be saved, never to be shown, whatever it is."""
    file = await _file(request)
    path = await _path(request.app[FILES], file)
    said = {"Content-Type": ANY, "Content-Disposition": disposition("attachment", _name(file))}
    return web.FileResponse(path, headers=FILE_HEADERS | said)


@routes.get("/dialogues/{id:\\d+}/files/{file:\\d+}/shown", name="dialogue.file.shown")
async def shown(request: web.Request) -> web.StreamResponse:
    """A raster picture, a PDF, a sound or a film, by its own bytes; players ask for parts of it (Range).
    Raises Rejected("no-preview") for anything else."""
    file = await _file(request)
    path = await _path(request.app[FILES], file)
    kind = await asyncio.to_thread(_kind, path)
    if kind is None:
        raise Rejected("no-preview")
    headers = PDF_HEADERS if kind == PDF else FILE_HEADERS
    said = {"Content-Type": kind, "Content-Disposition": disposition("inline", _name(file))}
    return web.FileResponse(path, headers=headers | said)


async def _file(request: web.Request) -> ChatFile:
    """Raises NotFound for a dialogue one may not see, and for a file of another one."""
    async with request.app[DATABASE].reading() as session:
        return await chat_file(session, actor(request), card_id(request), int(request.match_info["file"]))


async def _path(files: Files, file: ChatFile) -> Path:
    """Raises NotFound("file-removed") for what is not here, or no more."""
    if file.removed_at is None and file.state is FileState.KEPT and file.digest:
        path = files.path(file.digest)
        if await asyncio.to_thread(path.is_file):
            return path
    raise NotFound("file-removed")


def _kind(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    return shown_as(head) or played_as(head)


def _name(file: ChatFile) -> str:
    return file.filename or file.kind.value
