"""Search everything: one field at the top of every page, read as whatever it looks like."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from intake.model.hits import Found, Level, PartyHit
from intake.model.wizard import Criteria, Mode, Shown
from intake.wizard.search import search
from storage.fields import CardKind
from storage.lists import Wanted, listed
from web.keys import DATABASE, VIEWER
from web.pages.cards import actor
from web.pages.wizard_show import chips, marked, titled
from web.preferences import preferences_of
from web.render import fragment, is_partial, page

ON_THE_FLY = 5  # hits of a kind in the list under the field
ON_THE_PAGE = 30
LONGEST = 200
SHORTEST = 2
INN_LENGTHS = (10, 12)

MOSTLY_DIGITS = re.compile(r"[\d\s()+\-–.*#]{4,}(?:\s*(?:доб|ext|вн)\.?\s*\d+)?", re.IGNORECASE)
SITE_OR_NICK = re.compile(r"@\w|https?://|www\.|\S+\.(?:ru|рф|com|org|net)\b", re.IGNORECASE)

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class InterestFound:
    id: int
    title: str
    status: str
    about: str


@routes.get("/find", name="find")
async def find(request: web.Request) -> web.Response:
    """The list under the field for htmx, a page of its own for Enter."""
    text = request.query.get("q", "").strip()[:LONGEST]
    partial = is_partial(request)
    context = await _found(request, text, ON_THE_FLY if partial else ON_THE_PAGE)
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


async def _found(request: web.Request, text: str, most: int) -> dict[str, Any]:
    mode = preferences_of(request[VIEWER].user.preferences).search_mode
    short = len(text) < SHORTEST
    found = Found() if short else await search(request.app[DATABASE], read(text, mode, most), actor(request))
    clients = [hit for hit in found.clients if hit.level is not Level.RELATED][:most]
    contacts = [hit for hit in found.contacts if hit.level is not Level.RELATED][:most]
    return {
        "text": text,
        "short": short,
        "groups": sorted((clients, contacts), key=_best),
        "interests": [] if short else await _interests(request, text, found, most),
        "marked": lambda said: marked(said, text, Mode.PART),
        "chips": chips,
        "titled": titled,
    }


def _best(hits: Sequence[PartyHit]) -> int:
    """The surest hits stand first, whatever they are."""
    return -max((hit.score for hit in hits), default=0)


async def _interests(request: web.Request, text: str, found: Found, most: int) -> list[InterestFound]:
    """By the words of their titles; where those say nothing, those of whoever was found."""
    async with request.app[DATABASE].reading() as session:
        named = await listed(session, CardKind.INTEREST, actor(request), Wanted(text=text))
    lines = [
        InterestFound(line.record.id, line.record.title, line.status.name, line.responsible or "")
        for line in named.lines[:most]
        if line.status is not None
    ]
    return lines or [
        InterestFound(hit.id, hit.title, hit.status, hit.responsible or "") for hit in found.interests[:most]
    ]
