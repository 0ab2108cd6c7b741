"""How a call is told on a card: what happened, who talked, for how long, and where it can be listened to."""

from dataclasses import dataclass
from urllib.parse import quote

from intake.model.calls import Direction, Outcome
from storage.names import Names
from storage.tables.calls import CallRecord
from web.i18n import gettext, mark, pgettext
from web.times import length

# Q.850 causes of a hang-up that people ask about; the rest is shown by its number
CAUSES = {
    1: mark("no such number"),
    16: mark("hung up"),
    17: mark("busy"),
    18: mark("the telephone was silent"),
    19: mark("nobody picked up"),
    20: mark("the telephone was switched off"),
    21: mark("refused"),
    26: mark("answered elsewhere"),
    27: mark("line out of order"),
    28: mark("wrong number format"),
    31: mark("ended without a reason"),
    34: mark("no free line"),
    38: mark("network out of order"),
}
TRANSFERS = {"blind": mark("blind"), "attended": mark("with a talk before")}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a call's details."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CallTold:
    icon: str
    kind: str  # live, missed or nothing
    title: str
    facts: tuple[Fact, ...]
    brief: str = ""  # the line, and how long it rang
    recording: str = ""  # its address; empty when there is none
    recording_name: str = ""  # what the PBX calls it, where no address is known


def told(call: CallRecord, names: Names, recording_url: str = "") -> CallTold:
    """`recording_url`: the administrator's pattern, in which {file} is what the PBX calls it."""
    icon, kind = _glyph(call)
    address = _recording(call, recording_url)
    return CallTold(
        icon=icon,
        kind=kind,
        title=title(call, names),
        facts=tuple(Fact(label, text) for label, text in _facts(call, names) if text),
        brief=_brief(call, names),
        recording=address,
        recording_name="" if address else (call.recording or ""),
    )


def _glyph(call: CallRecord) -> tuple[str, str]:
    if call.ended_at is None:
        return ("phone-call" if call.talking else "phone-incoming"), "live"
    if call.direction is Direction.OUT:
        return "phone-outgoing", "" if call.answered_at else "missed"
    return ("phone-incoming", "") if call.answered_at else ("phone-missed", "missed")


def title(call: CallRecord, names: Names) -> str:
    """«Анна Петрова ответила, 3 мин», «Пропущен, ждал 24 с»."""
    who = ", ".join(names.of_phone(one) for one in call.answered_by)
    if call.ended_at is None:
        return _going_on(call, names)
    if call.answered_at is None:
        waited = length((call.ended_at - call.started_at).total_seconds())
        return gettext(_unanswered(call), time=waited)
    talked = length((call.ended_at - call.answered_at).total_seconds())
    if call.direction is Direction.OUT:
        return gettext("%(name)s called them, talked %(time)s", name=who or _caller(call, names), time=talked)
    if not who:
        return gettext("Answered, talked %(time)s", time=talked)
    return gettext("%(name)s answered, talked %(time)s", name=who, time=talked)


def _brief(call: CallRecord, names: Names) -> str:
    line = names.lines.get(call.did, call.did) if call.did else ""
    waited = ""
    if call.answered_at and call.direction is Direction.IN:
        waited = gettext("waited %(time)s", time=length((call.answered_at - call.started_at).total_seconds()))
    return " · ".join(part for part in (line, call.queue or "", waited) if part)


def _unanswered(call: CallRecord) -> str:
    if call.outcome is Outcome.BUSY:
        return mark("Busy, after %(time)s")
    if call.outcome is Outcome.FAILED:
        return mark("Failed after %(time)s")
    if call.direction is Direction.OUT:
        return mark("They did not answer, rang %(time)s")
    return mark("Missed, waited %(time)s")


def _going_on(call: CallRecord, names: Names) -> str:
    if call.talking:
        return gettext("%(name)s talks with them", name=_people(call.talking, names))
    if call.ringing:
        return gettext("Rings: %(names)s", names=_people(call.ringing, names))
    return gettext("Waits in the queue") if call.waiting else gettext("Is in the menu")


def _people(extensions: list[str], names: Names) -> str:
    return ", ".join(names.of_phone(one) for one in extensions)


def _caller(call: CallRecord, names: Names) -> str:
    return names.of_phone(call.rang[0]) if call.rang else gettext("Somebody")


def _facts(call: CallRecord, names: Names) -> list[tuple[str, str]]:
    ended = call.ended_at
    rang_until = call.answered_at or ended
    rang = length((rang_until - call.started_at).total_seconds()) if rang_until else ""
    return [
        (gettext("Line"), names.lines.get(call.did, call.did) if call.did else ""),
        (pgettext("telephony", "Queue"), call.queue or ""),
        (gettext("Rang"), _rang(call, names, rang)),
        (gettext("Answered"), _people(call.answered_by, names)),
        (
            gettext("Talked"),
            length((ended - call.answered_at).total_seconds()) if ended and call.answered_at else "",
        ),
        (gettext("Passed on"), "; ".join(_transfer(one, names) for one in call.transfers)),
        (gettext("Ended"), _cause(call.cause) if ended else ""),
        (gettext("Trunk"), call.trunk or ""),
        (gettext("Caller says"), call.name or ""),
        (gettext("Heard"), gettext("only in part") if call.partial else ""),
    ]


def _rang(call: CallRecord, names: Names, rang: str) -> str:
    people = _people(call.rang, names)
    return f"{rang} · {people}" if rang and people else rang or people


def _transfer(one: dict[str, str], names: Names) -> str:
    source, target = names.of_phone(one.get("source", "")), names.of_phone(one.get("target", ""))
    kind = TRANSFERS.get(one.get("kind", ""))
    return f"{source} → {target}" + (f" ({gettext(kind)})" if kind else "")


def _cause(cause: int | None) -> str:
    if cause is None:
        return ""
    return f"{gettext(CAUSES[cause])} ({cause})" if cause in CAUSES else str(cause)


def _recording(call: CallRecord, pattern: str) -> str:
    """Only an address that a browser may open; what the PBX says is not trusted."""
    name = call.recording or ""
    if name.startswith(("https://", "http://")):
        return name
    if not name or not pattern.startswith(("https://", "http://", "/")):
        return ""
    return pattern.replace("{file}", quote(name, safe="/"))
