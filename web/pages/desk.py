"""The desk: who waits, who talks, who is there, what was not heard, what is mine to do."""

from typing import Any

from aiohttp import web

from intake.model.calls import Link
from storage.desk import (
    callers,
    calls_going_on,
    channels,
    colleagues,
    count_my_tasks,
    lines_by_did,
    my_open_inquiries,
    my_tasks,
    see_gap,
    unheard,
    unseen_gaps,
)
from storage.tables.calls import CallRecord
from web import nav
from web.i18n import pgettext
from web.keys import DATABASE, VIEWER
from web.pages.channel_words import in_words
from web.render import fragment, has_route, is_partial, page

routes = web.RouteTableDef()

CHANNEL_ICONS = {
    "call": "phone",
    "letter": "mail",
    "form": "file-text",
    "chat": "message-circle",
    "manual": "pencil",
}


@routes.get("/", name="desk")
async def desk(request: web.Request) -> web.Response:
    context = {**await _now(request), **await _mine(request)}
    return await page(request, "desk.html", **context)


@routes.get("/desk/now", name="desk.now")
async def happening(request: web.Request) -> web.Response:
    """The telephones and colleagues; asked for again whenever a call takes a step."""
    return fragment(request, "desk/now.html", **await _now(request))


@routes.get("/desk/mine", name="desk.mine")
async def mine(request: web.Request) -> web.Response:
    return fragment(request, "desk/mine.html", **await _mine(request))


@routes.post("/desk/gaps/{id:\\d+}/seen", name="gap.seen")
async def seen(request: web.Request) -> web.Response:
    """Somebody has looked after the calls that may have come in the gap."""
    async with request.app[DATABASE].transaction() as session:
        await see_gap(session, int(request.match_info["id"]), request[VIEWER].id)
    if not is_partial(request):
        raise web.HTTPSeeOther("/")
    return fragment(request, "desk/now.html", **await _now(request))


async def _now(request: web.Request) -> dict[str, Any]:
    async with request.app[DATABASE].reading() as session:
        calls, heard = await calls_going_on(session), await channels(session)
        return {
            "callers": await callers(session, {call.inquiry_id for call in calls if call.inquiry_id}),
            "waiting": [call for call in calls if not call.talking and call.ignored_by is None],
            "talks": [call for call in calls if call.talking and call.ignored_by is None],
            "colleagues": await colleagues(session, calls),
            "troubles": [one for one in heard if one.health.link is not Link.UP],
            "unheard": unheard(heard),
            "in_words": in_words,
            "gaps": await unseen_gaps(session),
            "lines": await lines_by_did(session),
            "state_words": nav.state_words(),
            "word_for": call_state,
            "has_route": lambda name: has_route(request.app, name),
        }


async def _mine(request: web.Request) -> dict[str, Any]:
    viewer = request[VIEWER]
    async with request.app[DATABASE].reading() as session:
        inquiries = await my_open_inquiries(session, viewer.id)
        return {
            "inquiries": inquiries,
            "callers": await callers(session, {inquiry.id for inquiry in inquiries if inquiry.id}),
            "lines": await lines_by_did(session),
            "task_count": await count_my_tasks(session, viewer.id),
            "tasks": await my_tasks(session, viewer.id),
            "channel_icons": CHANNEL_ICONS,
            "has_route": lambda name: has_route(request.app, name),
        }


def call_state(call: CallRecord) -> str:
    """One word for where a call is."""
    if call.talking:
        return pgettext("call", "talking")
    if call.ringing:
        return pgettext("call", "ringing")
    if call.waiting:
        return pgettext("call", "in the queue")
    return pgettext("call", "in the menu")
