"""Call records (CDR): what is left of the calls that came and went while the PBX was not heard.

A record is one row that Asterisk wrote about one dial; a call has several. They are grouped by linked id, or
by unique id where the PBX writes none (the same for calls that begin with their caller, nearly all of them).
Rows with neither, which is cdr_csv's own default, get a key of their own («csv:…»), so that a call which was
also heard live is there twice: ask for `loguniqueid=yes` and `newcdrcolumns=yes` in cdr.conf, section [csv].
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from intake.channels.asterisk.messages import is_phone, local_extension, made_at
from intake.channels.asterisk.numbers import Lines, is_extension
from intake.model.calls import Call, CallEvent, Direction, Outcome, Step

LONGEST_CALL = timedelta(hours=4)  # a call that ended in the gap began at most so long before
FARTHEST_ZONE = timedelta(hours=14)  # between UTC and any wall clock
SLACK = timedelta(seconds=5)  # around the gap: records tell whole seconds; what is told twice counts once
ZONE_SLACK = timedelta(seconds=60)  # between the making of a channel and its record
ZONE_STEP = timedelta(minutes=15)  # wall clocks differ from UTC by whole quarters of an hour

_TALKING_APPS = frozenset({"dial", "queue", "appdial", "appqueue"})  # IVR and voicemail answer as well
_CALLER_ID = re.compile(r'"?(?P<name>[^"<]*?)"?\s*(<[^>]*>)?')
_OUTCOMES = {"BUSY": Outcome.BUSY, "FAILED": Outcome.FAILED, "CONGESTION": Outcome.FAILED}


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it was written. Times are the PBX's wall clock; None where it wrote none."""

    started: datetime
    answered: datetime | None
    ended: datetime
    source: str
    destination: str
    caller_id: str
    channel: str
    dialled: str  # the channel that was rung
    application: str
    data: str
    disposition: str
    uniqueid: str = ""
    linkedid: str = ""
    did: str = ""
    recording: str = ""

    @property
    def key(self) -> str:
        """What the rows of one call have in common."""
        return self.linkedid or self.uniqueid or f"csv:{self.started:%Y%m%dT%H%M%S}:{self.channel}"

    @property
    def talked(self) -> bool:
        """Whether what was rung answered, and was not a robot."""
        return self.disposition == "ANSWERED" and self.application.lower() in _TALKING_APPS


class CdrSource(Protocol):
    """Where call records are kept."""

    async def records(self, earliest: datetime, latest: datetime) -> list[Record]:
        """Rows that began between two wall-clock times, oldest first; perhaps more."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time by our clock; the PBX's is `skew` ahead of it."""

    since: datetime
    until: datetime
    skew: timedelta = timedelta(0)


async def recover(source: CdrSource, channel: str, lines: Lines, span: Span) -> list[CallEvent]:
    """The calls with the outside that ended in a span, each as its `ended` event, by our clock.

    They are partial: who rang and who answered is known, not when each did.
    """
    since, until = (_naive(at + span.skew) for at in (span.since, span.until))
    rows = await source.records(since - LONGEST_CALL - FARTHEST_ZONE, until + FARTHEST_ZONE)
    events = [ended(channel, group, lines) for group in grouped(in_utc(rows, span.skew))]
    return [event for event in events if event and span.since - SLACK <= event.at <= span.until + SLACK]


def in_utc(rows: list[Record], skew: timedelta = timedelta(0)) -> list[Record]:
    """Rows with aware times by our clock. Whether the PBX writes UTC or its own zone is read off its unique
    ids, which begin with the second the channel was made; without any, its zone is taken to be ours."""
    lags = [row.started - _naive(made) for row in rows if (made := made_at(row.uniqueid))]
    if not lags:
        return [_moved(row, lambda wall: wall.astimezone(UTC) - skew) for row in rows]
    offset = (min(lags) + ZONE_SLACK) // ZONE_STEP * ZONE_STEP
    return [_moved(row, lambda wall: (wall - offset - skew).replace(tzinfo=UTC)) for row in rows]


