"""A working calendar as people see it: a picture of its week, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.model.spans import Spans, show_spans
from storage.tables.routing import WorkCalendar
from storage.worktime import hours_of
from web.i18n import gettext, mark

WEEKDAYS = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip
DAY = 24 * 60
NEXT = 3  # exceptions shown in a list


@dataclass(frozen=True, slots=True)
class Bar:
    """A span in a picture of a week: which day, and minutes."""

    day: int
    begin: int
    length: int


@dataclass(frozen=True, slots=True)
class ShownCalendar:
    row: WorkCalendar
    is_open: bool
    opens: datetime | None
    week: list[tuple[str, str]]  # days alike in a row, and their hours
    bars: list[Bar]
    soon: list[tuple[date, str, str]]  # the next exceptions: day, name, hours
    until: date | None  # the last exception that is known


def shown_calendar(row: WorkCalendar, at: datetime) -> ShownCalendar:
    hours, today = hours_of(row), at.astimezone(hours_of(row).zone).date()
    ahead = [(date.fromisoformat(day), said) for day, said in sorted(row.days.items())]
    ahead = [(day, said) for day, said in ahead if day >= today]
    return ShownCalendar(
        row,
        hours.is_open(at),
        hours.opens(at),
        _alike(row.hours),
        [bar for day, spans in enumerate(row.hours) for bar in _bars(day, spans)],
        [(day, said.get("name", ""), show_spans(said["hours"])) for day, said in ahead[:NEXT]],
        ahead[-1][0] if ahead else None,
    )


def weekday_words() -> list[str]:
    return [gettext(word) for word in WEEKDAYS]


def _alike(week: list[Spans]) -> list[tuple[str, str]]:
    """«Monday – Friday», «9:00–18:00»."""
    words, lines, begin = weekday_words(), [], 0
    for day in range(1, len(week) + 1):
        if day == len(week) or week[day] != week[begin]:
            days = words[begin] if day - begin == 1 else f"{words[begin]} – {words[day - 1]}"
            lines.append((days, show_spans(week[begin])))
            begin = day
    return lines


def _bars(day: int, spans: Spans) -> list[Bar]:
    """A night shift goes on on the next day's line."""
    bars = []
    for begin, end in spans:
        first, last = _minutes(begin), _minutes(end)
        if last > first:
            bars.append(Bar(day, first, last - first))
        else:
            bars += [Bar(day, first, DAY - first), Bar((day + 1) % 7, 0, last)]
    return [bar for bar in bars if bar.length]


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return timedelta(hours=int(hour), minutes=int(minute)) // timedelta(minutes=1)
