"""Who is away and who stands in: everybody for themselves, those who lead for anybody."""

from datetime import date
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession
from yarl import URL

from intake.errors import Forbidden, NotFound, Rejected
from storage.absences import absences, add_absence, remove_absence
from storage.setup import names
from storage.tables.people import Role
from storage.tables.routing import Absence
from web.access import Viewer
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages.answers_read import id_of
from web.say import say
from web.times import today

TYPED = ("user_id", "first", "last", "substitute_id", "note")  # comes back with what was wrong
MOST_TYPED = 200
PLACES = ("/settings/routing", "/me")

routes = web.RouteTableDef()


@routes.post("/absences", name="absences.add")
async def add(request: web.Request) -> web.Response:
    viewer, sent = request[VIEWER], await request.post()
    user_id = id_of(str(sent.get("user_id", ""))) or viewer.id
    _check_mine(viewer, user_id)
    try:
        first, last = _day(sent.get("first"), "first"), _day(sent.get("last") or sent.get("first"), "last")
        async with request.app[DATABASE].transaction() as session:
            await add_absence(
                session,
                user_id,
                first,
                last,
                viewer.actor(request.remote),
                substitute_id=id_of(str(sent.get("substitute_id", ""))),
                note=str(sent.get("note", "")).strip(),
            )
    except Rejected as error:
        say(request, sentence(error), kind="bad")
        typed = {name: str(sent.get(name, ""))[:MOST_TYPED] for name in TYPED}
        raise web.HTTPSeeOther(URL(_back(sent.get("back"))).with_query(typed)) from None
    say(request, gettext("Noted: their new work goes to others on these days"))
    raise web.HTTPSeeOther(_back(sent.get("back")))


@routes.post("/absences/{id:\\d{1,9}}/remove", name="absences.remove")
async def remove(request: web.Request) -> web.Response:
    viewer, sent = request[VIEWER], await request.post()
    async with request.app[DATABASE].transaction() as session:
        row_id = int(request.match_info["id"])
        absence = await session.get(Absence, row_id)
        if absence is None:
            raise NotFound("no-such-absence", id=row_id)
        _check_mine(viewer, absence.user_id)
        await remove_absence(session, row_id, viewer.actor(request.remote))
    say(request, gettext("Removed: they get new work again"))
    raise web.HTTPSeeOther(_back(sent.get("back")))


async def my_absences(session: AsyncSession, viewer: Viewer) -> dict[str, Any]:
    """For my settings: when I am away, and for whom I stand in."""
    return {
        "absences": await absences(session, today(), viewer.id),
        "people": dict(await names(session)),
        "only": viewer.id,
        "back": "/me",
        "today": today,
    }


def _check_mine(viewer: Viewer, user_id: int) -> None:
    if user_id != viewer.id and not viewer.may(Role.MANAGER):
        raise Forbidden("not-allowed")


def _day(text: object, field: str) -> date:
    try:
        return date.fromisoformat(str(text or "")[:10])
    except ValueError:
        raise Rejected("bad-date", field=field) from None


def _back(place: object) -> str:
    return str(place) if place in PLACES else PLACES[0]
