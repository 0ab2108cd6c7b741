"""Inquiries: filters with counts, rows, and the one that is read beside them."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from storage.aside import unread_count
from storage.cards import known_numbers
from storage.desk import lines_by_did
from storage.inquiries import InquiryRow, inquiries_page
from storage.inquiry_counts import Counts, counts
from storage.mailboxes import mailboxes
from storage.submitted import held_count
from web.house import targets
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS, with_senders
from web.pages import inquiries_words as words
from web.pages.cards import actor
from web.pages.inquiries_bulk import bulk_context
from web.pages.inquiries_filter import STATES, VIEWS, address_of, place_of, place_text
from web.pages.inquiries_pane import pane_context
from web.render import fragment, has_route, is_partial, page
from web.times import now

MOST_FRESH = 50  # rows asked for at once after live updates

routes = web.RouteTableDef()


@routes.get("/inquiries", name="inquiries")
async def inquiries(request: web.Request) -> web.Response:
    """The list with the first of it open beside: on a telephone only the list is seen."""
    rows = await _rows(request)
    first = rows["rows"][0].inquiry.id if rows["rows"] else None
    pane = await pane_context(request, first) if first else {"row": None}
    return await page(request, "inquiries/list.html", reading=False, **(await _around(request) | pane | rows))


@routes.get("/inquiries/{id:\\d+}", name="inquiry")
async def inquiry(request: web.Request) -> web.Response:
    """An address that can be sent: the list with this one open; for htmx only the pane."""
    inquiry_id = int(request.match_info["id"])
    pane = await pane_context(request, inquiry_id)
    if is_partial(request):
        return fragment(request, "inquiries/pane.html", **(_common(request) | pane))
    await _move_to_the_other(request, inquiry_id, pane["row"])
    rows = await _rows(request, pane["row"])
    return await page(request, "inquiries/list.html", reading=True, **(await _around(request) | pane | rows))


@routes.get("/inquiries/rows", name="inquiries.rows")
async def more_rows(request: web.Request) -> web.Response:
    """The next page of rows, after ?after=."""
    return fragment(request, "inquiries/rows.html", **await _rows(request))


@routes.get("/inquiries/fresh", name="inquiries.fresh")
async def fresh_rows(request: web.Request) -> web.Response:
    """Of the inquiries ?ids=1,2 those that belong into the list now; the rest is not answered."""
    ids = [
        int(one)
        for one in request.query.get("ids", "").split(",")[:MOST_FRESH]
        if one.isdecimal() and len(one) < 10
    ]
    return fragment(request, "inquiries/rows.html", **await _rows(request, ids=tuple(ids) or (0,)))


@routes.get("/inquiries/facets", name="inquiries.facets")
async def facets(request: web.Request) -> web.Response:
    return fragment(request, "inquiries/facets.html", **await _facets(request))


async def _rows(
    request: web.Request, reading: InquiryRow | None = None, ids: tuple[int, ...] = ()
) -> dict[str, Any]:
    address = address_of(request.query)
    wanted = replace(address.filter, ids=ids)
    async with request.app[DATABASE].reading() as session:
        found = await inquiries_page(
            session,
            actor(request),
            wanted,
            address.order,
            place_of(request.query.get("after", "")),
            targets().cutoffs(now()),
        )
        nobodys = [row.inquiry.sender or "" for row in found.rows if not words.is_known(row)]
        shared = await known_numbers(session, nobodys)
    viewer = request[VIEWER]
    request.app[ONLOOKERS].saw(actor(request), "inquiries", with_senders(found.rows))
    return {
        **_common(request),
        "rows": found.rows,
        "chips_of": lambda row: words.chips(row, viewer, row.inquiry.sender in shared),
        "after": "" if ids else place_text(found.after),
        "open_id": reading.inquiry.id if reading else None,
    }


async def _move_to_the_other(request: web.Request, inquiry_id: int, row: InquiryRow) -> None:
    """Two rows turned out to be one: the address is the other's."""
    if row.inquiry.id != inquiry_id:
        raise web.HTTPFound(request.app.router["inquiry"].url_for(id=str(row.inquiry.id)))


async def _around(request: web.Request) -> dict[str, Any]:
    """The filters, and what can be done with several."""
    return await _facets(request) | await bulk_context(request)


async def _facets(request: web.Request) -> dict[str, Any]:
    address = address_of(request.query)
    async with request.app[DATABASE].reading() as session:
        found = await counts(session, actor(request), targets().cutoffs(now()))
        lines = await lines_by_did(session)
        boxes = {box.address: box.name for box in await mailboxes(session)}
        unread = await unread_count(session)
        held = await held_count(session)
    lines |= boxes
    shown = dict.fromkeys([*sorted(found.lines, key=lambda line: lines.get(line, line))])
    if address.line:
        shown.setdefault(address.line)
    return {
        "counts_of": _view_counts(found),
        "channel_counts": {channel.value: number for channel, number in found.channels.items()},
        "line_counts": [
            (line, lines.get(line, line), found.lines.get(line, 0)) for line in shown if "@" not in line
        ],
        "mailbox_counts": [
            (line, lines.get(line, line), found.lines.get(line, 0)) for line in shown if "@" in line
        ],
        "unread_letters": unread,
        "held_requests": held,
        **_common(request),
    }


def _view_counts(found: Counts) -> dict[str, int]:
    views = {name: getattr(found, name) for name in VIEWS}
    return views | {
        view: sum(found.states.get(state, 0) for state in states) for view, states in STATES.items()
    }


def _common(request: web.Request) -> dict[str, Any]:
    address, viewer = address_of(request.query), request[VIEWER]
    titles = words.VIEWS | words.STATE_VIEWS
    return {
        "address": address,
        "heading": gettext(titles[address.view][1]),
        "views": [(view, icon, gettext(word)) for view, (icon, word) in words.VIEWS.items()],
        "state_views": [(view, icon, gettext(word)) for view, (icon, word) in words.STATE_VIEWS.items()],
        "channel_words": [(one.value, icon, gettext(word)) for one, (icon, word) in words.CHANNELS.items()],
        "title_of": words.title_of,
        "glyph_of": words.glyph,
        "what_of": words.what,
        "live_word": words.live_word,
        "chips_of": lambda row: words.chips(row, viewer),
        "is_open": words.is_open,
        "region_of": words.region_of_number,
        "has_route": lambda name: has_route(request.app, name),
    }
