"""A letter read: any bytes in, what they say out. Pure; takes no longer than the bytes are long."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace

from intake.letters import forms, reply
from intake.letters.addresses import read_addresses
from intake.letters.bodies import MAX_TEXT, Bodies, read_bodies
from intake.letters.charsets import decode
from intake.letters.headers import Headers, charset_hint, split
from intake.letters.identity import date, message_id, message_ids
from intake.letters.kinds import softer_signs, what_it_is
from intake.letters.parts import Taken, take_apart
from intake.letters.plain import lines
from intake.letters.problems import Problem
from intake.letters.sender import inner_letter, true_sender
from intake.letters.spam import spam_verdict
from intake.model.letters import Address, Letter, LetterKind, Sender, SenderFrom

_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


def read_letter(raw: bytes, *, own: Collection[str] = (), labels: Mapping[str, str] | None = None) -> Letter:
    """What a letter says. Never raises: bytes that are no letter become one with `problems` and all that can
    be read as its text.

    `own` are our addresses: what comes from them is no inquiry unless it carries somebody else's. `labels`
    are what a mailbox has learned of its forms («Ваш телефон» → «phone»).
    """
    try:
        return _read(raw, frozenset(address.lower() for address in own), labels or {})
    except Exception:  # noqa: BLE001 - a letter must not stop those behind it; the raw one is kept and shown
        return _as_it_is(raw)


def _read(raw: bytes, own: frozenset[str], labels: Mapping[str, str]) -> Letter:
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    headers, start = split(raw, 0, len(raw))
    headers.hint = charset_hint(raw, headers)
    taken = take_apart(raw, headers, start)
    bodies = read_bodies(raw, taken)
    sent_from, doubts = _sent_from(headers)
    letter = _plain_letter(headers, bodies, sent_from)
    letter = _judged(letter, raw, headers, taken, own, labels)
    doubts |= headers.problems | taken.problems | bodies.problems | _oddities(headers, taken, letter)
    return replace(letter, problems=tuple(sorted(doubts)))


def _plain_letter(headers: Headers, bodies: Bodies, sent_from: Address) -> Letter:
    """What stands in it, without any judgement."""
    return Letter(
        message_id=message_id(headers.text("message-id")),
        sent_from=sent_from,
        sender=Sender(sent_from.email, sent_from.name),
        subject=headers.text("subject"),
        text=bodies.text,
        reply_text=reply.new_text(bodies.text, bodies.html),
        html=bodies.html,
        to=read_addresses(headers.every("to"), headers.hint),
        cc=read_addresses(headers.every("cc"), headers.hint),
        reply_to=read_addresses(headers.every("reply-to"), headers.hint),
        date=date(headers.text("date")),
        attachments=tuple(bodies.attachments),
        in_reply_to=message_id(headers.text("in-reply-to")),
        references=message_ids(b" ".join(headers.every("references")).decode("latin-1")),
        spam=spam_verdict(headers),
    )


def _judged(
    letter: Letter,
    raw: bytes,
    headers: Headers,
    taken: Taken,
    own: frozenset[str],
    labels: Mapping[str, str],
) -> Letter:
    """Its kind, its true sender, and what a form in it says."""
    kind, why = what_it_is(raw, headers, taken, letter.sent_from, letter.subject, own)
    origin, text = inner_letter(letter, own)
    fields = forms.fields_in(text, labels) if _may_be_a_form(kind, why) else {}
    sender = true_sender(letter.sent_from, letter.reply_to, fields, origin, own)
    if sender.why is SenderFrom.FORM_BODY:
        kind, why = LetterKind.LETTER, ""
    elif kind is LetterKind.LETTER and sender.why is SenderFrom.FROM:
        kind, why = softer_signs(headers, letter.sent_from, own)
    if kind is not LetterKind.LETTER:
        return replace(letter, kind=kind, kind_reason=why, fields=fields)
    return replace(letter, sender=sender, fields=fields)


def _may_be_a_form(kind: LetterKind, why: str) -> bool:
    """Sites send their forms' letters as bulk mail."""
    return kind is LetterKind.LETTER or (kind is LetterKind.LIST and "recedence" in why)


def _sent_from(headers: Headers) -> tuple[Address, set[Problem]]:
    """From, or else whoever else is named as the one who sent it."""
    named = read_addresses(headers.every("from"), headers.hint)
    first = next((address for address in named if address.email), None)
    if first:
        return first, {Problem.SEVERAL_SENDERS} if len(
            {one.email for one in named if one.email}
        ) > 1 else set()
    others = (
        read_addresses(headers.every(name), headers.hint) for name in ("sender", "return-path", "reply-to")
    )
    email = next((one.email for group in others for one in group if one.email), "")
    return Address(email, named[0].name if named else ""), {Problem.NO_SENDER}


def _oddities(headers: Headers, taken: Taken, letter: Letter) -> set[Problem]:
    types = {part.content_type for part in taken.parts}
    odd = {
        Problem.NO_HEADERS: not headers.fields,
        Problem.BAD_DATE: letter.date is None,
        Problem.WINMAIL: "application/ms-tnef" in types or "winmail.dat" in _names(letter),
        Problem.ENCRYPTED: not types.isdisjoint(_ENCRYPTED) or "encrypted" in dict(taken.multiparts),
    }
    return {problem for problem, there in odd.items() if there}


def _names(letter: Letter) -> set[str]:
    return {attached.filename.lower() for attached in letter.attachments}


def _as_it_is(raw: bytes) -> Letter:
    """Whose letter it is can mostly be told even then."""
    text = lines(decode(raw[:MAX_TEXT], "")[0])
    sent_from, subject, own_id = Address(""), "", ""
    with suppress(Exception):
        headers, _ = split(raw, 0, len(raw))
        sent_from, _ = _sent_from(headers)
        subject, own_id = headers.text("subject"), message_id(headers.text("message-id"))
    sender = Sender(sent_from.email, sent_from.name)
    return Letter(own_id, sent_from, sender, subject, text, text, problems=(Problem.FAILED,))
