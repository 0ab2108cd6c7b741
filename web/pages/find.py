"""Search everything: one field at the top of every page, read as whatever it looks like."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from intake.errors import NotFound
from intake.model.hits import Found, InterestHit, Level, PartyHit
from intake.model.wizard import Criteria, Mode, Shown
from intake.wizard.ranking import name_proof
from intake.wizard.search import search
from storage.history import stored_id
from storage.inquiries import InquiryRow, inquiry_row
from storage.search.titles import Titled, interests_called
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS, with_numbers, with_senders
from web.pages.cards import actor
from web.pages.inquiries_words import STATE_WORDS, glyph, title_of, what
from web.pages.wizard_show import chips, marked, sureness, title_reason, titled
from web.preferences import preferences_of
from web.render import fragment, is_partial, page

ON_THE_FLY = 5  # hits of a kind in the list under the field
ON_THE_PAGE = 30
LONGEST = 200
SHORTEST = 2
INN_LENGTHS = (10, 12)

MOSTLY_DIGITS = re.compile(r"[\d\s()+\-–.*#]{4,}(?:\s*(?:доб|ext|вн)\.?\s*\d+)?", re.IGNORECASE)
NUMBER = re.compile(r"[№#]?\s*(\d{1,9})", re.ASCII)
SITE_OR_NICK = re.compile(r"@\w|https?://|www\.|\S+\.(?:ru|рф|com|org|net)\b", re.IGNORECASE)

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class InterestFound:
    """`why`: the class and words of a chip; nothing when it is only of whoever was found."""

    id: int
    title: str
    status: str
    about: str
    why: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class InquiryFound:
    id: int
    title: str
    icon: str
    about: str
    state: str


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
    short = len(text) < SHORTEST and number_of(text) is None
    found = Found() if short else await search(request.app[DATABASE], read(text, mode, most), actor(request))
    clients = [hit for hit in found.clients if hit.level is not Level.RELATED][:most]
    contacts = [hit for hit in found.contacts if hit.level is not Level.RELATED][:most]
    rows = await _inquiries(request, number_of(text))
    onlookers, who = request.app[ONLOOKERS], actor(request)
    onlookers.saw(who, "find", with_numbers(replace(found, clients=tuple(clients), contacts=tuple(contacts))))
    onlookers.saw(who, "find", with_senders(rows))
    interests = [] if short else await _interests(request, text, mode, found, most)
    return {
        "text": text,
        "short": short,
        "inquiries": [_inquiry(row) for row in rows],
        "groups": sorted((clients, contacts), key=_best),
        "interests": interests,
        "count": len(rows) + len(clients) + len(contacts) + len(interests),
        "marked": lambda said: marked(said, text, mode),
        "chips": chips,
        "sureness": sureness,
        "titled": titled,
    }


def number_of(text: str) -> int | None:
    """«№ 12», «#12», «12»: the number of an interest or an inquiry."""
    said = NUMBER.fullmatch(text)
    return int(said[1]) if said else None


def _best(hits: Sequence[PartyHit]) -> float:
    """The surest hits stand first, whatever they are."""
    return -max((hit.score for hit in hits), default=0.0)


async def _inquiries(request: web.Request, number: int | None) -> list[InquiryRow]:
    if number is None:
        return []
    try:
        async with request.app[DATABASE].reading() as session:
            return [await inquiry_row(session, actor(request), number)]
    except NotFound:
        return []


def _inquiry(row: InquiryRow) -> InquiryFound:
    state = gettext(STATE_WORDS[row.inquiry.state])
    return InquiryFound(stored_id(row.inquiry), title_of(row), glyph(row).icon, what(row), state)


async def _interests(
    request: web.Request, text: str, mode: Mode, found: Found, most: int
) -> list[InterestFound]:
    """By number and by the words of their titles; where those say nothing, those of whoever was found."""
    called = await request.app[DATABASE].ask(
        lambda connection: interests_called(connection, text, number_of(text), mode, actor(request), most)
    )
    return [_interest(one.hit, _why(one, mode)) for one in called] or [
        _interest(hit) for hit in found.interests[:most]
    ]


def _interest(hit: InterestHit, why: tuple[str, str] | None = None) -> InterestFound:
    return InterestFound(hit.id, hit.title, hit.status, hit.responsible or "", why)


def _why(titled: Titled, mode: Mode) -> tuple[str, str]:
    named = titled.named
    if named is None:
        return Level.EXACT.value, gettext("number")
    level = Level.PROBABLE if named.exact else Level.POSSIBLE
    return level.value, title_reason(name_proof(named, (), mode, {}).reason)  # however much its words say
