"""How soon people are to be answered, channel by channel, in working time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.model.worktime import ALWAYS, WorkHours

WARN = 0.5  # of the time: from then on it is shown in amber


@dataclass(frozen=True, slots=True)
class Targets:
    """`minutes` by channel; what has no target of its own is answered like a call."""

    minutes: Mapping[str, int]
    hours: WorkHours = ALWAYS

    def of(self, channel: str) -> int:
        return self.minutes.get(channel, self.minutes["call"])

    def late_at(self, channel: str, since: datetime) -> datetime | None:
        """When whoever waits since then has waited too long; None in a house that never works."""
        return self.hours.after(since, self.of(channel))

    def warn_at(self, channel: str, since: datetime) -> datetime | None:
        return self.hours.after(since, self.of(channel) * WARN)

    def cutoffs(self, at: datetime) -> dict[str, datetime]:
        """By channel: whoever has come by then and was not answered until `at` waits too long. So a list is
        asked by what is stored, and another calendar counts at once."""
        found = {channel: self.hours.before(at, minutes) for channel, minutes in self.minutes.items()}
        return {channel: moment for channel, moment in found.items() if moment is not None}
