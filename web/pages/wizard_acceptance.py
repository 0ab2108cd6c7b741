"""From page 2's form to the acceptance that `accept` takes; what cannot be read is named by its field."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from intake.matching.phones import read_phone
from intake.model.wizard import (
    Acceptance,
    Choice,
    ConsentGiven,
    CreateInterest,
    FieldDecision,
    LinkInterest,
    Newcomer,
    NewPerson,
    NewPoint,
    NextStep,
    Party,
    PartyKind,
    Person,
    PointDecision,
    Wanted,
)
from web.i18n import gettext
from web.pages.wizard_differences import decisions
from web.pages.wizard_form import Form, number
from web.pages.wizard_known import PERSON, Known, is_proposed_title
from web.times import from_input

LARGEST = Decimal(10) ** 14  # what the column holds
_SPACES = re.compile(r"[\s\u00a0₽]|руб\.?")


def problems(form: Form) -> dict[str, str]:
    """Field -> sentence, for what cannot be read."""
    found: dict[str, str] = {}
    try:
        amount(form["amount"])
    except ValueError:
        found["amount"] = gettext("Not a sum: write 125 000 or 125 000,50.")
    for name in ("due", "step_due"):
        if form[name] and from_input(form[name]) is None:
            found[name] = gettext("Not a date and time.")
    return found


def acceptance(form: Form, about: Known) -> Acceptance:
    """Of a form without `problems`."""
    points, fields = decisions(about.differences, form)
    person, left_over = _person(form, about)
    return Acceptance(
        party=_party(form, about),
        interest=_interest(form, about),
        contact=person,
        points=(*points, *left_over),
        fields=(*fields, *_corrected(form, about)),
        note=form["note"],
        labels=labels(form["labels"]),
        consent=_consent(form, about),
        next_step=_next_step(form),
        request_key=form["request_key"],
        call_id=number(form["call"]),
        criteria=about.criteria,
    )


def amount(text: str) -> Decimal | None:
    """«1 240 000,50 ₽»; None for nothing. Raises ValueError."""
    plain = _SPACES.sub("", text).replace(",", ".")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or not 0 <= value < LARGEST:
        raise ValueError(text)
    return value.quantize(Decimal("0.01"))


def labels(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in re.split(r"[,;\n]", text) if name.strip()))


def _party(form: Form, about: Known) -> Party | None:
    if not about.newcomer:
        return about.party
    return Newcomer(
        kind=PartyKind(form["new"]) if form["new"] in (PartyKind.ACCOUNT, PartyKind.LEAD) else None,
        name=form["org"],
        inn=form["org_inn"],
        kpp=form["kpp"],
        ogrn=form["ogrn"],
        city=form["city"],
    )


def _person(form: Form, about: Known) -> tuple[Person | None, tuple[PointDecision, ...]]:
    """The contact person; ways to reach nobody named go to the client."""
    if about.contact is not None:
        return about.contact, ()
    if about.person is not None:  # a lead's own
        return None, ()
    points = tuple(_points(form, about.criteria.area_code))
    person = NewPerson(**{part: form[part] for part in PERSON}, points=points)
    if about.party is None or any(form[part] for part in PERSON[:3]):
        return person, ()
    return None, tuple(PointDecision(about.party.kind, point, Choice.ADD) for point in points)


def _points(form: Form, area_code: str | None) -> list[NewPoint]:
    found = []
    if form["contact_phone"]:
        read = read_phone(form["contact_phone"], area_code=area_code)
        said = form["contact_ext"] or (read.extension if read else None) or ""
        found.append(NewPoint("phone", read.e164 if read else form["contact_phone"], said))
    if form["contact_email"]:
        found.append(NewPoint("email", form["contact_email"]))
    return found


def _corrected(form: Form, about: Known) -> list[FieldDecision]:
    """A field of a known person that was typed over; one that was emptied stays as it is."""
    stored = about.person
    if stored is None:
        return []
    of = PartyKind.CONTACT if about.contact else PartyKind.LEAD
    changed = [part for part in PERSON if form[part] and form[part] != stored[part]]
    return [FieldDecision(of, part, form[part], Choice.REPLACE) for part in changed]


def _interest(form: Form, about: Known) -> Wanted:
    linked = number(form["interest"])
    if linked is not None:
        return LinkInterest(linked)
    return CreateInterest(
        title="" if is_proposed_title(form, about) else form["title"],
        wanted=form["wanted"],
        status_id=number(form["status"]),
        source=form["source"],
        amount=amount(form["amount"]),
        responsible_id=number(form["responsible"]),
        due=from_input(form["due"]) if form["due"] else None,
    )


def _consent(form: Form, about: Known) -> ConsentGiven | None:
    text_id = number(form["consent"])
    if text_id is None:
        return None
    return ConsentGiven(text_id, about.about.said.given)


def _next_step(form: Form) -> NextStep | None:
    if not form["step"]:
        return None
    due: datetime | None = from_input(form["step_due"]) if form["step_due"] else None
    return NextStep(form["step"], form["step_title"], due)
