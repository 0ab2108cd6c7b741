"""Who is really asking: the one in From, or whom a form, a forwarded letter or Reply-To names."""

import re
from collections.abc import Collection, Mapping

from intake.letters import forwarded
from intake.matching.phones import read_phone
from intake.model.letters import Address, Sender, SenderFrom

_FORWARD = re.compile(
    r"\s*(?:(?:re|ответ|на)\s*:\s*)*(?:fwd?|пересл\w*|пер|wg|tr|вл|enc|rv)\s*:", re.IGNORECASE
)
_NOBODY = re.compile(r"(?:no|do-?not|dont)[._-]?reply.*@.*|.*@(?:.*\.)?(?:invalid|localhost)")


def true_sender(
    sent_from: Address,
    reply_to: tuple[Address, ...],
    fields: Mapping[str, str],
    text: str,
    subject: str,
    own: Collection[str],
) -> Sender:
    """Never raises. What a letter's text says counts for more than its Reply-To, since sites write both."""
    return (
        _in_form(fields, own)
        or _forwarded(text, subject, sent_from, own)
        or _reply_to(sent_from, reply_to, own)
        or Sender(sent_from.email, sent_from.name)
    )


def _in_form(fields: Mapping[str, str], own: Collection[str]) -> Sender | None:
    email = fields.get("email", "").strip().lower()
    phone = read_phone(fields.get("phone", ""))
    if (not email and not phone) or email in own:
        return None
    return Sender(email, fields.get("name", ""), phone.e164 if phone else None, SenderFrom.FORM_BODY)


def _forwarded(text: str, subject: str, sent_from: Address, own: Collection[str]) -> Sender | None:
    """By ourselves or by anybody who says so in the subject: else every reply's quote would count."""
    if not (sent_from.email in own or _FORWARD.match(subject)):
        return None
    origin = forwarded.origin(text, subject)
    if origin is None or not origin.email or origin.email in own or origin.email == sent_from.email:
        return None
    return Sender(origin.email, origin.name, None, SenderFrom.FORWARDED)


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
