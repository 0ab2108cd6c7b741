"""Queries of every kind, made from records of a world by spoiling what they are called.

The truth of each is computed by the bench (truth.py): any record that answers the query before it was
spoilt. A spoilt text is thrown away and spoilt anew when some record answers it as it stands, or another name
is as near to it by plain edits: nobody could tell then.
"""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from intake.model.wizard import PartyKind
from tests.bench.names import slips
from tests.bench.names.facts import Query, Record, World
from tests.bench.names.given_names import AT_HOME, FORMAL
from tests.bench.names.truth import OF_COMPANY, Need, Truth, whole, words

TRIES = 12
CANDIDATES = 400  # records for each query wanted; rare kinds of names need many
LITERAL = frozenset(
    ("exact", "no patronymic", "order", "initials", "legal form", "prefix", "substring", "person and company")
)
KEYS = "several keys"
UNIFORM = "uniform typos"
MISTYPED = frozenset(("one typo", "two typos", "number and typo", "abbreviation", "short words", UNIFORM))

Made = tuple[str, tuple[Need, ...]] | None  # the text, and what it means
Maker = Callable[[Record, Random], Made]

_FORMS_IN_FULL = (
    "Общество с ограниченной ответственностью",
    "Акционерное общество",
    "Публичное акционерное общество",
)
_FORMS = ("ООО", "АО", "ЗАО", "ПАО", "ИП", "LLC", *_FORMS_IN_FULL)


def make_queries(world: World, each: int, kind: PartyKind | None = None) -> list[Query]:
    """`each` of every category (fewer when a small world has not so many such names), in no order; only about
    records of a kind, if it is given."""
    chance = Random(world.seed)
    wanted = frozenset(chance.sample(range(world.size), min(world.size, CANDIDATES * each)))
    truth, candidates = Truth(), []
    for place, record in enumerate(world):
        truth.add(record)
        if record.kind is kind if kind else place in wanted:
            candidates.append(record)
    truth.finish()
    chance.shuffle(candidates)
    made = [
        query
        for name, maker in MAKERS.items()
        for query in _some(name, maker, candidates, truth, chance, each)
    ]
    chance.shuffle(made)
    return made


def _some(
    name: str, maker: Maker, candidates: list[Record], truth: Truth, chance: Random, each: int
) -> Iterator[Query]:
    left = each
    start = chance.randrange(len(candidates))
    for record in (*candidates[start:], *candidates[:start]):
        if not left:
            return
        query = _query(name, maker, record, truth, chance)
        if query is not None:
            left -= 1
            yield query


def _query(name: str, maker: Maker, record: Record, truth: Truth, chance: Random) -> Query | None:
    for _ in range(TRIES):
        made = maker(record, chance)
        if made is None:
            return None
        text, needs = made
        if name not in LITERAL and truth.literally(text):
            continue
        answers = truth.answers(needs)
        if name in MISTYPED and truth.rivalled(text, needs, answers):
            continue
        assert record.ref in answers, (name, text, record)
        if name == KEYS:
            return _with_keys(text, record, chance)
        return Query(name, text, _told(needs), answers)
    return None


def _with_keys(text: str, record: Record, chance: Random) -> Query:
    """Two or three things known of one record, one of them wrong: only that record will do."""
    keys = {"phone": record.phone, "email": record.email, "inn": record.inn or ""}
    known = chance.sample([key for key, value in keys.items() if value], chance.choice((1, 2)))
    given = {key: keys[key] for key in known}
    if chance.random() < 0.5:
        key = chance.choice(known)
        given[key] = (
            slips.typed(given[key], chance) if key == "email" else slips.digit_wrong(given[key], chance)
        )
    return Query(KEYS, text, record.whole, frozenset((record.ref,)), **given)


def _told(needs: tuple[Need, ...]) -> str:
    return " ".join("/".join(sorted(need.texts)) + ("…" if need.how != "whole" else "") for need in needs)


def _called(record: Record, chance: Random) -> str:
    """What an operator would type: the company, or two or three words of the person's name."""
    if record.name and (not record.last or chance.random() < 0.5):
        return record.name
    return record.person if chance.random() < 0.5 else f"{record.last} {record.first}"


def _exact(record: Record, chance: Random) -> Made:
    text = record.name or record.person
    return text, whole(text)


def _no_patronymic(record: Record, chance: Random) -> Made:
    if not record.middle:
        return None
    text = f"{record.last} {record.first}"
    return text, whole(text)


def _order(record: Record, chance: Random) -> Made:
    parts = [part for part in (record.last, record.first, record.middle) if part] or record.name.split(" ")
    if len(parts) < 2:
        return None
    turned = parts[1:] + parts[:1] if chance.random() < 0.7 else parts[::-1]
    return " ".join(turned), whole(" ".join(parts))


def _initials(record: Record, chance: Random) -> Made:
    if not record.last:
        return None
    given = [part for part in (record.first, record.middle) if part]
    begins = tuple(Need(frozenset(words(part[0])), "begins") for part in given)
    letters = [f"{part[0]}." for part in given]
    text = chance.choice((f"{record.last} {''.join(letters)}", f"{' '.join(letters)} {record.last}"))
    return text, (*whole(record.last), *begins)


