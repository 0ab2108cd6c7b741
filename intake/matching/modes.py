"""The three literal ways to search: beginning of the string, part of it, exact. None of them guesses."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from intake.matching.layouts import retyped
from intake.matching.likeness import NONE, Kind, Likeness, likeness
from intake.matching.names import Word, spans, words
from intake.matching.policy import POLICY
from intake.model.wizard import Mode

__all__ = ["MAX_WORDS", "Mode", "digit_marks", "digits_match", "marks", "words_match"]

MAX_WORDS = 16  # of a query that are looked at
ALIKE = 0.6  # worth of two words from which one is marked for the other

_HOLDS: dict[Mode, Callable[[str, str], bool]] = {
    Mode.BEGINNING: str.startswith,
    Mode.PART: str.__contains__,
    Mode.EXACT: str.__eq__,
}


def words_match(query: Sequence[str], record: Sequence[str], mode: Mode) -> bool:
    """Whether a record's folded words answer a query's; the order of words matters only to `EXACT`.

    Each word of the query needs a word of its own: «иван иван» is not found in «Иван Петров». An empty
    query matches nothing.
    """
    if not query:
        return False
    if mode is Mode.EXACT:
        return list(query) == list(record)
    return _each_has_its_own(query[:MAX_WORDS], record, _HOLDS[mode])


def digits_match(query: str, record: str, mode: Mode) -> bool:
    """The same for digits only: an ИНН, the end of a phone, a contract's number."""
    return bool(query) and _HOLDS[mode](record, query)


def marks(text: str, query: str, mode: Mode) -> list[tuple[int, int]]:
    """Which letters of a shown text the query's words met: sorted [start, end) pairs that do not overlap.

    In `EXACT` a word is marked only when it is equal, in `BEGINNING` at its start, in `PART` anywhere, in
    `INEXACT` as far as it is alike.
    """
    if mode is Mode.INEXACT:
        return _joined(sorted(_alike(text, words(query)) or _alike(text, words(retyped(query)))))
    wanted = words(query)[:MAX_WORDS]
    found = [mark for word in spans(text) for part in wanted if (mark := _mark(word, part, mode))]
    return _joined(sorted(found))


def digit_marks(text: str, digits: str) -> list[tuple[int, int]]:
    """Where these digits stand in a shown number, whatever is between them: «91612» in «+7 [916 12]3…»."""
    places = [place for place, letter in enumerate(text) if letter.isdecimal()]
    first = "".join(text[place] for place in places).find(digits)
    return [(places[first], places[first + len(digits) - 1] + 1)] if digits and first >= 0 else []


def _each_has_its_own(query: Sequence[str], record: Sequence[str], holds: Callable[[str, str], bool]) -> bool:
    """Whether every word of the query can be given a different word of the record (Kuhn's matching)."""
    owner: dict[int, int] = {}

    def settle(asking: int, seen: set[int]) -> bool:
        for place, word in enumerate(record):
            if place in seen or not holds(word, query[asking]):
                continue
            seen.add(place)
            if place not in owner or settle(owner[place], seen):
                owner[place] = asking
                return True
        return False

    return len(query) <= len(record) and all(settle(asking, set()) for asking in range(len(query)))


def _alike(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    wanted, here = wanted[:MAX_WORDS], spans(text)
    single = [_likest(word.text, wanted, _glued(word.text, wanted)) for word in here]
    found = [_mark_alike(word, *way) for word, way in zip(here, single, strict=True) if way[0].worth >= ALIKE]
    for (first, one), (second, other) in pairwise(zip(here, single, strict=True)):
        both = first.text + second.text
        worth = _likest(both, _as_long(wanted, both))[0].worth * POLICY.glued
        if worth >= max(ALIKE, one[0].worth, other[0].worth):
            found += [(first.start, first.end), (second.start, second.end)]
    return found


def _glued(stored: str, wanted: Sequence[str]) -> list[str]:
    """Two typed words that may be one."""
    return _as_long([one + other for one, other in pairwise(wanted)], stored)


def _as_long(typed: Sequence[str], stored: str) -> list[str]:
    return [one for one in typed if abs(len(one) - len(stored)) <= 1]


def _likest(stored: str, *typed: Sequence[str]) -> tuple[Likeness, str]:
    ways = [(likeness(one, stored), one) for some in typed for one in some]
    return max(ways, key=_worth, default=(NONE, ""))


def _worth(way: tuple[Likeness, str]) -> float:
    return way[0].worth


def _mark_alike(word: Word, how: Likeness, typed: str) -> tuple[int, int]:
    """The typed letters where they stand in it, else the whole word."""
    first = word.text.find(typed)
    if first < 0:
        return word.start, word.origins[1] if how.kind is Kind.INITIAL and len(word.origins) > 1 else word.end
    after = first + len(typed)
    return word.origins[first], word.origins[after] if after < len(word.origins) else word.end


def _mark(word: Word, part: str, mode: Mode) -> tuple[int, int] | None:
    if not _HOLDS[mode](word.text, part):
        return None
    first = word.text.index(part)
    after = first + len(part)
    return word.origins[first], word.origins[after] if after < len(word.origins) else word.end


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return [(start, end) for start, end in joined if start < end]
