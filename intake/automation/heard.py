"""An event as it was heard, before it is known who it is. Pure; all of it was written by strangers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.automation.headers import headers_of
from intake.automation.languages import language_of
from intake.automation.whose import Keys
from intake.matching.emails import read_emails
from intake.matching.inn import clean_inn, clean_kpp
from intake.matching.phones import read_phone, read_phones
from intake.model.calls import Direction
from intake.model.forms import Suspicion
from intake.model.rules import Known, Party, Subject
from intake.wizard.forms import name_of, one_line, texts
from intake.wizard.letter_words import of_form
from storage.subjects import CALL_ENDED, CHAT, FORM, LETTER, MESSAGE, SUBMISSION, House, Stored

MOST_SCORE = 100
SPAM_SAYS = 90  # what a filter's «yes» counts
SUSPICIONS = {  # what each counts; together no more than MOST_SCORE
    Suspicion.HONEYPOT: 90, Suspicion.NO_CHALLENGE: 60, Suspicion.TOO_QUICK: 50, Suspicion.TOO_MANY: 50,
    Suspicion.LINKS: 50, Suspicion.UNSIGNED: 40, Suspicion.TOO_OLD: 20, Suspicion.LOOP: 100,
}  # fmt: skip

_E164 = re.compile(r"\+[1-9]\d{9,14}", re.ASCII)
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Heard:
    """The subject but for who it is; and by what that is known."""

    said: Subject
    keys: Keys
    heard_at: datetime

    def subject(self, known: Known, party: Party | None, working_time: bool, again: bool) -> Subject:
        return replace(self.said, known=known, party=party, working_time=working_time, again=again)


def hear(row: Any, found: Stored, house: House) -> Heard | None:
    """None for what rules are not asked about."""
    if row.kind == CALL_ENDED:
        return _call(row, house)
    if row.kind == LETTER:
        letter = found.letters.get(str(row.fact.get("fingerprint", "")))
        return _letter(row, letter, found, house) if letter is not None else None
    if row.channel.startswith(FORM):
        submission = found.submissions.get(row.id)
        return _form(row, submission, found, house) if submission is not None else None
    if row.channel.startswith(CHAT):
        message = found.messages.get(row.id)
        return _message(row, message, found) if message is not None else None
    return None


def _call(row: Any, house: House) -> Heard | None:
    """As of its end. A call that turned out to be part of another is told of there."""
    call = row.fact
    if call.get("direction") != Direction.IN or call.get("merged_into"):
        return None
    sender, line = str(call.get("number") or row.sender or ""), str(call.get("did") or row.line or "")
    phone = read_phone(str(call.get("number_raw") or ""))
    said = Subject(
        event_id=row.id,
        inquiry_id=row.inquiry_id,
        channel="call",
        source=f"did:{line}",
        at=row.at,
        sender=sender,
        sender_name=str(call.get("name") or row.sender_name or ""),
        line=line,
        queue=str(call.get("queue") or row.queue or ""),
        call_outcome=str(call.get("outcome") or ""),
        loops=sender.lower() in house.addresses,
    )
    extension = (phone.extension if phone else None) or ""
    return Heard(said, Keys(phones=((sender, extension),) if sender else ()), row.heard_at)


def _letter(row: Any, letter: Any, found: Stored, house: House) -> Heard:
    mailbox = house.mailboxes.get(letter.mailbox_id or 0, "")
    form = of_form(letter.fields) if letter.fields else {}
    fields = tuple((str(name), str(value)) for name, value in letter.fields.items())
    said = Subject(
        event_id=row.id,
        inquiry_id=row.inquiry_id,
        channel="letter",
        source=f"imap:{letter.mailbox_id}" if letter.mailbox_id else row.channel,
        at=row.at,
        sender=letter.sender_email or letter.sender_phone or "",
        sender_name=letter.sender_name,
        subject=letter.subject,
        body=letter.body,
        line=mailbox or row.line or "",
        language=language_of(f"{letter.subject}\n{letter.body}"),
        spam_score=SPAM_SAYS if letter.spam else 0,
        has_files=(LETTER, letter.id) in found.with_files,
        headers=headers_of(letter.raw),
        fields=fields,
        page=str(letter.fields.get("page", "")),
        utm=tuple((name, value) for name, value in fields if name.startswith("utm_")),
        loops=letter.sender_email.lower() in house.addresses or letter.message_id in found.ours,
    )
    phones = ", ".join(dict.fromkeys(filter(None, (letter.sender_phone, form.get("phone")))))
    emails = " ".join(dict.fromkeys(filter(None, (letter.sender_email, form.get("email")))))
    return Heard(said, _keys(phones, emails, form.get("inn", "")), row.heard_at)


def _form(row: Any, one: Any, found: Stored, house: House) -> Heard:
    told, form_name = one.said, house.forms.get(one.form_id, row.line or "")
    body = "\n".join(value for _, _, value in _values(one.filled))
    emails = " ".join(texts(told, "email"))
    said = Subject(
        event_id=row.id,
        inquiry_id=row.inquiry_id,
        channel="form",
        source=row.channel,
        at=row.at,
        sender=_sender(row, told),
        sender_name=name_of(told) or one_line(told, "company"),
        subject=row.subject or "",
        body=body,
        line=form_name,
        page=one.page,
        language=language_of(" ".join(texts(told, "wanted")) or body),
        spam_score=_score(one.held),
        has_files=(SUBMISSION, one.id) in found.with_files,
        fields=tuple(_pairs(one.filled)),
        utm=tuple((str(name), str(value)) for name, value in one.utm.items()),
        loops=Suspicion.LOOP in one.held or not house.addresses.isdisjoint(emails.lower().split()),
    )
    inn = " ".join(filter(None, (one_line(told, "inn"), one_line(told, "kpp"))))
    return Heard(said, _keys(", ".join(texts(told, "phone")), emails, inn), row.heard_at)


def _message(row: Any, one: Any, found: Stored) -> Heard:
    """A phone counts where the platform vouches for it; what is written in a group is nobody's."""
    told = (("platform", one.platform), ("username", one.username), ("source", one.source))
    phone = one.phone if one.phone and not one.unlinked else ""
    said = Subject(
        event_id=row.id,
        inquiry_id=row.inquiry_id,
        channel="chat",
        source=row.channel,
        at=row.at,
        sender=one.phone or one.identity,
        sender_name=(one.author if one.in_group else "") or one.name,
        body=one.text,
        line=one.bot,
        language=language_of(one.text),
        has_files=(MESSAGE, one.id) in found.with_files,
        fields=tuple((name, value) for name, value in told if value),
    )
    keys = Keys(phones=((phone, ""),) if phone else (), identities=(one.identity,))
    return Heard(said, Keys() if one.in_group else keys, row.heard_at)


