"""What somebody who leads must see now: on every page of theirs until one of them has seen it."""

from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.alarms import count_open_alarms, open_alarms, see_alarm, seen_alarms
from storage.live import Announcement
from storage.setup import names
from storage.tables.people import Role
from storage.tables.routing import Alarm
from web.access import Viewer, allow
from web.broadcast import Skip
from web.i18n import gettext
from web.keys import DATABASE, LIVE, VIEWER
from web.pages.alarms_words import ShownAlarm, shown_alarm
from web.render import fragment, is_partial, live_context, page, render
from web.say import say

ON_PAGES = 3  # in the banner; the rest behind a link

routes = web.RouteTableDef()


@routes.get("/alarms", name="alarms")
@allow(Role.MANAGER)
async def overview(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        waiting, seen = await open_alarms(session), await seen_alarms(session)
        people = dict(await names(session))
    shown: dict[str, Any] = {
        "waiting": [shown_alarm(one) for one in waiting],
        "seen": [shown_alarm(one) for one in seen],
    }
    return await page(request, "alarms/list.html", people=people, **shown)


@routes.post("/alarms/{id:\\d{1,9}}/see", name="alarms.see")
@allow(Role.MANAGER)
async def see(request: web.Request) -> web.Response:
    """«I have seen it»: it leaves all screens."""
    viewer = request[VIEWER]
    async with request.app[DATABASE].transaction() as session:
        alarm = await see_alarm(session, int(request.match_info["id"]), viewer.actor(request.remote))
        context = await _banner(session)
    if alarm.seen_by != viewer.id:
        say(request, gettext("Somebody was first and has seen it"))
    if not is_partial(request):
        raise web.HTTPSeeOther("/alarms")
    return fragment(request, "alarms/banner.html", **context)


async def alarm_banner(request: web.Request, viewer: Viewer) -> dict[str, Any]:
    """For layout.html."""
    if not viewer.may(Role.MANAGER):
        return {"alarms": [], "more_alarms": 0}
    async with request.app[DATABASE].reading() as session:
        return await _banner(session)


def register(app: web.Application) -> None:
    """The banner comes and goes by itself on every page of those who lead."""

    async def banner(_announcement: Announcement, viewer: Viewer) -> str:
        if not viewer.may(Role.MANAGER):
            raise Skip
        async with app[DATABASE].reading() as session:
            context = await _banner(session)
        return render(app, "alarms/banner.html", **live_context(app, viewer), **context)

    app[LIVE].register("alarm", banner)


async def _banner(session: AsyncSession) -> dict[str, Any]:
    found: list[Alarm] = await open_alarms(session, ON_PAGES)
    shown: list[ShownAlarm] = [shown_alarm(one) for one in found]
    more = await count_open_alarms(session) - len(found) if len(found) == ON_PAGES else 0
    return {"alarms": shown, "more_alarms": more}