def grouped(rows: Iterable[Record]) -> list[list[Record]]:
    """Rows call by call."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row)
    return [sorted(group, key=lambda row: row.started) for group in groups.values()]


def ended(channel: str, rows: list[Record], lines: Lines) -> CallEvent | None:
    """The end of one call, from its rows; None when nobody outside took part."""
    incoming = [row for row in rows if lines.trunk(row.channel)]
    outgoing = [row for row in rows if lines.trunk(row.dialled) and not lines.trunk(row.channel)]
    if incoming:
        call = _incoming(rows, incoming[0], lines)
    elif outgoing:
        call = _outgoing(outgoing, lines)
    else:
        return None
    at = max(row.ended for row in rows)
    call = replace(call, started=min(row.started for row in rows), ended=at, partial=True)
    raw = json.dumps([asdict(row) for row in rows], default=str, ensure_ascii=False)
    return CallEvent(channel, f"{call.linkedid}:{Step.ENDED}", at, Step.ENDED, call, raw)


def completed(told: list[CallEvent], recovered: list[CallEvent], going_on: set[str]) -> list[CallEvent]:
    """What reconciliation told, completed by the records, and then what only the records know of.

    A call that still goes on has records too, of its earlier dials; these are left out.
    """
    records = {event.call.linkedid: event for event in recovered if event.call.linkedid not in going_on}
    whole = [
        _completed(event, records.pop(event.call.linkedid))
        if event.step is Step.ENDED and event.call.linkedid in records
        else event
        for event in told
    ]
    return whole + list(records.values())


def _completed(event: CallEvent, record: CallEvent) -> CallEvent:
    """Records tell whole seconds, cut off: nothing is put before what was heard."""
    call, known = event.call, record.call
    answered_by = _unique([*call.answered_by, *known.answered_by])
    answered = call.answered or _not_before(call.started, known.answered)
    ended = _not_before(answered or call.started, known.ended) or event.at
    whole = replace(
        call,
        outcome=Outcome.ANSWERED if answered_by else known.outcome,
        rang=_unique([*call.rang, *known.rang]),
        answered_by=answered_by,
        answered=answered,
        ended=ended,
        recording=call.recording or known.recording,
    )
    return replace(event, call=whole, at=ended)


def _not_before(earliest: datetime | None, moment: datetime | None) -> datetime | None:
    return max(earliest, moment) if earliest and moment else moment


def _incoming(rows: list[Record], first: Record, lines: Lines) -> Call:
    trunk = lines.trunk(first.channel)
    did = first.did or next((row.destination for row in rows if _is_line(row.destination)), None)
    answered_by = _people((row for row in rows if row.talked), lines)
    return Call(
        linkedid=first.key,
        direction=Direction.IN,
        number=lines.e164(first.source, trunk, did),
        number_raw=first.source or None,
        name=_name(first),
        did=did,
        trunk=trunk,
        queue=next((row.data.split(",")[0] for row in rows if row.application == "Queue"), None),
        rang=_people(rows, lines),
        answered_by=answered_by,
        outcome=Outcome.ANSWERED if answered_by else Outcome.MISSED,
        answered=min((row.answered for row in rows if row.talked and row.answered), default=None),
        recording=_recording(rows),
        channel=first.channel,
    )


def _outgoing(rows: list[Record], lines: Lines) -> Call:
    last = next((row for row in rows if row.talked), rows[-1])
    trunk = lines.trunk(last.dialled)
    number, raw = lines.outside_number(last.destination, trunk=trunk)
    return Call(
        linkedid=last.key,
        direction=Direction.OUT,
        number=number,
        number_raw=raw or last.destination or None,
        trunk=trunk,
        answered_by=(lines.extension(last.channel),) if last.talked and is_phone(last.channel) else (),
        outcome=Outcome.ANSWERED if last.talked else _OUTCOMES.get(last.disposition, Outcome.MISSED),
        answered=last.answered if last.talked else None,
        recording=_recording(rows),
        channel=last.dialled,
    )


def _people(rows: Iterable[Record], lines: Lines) -> tuple[str, ...]:
    """Whose phones these rows rang. Behind a Local channel the phone has a row of its own; where that was not
    written, the extension in the Local channel's name has to do."""
    names = [row.dialled for row in rows if not lines.trunk(row.dialled)]
    phones = [lines.extension(name) for name in names if is_phone(name)]
    local = [extension for name in names if is_extension(extension := local_extension(f"{name};1"))]
    return _unique(phones or local)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _is_line(text: str) -> bool:
    return text.lstrip("+").isdigit() and not is_extension(text)


def _name(row: Record) -> str | None:
    match = _CALLER_ID.fullmatch(row.caller_id.strip())
    name = match["name"].strip() if match else ""
    return name if name not in {"", row.source, "<unknown>"} else None


def _recording(rows: list[Record]) -> str | None:
    return next((row.recording for row in rows if row.recording), None)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _moved(row: Record, move: Callable[[datetime], datetime]) -> Record:
    answered = move(row.answered) if row.answered else None
    return replace(row, started=move(row.started), answered=answered, ended=move(row.ended))
