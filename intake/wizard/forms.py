"""What an inquiry's forms say before anybody types.

The first request of an inquiry counts; a later one of the same person fills what it has left open, and what
it says otherwise is offered. Everything in here was written by strangers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.matching.amounts import read_money
from intake.matching.emails import read_email, read_emails
from intake.matching.inn import clean_inn, clean_kpp
from intake.matching.phones import read_phone, read_phones
from intake.model.forms import FieldKind
from intake.model.prefill import Custom, Offer, Said
from intake.model.wizard import Criteria
from intake.wizard.letter_words import MAX_OFFERS, MAX_VALUE, gist, wanted_of
from storage.submitted import forms_of, submissions_of
from storage.tables.forms import Submission, WebForm
from storage.tables.inquiries import Inquiry

MAX_CUSTOM = 40  # values of an inquiry's forms that are kept on its records
MAX_LABEL = 120  # letters, as long as the columns
MAX_CUSTOM_VALUE = 2000
NAME = ("last_name", "first_name", "middle_name")
FILLED = ("name", "inn", "phone", "email", "other")
PLAIN = ("company", "position", "city", "wish", "wanted", "amount", "source", "utm")
NO_VALUES = (FieldKind.CONSENT.value, FieldKind.FILE.value)


async def said_in_forms(session: AsyncSession, inquiry: Inquiry) -> Said | None:
    """None for what no form has said anything of."""
    submissions = await submissions_of(session, inquiry.id or 0)
    forms = await forms_of(session, submissions)
    told = [said_in(one, forms[one.form_id]) for one in submissions if one.form_id in forms]
    return reduce(merged, told) if told else None


def said_in(submission: Submission, form: WebForm) -> Said:
    """One request, by the fields of its form."""
    said = submission.said
    wanted = wanted_of("\n".join(texts(said, "wanted")))
    company = one_line(said, "company")
    return Said(
        criteria=Criteria(
            name=name_of(said) or company,
            inn="/".join(filter(None, (clean_inn(one_line(said, "inn")), clean_kpp(one_line(said, "kpp"))))),
            phone=", ".join(texts(said, "phone"))[:MAX_VALUE],
            email=", ".join(texts(said, "email"))[:MAX_VALUE],
            other=one_line(said, "messenger") or one_line(said, "site"),
        ),
        company=company,
        position=one_line(said, "position"),
        city=one_line(said, "city"),
        wish=gist(wanted) or form.title or form.name,
        wanted=wanted,
        amount=_amount(one_line(said, "amount")),
        source=one_line(said, "source") or form.name,
        utm=tuple((str(name), str(value)) for name, value in submission.utm.items() if value),
        custom=custom_of(submission.values, form.fields),
    )


def merged(first: Said, later: Said) -> Said:
    """The first as it is, its gaps filled, also where it could not be read; what the later one says otherwise
    is offered."""
    ours, theirs = first.criteria, later.criteria
    gaps = {name: getattr(theirs, name) for name in FILLED if not _says(name, ours) and _says(name, theirs)}
    filled = {name: getattr(first, name) or getattr(later, name) for name in PLAIN}
    if later.wanted and later.wanted not in first.wanted:
        filled["wanted"] = wanted_of(f"{first.wanted}\n\n{later.wanted}")
    return replace(
        first,
        **filled,
        criteria=replace(ours, **gaps),
        custom=tuple(dict.fromkeys((*first.custom, *later.custom)))[:MAX_CUSTOM],
        offers=tuple(dict.fromkeys((*first.offers, *_otherwise(first, later))))[:MAX_OFFERS],
    )


def _says(name: str, criteria: Criteria) -> bool:
    """A phone or an address that nobody can make out is none."""
    text = getattr(criteria, name)
    if name == "phone":
        return any(phone.valid for phone in read_phones(text))
    return bool(read_emails(text) if name == "email" else text)


def name_of(said: Mapping[str, Any]) -> str:
    return (
        one_line(said, "name") or " ".join(filter(None, (one_line(said, part) for part in NAME)))[:MAX_VALUE]
    )


def texts(said: Mapping[str, Any], target: str) -> list[str]:
    """All that was said for a target: one text, or several where several fields fill it."""
    given = said.get(target, "")
    many = given if isinstance(given, list | tuple) else [given]
    return [text for one in many if isinstance(one, str | int | float) and (text := str(one).strip())]


def one_line(said: Mapping[str, Any], target: str) -> str:
    return " ".join(" ".join(texts(said, target)[:1]).split())[:MAX_VALUE]


def custom_of(values: Iterable[Sequence[str]], fields: Iterable[Mapping[str, Any]]) -> tuple[Custom, ...]:
    """What fields of the form ask that the records have no place for; ticks and files are none."""
    targets = {
        str(field.get("name")): str(field.get("target", "")).partition(".custom")
        for field in fields
        if field.get("kind") not in NO_VALUES
    }
    found = [
        Custom(targets[name][0], (label or name)[:MAX_LABEL], value.strip()[:MAX_CUSTOM_VALUE])
        for name, label, value in values
        if name in targets and targets[name][1] and value.strip()
    ]
    return tuple(dict.fromkeys(found))[:MAX_CUSTOM]


def _amount(text: str) -> Decimal | None:
    """What is no sum of money stands among what was sent, and stops nothing."""
    try:
        return read_money("amount", text)
    except Rejected:
        return None


def _otherwise(first: Said, later: Said) -> Iterable[Offer]:
    ours, theirs = first.criteria, later.criteria
    phone, email = read_phone(theirs.phone), read_email(theirs.email)
    known = read_phone(ours.phone)
    if phone and known and phone.e164 != known.e164:
        yield Offer("phone", phone.e164, phone.extension or "")
    if email and ours.email and email.address not in ours.email.casefold():
        yield Offer("email", email.address)
    said = {
        "name": (ours.name, theirs.name),
        "inn": (ours.inn, clean_inn(theirs.inn)),
        "company": (first.company, later.company),
        "position": (first.position, later.position),
    }
    for field, (before, now) in said.items():
        if before and now and now.casefold() not in before.casefold():
            yield Offer(field, now)
