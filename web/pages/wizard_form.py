"""What the wizard's two forms say, read into the frozen values that search and accept take. Pure."""

from collections.abc import Mapping
from typing import Any

from yarl import URL

from intake.model.wizard import Chosen, Criteria, Existing, Mode, PartyKind, Shown

# Every field of both pages and the most letters that are taken of it
LENGTHS = {
    # page 1
    "name": 300, "inn": 40, "phone": 120, "ext": 10, "email": 320, "other": 300, "mode": 12, "interests": 12,
    "client": 40, "contact": 20, "interest": 20, "new": 12, "auto_client": 40, "auto_contact": 20,
    # where it was begun
    "call": 20, "area": 8, "request_key": 64, "nobody": 4,
    # page 2: the newcomer
    "org": 300, "org_inn": 20, "kpp": 20, "ogrn": 24, "city": 120,
    "last_name": 120, "first_name": 120, "middle_name": 120, "position": 200,
    "contact_phone": 120, "contact_ext": 10, "contact_email": 320,
    # page 2: the interest
    "title": 300, "status": 12, "source": 120, "responsible": 12, "amount": 30, "wanted": 10_000, "due": 20,
    "labels": 400,
    # page 2: what comes after
    "note": 10_000, "step": 12, "step_due": 20, "step_title": 300, "consent": 12,
}  # fmt: skip
SEARCHED = ("name", "inn", "phone", "ext", "email", "other")
MOST_DIFFS = 20
NOT_KEPT = ("request_key", "area", "auto_client", "auto_contact")  # of a draft
LONGEST_ADDRESS = 6000  # servers and proxies refuse lines of 8 kB

Form = dict[str, str]


def read_form(data: Mapping[str, Any]) -> Form:
    """All fields as text, the missing ones empty, too long ones cut; and the decisions on differences."""
    form = {name: _text(data.get(name))[:most] for name, most in LENGTHS.items()}
    said = [name for name in data if name.startswith("diff-") and len(name) < 400][:MOST_DIFFS]
    return form | {name: _text(data[name])[:12] for name in said}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def kept(form: Form) -> Form:
    """The fields of a draft: what is empty need not be kept."""
    return {name: value for name, value in form.items() if value and name not in NOT_KEPT}


def with_query(address: str, fields: Form) -> str:
    """Long texts are left out where the address would be too long: by hand the browser's tab keeps them."""
    fields = {name: value for name, value in fields.items() if value}
    while len(made := str(URL(address).with_query(fields))) > LONGEST_ADDRESS:
        fields.pop(max(fields, key=lambda name: len(fields[name])))
    return made


def criteria_of(form: Form, area_code: str | None = None) -> Criteria:
    return Criteria(
        name=form["name"],
        inn=form["inn"],
        phone=form["phone"],
        extension=form["ext"],
        email=form["email"],
        other=form["other"],
        mode=_word(Mode, form["mode"], Mode.INEXACT),
        interests=_word(Shown, form["interests"], Shown.ACTIVE),
        area_code=area_code,
    )


def typed_of(criteria: Criteria) -> Form:
    """The search fields that say these criteria."""
    return {
        "name": criteria.name,
        "inn": criteria.inn,
        "phone": criteria.phone,
        "ext": criteria.extension,
        "email": criteria.email,
        "other": criteria.other,
    }


def chosen_of(form: Form) -> Chosen:
    """What the person chose; what the page had chosen by itself narrows nothing."""
    client = existing(form["client"]) if form["client"] != form["auto_client"] else None
    contact = number(form["contact"]) if form["contact"] != form["auto_contact"] else None
    return Chosen(client, contact)


def existing(text: str) -> Existing | None:
    """«account:12», «lead:3»."""
    kind, _, row = text.partition(":")
    id_ = number(row)
    if kind not in (PartyKind.ACCOUNT, PartyKind.LEAD) or id_ is None:
        return None
    return Existing(PartyKind(kind), id_)


def number(text: str) -> int | None:
    """An id as it stands in a form; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _word(kind: Any, text: str, default: Any) -> Any:
    return kind(text) if text in set(kind) else default
