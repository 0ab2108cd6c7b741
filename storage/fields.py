"""The fields of cards that people edit in place: which there are, and what a text in each of them means."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from intake.errors import Rejected
from intake.matching.amounts import read_money, read_number_of_people
from intake.model.moments import is_sensible
from intake.model.wizard import PartyKind
from storage import parties
from storage.tables.interests import Interest
from storage.tables.parties import AccountKind

MAX_TEXT = 10_000

Read = Callable[[str, str], Any]


class CardKind(StrEnum):
    """What has a card."""

    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"
    INTEREST = "interest"


TABLES: dict[CardKind, Any] = {
    **{CardKind(kind.value): table for kind, table in parties.TABLES.items()},
    CardKind.INTEREST: Interest,
}


def text(limit: int) -> Read:
    """One line, None when empty."""
    return lambda field, value: parties.fit(field, " ".join(value.split()), limit) or None


def long_text(field: str, value: str) -> str | None:
    return parties.fit(field, value, MAX_TEXT) or None


def required(limit: int) -> Read:
    def read(field: str, value: str) -> str:
        found = parties.fit(field, " ".join(value.split()), limit)
        if not found:
            raise Rejected("name-missing", field=field)
        return found

    return read


def flag(_field: str, value: str) -> bool:
    return value == "yes"


def user(field: str, value: str) -> int | None:
    """A user's id; whether they work here is asked of the database."""
    if not value:
        return None
    if not value.isdecimal() or len(value) > 9:
        raise Rejected("no-such-choice", field=field, value=value[:40])
    return int(value)


def account_kind(field: str, value: str) -> AccountKind:
    try:
        return AccountKind(value)
    except ValueError:
        raise Rejected("no-such-choice", field=field, value=value[:40]) from None


def moment(field: str, value: str) -> datetime | None:
    """ISO with an offset: the web has read the viewer's clock."""
    if not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise Rejected("bad-moment", field=field) from None
    if read.tzinfo is None or not is_sensible(read):
        raise Rejected("bad-moment", field=field)
    return read


_OF_ALL: dict[str, Read] = {
    "responsible_id": user, "country": text(80), "city": text(120), "industry": text(120),
    "source": text(120), "description": long_text, "do_not_call": flag, "do_not_email": flag,
}  # fmt: skip
_PERSON = {name: text(120) for name in ("last_name", "first_name", "middle_name")}

# field -> what its text means
FIELDS: dict[CardKind, dict[str, Read]] = {
    CardKind.ACCOUNT: _OF_ALL | {
        "name": required(300), "legal_form": text(40), "kind": account_kind, "inn": text(40), "kpp": text(20),
        "ogrn": text(20), "type": text(40), "address": text(500), "employees": read_number_of_people,
        "revenue": read_money,
    },
    CardKind.CONTACT: _OF_ALL | _PERSON | {"position": text(200), "department": text(200)},
    CardKind.LEAD: _OF_ALL | _PERSON | {
        "organisation": text(300), "inn": text(40), "position": text(200), "rating": text(40),
        "status": text(40),
    },
    CardKind.INTEREST: {
        "title": required(300), "wanted": long_text, "source": text(120), "amount": read_money, "due": moment,
        "responsible_id": user, "lost_reason": text(200),
    },
}  # fmt: skip


def read_field(kind: CardKind, field: str, value: str) -> Any:
    """The value to be stored. Raises Rejected: no-such-field, too-long, bad-number, bad-inn …"""
    if field not in FIELDS[kind]:
        raise Rejected("no-such-field", field=field[:40])
    found = FIELDS[kind][field](field, value)
    if field in parties.REQUIRED:
        found = found or ""
    if kind is not CardKind.INTEREST and field in ("inn", "kpp", "ogrn"):
        return parties.field_value(PartyKind(kind.value), field, found or "")
    return found
