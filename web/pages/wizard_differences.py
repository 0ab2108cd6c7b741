"""What was said and is not on the card, side by side with it: keep, add or replace. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.model.prefill import Difference
from intake.model.wizard import Choice, FieldDecision, NewPoint, PointDecision
from web.i18n import gettext, mark
from web.pages.wizard_form import Form
from web.show import phone

POINTS = ("phone", "email")
TITLES = {
    "phone": mark("Another phone than the card's"),
    "email": mark("Another e-mail than the card's"),
    "inn": mark("Another ИНН than the card's"),
    "last_name": mark("Another last name than the card's"),
    "first_name": mark("Another first name than the card's"),
    "middle_name": mark("Another middle name than the card's"),
}
MISSING = {
    "phone": mark("The card has no phone"),
    "email": mark("The card has no e-mail"),
    "inn": mark("The card has no ИНН"),
    "last_name": mark("The card has no last name"),
    "first_name": mark("The card has no first name"),
    "middle_name": mark("The card has no middle name"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference as page 2 shows it. `name` is its field of the form, the same however often it is made."""

    name: str
    title: str
    stored: str
    said: str
    choice: str
    choices: tuple[tuple[str, str], ...]


def shown(found: Iterable[Difference], form: Form) -> list[Shown]:
    return [
        Shown(
            name=name_of(one),
            title=gettext((TITLES if one.stored else MISSING)[one.field]),
            stored=", ".join(_value(one, stored.text) for stored in one.stored),
            said=_value(one, one.said),
            choice=choice_of(one, form).value,
            choices=_words(one),
        )
        for one in found
    ]


def decisions(found: Iterable[Difference], form: Form) -> tuple[list[PointDecision], list[FieldDecision]]:
    """What the form says about each; what it does not mention is as suggested."""
    points, fields = [], []
    for one in found:
        choice = choice_of(one, form)
        if one.field in POINTS:
            replaces = one.stored[0].point_id if choice is Choice.REPLACE else None
            extension = form["ext"] if one.field == "phone" else ""
            said = NewPoint(one.field, one.said, extension)
            points.append(PointDecision(one.of, said, choice, replaces))
        else:
            fields.append(FieldDecision(one.of, one.field, one.said, choice))
    return points, fields


def name_of(one: Difference) -> str:
    return f"diff-{one.of.value}-{one.field}-{one.said}"[:300]


def choice_of(one: Difference, form: Form) -> Choice:
    said = form.get(name_of(one), "")
    return Choice(said) if said in _possible(one) else one.suggested


def _possible(one: Difference) -> tuple[Choice, ...]:
    """Of a field there is only one value: it is replaced, or filled in where it was empty."""
    if not one.stored:
        return Choice.KEEP, Choice.ADD
    if one.field in POINTS:
        return Choice.KEEP, Choice.ADD, Choice.REPLACE
    return Choice.KEEP, Choice.REPLACE


def _words(one: Difference) -> tuple[tuple[str, str], ...]:
    said = {Choice.KEEP: gettext("leave"), Choice.ADD: gettext("add"), Choice.REPLACE: gettext("replace")}
    return tuple((choice.value, said[choice]) for choice in _possible(one))


def _value(one: Difference, text: str) -> str:
    return phone(text) if one.field == "phone" else text
