"""What conditions may ask: which comparisons fit what is asked about, as data for pages and checks."""

from functools import lru_cache

from intake.automation.expressions import is_expression
from intake.model.calls import Outcome
from intake.model.rules import About, Condition, Known, Op

MOST_VALUE = 2_000  # characters of a condition's value
MOST_NAME = 200  # … and of a header's or field's name

WITHOUT_VALUE = (Op.EMPTY, Op.FILLED)
_TEXT = (
    Op.CONTAINS, Op.LACKS, Op.IS, Op.IS_NOT, Op.ONE_OF, Op.BEGINS, Op.ENDS, Op.MATCHES, Op.EMPTY, Op.FILLED,
)  # fmt: skip
_NUMBER = (Op.AT_LEAST, Op.AT_MOST)
_WORD = (Op.IS, Op.IS_NOT, Op.ONE_OF)
_YES_OR_NO = (Op.IS,)

OPS: dict[About, tuple[Op, ...]] = {
    About.SENDER: _TEXT,
    About.SENDER_NAME: _TEXT,
    About.SUBJECT: _TEXT,
    About.BODY: _TEXT,
    About.HEADER: _TEXT,
    About.FIELD: (*_TEXT, *_NUMBER),
    About.LINE: _TEXT,
    About.QUEUE: _TEXT,
    About.CALL_OUTCOME: _WORD,
    About.KNOWN: _WORD,
    About.OPEN_INTEREST: _YES_OR_NO,
    About.WORKING_TIME: _YES_OR_NO,
    About.LANGUAGE: _WORD,
    About.SPAM_SCORE: _NUMBER,
    About.HAS_FILES: _YES_OR_NO,
    About.PAGE: _TEXT,
    About.UTM: _TEXT,
    About.AGAIN: _YES_OR_NO,
}
NAMED = frozenset({About.HEADER, About.FIELD, About.UTM})  # `name` says which
YES, NO = "yes", "no"
# About what only these words can be said
WORDS: dict[About, tuple[str, ...]] = {
    About.CALL_OUTCOME: tuple(one.value for one in Outcome),
    About.KNOWN: tuple(one.value for one in Known),
    About.LANGUAGE: ("ru", "en", "other"),
    **{about: (YES, NO) for about, ops in OPS.items() if ops is _YES_OR_NO},
}


@lru_cache(4096)  # rules are asked many times as they are
def sensible(condition: Condition) -> str | None:
    """What is wrong with it, as a code; None when it can be asked."""
    ops = OPS.get(condition.about)
    if ops is None:
        return "no-such-condition"
    if condition.op not in ops:
        return "op-does-not-fit"
    if len(condition.value) > MOST_VALUE or len(condition.name) > MOST_NAME:
        return "too-long"
    if condition.about in NAMED and not condition.name.strip():
        return "name-missing"
    return None if condition.op in WITHOUT_VALUE else _wrong_value(condition)


@lru_cache(1024)
def lines_of(value: str) -> tuple[str, ...]:
    """Of «one of»: a line each, in which commas count as well where there is one line only."""
    lines = value.splitlines()
    parts = lines if len(lines) > 1 else value.split(",")
    return tuple(part.strip() for part in parts if part.strip())


def number_of(text: str) -> float | None:
    """«1 500,50 ₽» and such; None where no number stands in front."""
    kept = "".join(letter for letter in text if not letter.isspace()).replace(",", ".")
    end = next((at for at, letter in enumerate(kept) if letter not in "0123456789.-"), len(kept))
    try:
        return float(kept[:end])
    except ValueError:
        return None


def _wrong_value(condition: Condition) -> str | None:
    if not condition.value.strip():
        return "value-missing"
    if condition.op is Op.MATCHES:
        return None if is_expression(condition.value) else "bad-expression"
    if condition.op in _NUMBER:
        return None if number_of(condition.value) is not None else "bad-number"
    words = WORDS.get(condition.about)
    said = lines_of(condition.value) if condition.op is Op.ONE_OF else (condition.value,)
    return "no-such-choice" if words and not {word.strip() for word in said} <= set(words) else None
