"""A letter as columns: no text is longer than its column, none is one that a database refuses.

The reader bounds and cleans what it gives; this is the last guard, and says what is kept of a letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.model.letters import Address, Attached, Letter, LetterEvent, LetterKind
from intake.reception.tidy import clean, length_of, told_apart
from storage.columns import now
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.letters import Attachment, LetterRecord

MOST_TEXT = 400_000  # characters of a letter's text; all of it is in the raw letter
MOST_HTML = 1_000_000
MOST_PEOPLE = 200  # recipients
MOST_FIELDS = 100  # of a form
MOST_VALUE = 2_000  # characters of one of these

_ADDRESS = length_of(LetterRecord, "from_email")
_TEXTS = ("message_id", "in_reply_to", "subject", "kind_reason", "spam")
_PEOPLE = ("from_email", "from_name", "sender_email", "sender_name")
_EMPTY: dict[str, Any] = {
    **dict.fromkeys((*_TEXTS, *_PEOPLE, "text", "reply_text", "html"), ""),
    "sender_phone": None, "sender_why": "from", "sent_at": None, "kind": LetterKind.LETTER,
    "recipients": [], "problems": [], "fields": {},
}  # fmt: skip


def tidy_letter(event: LetterEvent) -> LetterEvent:
    """The same event; an id that is too long is cut and told apart by its digest. Nothing comes from the
    future, or it would stand behind all others for ever."""
    return replace(
        event,
        channel=told_apart(event.channel, length_of(InquiryEvent, "channel")),
        external_id=told_apart(event.external_id, length_of(InquiryEvent, "external_id")),
        at=min(event.at, now()),
        mailbox=clean(event.mailbox, _ADDRESS),
        envelope_from=None if event.envelope_from is None else clean(event.envelope_from, _ADDRESS),
    )


def letter_columns(letter: Letter | None, problems: Sequence[str] = ()) -> dict[str, Any]:
    """What was read, and what else is wrong with it; always the same columns."""
    if letter is None:
        return {**_EMPTY, "problems": list(problems), "quarantined": True}
    return {
        **{name: _fit(name, getattr(letter, name)) for name in _TEXTS},
        "from_email": _fit("from_email", letter.sent_from.email),
        "from_name": _fit("from_name", letter.sent_from.name),
        "sender_email": _fit("sender_email", letter.sender.email),
        "sender_name": _fit("sender_name", letter.sender.name),
        "sender_phone": _fit("sender_phone", letter.sender.phone) if letter.sender.phone else None,
        "sender_why": letter.sender.why.value,
        "sent_at": _possible(letter.date),
        "text": clean(letter.text, MOST_TEXT),
        "reply_text": clean(letter.reply_text, MOST_TEXT),
        "html": clean(letter.html, MOST_HTML),
        "kind": letter.kind,
        "recipients": _recipients(letter),
        "problems": [*problems, *(clean(one, MOST_VALUE) for one in letter.problems[:MOST_FIELDS])],
        "fields": _fields(letter),
        "quarantined": False,
    }


def inquiry_columns(letter: Letter, mailbox: str) -> dict[str, Any]:
    """Of the inquiry that it opens; a form may name a telephone only."""
    sender = letter.sender.email or letter.sender.phone or ""
    return {
        "channel": Channel.LETTER,
        "sender": fit_inquiry("sender", sender),
        "sender_name": fit_inquiry("sender_name", letter.sender.name),
        "subject": fit_inquiry("subject", letter.subject),
        "line": fit_inquiry("line", mailbox),
    }


def fit_inquiry(column: str, text: str) -> str | None:
    """A text of its inquiry."""
    return clean(text, length_of(Inquiry, column)) or None


def attachment_columns(file: Attached, position: int, digest: str, at: datetime) -> dict[str, Any]:
    """Without a digest: its bytes are in the raw letter only."""
    return {
        "position": position,
        "filename": clean(file.filename, length_of(Attachment, "filename")),
        "content_type": clean(file.content_type, length_of(Attachment, "content_type")),
        "size": file.size,
        "digest": digest,
        "content_id": clean(file.content_id, length_of(Attachment, "content_id")),
        "inline": file.inline,
        "removed_at": None if digest else at,
    }


def _fit(column: str, text: str) -> str:
    return clean(text, length_of(LetterRecord, column))


def _possible(date: datetime | None) -> datetime | None:
    """Years that every database knows, in every time zone."""
    return date if date is not None and 1 < date.year < 9999 else None


def _recipients(letter: Letter) -> list[dict[str, str]]:
    groups: tuple[tuple[str, Iterable[Address]], ...] = (
        ("to", letter.to),
        ("cc", letter.cc),
        ("reply-to", letter.reply_to),
    )
    named = [
        {"role": role, "email": _fit("from_email", one.email), "name": _fit("from_name", one.name)}
        for role, group in groups
        for one in group
    ]
    return named[:MOST_PEOPLE]


def _fields(letter: Letter) -> dict[str, str]:
    return {
        clean(label, MOST_VALUE): clean(value, MOST_VALUE)
        for label, value in list(letter.fields.items())[:MOST_FIELDS]
    }
