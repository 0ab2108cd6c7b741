"""Working calendars as people set them up. How they are asked: storage/worktime.py."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from intake.model.russian_holidays import russian_holidays
from storage.access import Actor
from storage.columns import now
from storage.database import announce
from storage.history import journal
from storage.preferences import change_settings, settings
from storage.tables.people import Team
from storage.tables.routing import WorkCalendar

MOST_DAYS = 400  # exceptions
WEEK = 7
YEARS = 10  # that holidays can be added for, from now on


async def calendars(session: AsyncSession) -> list[WorkCalendar]:
    return list(await session.exec(select(WorkCalendar).order_by(col(WorkCalendar.name))))


async def calendar(session: AsyncSession, calendar_id: int) -> WorkCalendar:
    """Nobody else changes it before this transaction ends. Raises NotFound("no-such-calendar")."""
    query = select(WorkCalendar).where(WorkCalendar.id == calendar_id).with_for_update()
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("no-such-calendar", id=calendar_id)
    return found


async def keep_calendar(
    session: AsyncSession,
    calendar_id: int | None,
    name: str,
    timezone: str,
    hours: list[list[list[str]]],
    days: dict[str, Any],
    who: Actor,
) -> WorkCalendar:
    """Add one, or change it. Spans are as intake/model/spans.py reads them. Raises Rejected("name-missing"),
    ("no-such-choice"), ("too-many"), ("bad-date") and Conflict("name-taken")."""
    name = name.strip()[:120]
    if not name:
        raise Rejected("name-missing", field="name")
    if timezone not in available_timezones() or len(hours) != WEEK:
        raise Rejected("no-such-choice", field="timezone")
    if len(days) > MOST_DAYS:
        raise Rejected("too-many", field="days")
    values: dict[str, Any] = {
        "name": name,
        "timezone": timezone,
        "hours": hours,
        "days": dict(sorted(days.items())),
    }
    row = await calendar(session, calendar_id) if calendar_id is not None else WorkCalendar(**values)
    try:
        async with journal(session, "set-up-work_calendar", who) as j:
            if row.id is not None:
                await j.change(row, **values)
            else:
                await j.add(row)
    except IntegrityError as error:
        raise Conflict("name-taken") from error
    announce(session, "settings")
    return row


async def add_russian_holidays(session: AsyncSession, calendar_id: int, year: int, who: Actor) -> int:
    """How many days were added; what somebody has set for a day stays. Raises Rejected("bad-year")."""
    if not 0 <= year - now().year <= YEARS:
        raise Rejected("bad-year", field="year")
    row = await calendar(session, calendar_id)
    fresh = {day: said for day, said in russian_holidays(year, row.hours).items() if day not in row.days}
    await keep_calendar(session, calendar_id, row.name, row.timezone, row.hours, row.days | fresh, who)
    return len(fresh)


async def remove_calendar(session: AsyncSession, calendar_id: int, who: Actor) -> None:
    """Whoever worked by it works by the house's; was it the house's, it is always working time."""
    row = await calendar(session, calendar_id)
    async with journal(session, "remove-work_calendar", who) as j:
        for team in await session.exec(select(Team).where(Team.calendar_id == calendar_id)):
            await j.change(team, calendar_id=None)
        await j.delete(row)
    if (await settings(session)).calendar_id == calendar_id:
        await change_settings(session, who, calendar_id=None)
    announce(session, "settings")


def day_of(text: str) -> str:
    """A date as the calendar keeps it. Raises Rejected("bad-date")."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise Rejected("bad-date", field="days") from None
