"""Working hours: is anybody there, and when will so many working minutes have gone by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FURTHEST = 370  # days that are looked ahead; a house that never works is never due

Hours = tuple[tuple[time, time], ...]  # begin, end; an end not behind its begin is on the next day


def zone_named(name: str) -> ZoneInfo:
    """UTC for a name that no longer exists."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class WorkHours:
    """`week` begins with Monday; `days` are exceptions by date. All in local time of `zone`.

    A span belongs to the day it begins on: a night shift before a holiday lasts until its morning.
    """

    zone: ZoneInfo
    week: tuple[Hours, ...]
    days: Mapping[date, Hours] = field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        return any(begin <= at < end for begin, end in self._spans(at, at))

    def after(self, at: datetime, minutes: float) -> datetime | None:
        """When so many working minutes will have gone by; None when that is further off than a year."""
        left = timedelta(minutes=minutes)
        for begin, end in self._spans(at, at + timedelta(days=FURTHEST)):
            begins = max(begin, at)
            if end <= begins:
                continue
            if end - begins >= left:
                return begins + left
            left -= end - begins
        return None

    def before(self, at: datetime, minutes: float) -> datetime | None:
        """The last moment since which so many working minutes have gone by; None: none within a year."""
        left = timedelta(minutes=minutes)
        for begin, end in reversed(list(self._spans(at - timedelta(days=FURTHEST), at))):
            ends = min(end, at)
            if ends <= begin:
                continue
            if ends - begin >= left:
                return ends - left
            left -= ends - begin
        return None

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Working time of a span."""
        worked = timedelta()
        for begin, end in self._spans(since, until):
            worked += max(min(end, until) - max(begin, since), timedelta())
        return worked

    def opens(self, at: datetime) -> datetime | None:
        """Now when it is open, else when it next is; None: not within a year."""
        return self.after(at, 0)

    def _spans(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Of every day from the one before `since` (whose night shift may last) to that of `until`; UTC, one
        after another: what two of them share is the first one's."""
        worked = datetime.min.replace(tzinfo=UTC)
        day = since.astimezone(self.zone).date() - timedelta(days=1)
        last = until.astimezone(self.zone).date()
        while day <= last:
            for begin, end in sorted(self.days.get(day, self.week[day.weekday()])):
                ends_on = day if end > begin else day + timedelta(days=1)
                begins, ends = max(self._at(day, begin), worked), self._at(ends_on, end)
                if begins < ends:  # not when clocks were put forward over it
                    yield begins, ends
                    worked = ends
            day += timedelta(days=1)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


ALWAYS = WorkHours(ZoneInfo("UTC"), tuple(((time(0), time(0)),) for _ in range(7)))
