"""How well a record's name answers a query, word by word, and the words to say it in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from intake.matching.likeness import EQUAL, Kind, Likeness, likeness
from intake.matching.policy import POLICY

LEAST = 0.3  # worth of two words below which they are different words


class Match(NamedTuple):
    """A typed word, the stored word (or two, if glued) it stands for, and why."""

    typed: str
    stored: str
    likeness: Likeness


class Answer(NamedTuple):
    """`score` is 0 … 1; `whole`: every word on both sides has its equal."""

    score: float
    matches: tuple[Match, ...] = ()
    whole: bool = False


NOTHING = Answer(0.0)


def compare(
    query: Sequence[str],
    weights: Mapping[str, float],
    own: Sequence[Sequence[str]],
    related: Sequence[str] = (),
) -> Answer:
    """The best answer that any of a record's own names gives, alone or with its company's.

    `weights` says how much each word of the query tells; the rarer, the more.
    """
    names = [name for name in own if name]
    found = [_answer(query, weights, name, ()) for name in names]
    if len(names) > 1:
        found.append(_answer(query, weights, [word for name in names for word in name], ()))
    best = max(found, key=_score, default=NOTHING)
    if related and 0 < len(best.matches) < len(query):
        best = max(best, *(_answer(query, weights, name, related) for name in names), key=_score)
    return best


def worth_showing(score: float, matches: Sequence[Match]) -> bool:
    """Whether somebody may think so as well: who is reached through many wrong letters is somebody else."""
    mistakes = sum(match.likeness.mistakes for match in matches)
    if not mistakes:
        return score >= POLICY.enough
    letters = sum(len(match.typed) for match in matches)
    allowed = max(POLICY.most_mistakes, int(letters / POLICY.letters_each))
    return score >= POLICY.enough_mistyped and mistakes <= allowed


def _score(answer: Answer) -> float:
    return answer.score


class Pair(NamedTuple):
    """Words (places) of the query and the words of the name that they stand for; the likest sorts first."""

    rank: float
    apart: int
    typed: tuple[int, ...]
    stored: tuple[int, ...]
    likeness: Likeness


def _answer(
    query: Sequence[str], weights: Mapping[str, float], name: Sequence[str], related: Sequence[str]
) -> Answer:
    words = [*name, *(word for word in related if len(word) > 1)]  # a letter of a company is no initial
    pairs = sorted(_pairs(query, words), key=_typed)
    own = {to for pair in pairs for to in pair.stored if to < len(name)}
    total = sum([weights[word] for word in query])
    if not own or not total:
        return NOTHING
    met = 0.0
    for _, _, typed, to, one in pairs:
        worth = one.worth if own.issuperset(to) else one.worth * POLICY.related
        met += worth * sum([weights[query[at]] for at in typed])
    missing = 1 - len(own) / len(name)
    order = [pair.stored for pair in pairs]
    score = met / total * (1 - POLICY.unmatched_record * missing)
    score -= POLICY.out_of_order * (order != sorted(order))
    whole = not missing and sum([pair.likeness is EQUAL for pair in pairs]) == len(query)
    return Answer(max(score, 0.0), _matches(query, words, pairs), whole)


def _typed(pair: Pair) -> tuple[int, ...]:
    return pair.typed


def _matches(query: Sequence[str], words: Sequence[str], pairs: Sequence[Pair]) -> tuple[Match, ...]:
    return tuple(
        [
            Match(" ".join([query[at] for at in typed]), " ".join([words[place] for place in to]), one)
            for _, _, typed, to, one in pairs
        ]
    )


def _pairs(query: Sequence[str], words: Sequence[str]) -> list[Pair]:
    """The likest first, each word once; of equals the one nearest to its own place."""
    single = _single(query, words)
    pairs = _likest_first(single)
    met = {
        pair.typed[0]
        for pair in pairs
        if pair.likeness.worth > POLICY.glued and pair.likeness.kind is not Kind.BEGINNING
    }
    if len(met) == len(query):
        return pairs
    glued = list(_glued(query, words, met))
    return _likest_first([*single, *glued]) if glued else pairs


def _likest_first(found: Iterable[Pair]) -> list[Pair]:
    pairs: list[Pair] = []
    asked: set[int] = set()
    taken: set[int] = set()
    for pair in sorted(found):
        if asked.isdisjoint(pair.typed) and taken.isdisjoint(pair.stored):
            pairs.append(pair)
            asked.update(pair.typed)
            taken.update(pair.stored)
    return pairs


def _single(query: Sequence[str], words: Sequence[str]) -> list[Pair]:
    found = []
    for at, typed in enumerate(query):
        for to, stored in enumerate(words):
            one = likeness(typed, stored)
            if one.worth >= LEAST:
                found.append(Pair(-one.worth, abs(at - to), (at,), (to,), one))
    return found


def _glued(query: Sequence[str], words: Sequence[str], met: Set[int]) -> Iterator[Pair]:
    """Words typed together that are stored apart, and the other way round; not those that have their own."""
    lengths = [len(first) + len(second) for first, second in pairwise(words)]
    for at, typed in enumerate(query):
        if at in met:
            continue
        for to, length in enumerate(lengths):
            if abs(len(typed) - length) <= 1:
                yield from _joined(typed, words[to] + words[to + 1], (at,), (to, to + 1))
        if at + 1 < len(query) and at + 1 not in met:
            both = typed + query[at + 1]
            for to, stored in enumerate(words):
                if abs(len(stored) - len(both)) <= 1:
                    yield from _joined(both, stored, (at, at + 1), (to,))


def _joined(typed: str, stored: str, at: tuple[int, ...], to: tuple[int, ...]) -> Iterator[Pair]:
    one = likeness(typed, stored)
    if one.worth >= LEAST:
        worth = one.worth * POLICY.glued
        yield Pair(-worth - POLICY.glued_first, 0, at, to, Likeness(worth, Kind.GLUED, one.mistakes))
