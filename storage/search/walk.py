"""From words to the records that have most of them: lists of numbers laid over each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from intake.matching.policy import POLICY
from storage.access import Actor
from storage.search.lists import Family, Numbers, list_of, read
from storage.search.reading import visible

Floats = NDArray[np.float64]

TIMES_LONGER = 4  # than the records looked for is a list in which each of them is searched for by halving


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of a query: the known words it may stand for, with what each is worth (0 … 1).

    `halves` are what it may stand for instead, all of them together.
    """

    tells: float
    words: Mapping[int, float]
    records: int  # in which any of them stands, at most
    halves: Sequence["Wanted"] = ()

    def each(self) -> Sequence["Wanted"]:
        return [self, *self.halves]


@dataclass(slots=True)
class Gain:
    """What records have of a word: how much it tells, in how many of their own words, of how long a name."""

    score: Floats
    met: Floats
    size: Floats


def walk(
    connection: Connection, wanted: Sequence[Wanted], kinds: Sequence[int], most: int, who: Actor
) -> list[int]:
    """The records (id << 2 | kind) that answer best, as far as numbers can tell, the best first; of those
    that somebody may see.

    Words that stand in few records lead; those that stand in very many only add to whom those led to.
    """
    ordered = sorted((one for one in wanted if one.words or one.halves), key=lambda one: one.records)
    words = {list_of(Family.RECORDS, word) for one in ordered for part in one.each() for word in part.words}
    lists = read(connection, words)
    everybody = visible(connection, _led_to(ordered, lists, kinds), who)
    if not len(everybody):
        return []
    total = Gain(np.zeros(len(everybody)), np.zeros(len(everybody)), np.ones(len(everybody)))
    for one in ordered:
        _add(total, one, lists, everybody)
    score = total.score * (1 - POLICY.unmatched_record * np.maximum(1 - total.met / total.size, 0))
    best = np.argsort(-score, kind="stable") if len(score) <= most else _top(score, most)
    share = np.where(np.arange(len(best)) < POLICY.ranked_surely, POLICY.near_best, POLICY.as_good)
    return [int(record) for record in everybody[best[score[best] >= score[best[:1]] * share]]]


def _led_to(ordered: Sequence[Wanted], lists: Mapping[int, Numbers], kinds: Sequence[int]) -> Numbers:
    """The records that the rarest words stand in, as many as can be looked through."""
    leading: list[Numbers] = []
    left = POLICY.walked
    for place, one in enumerate(ordered):
        left -= one.records
        if left < 0 and place:
            break
        leading += [
            numbers
            for part in one.each()
            if part.records <= POLICY.walked or part is one
            for _, numbers in _numbers(part, lists)
        ]
    if not leading:
        return np.empty(0, np.int64)
    everybody = _once(np.concatenate(leading) >> 8)
    wanted: NDArray[np.bool_] = np.isin(everybody & 3, kinds, kind="table")
    return everybody[wanted]


def _numbers(one: Wanted, lists: Mapping[int, Numbers]) -> list[tuple[float, Numbers]]:
    """The lists of a word with what each is worth; the worthiest last."""
    found = ((worth, lists.get(list_of(Family.RECORDS, word))) for word, worth in one.words.items())
    return sorted(((worth, numbers) for worth, numbers in found if numbers is not None), key=itemgetter(0))


def _narrowed(numbers: Numbers, everybody: Numbers) -> Numbers:
    """What of a list may matter: a long one is not read through for the sake of few records."""
    if len(numbers) <= TIMES_LONGER * len(everybody):
        return numbers
    first = np.minimum(numbers.searchsorted(everybody << 8), len(numbers) - 1)
    return numbers[first]


def _add(total: Gain, one: Wanted, lists: Mapping[int, Numbers], everybody: Numbers) -> None:
    """A word counts as itself or as its halves, whichever is more."""
    score, met = _gained(total, one, lists, everybody)
    if one.halves:
        halves = [_gained(total, half, lists, everybody) for half in one.halves]
        score = np.maximum(score, np.sum([gained for gained, _ in halves], axis=0))
        met = np.maximum(met, np.sum([own for _, own in halves], axis=0))
    total.score += score
    total.met += met


def _gained(
    total: Gain, one: Wanted, lists: Mapping[int, Numbers], everybody: Numbers
) -> tuple[Floats, Floats]:
    gained, met = np.zeros(len(everybody)), np.zeros(len(everybody))
    found = [(worth, _narrowed(numbers, everybody)) for worth, numbers in _numbers(one, lists)]
    if found:
        numbers = np.concatenate([numbers for _, numbers in found])
        worths = np.repeat([worth for worth, _ in found], [len(numbers) for _, numbers in found])
        records = numbers >> 8
        places = np.minimum(everybody.searchsorted(records), len(everybody) - 1)
        there = everybody[places] == records
        places, numbers, worths = places[there], numbers[there], worths[there]
        related = (numbers >> 7 & 1).astype(bool)
        gained[places] = np.where(related, worths * POLICY.led_by_related, worths) * one.tells
        own = places[~related]
        met[own] = 1
        total.size[own] = np.maximum(numbers[~related] & 127, 1)
    return gained, met


def _once(numbers: Numbers) -> Numbers:
    """Ascending, each once."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _top(score: Floats, most: int) -> Numbers:
    some = np.argpartition(-score, most)[:most]
    return some[np.argsort(-score[some], kind="stable")]
