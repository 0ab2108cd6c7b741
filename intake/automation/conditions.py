"""What a condition asks of an event, and what it is answered. Pure: nothing is looked up here."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from intake.automation.asked import NO, WITHOUT_VALUE, YES, lines_of, number_of, sensible
from intake.automation.expressions import place_in
from intake.automation.texts import flat, folded, shown
from intake.letters.form_labels import meaning_of, plain_label
from intake.matching.phones import read_phone
from intake.model.rules import About, Condition, Op, Seen, Subject

Place = int | None  # where in a text what is asked for stands


class Broken(Exception):
    """A condition that cannot be asked; `code` is what `sensible` says of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def ask(condition: Condition, subject: Subject) -> Seen:
    """Raises Broken. Of several values (a field that stands there twice) any may hold, and of what is
    denied none may."""
    values = _said(condition, subject)
    if condition.op in WITHOUT_VALUE:
        return Seen(bool(values) is (condition.op is Op.FILLED), shown(values[0]) if values else "")
    positive = _DENIED.get(condition.op, condition.op)
    for value in values:
        place = _FINDS[positive](condition, value)
        if place is not None:
            return Seen(positive is condition.op, shown(value, place))
    return Seen(positive is not condition.op, shown(values[0]) if values else "")


def holding(condition: Condition) -> Callable[[Subject], bool]:
    """The same made ready for many events: whether it holds, and nothing of what was seen. Raises Broken."""
    if wrong := sensible(condition):
        raise Broken(wrong)
    values = _values_of(condition)
    if condition.op in WITHOUT_VALUE:
        filled = condition.op is Op.FILLED
        return lambda subject: bool(_filled(values(subject))) is filled
    positive = _DENIED.get(condition.op, condition.op)
    find, denied = _FINDS[positive], positive is not condition.op

    def held(subject: Subject) -> bool:
        for value in values(subject):
            if value and not value.isspace() and find(condition, value) is not None:
                return not denied
        return denied

    return held


def _said(condition: Condition, subject: Subject) -> list[str]:
    if wrong := sensible(condition):
        raise Broken(wrong)
    return _filled(_values_of(condition)(subject))


def _filled(values: Sequence[str]) -> list[str]:
    return [value for value in values if value and not value.isspace()]


def _values_of(condition: Condition) -> Callable[[Subject], Sequence[str]]:
    """Of a contact form's letter its fields are kept by what they mean: «Ваш телефон» is its «phone»."""
    if condition.about not in _PAIRS:
        text = _TEXTS[condition.about]
        return lambda subject: (text(subject),)
    pairs, names = _PAIRS[condition.about], _names_of(condition.name)
    return lambda subject: [value for key, value in pairs(subject) if folded(key) in names]


@lru_cache(1024)
def _names_of(name: str) -> tuple[str | None, ...]:
    return folded(name), meaning_of(plain_label(name))


def _yes(held: bool) -> str:
    return YES if held else NO


_PAIRS: Mapping[About, Callable[[Subject], tuple[tuple[str, str], ...]]] = {
    About.HEADER: lambda one: one.headers,
    About.FIELD: lambda one: one.fields,
    About.UTM: lambda one: one.utm,
}
_TEXTS: Mapping[About, Callable[[Subject], str]] = {
    About.SENDER: lambda one: one.sender,
    About.SENDER_NAME: lambda one: one.sender_name,
    About.SUBJECT: lambda one: one.subject,
    About.BODY: lambda one: one.body,
    About.LINE: lambda one: one.line,
    About.QUEUE: lambda one: one.queue,
    About.CALL_OUTCOME: lambda one: one.call_outcome,
    About.KNOWN: lambda one: one.known.value,
    About.OPEN_INTEREST: lambda one: _yes(bool(one.party and one.party.open_interests)),
    About.WORKING_TIME: lambda one: _yes(one.working_time),
    About.LANGUAGE: lambda one: one.language,
    About.SPAM_SCORE: lambda one: str(one.spam_score),
    About.HAS_FILES: lambda one: _yes(one.has_files),
    About.PAGE: lambda one: one.page,
    About.AGAIN: lambda one: _yes(one.again),
}


def _is(condition: Condition, value: str) -> Place:
    return 0 if folded(value) in _ways(condition, condition.value) else None


def _one_of(condition: Condition, value: str) -> Place:
    said = folded(value)
    return 0 if any(said in _ways(condition, line) for line in lines_of(condition.value)) else None


def _begins(condition: Condition, value: str) -> Place:
    said = folded(value)
    return 0 if any(said.startswith(way) for way in _ways(condition, condition.value)) else None


def _ends(condition: Condition, value: str) -> Place:
    said, end = folded(value), folded(condition.value)
    return len(said) - len(end) if said.endswith(end) else None


def _contains(condition: Condition, value: str) -> Place:
    place = folded(value).find(folded(condition.value))
    return place if place >= 0 else None


def _matches(condition: Condition, value: str) -> Place:
    span = place_in(condition.value, flat(value))
    return span[0] if span else None


def _at_least(condition: Condition, value: str) -> Place:
    said, least = number_of(value), number_of(condition.value)
    return 0 if said is not None and least is not None and said >= least else None


def _at_most(condition: Condition, value: str) -> Place:
    said, most = number_of(value), number_of(condition.value)
    return 0 if said is not None and most is not None and said <= most else None


_DENIED = {Op.IS_NOT: Op.IS, Op.LACKS: Op.CONTAINS}
_FINDS: Mapping[Op, Callable[[Condition, str], Place]] = {
    Op.IS: _is,
    Op.ONE_OF: _one_of,
    Op.BEGINS: _begins,
    Op.ENDS: _ends,
    Op.CONTAINS: _contains,
    Op.MATCHES: _matches,
    Op.AT_LEAST: _at_least,
    Op.AT_MOST: _at_most,
}


@lru_cache(4096)
def _ways(condition: Condition, value: str) -> tuple[str, ...]:
    """As it is written, and a telephone number as senders' are kept: «8 (495) …» is «+7495…»."""
    written = folded(value.strip())
    phone = read_phone(value) if condition.about is About.SENDER and "@" not in value else None
    if phone is not None:
        return written, phone.e164
    begins = condition.about is About.SENDER and condition.op is Op.BEGINS
    return (written, *_beginnings(written)) if begins else (written,)


def _beginnings(written: str) -> tuple[str, ...]:
    """«8800» and «7800» begin numbers that are kept as «+7800…»."""
    digits = "".join(letter for letter in written if letter.isdigit())
    if not digits or "@" in written or any(letter.isalpha() for letter in written):
        return ()
    return (f"+7{digits[1:]}",) if digits[0] in "78" and len(digits) > 1 else (f"+{digits}",)
