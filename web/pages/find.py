"""Search everything: one field at the top of every page, read as whatever it looks like."""

import re
from dataclasses import replace
from typing import Any

from aiohttp import web

from intake.model.wizard import Criteria, Mode, Shown
from intake.wizard.search import search
from web.keys import DATABASE, VIEWER
from web.preferences import preferences_of
from web.render import fragment, has_route, is_partial, page

ON_THE_FLY = 5  # hits of a kind in the list under the field
ON_THE_PAGE = 30
LONGEST = 200
INN_LENGTHS = (10, 12)

MOSTLY_DIGITS = re.compile(r"[\d\s()+\-–.*#]{4,}(?:\s*(?:доб|ext|вн)\.?\s*\d+)?", re.IGNORECASE)
SITE_OR_NICK = re.compile(r"@\w|https?://|www\.|\S+\.(?:ru|рф|com|org|net)\b", re.IGNORECASE)

routes = web.RouteTableDef()


@routes.get("/find", name="find")
async def find(request: web.Request) -> web.Response:
    """The list under the field for htmx, a page of its own for Enter."""
    text = request.query.get("q", "").strip()[:LONGEST]
    partial = is_partial(request)
    viewer = request[VIEWER]
    mode = preferences_of(viewer.user.preferences).search_mode
    criteria = read(text, mode, ON_THE_FLY if partial else ON_THE_PAGE)
    found = (
        None
        if criteria.empty
        else await search(request.app[DATABASE], criteria, viewer.actor(request.remote))
    )
    context: dict[str, Any] = {
        "q": text,
        "found": found,
        "has_route": lambda name: has_route(request.app, name),
    }
    if partial:
        return fragment(request, "find/hits.html", **context)
    return await page(request, "find/page.html", **context)


def read(text: str, mode: Mode, limit: int) -> Criteria:
    """What one line means: an address, a number (an ИНН too when it is as long as one), a site, a name."""
    line = Criteria(mode=mode, interests=Shown.ALL, limit=limit)
    if re.fullmatch(r"\S+@\S+\.\S+", text):
        return replace(line, email=text)
    if MOSTLY_DIGITS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        inn = digits if text == digits and len(digits) in INN_LENGTHS else ""
        return replace(line, phone=text, inn=inn)
    if SITE_OR_NICK.search(text):
        return replace(line, other=text)
    return replace(line, name=text)
