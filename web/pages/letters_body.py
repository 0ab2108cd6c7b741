"""The body of a letter: its text, or its HTML in a frame that can do nothing."""

import asyncio
import base64
from typing import Any

from aiohttp import web

from storage.aside import letter_seen_by
from storage.files import Files
from storage.letters import attachments_of
from storage.tables.letters import Attachment, LetterRecord
from web.keys import DATABASE, FILES, VIEWER
from web.letter_files import HEAD, PDF, shown_as
from web.letter_html import MOST_PICTURE, MOST_PICTURES, Readable, content_ids, readable
from web.letter_text import frame_height
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.letters_shown import ShownLetter, shown_letters
from web.preferences import Theme, preferences_of
from web.render import fragment, is_partial, urls_of
from web.security import is_same_origin

SANDBOX = "allow-popups allow-popups-to-escape-sandbox"  # links open in a tab of their own, nothing else
CSP = (
    "default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    f" frame-ancestors 'self'; sandbox {SANDBOX}"
)
OUTSIDE = "outside"  # ?pictures=outside: asked for by a click, for this once

routes = web.RouteTableDef()


@routes.get("/letters/{id:\\d+}/body", name="letter.body")
async def body(request: web.Request) -> web.Response:
    """The letter's own HTML, harmless, for the frame. Pictures from outside only when asked for from a page
    of ours: a letter's link to this address does not fetch them."""
    async with request.app[DATABASE].reading() as session:
        letter = await letter_seen_by(session, actor(request), card_id(request))
        files = (await attachments_of(session, [letter.id or 0])).get(letter.id or 0, [])
    outside = request.query.get("pictures") == OUTSIDE and is_same_origin(request)
    shown = await asyncio.to_thread(_readable, letter, files, request.app[FILES], outside)
    response = fragment(
        request, "letters/frame.html", shown=shown, scheme=_scheme(request, shown), subject=letter.subject
    )
    response.headers["Content-Security-Policy"] = CSP.format(pictures="data: https:" if outside else "data:")
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@routes.get("/letters/{id:\\d+}/shown", name="letter.shown")
async def shown_part(request: web.Request) -> web.Response:
    """The body's place in the page: ?as=text or ?as=html."""
    if not is_partial(request):
        url = urls_of(request.app)
        raise web.HTTPSeeOther(url("letter", dict(request.query), id=card_id(request)))
    async with request.app[DATABASE].reading() as session:
        letter = await letter_seen_by(session, actor(request), card_id(request))
        (one,) = await shown_letters(session, [letter])
    return fragment(request, "letters/body.html", one=one, **await body_context(request, one))


async def body_context(request: web.Request, one: ShownLetter) -> dict[str, Any]:
    """How it is to be shown, by the address."""
    as_html = bool(one.record.html) and request.query.get("as", "html" if one.as_html else "text") == "html"
    read = Readable("")
    if as_html:
        read = await asyncio.to_thread(readable, one.record.html, {}, with_outside=False)
    return {
        "as_html": as_html,
        "outside": read.outside,
        "pictures": OUTSIDE if request.query.get("pictures") == OUTSIDE else "",
        "height": frame_height(one.record.text, read.outside + len(one.within)),
        "sandbox": SANDBOX,
    }


def _readable(letter: LetterRecord, files: list[Attachment], kept: Files, outside: bool) -> Readable:
    return readable(letter.html, _pictures(content_ids(letter.html), files, kept), outside)


def _pictures(named: set[str], files: list[Attachment], kept: Files) -> dict[str, str]:
    """By content id, as data: the frame's origin is nobody's, so it would be given no file of ours."""
    found: dict[str, str] = {}
    room = MOST_PICTURES
    for file in files:
        wanted = file.content_id in named and file.removed_at is None
        if not wanted or file.size > min(MOST_PICTURE, room):
            continue
        try:
            content = kept.read(file.digest)
        except (FileNotFoundError, ValueError):
            continue
        kind = shown_as(content[:HEAD])
        if kind and kind != PDF:
            room -= len(content)
            found[file.content_id] = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return found


def _scheme(request: web.Request, shown: Readable) -> str:
    """A letter with colours of its own was made for white paper; any other follows the page."""
    theme = preferences_of(request[VIEWER].user.preferences).theme
    if shown.painted or theme is Theme.LIGHT:
        return "light"
    return "dark" if theme is Theme.DARK else "light dark"