def _sender(row: Any, told: Any) -> str:
    """A form that joined another's inquiry is its own visitor's."""
    phones = _phones(one_line(told, "phone"))
    return next((phone for phone, _ in phones), "") or one_line(told, "email") or row.sender or ""


def _keys(phones: str, emails: str, inn: str) -> Keys:
    number = clean_inn(inn)
    kpp = clean_kpp(number[10:]) if len(number) == 19 else ""
    number = number[:10] if kpp else number
    return Keys(
        phones=_phones(phones),
        emails=_emails(emails),
        inn=number if len(number) in (10, 12) else "",
        kpp=kpp,
    )


def _phones(text: str) -> tuple[tuple[str, str], ...]:
    """Most are kept as they are compared, and a hundred thousand are not read anew."""
    if _E164.fullmatch(text):
        return ((text, ""),)
    return tuple(dict.fromkeys((one.e164, one.extension or "") for one in read_phones(text))) if text else ()


def _emails(text: str) -> tuple[str, ...]:
    if _PLAIN_EMAIL.fullmatch(text) and "xn--" not in text:
        return (text,)
    return tuple(dict.fromkeys(one.address for one in read_emails(text))) if text else ()


def _score(held: Iterable[str]) -> int:
    return min(sum(SUSPICIONS.get(Suspicion(one), 0) for one in held if one in set(Suspicion)), MOST_SCORE)


def _values(values: Iterable[Any]) -> Iterable[tuple[str, str, str]]:
    """Name, label, value; what has another shape was written by an older version."""
    return ((str(one[0]), str(one[1]), str(one[2])) for one in values if len(one) == 3)


def _pairs(values: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """By its label and by its name."""
    for name, label, value in _values(values):
        yield name, value
        if label and label != name:
            yield label, value
