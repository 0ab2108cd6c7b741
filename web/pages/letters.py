"""Letters that are no inquiries: auto-replies, bounces, lists, spam, what could not be read. Quietly apart,
so that nothing is lost and nothing disturbs. And any letter as large as the screen."""

import asyncio
from dataclasses import replace
from typing import Any

from aiohttp import web

from storage.aside import Aside, AsideRow, aside_counts, aside_page, letter_seen_by, why_aside
from storage.ignored_pages import line
from storage.tables.letters import LetterRecord
from storage.tables.people import Role
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.letter_html import readable
from web.looked import ONLOOKERS
from web.pages import ignoring_words
from web.pages import letters_words as words
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.inquiries_filter import place_of, place_text
from web.pages.letters_body import OUTSIDE, SANDBOX, body_context
from web.pages.letters_shown import shown_letters
from web.render import fragment, is_partial, page, urls_of

ALL = mark("Not inquiries")

routes = web.RouteTableDef()


@routes.get("/letters", name="letters")
async def letters(request: web.Request) -> web.Response:
    rows = await _rows(request)
    first: list[AsideRow] = rows["rows"]
    pane = await _pane(request, first[0].id) if first else {"one": None}
    return await page(request, "letters/list.html", reading=False, **rows, **await _counts(request), **pane)


@routes.get("/letters/rows", name="letters.rows")
async def more_rows(request: web.Request) -> web.Response:
    return fragment(request, "letters/rows.html", **await _rows(request))


@routes.get("/letters/counts", name="letters.counts")
async def kinds(request: web.Request) -> web.Response:
    return fragment(request, "letters/kinds.html", wanted=_wanted(request), **await _counts(request))


@routes.get("/letters/{id:\\d+}", name="letter")
async def letter(request: web.Request) -> web.Response:
    """Among those that are no inquiries; the address of any other leads to its inquiry."""
    pane = await _pane(request, card_id(request))
    record: LetterRecord = pane["one"].record
    if is_partial(request):
        return fragment(request, "letters/pane.html", wanted=_wanted(request), **pane)
    if record.inquiry_id is not None:
        inquiry = urls_of(request.app)("inquiry", id=record.inquiry_id)
        raise web.HTTPSeeOther(f"{inquiry}#letter-{record.id}")
    rows = await _rows(request)
    return await page(request, "letters/list.html", reading=True, **rows, **await _counts(request), **pane)


@routes.get("/letters/{id:\\d+}/large", name="letter.large")
async def large(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        record = await letter_seen_by(session, actor(request), card_id(request))
    read = await asyncio.to_thread(readable, record.html, {}, with_outside=False)
    pictures = OUTSIDE if request.query.get("pictures") == OUTSIDE else ""
    context: dict[str, Any] = {"outside": read.outside, "pictures": pictures, "sandbox": SANDBOX}
    return await page(request, "letters/large.html", letter=record, **context)


async def _pane(request: web.Request, letter_id: int) -> dict[str, Any]:
    """Raises NotFound for what the viewer may not see."""
    async with request.app[DATABASE].reading() as session:
        record = await letter_seen_by(session, actor(request), letter_id)
        (shown,) = await shown_letters(session, [record])
        entry = await line(session, record.ignored_by) if record.ignored_by else None
    request.app[ONLOOKERS].saw(actor(request), "letters", [("letter", letter_id)])
    one = replace(shown, open=True)
    why = why_aside(record)
    return {
        "one": one,
        "bodies": {one.id: await body_context(request, one)},
        "why": why,
        "ignored_by": ignoring_words.pattern(entry.entry) if entry else "",
        "entry": entry,
        "why_word": gettext(words.WHY_ASIDE[why]) if why else "",
        "domain": words.domain_to_block(record.sender_email),
        "administers": request[VIEWER].may(Role.ADMINISTRATOR),
        "manages": request[VIEWER].may(Role.MANAGER),
    }


async def _rows(request: web.Request) -> dict[str, Any]:
    wanted = _wanted(request)
    async with request.app[DATABASE].reading() as session:
        rows, after = await aside_page(session, wanted, place_of(request.query.get("after", "")))
    request.app[ONLOOKERS].saw(actor(request), "letters", [("letter", row.id) for row in rows if row.sender])
    heading = words.ASIDES[wanted][1] if wanted else ALL
    open_id = int(request.match_info["id"]) if "id" in request.match_info else rows[0].id if rows else None
    return {
        "rows": rows,
        "after": place_text(after),
        "wanted": wanted,
        "heading": gettext(heading),
        "icon_of": lambda why: words.ASIDES[why][0],
        "word_of": lambda why: gettext(words.ASIDES[why][1]),
        "open_id": open_id,
    }


async def _counts(request: web.Request) -> dict[str, Any]:
    async with request.app[DATABASE].reading() as session:
        found = await aside_counts(session)
    return {
        "total": sum(found.values()),
        "kinds": [
            (why.value, icon, gettext(word), found.get(why, 0)) for why, (icon, word) in words.ASIDES.items()
        ],
    }


def _wanted(request: web.Request) -> Aside | None:
    word = request.query.get("kind", "")
    return Aside(word) if word in set(Aside) else None
