"""Why an inquiry is somebody's, and until when they are to take it."""

from storage.assignments import Given
from storage.tables.routing import Because
from web.i18n import gettext, mark
from web.times import clock, here, today, when

WHY = {
    Because.OWN: mark("the client's own"),
    Because.LAST: mark("talked with them last"),
    Because.TURN: mark("by turn"),
    Because.LOAD: mark("has least to do"),
    Because.NAMED: mark("the rule says so"),
    Because.SUBSTITUTE: mark("stands in"),
    Because.DEFAULT: mark("by default"),
    Because.ESCALATED: mark("was not taken in time"),
}
OF_TEAM = (Because.TURN, Because.LOAD)


def why_theirs(given: Given) -> str:
    """«by turn in «Sales», until 14:35»."""
    why = gettext(WHY[given.because])
    if given.team and given.because in OF_TEAM:
        why = gettext("%(why)s in «%(team)s»", why=why, team=given.team)
    if given.take_by is None:
        return why
    until = clock(given.take_by) if here(given.take_by).date() == today() else when(given.take_by)
    return gettext("%(why)s, to be taken until %(until)s", why=why, until=until)
