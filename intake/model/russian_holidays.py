"""Days off and short days of Russia by the Labour Code, transfers included, as exceptions of a calendar."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import holidays

SHORTER = timedelta(hours=1)  # the day before a holiday (article 95)
WORKING = "Рабочая суббота"
SHORT = "Сокращённый день"
MOVED = re.compile(r"перенесено с (\d{2})\.(\d{2})\.(\d{4})")

Days = dict[str, dict[str, Any]]  # as the calendar keeps them: {"2026-01-01": {"name": …, "hours": []}}
Week = list[list[list[str]]]


def russian_holidays(year: int, week: Week) -> Days:
    """Exceptions of a year for a house with this working week; only what differs from the week."""
    known = {day: str(name) for day, name in _known(year).items()}
    days: Days = {}
    for day, name in known.items():
        moved = MOVED.search(name)
        if moved is not None:
            _working_instead(days, date(int(moved[3]), int(moved[2]), int(moved[1])), day, known, week)
    for day in _days_of(year):
        if day in known and week[day.weekday()]:
            days[day.isoformat()] = {"name": known[day][:120], "hours": []}
        elif _is_holiday(day + timedelta(days=1), known) and day not in known and week[day.weekday()]:
            days[day.isoformat()] = {"name": SHORT, "hours": _shorter(week[day.weekday()])}
    return {day: days[day] for day in sorted(days) if day.startswith(str(year))}


def _working_instead(days: Days, worked: date, free: date, known: dict[date, str], week: Week) -> None:
    """A day off was moved from a plain weekend: that one is worked, as long as the other would have been."""
    if worked in known or week[worked.weekday()] or not week[free.weekday()]:
        return
    hours = week[free.weekday()]
    if _is_holiday(free + timedelta(days=1), known):
        hours = _shorter(hours)
    days[worked.isoformat()] = {"name": WORKING, "hours": hours}


def _known(year: int) -> Any:
    return holidays.country_holidays("RU", years=(year, year + 1), language="ru")


def _is_holiday(day: date, known: dict[date, str]) -> bool:
    """Not a day off that was only moved there."""
    return day in known and MOVED.search(known[day]) is None and "(выходной)" not in known[day]


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def _shorter(hours: list[list[str]]) -> list[list[str]]:
    """An hour less at the end; a last span of an hour or less falls away."""
    *before, (begin, end) = sorted(hours)
    day = date(2000, 1, 1)
    begins = datetime.combine(day, _clock(begin))
    ends = datetime.combine(day if end > begin else day + timedelta(days=1), _clock(end)) - SHORTER
    return [*before, [begin, ends.strftime("%H:%M")]] if ends > begins else before


def _clock(text: str) -> Any:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a clock on a wall
