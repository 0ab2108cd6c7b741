"""Dialogues: who waits in which messenger, what was said, who it is, and an answer within seconds."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from storage.chat_drafts import drafts_of
from storage.dialogues import DialogueRow, dialogues_page
from storage.dialogues_counts import dialogue_counts
from storage.dialogues_people import people_of
from storage.dialogues_thread import part_before, part_since
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.pages import dialogues_words as words
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.dialogues_address import address_of
from web.pages.dialogues_pane import pane_context, thread_asked
from web.pages.inquiries_filter import place_of, place_text
from web.render import fragment, has_route, is_partial, page

MOST_FRESH = 50  # rows asked for at once after live updates

routes = web.RouteTableDef()


@routes.get("/dialogues", name="dialogues")
async def dialogues(request: web.Request) -> web.Response:
    """The list alone: nothing counts as looked at before somebody has chosen it."""
    context = await _rows(request) | await _facets(request)
    return await page(request, "dialogues/list.html", reading=False, row=None, **context)


@routes.get("/dialogues/{id:\\d+}", name="dialogue")
async def dialogue(request: web.Request) -> web.Response:
    """The list with this one open; for htmx only the pane. With ?around the thread is left out: it keeps
    itself fresh."""
    pane = await pane_context(request, card_id(request), whole="around" not in request.query)
    if is_partial(request):
        return fragment(request, "dialogues/pane.html", **(_common(request) | pane))
    context = await _rows(request, pane["row"]) | await _facets(request) | pane
    return await page(request, "dialogues/list.html", reading=True, **context)


@routes.get("/dialogues/rows", name="dialogues.rows")
async def more_rows(request: web.Request) -> web.Response:
    """The next page of rows, after ?after=."""
    return fragment(request, "dialogues/rows.html", **await _rows(request))


@routes.get("/dialogues/fresh", name="dialogues.fresh")
async def fresh_rows(request: web.Request) -> web.Response:
    """Of the dialogues ?ids=1,2 those that belong into the list now; the rest is not answered."""
    said = request.query.get("ids", "").split(",")[:MOST_FRESH]
    ids = tuple(int(one) for one in said if one.isascii() and one.isdecimal() and len(one) < 10)
    return fragment(request, "dialogues/rows.html", **await _rows(request, ids=ids or (0,)))


@routes.get("/dialogues/facets", name="dialogues.facets")
async def facets(request: web.Request) -> web.Response:
    return fragment(request, "dialogues/facets.html", **await _facets(request))


@routes.get("/dialogues/{id:\\d+}/thread", name="dialogue.thread")
async def thread(request: web.Request) -> web.Response:
    """Its end from the message ?since= on, as it is now."""
    shown = await thread_asked(request, "since", part_since)
    return fragment(request, "dialogues/messages.html", **shown)


@routes.get("/dialogues/{id:\\d+}/before", name="dialogue.before")
async def before(request: web.Request) -> web.Response:
    """What was said before the message ?before=."""
    shown = await thread_asked(request, "before", part_before)
    return fragment(request, "dialogues/before.html", **shown)


async def _rows(
    request: web.Request, reading: DialogueRow | None = None, ids: tuple[int, ...] = ()
) -> dict[str, Any]:
    address, who = address_of(request.query), actor(request)
    wanted = replace(address.wanted, ids=ids)
    after = place_of(request.query.get("after", ""))
    async with request.app[DATABASE].reading() as session:
        found = await dialogues_page(session, who, wanted, after)
        known = await people_of(session, [row.dialogue.identity for row in found.rows])
        begun = await drafts_of(session, who, [row.dialogue.id or 0 for row in found.rows])
    shown = [("dialogue", row.dialogue.id or 0) for row in found.rows]
    request.app[ONLOOKERS].saw(who, "dialogues", shown)
    return {
        **_common(request),
        "rows": found.rows,
        "known": known,
        "begun": begun,
        "after": "" if ids else place_text(found.after),
        "open_id": reading.dialogue.id if reading else None,
    }


async def _facets(request: web.Request) -> dict[str, Any]:
    async with request.app[DATABASE].reading() as session:
        counts = await dialogue_counts(session, actor(request))
    return {"counts_shown": counts, **_common(request)}


def _common(request: web.Request) -> dict[str, Any]:
    address = address_of(request.query)
    return {
        "address": address,
        "heading": words.view_title(address.wanted.view),
        "views": words.views(),
        "words": words,
        "me": request[VIEWER].id,
        "has_route": lambda name: has_route(request.app, name),
    }
