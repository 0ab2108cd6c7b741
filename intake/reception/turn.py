"""One turn in a call: how it was known before an event, and after it."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.model.calls import Call, Outcome
from intake.reception.house import House

DESCRIPTION = ("number", "name", "did", "queue")


@dataclass(frozen=True, slots=True)
class Turn:
    """`before` is None for a call that nobody had heard of; `at` is the time of the event."""

    before: Call | None
    after: Call
    at: datetime
    event_id: int = 0  # of the step that brought it about
    house: House = field(default_factory=House)

    @property
    def answered(self) -> bool:
        """Somebody has begun to talk just now."""
        return _talked(self.after) and not (self.before and _talked(self.before))

    @property
    def was_a_talk(self) -> bool:
        """It has been answered, now or before."""
        return _talked(self.after)

    @property
    def missed(self) -> bool:
        """It has ended just now, and nobody talked."""
        return bool(self.after.ended) and not _talked(self.after) and not (self.before and self.before.ended)

    @property
    def hung_up(self) -> bool:
        """A talk has ended just now."""
        return bool(self.after.ended) and _talked(self.after) and not (self.before and self.before.ended)

    @property
    def numbered(self) -> bool:
        """From which number they call has become known."""
        return bool(self.after.number) and (self.before is None or self.before.number != self.after.number)

    @property
    def described(self) -> bool:
        """Who calls, or where to, has become known."""
        return self.before is None or any(
            getattr(self.before, name) != getattr(self.after, name) for name in DESCRIPTION
        )

    @property
    def began(self) -> datetime:
        return self.after.started or self.at

    @property
    def talk_at(self) -> datetime:
        return self.after.ended or self.after.answered or self.at


def _talked(call: Call) -> bool:
    return bool(call.answered_by) or call.outcome is Outcome.ANSWERED
