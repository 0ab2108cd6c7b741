"""Who is really asking: the one in From, or whom a form, a forwarded letter or Reply-To names."""

import re
from collections.abc import Collection, Mapping

from intake.letters import forwarded
from intake.matching.phones import read_phone
from intake.model.letters import Address, Letter, Sender, SenderFrom

_REPLY = re.compile(r"\s*(?:re|aw|sv|ответ|на)\s*(?:\[\d+\]|\(\d+\))?\s*:", re.IGNORECASE)
_NOBODY = re.compile(r"(?:no|do-?not|dont)[._-]?reply.*@.*|.*@(?:.*\.)?(?:invalid|localhost)")

Inner = tuple[Address | None, str]  # who wrote the letter inside, and its text


def inner_letter(letter: Letter, own: Collection[str]) -> Inner:
    """(None, its text) unless the letter is forwarded. A stranger's «Re: …» is read without what it quotes,
    be it a forward or a form; a colleague passes on whole conversations."""
    sent_from = letter.sent_from.email
    if _REPLY.match(letter.subject) and sent_from not in own:
        return None, letter.reply_text
    origin = forwarded.origin(letter.text, letter.subject)
    if origin is None or not origin.email or origin.email in own or origin.email == sent_from:
        return None, letter.text
    return origin, forwarded.inside(letter.text, letter.subject)


def true_sender(
    sent_from: Address,
    reply_to: tuple[Address, ...],
    fields: Mapping[str, str],
    origin: Address | None,
    own: Collection[str],
) -> Sender:
    """Never raises. What a letter's text says counts for more than its Reply-To, since sites write both."""
    if by_form := _in_form(fields, own):
        return by_form
    if origin:
        return Sender(origin.email, origin.name, None, SenderFrom.FORWARDED)
    return _reply_to(sent_from, reply_to, own) or Sender(sent_from.email, sent_from.name)


def _in_form(fields: Mapping[str, str], own: Collection[str]) -> Sender | None:
    email = fields.get("email", "").strip().lower()
    phone = read_phone(fields.get("phone", ""))
    if (not email and not phone) or email in own:
        return None
    return Sender(email, fields.get("name", ""), phone.e164 if phone else None, SenderFrom.FORM_BODY)


def _reply_to(sent_from: Address, reply_to: tuple[Address, ...], own: Collection[str]) -> Sender | None:
    for address in reply_to:
        if not address.email or address.email == sent_from.email or address.email in own:
            continue
        if _NOBODY.fullmatch(address.email):
            continue
        name = address.name or (sent_from.name if _same_house(address.email, sent_from.email) else "")
        return Sender(address.email, name, None, SenderFrom.REPLY_TO)
    return None


def _same_house(one: str, other: str) -> bool:
    return one.rpartition("@")[2] == other.rpartition("@")[2]
