"""From what was typed to the answer that is queued; each mistake is named by its field."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from intake.errors import IntakeError, Rejected
from intake.letters.outgoing.addresses import written
from intake.letters.outgoing.building import one_line
from intake.letters.outgoing.letter import LONGEST_NAME, LONGEST_SUBJECT
from intake.letters.outgoing.quoting import quoted
from intake.letters.templates import fill, unfilled
from intake.matching.emails import read_email
from intake.model.letters import Address
from storage.answers import Answer
from storage.tables.letters import LetterRecord, Mailbox
from web import times
from web.readable import LARGEST_ID

CUT = "-- "  # the line above a signature (RFC 3676, 4.3)
ONCE = re.compile(r"[0-9a-f]{32}")
LANGUAGES = ("ru", "en")

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ENTRY = re.compile(
    r' ?(?:(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<name>[^"<>,;@]*)) ?<(?P<email>[^<>\s"]+)>'
    r'|(?P<bare>[^<>\s,;"]+)) ?(?:[,;]|$)'
)
_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Around:
    """What an answer is made with: the letter that is answered, the mailbox it goes from, what the fields of
    templates stand for, the files that wait in the draft."""

    answered: LetterRecord | None
    mailbox: Mailbox | None
    values: dict[str, str]
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Why it cannot go: by the fields of the form; and the fields of a template that nothing has filled."""

    fields: dict[str, IntakeError]
    unfilled: list[str]


def read_answer(typed: dict[str, str], around: Around, as_it_is: bool) -> Answer | Mistakes:
    """`as_it_is`: braces in the text are meant."""
    read, errors = _read_fields(typed)
    if around.mailbox is None:
        errors["mailbox"] = Rejected("mailbox-cannot-send", field="mailbox")
    whole = signed(read.get("text", ""), signature_of(around, typed.get("signature", "")))
    open_fields = [] if as_it_is else unfilled(f"{read.get('subject', '')}\n{whole}")
    if errors or open_fields or around.mailbox is None:
        return Mistakes(errors, open_fields)
    return Answer(
        token=read["once"],
        mailbox_id=around.mailbox.id or 0,
        to=read["to"],
        subject=read["subject"],
        text=whole,
        cc=read["cc"],
        quoted=quote_of(around.answered, language_of(whole)) if typed.get("quote") == "yes" else "",
        files=tuple(around.files),
        answers_id=around.answered.id if around.answered else None,
        send_at=read["at"],
    )


def people(text: str) -> tuple[Address, ...]:
    """«Марина <m@firma.example>, info@firma.example». Raises Rejected("bad-address")."""
    if _BREAKS.search(text.strip()):
        raise Rejected("bad-address", address=one_line(text, 80))
    plain, found, place = " ".join(text.split()).rstrip(" ,;"), dict[str, Address](), 0
    while place < len(plain):
        entry = _ENTRY.match(plain, place)
        email = (entry["email"] or entry["bare"]) if entry else ""
        read = read_email(email)
        if entry is None or read is None or read.raw != email:
            raise Rejected("bad-address", address=one_line(email or plain[place:], 80))
        written(read.address)
        name = (entry["quoted"] or entry["name"] or "").replace("\\", "")
        found.setdefault(read.address, Address(read.address, one_line(name, LONGEST_NAME)))
        place = entry.end()
    return tuple(found.values())


def signed(text: str, signature: str) -> str:
    return f"{text}\n\n{CUT}\n{signature}" if signature else text


def signature_of(around: Around, language: str) -> str:
    """Of the mailbox it goes from, its fields filled."""
    if around.mailbox is None or language not in LANGUAGES:
        return ""
    return fill(getattr(around.mailbox, f"signature_{language}").strip(), around.values)


def quote_of(answered: LetterRecord | None, language: str) -> str:
    """What stands below the answer: what was new in the letter, on the writer's clock."""
    if answered is None:
        return ""
    who = Address(answered.from_email, answered.from_name)
    text = answered.reply_text or answered.text
    return quoted(text, who, times.here(answered.sent_at or answered.at), language)


def language_of(text: str) -> str:
    return "ru" if _RUSSIAN.search(text) else "en"


def id_of(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 11 and 0 < int(text) <= LARGEST_ID else None


def _read_fields(typed: dict[str, str]) -> tuple[dict[str, Any], dict[str, IntakeError]]:
    """Each field is in one of the two."""
    readers: dict[str, Callable[[str], Any]] = {
        "to": _some_people, "cc": people, "subject": _subject, "text": _text, "at": _moment, "once": _once,
    }  # fmt: skip
    read: dict[str, Any] = {}
    errors: dict[str, IntakeError] = {}
    for name, reader in readers.items():
        try:
            read[name] = reader(typed.get(name, ""))
        except IntakeError as error:
            errors[name] = error
    return read, errors


def _some_people(text: str) -> tuple[Address, ...]:
    found = people(text)
    if not found:
        raise Rejected("no-recipients", field="to")
    return found


def _subject(text: str) -> str:
    found = one_line(text, LONGEST_SUBJECT)
    if not found:
        raise Rejected("subject-missing", field="subject")
    return found


def _text(text: str) -> str:
    found = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if not found.strip():
        raise Rejected("text-missing", field="text")
    return found


def _once(text: str) -> str:
    if not ONCE.fullmatch(text):
        raise Rejected("unreadable")
    return text


def _moment(text: str) -> Any:
    moment = times.from_input(text) if text else None
    if text and moment is None:
        raise Rejected("bad-moment", field="at")
    return moment
