"""What stands around every page: places and counts, my state, the channels' health, toasts."""

from typing import Any

from aiohttp import web

from intake.model.calls import Link
from storage.desk import Heard, channels, count_my_tasks, count_open_inquiries
from storage.dialogues_counts import waiting_count
from storage.live import Announcement
from storage.notifications import unread
from web import nav
from web.access import Viewer
from web.house import targets
from web.keys import ASSETS, DATABASE, LIVE, LIVE_AT, VIEWER
from web.pages.alarms import alarm_banner
from web.preferences import preferences_of
from web.render import has_route, live_context, render
from web.say import waiting_toasts
from web.times import now

SLIM = "slim"


async def surroundings(request: web.Request) -> dict[str, Any]:
    """The context of layout.html."""
    viewer = request.get(VIEWER)
    if viewer is None:
        return {}
    return {
        "live_at": request[LIVE_AT],
        "places": nav.places(request, viewer),
        "settings_place": nav.settings_place(request, viewer),
        "created": nav.created(request),
        "rail": SLIM if request.cookies.get("rail") == SLIM else "",
        "preferences": preferences_of(viewer.user.preferences),
        "state_words": nav.state_words(),
        "toasts": await waiting_toasts(request),
        "styles": request.app[ASSETS].styles(),
        "scripts": request.app[ASSETS].scripts(),
        "has_route": lambda name: has_route(request.app, name),
        "unread": await _unread(request.app, viewer),
        **await alarm_banner(request, viewer),
        **await _counts(request.app, viewer),
        **await _health(request.app),
    }


def register(app: web.Application) -> None:
    """Counts, the health dot and my state change without a reload."""

    async def inquiries(_announcement: Announcement, viewer: Viewer) -> str:
        counted = await _count_inquiries(app, viewer)
        return render(app, "frame/counts.html", **live_context(app, viewer), **counted)

    async def tasks(_announcement: Announcement, viewer: Viewer) -> str:
        counted = {"counts": {"tasks": await _count_tasks(app, viewer)}, "warmths": {}}
        return render(app, "frame/counts.html", **live_context(app, viewer), **counted)

    async def health(_announcement: Announcement, viewer: Viewer) -> str:
        return render(app, "frame/health.html", **live_context(app, viewer), **await _health(app))

    async def dialogues(_announcement: Announcement, viewer: Viewer) -> str:
        counted = {"counts": await _count_dialogues(app, viewer), "warmths": {}}
        return render(app, "frame/counts.html", **live_context(app, viewer), **counted)

    app[LIVE].register_settled("inquiry", inquiries)
    app[LIVE].register_settled("dialogue", dialogues)
    app[LIVE].register("task", tasks)
    app[LIVE].register_shared("channel", health)


async def _counts(app: web.Application, viewer: Viewer) -> dict[str, Any]:
    counted = await _count_inquiries(app, viewer)
    counted["counts"]["tasks"] = await _count_tasks(app, viewer)
    counted["counts"] |= await _count_dialogues(app, viewer)
    return counted


async def _count_dialogues(app: web.Application, viewer: Viewer) -> dict[str, int]:
    async with app[DATABASE].reading() as session:
        return {"dialogues": await waiting_count(session, viewer.actor())}


async def _unread(app: web.Application, viewer: Viewer) -> int:
    async with app[DATABASE].reading() as session:
        return await unread(session, viewer.id)


async def _count_inquiries(app: web.Application, viewer: Viewer) -> dict[str, Any]:
    async with app[DATABASE].reading() as session:
        waiting, late = await count_open_inquiries(session, viewer.actor(), targets().cutoffs(now()))
    return {"counts": {"inquiries": waiting}, "warmths": {"inquiries": "late" if late else ""}}


async def _count_tasks(app: web.Application, viewer: Viewer) -> int:
    async with app[DATABASE].reading() as session:
        return await count_my_tasks(session, viewer.id)


async def _health(app: web.Application) -> dict[str, Any]:
    async with app[DATABASE].reading() as session:
        heard = await channels(session)
    return {"channels": heard, "health": worst(heard)}


def worst(heard: list[Heard]) -> str:
    """The colour of the dot: «bad» when anything is not heard, «warn» while connecting, «good», or
    nothing when there is no channel at all."""
    links = {one.health.link for one in heard}
    if links & {Link.DOWN, Link.REFUSED}:
        return "bad"
    if Link.CONNECTING in links:
        return "warn"
    return "good" if links else ""
