"""What I am told: the bell, its list, and by which ways I want to hear of it."""

from typing import Any

from aiohttp import web
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.notices import Kind, Way, ways_of
from storage.database import announce
from storage.inquiries import inquiry_titles
from storage.live import Announcement
from storage.notifications import PAGE, mark_read, newest, unread
from storage.tables.outgoing import Notification
from storage.tables.people import User
from web.access import Viewer
from web.broadcast import Skip
from web.i18n import gettext, mark
from web.keys import DATABASE, LIVE, VIEWER
from web.render import live_context, page, render
from web.say import say

WORDS = {
    Kind.ASSIGNED: mark("An inquiry was given to you"),
    Kind.ESCALATED: mark("An inquiry was not taken in time: now it is yours"),
    Kind.AGAIN: mark("They have come again"),
    Kind.ALARM: mark("Somebody must look at this"),
}
WAYS = {Way.DESKTOP: mark("On the desktop"), Way.LETTER: mark("By letter, unless seen within two minutes")}

routes = web.RouteTableDef()


@routes.get("/notifications", name="notifications")
async def mine(request: web.Request) -> web.Response:
    viewer = request[VIEWER]
    before = request.query.get("before", "")
    async with request.app[DATABASE].reading() as session:
        found = await newest(
            session, viewer.id, int(before) if before.isdecimal() and len(before) < 10 else None
        )
        titles = await _titles(session, found, viewer)
    return await page(
        request,
        "notifications/list.html",
        notices=found,
        titles=titles,
        words=words(),
        more=len(found) == PAGE,
    )


@routes.post("/notifications/read", name="notifications.read")
async def read(request: web.Request) -> web.Response:
    """All that I was told."""
    async with request.app[DATABASE].transaction() as session:
        await mark_read(session, request[VIEWER].id)
    raise web.HTTPSeeOther("/notifications")


@routes.get("/notifications/{id:\\d+}", name="notification")
async def follow(request: web.Request) -> web.Response:
    """To what it is about; it counts as read."""
    viewer, notice_id = request[VIEWER], int(request.match_info["id"])
    async with request.app[DATABASE].transaction() as session:
        notice = await session.get(Notification, notice_id)
        if notice is None or notice.user_id != viewer.id:
            raise NotFound("no-such-record")
        await mark_read(session, viewer.id, [notice_id])
    raise web.HTTPSeeOther(address(notice))


@routes.post("/me/notices", name="me.notices")
async def choose(request: web.Request) -> web.Response:
    viewer, sent = request[VIEWER], await request.post()
    chosen = {kind.value: [way.value for way in Way if sent.get(f"{kind}-{way}") == "yes"] for kind in Kind}
    preferences = viewer.user.preferences | {"notices": chosen}
    async with request.app[DATABASE].transaction() as session:
        await session.exec(update(User).where(col(User.id) == viewer.id).values(preferences=preferences))
        announce(session, "user", id=viewer.id)
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/me")


def register(app: web.Application) -> None:
    """The bell counts at once in all my tabs, and the desktop is told once."""

    async def bell(announcement: Announcement, viewer: Viewer) -> str:
        if announcement.data["user"] != viewer.id:
            raise Skip
        async with app[DATABASE].reading() as session:
            count = await unread(session, viewer.id)
            notice = await session.get(Notification, announcement.data.get("id") or 0)
            titles = await _titles(session, [notice], viewer) if notice else {}
        told = notice if notice and notice.read_at is None else None
        desktop = told is not None and Way.DESKTOP in ways_of(viewer.user.preferences).of(told.kind)
        context = {"unread": count, "notice": told, "desktop": desktop, "words": words(), "titles": titles}
        return render(app, "notifications/bell.html", **live_context(app, viewer), **context)

    app[LIVE].register("notification", bell)


def words() -> dict[str, str]:
    return {kind.value: gettext(word) for kind, word in WORDS.items()}


def address(notice: Notification) -> str:
    if notice.inquiry_id:
        return f"/inquiries/{notice.inquiry_id}"
    return f"/interests/{notice.interest_id}" if notice.interest_id else "/alarms"


def choices(viewer: Viewer) -> list[dict[str, Any]]:
    """For my settings: each kind with its ways, and which are chosen."""
    ways = ways_of(viewer.user.preferences)
    return [
        {
            "text": gettext(word),
            "ways": [(f"{kind}-{way}", gettext(name), way in ways.of(kind)) for way, name in WAYS.items()],
        }
        for kind, word in WORDS.items()
    ]


async def _titles(session: AsyncSession, notices: list[Notification], viewer: Viewer) -> dict[int, str]:
    """Who it is about, as far as I may see them."""
    ids = [one.inquiry_id for one in notices if one.inquiry_id]
    return await inquiry_titles(session, viewer.actor(), ids)
