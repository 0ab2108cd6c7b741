"""What comes in from outside, made fit to be kept: no text is longer than its column, none is refused.

PostgreSQL takes no NUL in a text, no database takes half of a surrogate pair; both arrive in callers' names.
What the PBX said, whole, is kept beside it in the event's `raw`.
"""

import re
from dataclasses import replace
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
        channel=_word(event.channel, _length(InquiryEvent, "channel")),
        external_id=_word(event.external_id, _length(InquiryEvent, "external_id")),
        call=_tidy_call(event.call),
        raw=_text(event.raw, MOST_RAW),
    )


def tidy_health(health: Health) -> Health:
    return replace(health, detail=_text(health.detail, _length(ChannelHealth, "detail")))


def _tidy_call(call: Call) -> Call:
    texts: dict[str, Any] = {
        name: _optional(getattr(call, name), _length(CallRecord, column)) for name, column in _TEXTS.items()
    }
    length = _length(CallRecord, "linkedid")
    return replace(
        call,
        linkedid=_word(call.linkedid, length),
        merged_into=_word(call.merged_into, length) if call.merged_into else None,
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
        _text(transfer.kind, _EXTENSION),
        _text(transfer.source, _EXTENSION),
        _text(transfer.target, _EXTENSION),
    )


def _extensions(extensions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_text(extension, _EXTENSION) for extension in extensions[:MOST_EXTENSIONS])


def _optional(text: str | None, length: int) -> str | None:
    return _text(text, length) if text is not None else None


def _text(text: str, length: int) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:length]


def _word(word: str, length: int) -> str:
    """Two different words stay different."""
    clean = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", word)
    if clean == word and len(word) <= length:
        return word
    digest = sha256(word.encode(errors="surrogatepass")).hexdigest()[:32]
    return f"{clean[: length - len(digest) - 1]}~{digest}"


def _length(table: Any, column: str) -> int:
    return int(table.__table__.c[column].type.length)
