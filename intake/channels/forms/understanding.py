"""What a visitor means: each field by its kind and target, each mistake beside its field. Nothing is dropped:
a value with a mistake is kept as it came, and so is a field that the form does not have (any more)."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from intake.channels.forms.bodies import Pairs
from intake.matching.emails import read_email
from intake.matching.phones import read_phone
from intake.model.forms import FieldKind, FormField, Ticked

LONGEST = {  # letters that a person may type; what goes over is kept, and said to be too long
    FieldKind.LONG: 10_000,
    FieldKind.PHONE: 100,
    FieldKind.EMAIL: 320,
    FieldKind.NUMBER: 60,
    FieldKind.DATE: 40,
    FieldKind.HIDDEN: 2000,
}
LONGEST_LINE = 500
MOST_VALUES = 200  # that are kept of one submission
TICKED = "yes"
NOT_TICKED = frozenset({"", "0", "no", "off", "false", "нет"})
_TEXT = re.compile(r"text-(\d{1,9})")
_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Understood:
    values: tuple[tuple[str, str, str], ...] = ()  # field's name, label, value
    said: tuple[tuple[str, str], ...] = ()  # target, value
    ticks: tuple[Ticked, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()  # field's name, code


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was sent for one field."""

    field: FormField
    texts: tuple[str, ...]
    tick: Ticked | None = None
    problem: str = ""

    @property
    def value(self) -> str:
        return TICKED if self.tick else ", ".join(self.texts)


def understood(
    pairs: Pairs,
    fields: Sequence[FormField],
    consents: Mapping[str, Sequence[int]],
    sent_files: Collection[str] = (),
) -> Understood:
    """`consents`: the ids of a purpose's texts, the newest first; `sent_files`: fields that came with one."""
    answers = [_answer(field, pairs, consents, sent_files) for field in fields]
    known = {field.name for field in fields}
    values = [(a.field.name, a.field.label, a.value) for a in answers if a.value]
    values += [(name, "", value) for name, value in pairs if name not in known and value.strip()]
    said = [
        (answer.field.target, text)
        for answer in answers
        for text in answer.texts
        if answer.tick is None and not answer.field.target.endswith(".custom")
    ]
    return Understood(
        tuple(values[:MOST_VALUES]),
        tuple(said),
        tuple(answer.tick for answer in answers if answer.tick),
        tuple((answer.field.name, answer.problem) for answer in answers if answer.problem),
    )


def _answer(
    field: FormField, pairs: Pairs, consents: Mapping[str, Sequence[int]], sent_files: Collection[str]
) -> _Answer:
    texts = tuple(text for name, value in pairs if name == field.name and (text := value.strip()))
    match field.kind:
        case FieldKind.CONSENT:
            return _consent(field, texts, consents.get(field.purpose, ()))
        case FieldKind.FILE:
            return _file(field, texts, field.name in sent_files)
        case FieldKind.HIDDEN if not texts and field.default:
            texts = (field.default,)
    if not texts:
        return _Answer(field, (), problem="required" if field.required else "")
    return _Answer(field, texts, problem=_problem(field, texts))


def _consent(field: FormField, texts: tuple[str, ...], versions: Sequence[int]) -> _Answer:
    """To the version that stood beside the tick; a tick that names none was set under the newest."""
    ticked = [text for text in texts if text.casefold() not in NOT_TICKED]
    if not ticked or not versions:
        return _Answer(field, texts, problem="consent-required" if field.required and not ticked else "")
    named = _TEXT.fullmatch(ticked[0])
    version = int(named[1]) if named else versions[0]
    return _Answer(field, texts, Ticked(field.name, version if version in versions else versions[0]))


def _file(field: FormField, texts: tuple[str, ...], came: bool) -> _Answer:
    """A text in its place is the name of a file that a browser could not keep while the network was away."""
    if texts:
        return _Answer(field, texts, problem="file-lost")
    return _Answer(field, (), problem="required" if field.required and not came else "")


def _problem(field: FormField, texts: tuple[str, ...]) -> str:
    if any(len(text) > LONGEST.get(field.kind, LONGEST_LINE) for text in texts):
        return "too-long"
    if field.kind is FieldKind.CHOICE and len(texts) > 1:
        return "only-one"
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        return "" if set(texts) <= set(field.options) else "unknown-option"
    code, is_right = CHECKS.get(field.kind, ("", bool))
    return "" if all(map(is_right, texts)) else code


def _is_number(text: str) -> bool:
    try:
        return Decimal(re.sub(r"\s", "", text).replace(",", ".")).is_finite()
    except InvalidOperation:
        return False


def _day(day: str, month: str, year: str) -> date:
    return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _is_date(text: str) -> bool:
    """As browsers send it, and as people write it."""
    written = _DATE.fullmatch(text)
    try:
        return bool(_day(*written.groups()) if written else date.fromisoformat(text))
    except ValueError:
        return False


CHECKS: dict[FieldKind, tuple[str, Callable[[str], bool]]] = {
    FieldKind.PHONE: ("bad-phone", lambda text: read_phone(text) is not None),
    FieldKind.EMAIL: ("bad-email", lambda text: read_email(text) is not None),
    FieldKind.NUMBER: ("bad-number", _is_number),
    FieldKind.DATE: ("bad-date", _is_date),
}
