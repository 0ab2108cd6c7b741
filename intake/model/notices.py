"""What people are told of, and by which ways: named once, for settings, pages and letters."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    ASSIGNED = "assigned"  # an inquiry was given to me
    ESCALATED = "escalated"  # … because somebody did not take it in time
    AGAIN = "again"  # somebody wrote or rang again about what is mine
    ALARM = "alarm"  # nobody is there; a rule runs in circles; a webhook is dead


class Way(StrEnum):
    """Besides the list in the application, where everything stands."""

    DESKTOP = "desktop"
    LETTER = "letter"


DEFAULT: dict[Kind, frozenset[Way]] = {
    Kind.ASSIGNED: frozenset({Way.DESKTOP}),
    Kind.ESCALATED: frozenset({Way.DESKTOP, Way.LETTER}),
    Kind.AGAIN: frozenset({Way.DESKTOP}),
    Kind.ALARM: frozenset({Way.DESKTOP, Way.LETTER}),
}


@dataclass(frozen=True, slots=True)
class Ways:
    """One person's choice; what they never chose is as DEFAULT says."""

    chosen: dict[str, Any]

    def of(self, kind: str) -> frozenset[Way]:
        """The ways of a kind; a kind that is unknown has none."""
        if kind not in set(Kind):
            return frozenset()
        ways = self.chosen.get(kind)
        if not isinstance(ways, list):
            return DEFAULT[Kind(kind)]
        return frozenset(way for way in Way if way.value in ways)


def ways_of(preferences: dict[str, Any]) -> Ways:
    """Out of `User.preferences`."""
    chosen = preferences.get("notices")
    return Ways(chosen if isinstance(chosen, dict) else {})