def _legal_form(record: Record, chance: Random) -> Made:
    if record.legal_form in (None, "ИП"):
        return None
    form = chance.choice([form for form in _FORMS if form != record.legal_form])
    quoted = chance.choice((f"«{record.name}»", f'"{record.name}"', record.name))
    text = chance.choice((f"{form} {quoted}", f"{form} {quoted}", f"{quoted}, {form}"))
    return text, whole(record.name)


def _typos(times: int, letters: int, record: Record, chance: Random) -> Made:
    text = _called(record, chance)
    if sum(letter.isalpha() for letter in text) < letters:
        return None
    spoilt = text
    for _ in range(times):
        spoilt = slips.typed(spoilt, chance)
    return spoilt, whole(text)


def _transliterated(record: Record, chance: Random) -> Made:
    text = _called(record, chance)
    if text.isascii():
        return (slips.cyrillic(text), whole(text)) if any(letter.isalpha() for letter in text) else None
    return slips.latin(text, chance), whole(text)


def _layout(record: Record, chance: Random) -> Made:
    text = _called(record, chance)
    if chance.random() < 0.5:
        text = text.lower()
    return slips.other_layout(text), whole(text)


def _diminutive(record: Record, chance: Random) -> Made:
    homes = AT_HOME.get("".join(words(record.first)))
    if not homes:
        return None
    home = chance.choice(homes)
    text = chance.choice((f"{home} {record.last}", f"{record.last} {home}"))
    return text, (*whole(record.last), Need(FORMAL[home]))


def _reshaped(spoil: Callable[[str, Random], str | None], record: Record, chance: Random) -> Made:
    text = _called(record, chance)
    spoilt = spoil(text, chance)
    return None if spoilt is None else (spoilt, whole(text))


def _prefix(record: Record, chance: Random) -> Made:
    parts = words(_called(record, chance))[: chance.choice((1, 2, 2))]
    least = 4 if len(parts) == 1 else 3
    shortened = [part[: chance.randint(least, max(least, len(part) - 1))] for part in parts]
    if len(shortened[0]) < least:
        return None
    return " ".join(shortened), tuple(Need(frozenset((part,)), "begins") for part in shortened)


def _substring(record: Record, chance: Random) -> Made:
    long = [part for part in words(_called(record, chance)) if len(part) >= 7]
    if not long:
        return None
    word = chance.choice(long)
    length = chance.randint(4, len(word) - 2)
    start = chance.randint(1, len(word) - length)
    piece = word[start : start + length]
    return piece, (Need(frozenset((piece,)), "inside"),)


def _number(record: Record, chance: Random) -> Made:
    parts = words(record.name)
    long = [part for part in parts if part.isalpha() and len(part) >= 5]
    if not long or not any(part.isdigit() for part in parts):
        return None
    return slips.typed_in_words(" ".join(parts), long, chance.choice((1, 1, 2)), chance), whole(record.name)


def _abbreviation(record: Record, chance: Random) -> Made:
    parts = words(record.name)
    short = [part for part in parts if len(part) == 2 and part.isalpha()]
    rest = [part for part in parts if len(part) >= 5]
    if not short or not rest:
        return None
    return slips.typed_in_words(" ".join(parts), chance.choice((short, rest)), 1, chance), whole(record.name)


def _short_words(record: Record, chance: Random) -> Made:
    text = _called(record, chance)
    short = [part for part in words(text) if part.isalpha() and 3 <= len(part) <= 5]
    if not short or len(text) < 12:
        return None
    return slips.typed_in_words(" ".join(words(text)), [chance.choice(short)], 2, chance), whole(text)


def _uniform(record: Record, chance: Random) -> Made:
    text = record.person if record.middle else record.name
    if len(text) < 8:
        return None
    spoilt = text
    for _ in range(chance.choice((1, 2))):
        spoilt = slips.uniform(spoilt, chance)
    return spoilt, whole(text)


def _person_and_company(record: Record, chance: Random) -> Made:
    if record.kind is not PartyKind.CONTACT or not record.company:
        return None
    company = words(record.company)
    needs = tuple(Need(frozenset((word, OF_COMPANY + word))) for word in company)
    text = f"{record.last} {record.company}"
    return text, (*whole(record.last), *needs)


MAKERS: dict[str, Maker] = {
    "exact": _exact,
    "no patronymic": _no_patronymic,
    "order": _order,
    "initials": _initials,
    "legal form": _legal_form,
    "one typo": partial(_typos, 1, 8),
    "two typos": partial(_typos, 2, 11),
    "transliteration": _transliterated,
    "layout": _layout,
    "diminutive": _diminutive,
    "glued": partial(_reshaped, slips.glued),
    "split": partial(_reshaped, slips.split),
    "gap moved": partial(_reshaped, slips.gap_moved),
    "prefix": _prefix,
    "substring": _substring,
    "number and typo": _number,
    "abbreviation": _abbreviation,
    "short words": _short_words,
    "person and company": _person_and_company,
    UNIFORM: _uniform,
    KEYS: partial(_typos, 1, 8),
}
