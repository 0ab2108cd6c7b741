"""What comes in from outside, made fit to be kept: no text is longer than its column, none is refused.

PostgreSQL takes no NUL in a text, no database takes half of a surrogate pair; both arrive in callers' names.
What the PBX said, whole, is kept beside it in the event's `raw`.
"""

import re
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any

from intake.model.calls import Call, CallEvent, Health, Transfer
from storage.tables.calls import CallRecord, ChannelHealth
from storage.tables.inquiries import InquiryEvent

MOST_EXTENSIONS = 200  # of one call's lists
MOST_RAW = 64_000  # letters of a raw message
MOST_CAUSE = 1000  # Q.850 has 127

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_EXTENSION = 80
_TEXTS = {
    "number": "number",
    "number_raw": "number_raw",
    "name": "name",
    "did": "did",
    "trunk": "trunk",
    "queue": "queue",
    "recording": "recording",
    "channel": "pbx_channel",
}


def tidy_event(event: CallEvent) -> CallEvent:
    """The same event; an id that is too long is cut and told apart by its digest."""
    return replace(
        event,
        channel=told_apart(event.channel, length_of(InquiryEvent, "channel")),
        external_id=told_apart(event.external_id, length_of(InquiryEvent, "external_id")),
        call=_tidy_call(event.call),
        raw=clean(event.raw, MOST_RAW),
    )


def tidy_health(health: Health) -> Health:
    return replace(health, detail=clean(health.detail, length_of(ChannelHealth, "detail")))


def _tidy_call(call: Call) -> Call:
    texts: dict[str, Any] = {
        name: _optional(getattr(call, name), length_of(CallRecord, column)) for name, column in _TEXTS.items()
    }
    length = length_of(CallRecord, "linkedid")
    return replace(
        call,
        linkedid=told_apart(call.linkedid, length),
        merged_into=told_apart(call.merged_into, length) if call.merged_into else None,
        ringing=_extensions(call.ringing),
        rang=_extensions(call.rang),
        talking=_extensions(call.talking),
        answered_by=_extensions(call.answered_by),
        transfers=tuple(_tidy_transfer(transfer) for transfer in call.transfers[:MOST_EXTENSIONS]),
        cause=call.cause if call.cause is not None and 0 <= call.cause < MOST_CAUSE else None,
        **texts,
    )


def _tidy_transfer(transfer: Transfer) -> Transfer:
    return Transfer(
        clean(transfer.kind, _EXTENSION),
        clean(transfer.source, _EXTENSION),
        clean(transfer.target, _EXTENSION),
    )


def _extensions(extensions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean(extension, _EXTENSION) for extension in extensions[:MOST_EXTENSIONS])


def _optional(text: str | None, length: int) -> str | None:
    return clean(text, length) if text is not None else None


def clean(text: str, length: int) -> str:
    """As much of it as fits, and nothing that a database refuses."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:length]


def told_apart(word: str, length: int) -> str:
    """The same, and two different words stay different."""
    clean = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", word)
    if clean == word and len(word) <= length:
        return word
    digest = sha256(word.encode(errors="surrogatepass")).hexdigest()[:32]
    return f"{clean[: length - len(digest) - 1]}~{digest}"


@cache
def length_of(table: Any, column: str) -> int:
    """How many characters a column takes."""
    return int(table.__table__.c[column].type.length)
