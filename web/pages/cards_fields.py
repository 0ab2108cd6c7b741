"""The fields of cards as people see them: in groups, with labels, each with the way it is typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from storage.fields import CardKind
from storage.names import Names
from web.i18n import gettext, mark, pgettext
from web.show import money, number
from web.times import for_input, from_input, when


@dataclass(frozen=True, slots=True)
class Field:
    """`input`: text, long, flag, choice, user, number, money, moment. `most`: letters."""

    name: str
    label: str
    input: str = "text"
    most: int = 120


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    fields: tuple[Field, ...]


ACCOUNT_KINDS = {
    "company": mark("organisation"),
    "sole-trader": mark("sole trader"),
    "person": mark("private person"),
}
_RESPONSIBLE = Field("responsible_id", mark("Responsible"), "user")
_SOURCE = Field("source", mark("Source"))
_DESCRIPTION = Field("description", mark("Description"), "long", 10_000)
_FLAGS = (
    Field("do_not_call", mark("Do not call"), "flag"),
    Field("do_not_email", mark("Do not e-mail"), "flag"),
)
_PLACE = (Field("city", mark("City")), Field("country", mark("Country"), most=80))
_PERSON = (
    Field("last_name", mark("Last name")),
    Field("first_name", mark("First name")),
    Field("middle_name", mark("Middle name")),
)

GROUPS: dict[CardKind, tuple[Group, ...]] = {
    CardKind.ACCOUNT: (
        Group(mark("Organisation"), (
            Field("name", mark("Name"), most=300), Field("legal_form", mark("Legal form"), most=40),
            Field("kind", mark("Kind"), "choice"), Field("inn", mark("ИНН"), most=20),
            Field("kpp", mark("КПП"), most=20), Field("ogrn", mark("ОГРН"), most=20),
        )),
        Group(mark("With us"), (
            _RESPONSIBLE, Field("type", mark("Type"), most=40), _SOURCE, *_FLAGS,
        )),
        Group(mark("More"), (
            Field("industry", mark("Industry")), Field("address", mark("Address"), most=500), *_PLACE,
            Field("employees", mark("Employees"), "number"), Field("revenue", mark("Revenue"), "money"),
            _DESCRIPTION,
        )),
    ),
    CardKind.CONTACT: (
        Group(mark("Person"), (
            *_PERSON, Field("position", mark("Position"), most=200),
            Field("department", mark("Department"), most=200),
        )),
        Group(mark("With us"), (_RESPONSIBLE, _SOURCE, *_FLAGS)),
        Group(mark("More"), (*_PLACE, _DESCRIPTION)),
    ),
    CardKind.LEAD: (
        Group(mark("Person"), (
            *_PERSON, Field("position", mark("Position"), most=200),
            Field("organisation", mark("Organisation"), most=300), Field("inn", mark("ИНН"), most=20),
        )),
        Group(mark("With us"), (
            _RESPONSIBLE, Field("status", mark("Status"), most=40), Field("rating", mark("Rating"), most=40),
            _SOURCE, *_FLAGS,
        )),
        Group(mark("More"), (Field("industry", mark("Industry")), *_PLACE, _DESCRIPTION)),
    ),
    CardKind.INTEREST: (
        Group(mark("Interest"), (
            Field("title", mark("Title"), most=300), Field("wanted", mark("Wanted"), "long", 10_000),
            Field("amount", mark("Amount"), "money"), Field("due", mark("Due"), "moment"), _RESPONSIBLE,
            _SOURCE,
        )),
    ),
}  # fmt: skip
LOST_REASON = Field("lost_reason", mark("Why it was lost"), most=200)

_ASKED = [field for groups in GROUPS.values() for group in groups for field in group.fields]
LABELS = {field.name: field.label for field in (*_ASKED, LOST_REASON)} | {
    "status_id": mark("Status"),
    "account_id": mark("Client"),
    "contact_id": mark("Contact"),
    "lead_id": mark("Lead"),
}


def field_of(kind: CardKind, name: str) -> Field | None:
    fields = [field for group in GROUPS[kind] for field in group.fields]
    extra = [LOST_REASON] if kind is CardKind.INTEREST else []
    return next((field for field in (*fields, *extra) if field.name == name), None)


def shown(field: Field, value: Any, names: Names) -> str:
    """The value as text; "" for nothing."""
    if value is None or value == "":
        return ""
    look = LOOKS.get(field.input)
    return look(value, names) if look else str(value)


LOOKS: dict[str, Callable[[Any, Names], str]] = {
    "flag": lambda value, _names: pgettext("flag", "yes") if value else "",
    "choice": lambda value, _names: gettext(ACCOUNT_KINDS.get(str(value), str(value))),
    "user": lambda value, names: names.users.get(int(value), ""),
    "money": lambda value, _names: money(Decimal(value)),
    "number": lambda value, _names: number(int(value)),
    "moment": lambda value, _names: when(
        value if isinstance(value, datetime) else datetime.fromisoformat(value)
    ),
}


def typed(field: Field, value: Any) -> str:
    """What stands in its input."""
    if value is None:
        return ""
    match field.input:
        case "moment":
            return for_input(value)
        case "flag":
            return "yes" if value else ""
        case "money":
            return str(value.quantize(Decimal(1)) if value == value.to_integral_value() else value)
        case "choice":
            return str(value.value)
    return str(value)


def sent(field: Field, text: str) -> str:
    """From what the input sent to what storage reads: times on the viewer's clock become ISO."""
    if field.input != "moment" or not text:
        return text
    moment = from_input(text)
    return moment.isoformat() if moment else text
