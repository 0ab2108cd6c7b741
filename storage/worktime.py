"""When people work: the calendar of a team, else the house's, else always."""

from collections.abc import Sequence
from datetime import date, time

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.worktime import ALWAYS, Hours, WorkHours, zone_named
from storage.preferences import settings
from storage.tables.people import Team
from storage.tables.routing import WorkCalendar


async def hours(session: AsyncSession, team_id: int | None = None) -> WorkHours:
    """The team's working hours; without a calendar of its own those of the house; ALWAYS without any."""
    team = await session.get(Team, team_id) if team_id is not None else None
    calendar_id = team.calendar_id if team is not None else None
    if calendar_id is None:
        calendar_id = (await settings(session)).calendar_id
    calendar = await session.get(WorkCalendar, calendar_id) if calendar_id is not None else None
    return hours_of(calendar) if calendar is not None else ALWAYS


def hours_of(calendar: WorkCalendar) -> WorkHours:
    """The row as it can be asked."""
    return WorkHours(
        zone_named(calendar.timezone),
        tuple(_spans(spans) for spans in calendar.hours),
        {date.fromisoformat(day): _spans(said["hours"]) for day, said in calendar.days.items()},
    )


def _spans(spans: Sequence[Sequence[str]]) -> Hours:
    return tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans)
