"""Whom we answer, and how often: a machine that is answered by a machine never stops."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from intake.model.letters import LetterKind


class WhyNot(StrEnum):
    """Why a letter is not answered."""

    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    LIST = "list"
    OWN = "own"  # ours, or to an address of ours
    NO_SENDER = "no-sender"  # <>, or no address that could be read
    NO_REPLY = "no-reply"  # noreply@, mailer-daemon@ and the like
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Often:
    """Letters from us to one address, whoever wrote them. A person answers a client a few times an hour."""

    most_an_hour: int = 15
    most_a_day: int = 60


OFTEN = Often()

_KINDS = {
    LetterKind.AUTO_REPLY: WhyNot.AUTO_REPLY,
    LetterKind.BOUNCE: WhyNot.BOUNCE,
    LetterKind.LIST: WhyNot.LIST,
    LetterKind.OWN: WhyNot.OWN,
}
_NOBODY = re.compile(  # local parts that nobody reads (RFC 3834, 2; RFC 2142; and what Russian firms use)
    r"(?:.*[._+-])?(?:no|not|non|do[._-]?not|dont|ne)[._-]?(?:reply|replay|respond|answer|otvechat|otvechay)(?:[._+-].*)?"
    r"|mailer[._-]?daemon|(?:bounces?|return|prvs|srs[01])[+=-].*|bounces?|nobody|devnull|null"
    r"|owner-.*|.*-(?:owner|request|bounces?)",
    re.IGNORECASE,
)


def may_answer(
    kind: LetterKind, sender: str, envelope_from: str | None = None, own: Collection[str] = ()
) -> WhyNot | None:
    """None: yes. `sender` is who would be answered (the true sender); `envelope_from` is what MAIL FROM said,
    None where nobody said; `own` are our addresses in lower case."""
    if kind in _KINDS:
        return _KINDS[kind]
    if envelope_from == "":
        return WhyNot.BOUNCE
    address = sender.strip().lower()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return WhyNot.NO_SENDER
    if address in own:
        return WhyNot.OWN
    return WhyNot.NO_REPLY if _NOBODY.fullmatch(local) else None


def too_often(last_hour: int, last_day: int, often: Often = OFTEN) -> WhyNot | None:
    """None: one more may go to this address. The numbers are letters that went to it already."""
    if last_hour >= often.most_an_hour or last_day >= often.most_a_day:
        return WhyNot.TOO_MANY
    return None
