"""Files that we have sent to somebody whose platform takes no uploads: it comes and fetches them here.
Whoever has the address has the file, and nothing tells a wrong one from one that is over."""

import asyncio
from pathlib import Path

from aiohttp import web

from intake.channels.messengers.links import GOOD_FOR, is_proof
from storage.chat_links import sent_file
from storage.columns import now
from storage.tables.chats import ChatFile
from web.access import public
from web.hooks import ADDRESS
from web.keys import DATABASE, FILES
from web.known_bots import BOTS
from web.letter_files import FILE_HEADERS, HEAD, disposition, played_as, shown_as
from web.security import for_visitors

ANY = "application/octet-stream"
HIDDEN = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}

routes = web.RouteTableDef()


@routes.get(
    f"{ADDRESS}/files/{{file:\\d{{1,15}}}}/{{proof:[0-9a-f]{{40}}}}/{{filename:[^/]+}}", name="hook.file"
)
@for_visitors
@public
async def fetched(request: web.Request) -> web.StreamResponse:
    """What the bytes are is said only where nothing can run in them."""
    file = await _file(request)
    path = request.app[FILES].path(file.digest)
    kind = await asyncio.to_thread(_kind, path)
    if kind is None:
        raise web.HTTPNotFound
    said = {"Content-Type": kind, "Content-Disposition": disposition("attachment", file.filename)}
    return web.FileResponse(path, headers=FILE_HEADERS | HIDDEN | said)


async def _file(request: web.Request) -> ChatFile:
    """Raises HTTPNotFound."""
    asked = request.match_info
    bot = await request.app[BOTS].find(asked["platform"], asked["key"])
    file_id = int(asked["file"])
    if bot is None or not bot.adapter.links or not is_proof(asked["proof"], bot.keys, file_id):
        raise web.HTTPNotFound
    async with request.app[DATABASE].reading() as session:
        file = await sent_file(session, bot.keys.bot_id, file_id, now() - GOOD_FOR)
    if file is None:
        raise web.HTTPNotFound
    return file


def _kind(path: Path) -> str | None:
    """None where it is gone."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        return None
    return shown_as(head) or played_as(head) or ANY
