"""Working hours: the week as people type it, holidays and short days by date."""

from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from intake.errors import Conflict, IntakeError, Rejected
from intake.model.spans import Spans, read_spans, show_spans
from storage.calendars import add_russian_holidays, calendar, day_of, keep_calendar, remove_calendar
from storage.tables.people import Role
from storage.tables.routing import WorkCalendar
from web.access import allow
from web.i18n import gettext, ngettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence, status
from web.pages.answers_read import id_of
from web.pages.calendars_words import weekday_words
from web.pages.me import zones
from web.render import page
from web.say import say
from web.times import today

EMPTY_ROWS = 3  # to type exceptions into
USUAL = [[["09:00", "18:00"]]] * 5 + [[], []]
MOST_NAME = 120

routes = web.RouteTableDef()

Typed = dict[str, Any]
"""name, timezone, hours: seven texts, days: (date, name, hours) as typed."""


@routes.get("/settings/calendars/new", name="calendar.new")
@routes.get("/settings/calendars/{id:\\d{1,9}}", name="calendar.edit")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    row = WorkCalendar(name="", hours=USUAL, timezone=request[VIEWER].user.timezone)
    if (row_id := _asked(request)) is not None:
        async with request.app[DATABASE].transaction() as session:
            row = await calendar(session, row_id)
    return await _form(request, _typed(row))


@routes.post("/settings/calendars/new")
@routes.post("/settings/calendars/{id:\\d{1,9}}")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    """Saves; with «holidays» a year's are added to what was typed."""
    sent = await request.post()
    errors: dict[str, str] = {}
    typed = _sent(sent)
    hours, days = _read(typed, errors)
    if errors:
        return await _form(request, typed, 422, errors=errors)
    year = str(sent.get("holidays", ""))
    try:
        row_id = await _store(request, typed, hours, days, id_of(year) or 0)
    except (Rejected, Conflict) as error:
        return await _form(request, typed, status(error), refusal=sentence(error))
    raise web.HTTPSeeOther(f"/settings/calendars/{row_id}" if year else "/settings/routing")


@routes.post("/settings/calendars/{id:\\d{1,9}}/remove", name="calendar.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        await remove_calendar(session, _asked(request) or 0, request[VIEWER].actor(request.remote))
    say(request, gettext("Removed. Whoever worked by it works by the house's hours now."))
    raise web.HTTPSeeOther("/settings/routing")


async def _store(
    request: web.Request, typed: Typed, hours: list[Spans], days: dict[str, Any], year: int
) -> int:
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].transaction() as session:
        row = await keep_calendar(
            session, _asked(request), typed["name"], typed["timezone"], hours, days, who
        )
        added = await add_russian_holidays(session, row.id or 0, year, who) if year else None
    if added is None:
        say(request, gettext("Saved"))
    else:
        say(request, ngettext("%(num)s day was added", "%(num)s days were added", added))
    return row.id or 0


def _read(typed: Typed, errors: dict[str, str]) -> tuple[list[Spans], dict[str, Any]]:
    """What was typed; what makes no sense is told at its field."""
    hours = [_spans(text, f"hours-{number}", errors) for number, text in enumerate(typed["hours"])]
    days: dict[str, Any] = {}
    for number, (day, name, text) in enumerate(typed["days"]):
        if not day:  # a line is removed so
            continue
        try:
            days[day_of(day)] = {"name": name, "hours": _spans(text, f"day-{number}", errors)}
        except IntakeError as error:
            errors[f"day-{number}"] = sentence(error)
    return hours, days


def _spans(text: str, field: str, errors: dict[str, str]) -> Spans:
    try:
        return read_spans(text)
    except ValueError:
        errors[field] = sentence(Rejected("bad-hours", text=text[:40]))
        return []


def _sent(sent: MultiDictProxy[Any]) -> Typed:
    def texts(name: str) -> list[str]:
        return [str(value).strip() for value in sent.getall(name, [])]

    days = zip(texts("day"), texts("day-name"), texts("day-hours"), strict=False)
    return {
        "name": str(sent.get("name", "")).strip()[:MOST_NAME],
        "timezone": str(sent.get("timezone", "")),
        "hours": [str(sent.get(f"hours-{number}", "")) for number in range(7)],
        "days": [(day, name[:MOST_NAME], hours) for day, name, hours in days],
    }


def _typed(row: WorkCalendar) -> Typed:
    return {
        "name": row.name,
        "timezone": row.timezone,
        "hours": [show_spans(spans) for spans in row.hours],
        "days": [
            (day, said.get("name", ""), show_spans(said["hours"])) for day, said in sorted(row.days.items())
        ],
    }


async def _form(request: web.Request, typed: Typed, status_code: int = 200, **context: Any) -> web.Response:
    parts = {
        "row_id": _asked(request),
        "typed": typed,
        "rows": [*typed["days"], *[("", "", "")] * EMPTY_ROWS],
        "weekdays": weekday_words(),
        "zones": zones(),
        "years": [today().year, today().year + 1],
        "past": _past([day for day, _, _ in typed["days"]]),
        "errors": {},
        "refusal": "",
    }
    return await page(request, "routing/calendar.html", status=status_code, **(parts | context))


def _past(days: list[str]) -> int:
    """How many of the first lines are over."""
    now = today().isoformat()
    return next((number for number, day in enumerate(days) if not day or day >= now), len(days))


def _asked(request: web.Request) -> int | None:
    row_id = request.match_info.get("id")
    return int(row_id) if row_id else None
