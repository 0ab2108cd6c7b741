"""An alarm in words: what happened, and where to go."""

from dataclasses import dataclass
from datetime import datetime

from storage.tables.routing import Alarm
from web.i18n import gettext, mark, ngettext

LONGEST = 200  # letters of a name or an answer
NOBODY_THERE, NOT_TAKEN = "nobody-there", "not-taken"
SENTENCES = {  # the kind -> what happened; %(name)s, %(words)s … are the alarm's details
    NOT_TAKEN: mark("Nobody takes inquiry № %(inquiry)s"),
    "rule-loop": mark("The rule «%(rule)s» runs in circles and was stopped for %(sender)s"),
    "webhook-dead": mark("The webhook «%(name)s» is not reached any more"),
    "bot-refused": mark("The messenger of «%(name)s» does not take its token any more"),
}

PLACES = {  # where it is put right
    NOBODY_THERE: "/inquiries",
    "webhook-dead": "/settings/webhooks",
    "bot-refused": "/settings/bots",
}


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    id: int
    kind: str
    text: str
    href: str
    at: datetime
    last_at: datetime
    times: int
    seen_at: datetime | None = None
    seen_by: int | None = None


def shown_alarm(alarm: Alarm) -> ShownAlarm:
    return ShownAlarm(
        alarm.id or 0, alarm.kind, _text(alarm), _where(alarm), alarm.at, alarm.last_at, alarm.times,
        alarm.seen_at, alarm.seen_by,
    )  # fmt: skip


def _text(alarm: Alarm) -> str:
    details = {name: str(value)[:LONGEST] for name, value in alarm.details.items()}
    if alarm.kind == NOBODY_THERE:
        return _nobody(details.get("team", ""), alarm.times)
    values = {"name": "", "rule": "", "sender": "", "inquiry": alarm.inquiry_id or "", **details}
    return gettext(SENTENCES.get(alarm.kind, mark("Somebody must look at this")), **values)


def _nobody(team: str, times: int) -> str:
    waiting = ngettext("%(num)s inquiry waits for anybody", "%(num)s inquiries wait for anybody", times)
    if team:
        return gettext("Nobody of «%(team)s» is there: %(waiting)s", team=team, waiting=waiting)
    return gettext("Nobody responsible is there: %(waiting)s", waiting=waiting)


def _where(alarm: Alarm) -> str:
    """To the inquiry, or to what is set up."""
    if alarm.inquiry_id is not None and (alarm.kind != NOBODY_THERE or alarm.times == 1):
        return f"/inquiries/{alarm.inquiry_id}"
    return PLACES.get(alarm.kind, "/alarms")
