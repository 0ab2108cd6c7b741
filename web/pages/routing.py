"""Who gets the work: the teams' turns, working hours, who is away. Managers look, pause seats and keep
absences; administrators set it up."""

from datetime import datetime, time
from typing import Any

from aiohttp import web
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.model.turn import MAX_WEIGHT
from storage import setup
from storage.absences import absences
from storage.calendars import calendars
from storage.preferences import change_settings, settings
from storage.tables.people import Role, Team, User
from storage.tables.routing import Seat
from storage.team_seats import MOST_OPEN, Wish, keep_team, pause_seat, team_turns
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence, status
from web.nav import state_words
from web.pages import settings_choices as choices
from web.pages.answers_read import id_of
from web.pages.calendars_words import ShownCalendar, shown_calendar
from web.pages.cards_edit import card_id
from web.render import fragment, page
from web.say import say
from web.times import now, today

routes = web.RouteTableDef()


@routes.get("/settings/routing", name="settings.routing")
@allow(Role.MANAGER)
async def overview(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context: dict[str, Any] = {
            **await _turns(session, request),
            "calendars": await _calendars(session),
            "absences": await absences(session, today()),
            "people": dict(await setup.names(session)),
            "house": await settings(session),
        }
    rows, people = context["calendars"], context["people"]
    context |= {
        "calendar_choices": [("", gettext("always")), *((one.row.id, one.row.name) for one in rows)],
        "people_choices": [("", gettext("nobody: they are everybody's")), *people.items()],
        "tabs": choices.tabs_for(request[VIEWER]),
    }
    return await page(request, "routing/page.html", here="settings.routing", **context)


@routes.get("/settings/routing/turns", name="routing.turns")
@allow(Role.MANAGER)
async def turns(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context = await _turns(session, request)
    return fragment(request, "routing/turns.html", **context)


@routes.post("/settings/routing/house", name="routing.house")
@allow(Role.ADMINISTRATOR)
async def change_house(request: web.Request) -> web.Response:
    """Whose hours count, and who gets what no rule gives to anybody."""
    sent = await request.post()
    chosen = {name: str(sent.get(name, "")) or None for name in ("calendar_id", "default_responsible_id")}
    async with request.app[DATABASE].transaction() as session:
        await change_settings(session, request[VIEWER].actor(request.remote), **chosen)
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/settings/routing")


@routes.post("/settings/routing/team/{id:\\d{1,9}}/pause", name="routing.pause")
@allow(Role.MANAGER)
async def pause(request: web.Request) -> web.Response:
    sent = await request.post()
    paused, user_id = sent.get("paused") == "yes", id_of(str(sent.get("user", ""))) or 0
    async with request.app[DATABASE].transaction() as session:
        await pause_seat(session, card_id(request), user_id, paused, request[VIEWER].actor(request.remote))
    say(request, gettext("Paused: nothing new for them") if paused else gettext("They take part again"))
    raise web.HTTPSeeOther("/settings/routing")


@routes.get("/settings/routing/team/{id:\\d{1,9}}", name="routing.team")
@allow(Role.ADMINISTRATOR)
async def team(request: web.Request) -> web.Response:
    return await _team(request)


@routes.post("/settings/routing/team/{id:\\d{1,9}}")
@allow(Role.ADMINISTRATOR)
async def change_team(request: web.Request) -> web.Response:
    sent = {name: str(value) for name, value in (await request.post()).items()}
    team_id, who = card_id(request), request[VIEWER].actor(request.remote)
    try:
        seats = _seats(sent)
        leader, calendar = id_of(sent.get("leader_id", "")), id_of(sent.get("calendar_id", ""))
        async with request.app[DATABASE].transaction() as session:
            await keep_team(session, team_id, leader, calendar, seats, who)
    except Rejected as error:
        return await _team(request, status(error), typed=sent, refusal=sentence(error))
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/settings/routing")


def _seats(sent: dict[str, str]) -> dict[int, Wish]:
    """By user: «in-5», «weight-5», «most-5», «paused-5»."""
    users = [int(name[3:]) for name in sent if name.startswith("in-") and id_of(name[3:])]
    return {
        user: Wish(
            _number(sent.get(f"weight-{user}", "1"), MAX_WEIGHT),
            _number(sent.get(f"most-{user}") or "0", MOST_OPEN),
            sent.get(f"paused-{user}") == "yes",
        )
        for user in users
    }


def _number(text: str, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(most)):
        raise Rejected("bad-number")
    return int(text)


async def _turns(session: AsyncSession, request: web.Request) -> dict[str, Any]:
    midnight = datetime.combine(today(), time(), request[VIEWER].zone)
    turns = await team_turns(session, midnight)
    return {"turns": turns, "state_words": state_words(), "today": today}


async def _calendars(session: AsyncSession) -> list[ShownCalendar]:
    return [shown_calendar(one, now()) for one in await calendars(session)]


async def _team(
    request: web.Request, status_code: int = 200, typed: dict[str, str] | None = None, refusal: str = ""
) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        found = await setup.one(session, Team, card_id(request))
        users = await setup.every(session, User, col(User.name))
        seats = [one for one in await setup.every(session, Seat) if one.team_id == found.id]
        context = {
            "team": found,
            "users": [user for user in users if user.active or user.id in {seat.user_id for seat in seats}],
            "calendars": [
                ("", gettext("the house's")),
                *((one.id, one.name) for one in await calendars(session)),
            ],
            "leaders": [("", gettext("nobody: there is an alarm")), *await setup.names(session)],
            "typed": typed if typed is not None else _as_typed(found, seats),
        }
    return await page(
        request, "routing/team.html", status=status_code, refusal=refusal, most=MAX_WEIGHT, **context
    )


def _as_typed(team: Team, seats: list[Seat]) -> dict[str, str]:
    typed = {"leader_id": str(team.leader_id or ""), "calendar_id": str(team.calendar_id or "")}
    for seat in seats:
        typed |= {f"in-{seat.user_id}": "yes", f"weight-{seat.user_id}": str(seat.weight)}
        typed |= {f"most-{seat.user_id}": str(seat.most_open or "")}
        typed |= {f"paused-{seat.user_id}": "yes"} if seat.paused else {}
    return typed
