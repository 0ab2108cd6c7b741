"""What goes on now: who waits and for how long, who talks, who is there. For those who lead."""

from typing import Any

from aiohttp import web

from storage.absences import away
from storage.desk import callers, calls_going_on, colleagues, lines_by_did
from storage.speed import loads, waiting_now
from storage.tables.people import Role
from web import nav
from web.access import allow
from web.house import targets
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.pages.desk import call_state
from web.pages.inquiries_words import CHANNELS
from web.render import fragment, page
from web.times import now

routes = web.RouteTableDef()


@routes.get("/supervisor", name="supervisor")
@allow(Role.MANAGER)
async def supervisor(request: web.Request) -> web.Response:
    return await page(request, "supervisor/page.html", **await _now(request))


@routes.get("/supervisor/now", name="supervisor.now")
@allow(Role.MANAGER)
async def happening(request: web.Request) -> web.Response:
    """The same, whenever something has changed."""
    return fragment(request, "supervisor/now.html", **await _now(request))


async def _now(request: web.Request) -> dict[str, Any]:
    moment = now()
    async with request.app[DATABASE].reading() as session:
        who = request[VIEWER].actor(request.remote)
        late = targets().cutoffs(moment)
        waiting = await waiting_now(session, who, late)
        calls = [call for call in await calls_going_on(session) if call.ignored_by is None]
        people = await colleagues(session, calls)
        return {
            "waiting": waiting,
            "talks": [call for call in calls if call.talking],
            "queued": [call for call in calls if not call.talking],
            "people": people,
            "absences": await away(session, moment, [one.user.id or 0 for one in people]),
            "loads": await loads(session, late),
            "callers": await callers(session, {call.inquiry_id for call in calls if call.inquiry_id}),
            "lines": await lines_by_did(session),
            "open_now": targets().hours.is_open(moment),
            "state_words": nav.state_words(),
            "channel_icons": {channel.value: icon for channel, (icon, _) in CHANNELS.items()},
            "channel_words": {channel.value: gettext(word) for channel, (_, word) in CHANNELS.items()},
            "word_for": call_state,
        }
