"""How well a record's name answers a query, word by word, and the words to say it in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from intake.matching.likeness import EQUAL, Kind, Likeness, likeness
from intake.matching.policy import POLICY

LEAST = 0.3  # worth of two words below which they are different words


@dataclass(frozen=True, slots=True)
class Match:
    """A typed word, the stored word (or two, if glued) it stands for, and why."""

    typed: str
    stored: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Answer:
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


def _score(answer: Answer) -> float:
    return answer.score


Pair = tuple[float, int, tuple[int, ...], tuple[int, ...], Likeness]  # worth, nearness, typed, stored


def _answer(
    query: Sequence[str], weights: Mapping[str, float], name: Sequence[str], related: Sequence[str]
) -> Answer:
    words = [*name, *(word for word in related if len(word) > 1)]  # a letter of a company is no initial
    pairs = _pairs(query, words)
    own = {to for _, _, _, places, _ in pairs for to in places if to < len(name)}
    total = sum(weights[word] for word in query)
    if not own or not total:
        return NOTHING
    met = sum(
        weights[query[at]] * worth * (1.0 if set(to) <= own else POLICY.related)
        for worth, _, typed, to, _ in pairs
        for at in typed
    )
    missing = 1 - len(own) / len(name)
    order = [to for _, _, _, to, _ in sorted(pairs, key=lambda pair: pair[2])]
    score = met / total * (1 - POLICY.unmatched_record * missing)
    score -= POLICY.out_of_order * (order != sorted(order))
    whole = not missing and sum(one is EQUAL for *_, one in pairs) == len(query)
    return Answer(max(score, 0.0), _matches(query, words, pairs), whole)


def _worth(pair: Pair) -> tuple[float, int]:
    worth, near, typed, stored, _ = pair
    return worth + POLICY.glued_first * (len(typed) + len(stored) > 2), near


def _matches(query: Sequence[str], words: Sequence[str], pairs: Sequence[Pair]) -> tuple[Match, ...]:
    return tuple(
        Match(" ".join(query[at] for at in typed), " ".join(words[place] for place in to), one)
        for _, _, typed, to, one in sorted(pairs, key=lambda pair: pair[2])
    )


def _pairs(query: Sequence[str], words: Sequence[str]) -> list[Pair]:
    """The likest first, each word once; of equals the one nearest to its own place."""
    single = list(_single(query, words))
    pairs = _likest_first(single)
    met = {pair[2][0] for pair in pairs if pair[0] > POLICY.glued and pair[4].kind is not Kind.BEGINNING}
    if len(met) == len(query):
        return pairs
    glued = list(_glued(query, words, met))
    return _likest_first([*single, *glued]) if glued else pairs


def _likest_first(found: Iterable[Pair]) -> list[Pair]:
    pairs: list[Pair] = []
    asked: set[int] = set()
    taken: set[int] = set()
    for pair in sorted(found, key=_worth, reverse=True):
        if asked.isdisjoint(pair[2]) and taken.isdisjoint(pair[3]):
            pairs.append(pair)
            asked.update(pair[2])
            taken.update(pair[3])
    return pairs


def _single(query: Sequence[str], words: Sequence[str]) -> Iterator[Pair]:
    for at, typed in enumerate(query):
        for to, stored in enumerate(words):
            one = likeness(typed, stored)
            if one.worth >= LEAST:
                yield one.worth, -abs(at - to), (at,), (to,), one


def _glued(query: Sequence[str], words: Sequence[str], met: Set[int]) -> Iterator[Pair]:
    """Words typed together that are stored apart, and the other way round; not those that have their own."""
    for at, typed in enumerate(query):
        if at in met:
            continue
        for to, (first, second) in enumerate(pairwise(words)):
            if abs(len(typed) - len(first) - len(second)) <= 1:
                yield from _joined(typed, first + second, (at,), (to, to + 1))
        if at + 1 < len(query) and at + 1 not in met:
            both = typed + query[at + 1]
            for to, stored in enumerate(words):
                if abs(len(stored) - len(both)) <= 1:
                    yield from _joined(both, stored, (at, at + 1), (to,))


def _joined(typed: str, stored: str, at: tuple[int, ...], to: tuple[int, ...]) -> Iterator[Pair]:
    one = likeness(typed, stored)
    if one.worth >= LEAST:
        worth = one.worth * POLICY.glued
        yield worth, 0, at, to, Likeness(worth, Kind.GLUED, one.mistakes)
