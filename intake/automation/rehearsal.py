"""What a rehearsal tells: what would have been done, beside what happened."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.model.rules import Candidate, Did, Verdict


class Beside(StrEnum):
    """What would have been done, beside what happened."""

    SAME = "same"  # the same was done
    OTHER = "other"  # something else was decided
    SPARED = "spared"  # nobody has decided it so far
    LEFT = "left"  # the rules would leave it to a person


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One event. `newcomer`: somebody would be registered, if the search finds nobody who is alike: it is
    asked for one chosen event only. `decided`: what the rules did of it then (Did), empty where nothing."""

    event_id: int
    inquiry_id: int | None
    at: datetime
    channel: str
    sender: str
    sender_name: str
    subject: str
    did: Did
    why: str
    rule_id: int | None  # the one that would have decided
    rule: str
    verdict: Verdict | None  # of the rehearsed rule
    newcomer: bool
    whom: str  # the party known by exact keys
    interest_id: int | None  # it would have been linked to
    interest: str
    beside: Beside
    happened: str  # InquiryState
    decline_reason: str
    responsible: str
    happened_interest_id: int | None
    happened_interest: str
    decided: str
    verdicts: tuple[Verdict, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(slots=True)
class Totals:
    """Counts over all events of the time. `outcomes`, `beside`: of those that the rehearsed rule fits."""

    events: int = 0
    fits: int = 0  # the rehearsed rule
    decides: int = 0  # … and has the say
    loops: int = 0
    broken: str = ""  # why it could not be asked
    outcomes: dict[Did, int] = field(default_factory=dict)
    beside: dict[Beside, int] = field(default_factory=dict)
    happened: dict[tuple[Did, str], int] = field(default_factory=dict)  # would, InquiryState -> how often


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`rows`: the newest first; `after`: the next page begins below this event, None: these were the last."""

    totals: Totals
    rows: tuple[Rehearsed, ...]
    after: int | None
    seconds: float
