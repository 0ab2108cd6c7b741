"""What became of a call."""

from intake.channels.asterisk.open_call import OpenCall
from intake.model.calls import Direction, Outcome

# Q.850 causes, by which an outgoing call is judged when nothing else is told of it
BUSY_CAUSES = frozenset({17})
FAILED_CAUSES = frozenset({1, 2, 3, 18, 20, 21, 22, 27, 28, 34, 38, 41, 42, 44, 57, 58})
FAILED_STATUSES = frozenset({"CHANUNAVAIL", "CONGESTION", "INVALIDARGS"})


def outcome(call: OpenCall) -> Outcome:
    """A call from outside that nobody took is missed, whatever the reason: the client is lost."""
    if call.answered_by:
        return Outcome.ANSWERED
    if call.direction is Direction.IN:
        return Outcome.MISSED
    if call.status in FAILED_STATUSES or _never_went_out(call):
        return Outcome.FAILED
    if call.status == "BUSY" or call.cause in BUSY_CAUSES:
        return Outcome.BUSY
    return Outcome.FAILED if not call.status and call.cause in FAILED_CAUSES else Outcome.MISSED


def _never_went_out(call: OpenCall) -> bool:
    return call.direction is Direction.OUT and not call.trunk
