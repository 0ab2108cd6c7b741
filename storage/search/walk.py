"""From words to the records that have most of them: lists of numbers laid over each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from intake.matching.policy import POLICY
from storage.search.lists import Family, Numbers, list_of, read


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of a query: the known words it may stand for, with what each is worth (0 … 1)."""

    tells: float
    words: Mapping[int, float]
    records: int  # in which any of them stands, at most


def walk(connection: Connection, wanted: Sequence[Wanted], kinds: Sequence[int], most: int) -> list[int]:
    """The records (id << 2 | kind) that answer best, as far as numbers can tell, the best first.

    Words that stand in few records lead; those that stand in very many only add to whom those led to.
    """
    ordered = sorted((one for one in wanted if one.words), key=lambda one: one.records)
    if not ordered:
        return []
    leading = _leading(ordered)
    lists = read(connection, {list_of(Family.RECORDS, word) for one in ordered for word in one.words})
    numbers = np.concatenate([_numbers(one, lists)[0] for one in ordered[:leading]])
    everybody = _once(numbers >> 8)
    everybody = everybody[sum(1 << kind for kind in kinds) >> (everybody & 3) & 1 == 1]
    score = np.zeros(len(everybody))
    met = np.zeros(len(everybody))
    size = np.ones(len(everybody))
    for one in ordered:
        _add(one, lists, everybody, score, met, size)
    missing = np.maximum(1 - met / size, 0)
    score *= 1 - POLICY.unmatched_record * missing
    best = np.argsort(-score, kind="stable") if len(score) <= most else _top(score, most)
    share = np.where(np.arange(len(best)) < POLICY.ranked_surely, POLICY.near_best, POLICY.as_good)
    return [int(record) for record in everybody[best[score[best] >= score[best[:1]] * share]]]


def _leading(ordered: Sequence[Wanted]) -> int:
    """How many of the words, the rarest first, can be looked through."""
    total = 0
    for place, one in enumerate(ordered):
        total += one.records
        if total > POLICY.walked:
            return max(place, 1)
    return len(ordered)


def _numbers(one: Wanted, lists: Mapping[int, Numbers]) -> tuple[Numbers, np.ndarray]:
    """All that is in the lists of a word, and what each is worth; the worthiest last."""
    found = [
        (worth, lists[number])
        for word, worth in sorted(one.words.items(), key=lambda pair: pair[1])
        if (number := list_of(Family.RECORDS, word)) in lists
    ]
    if not found:
        return np.empty(0, np.int64), np.empty(0)
    worths = np.repeat([worth for worth, _ in found], [len(numbers) for _, numbers in found])
    return np.concatenate([numbers for _, numbers in found]), worths


def _add(
    one: Wanted,
    lists: Mapping[int, Numbers],
    everybody: Numbers,
    score: np.ndarray,
    met: np.ndarray,
    size: np.ndarray,
) -> None:
    numbers, worths = _numbers(one, lists)
    if not len(numbers) or not len(everybody):
        return
    records = numbers >> 8
    places = np.minimum(np.searchsorted(everybody, records), len(everybody) - 1)
    there = everybody[places] == records
    places, numbers, worths = places[there], numbers[there], worths[there]
    related = numbers >> 7 & 1
    gained = np.zeros(len(everybody))
    gained[places] = worths * np.where(related, POLICY.led_by_related, 1.0)
    score += gained * one.tells
    own = places[related == 0]
    met[_once(own)] += 1
    size[own] = np.maximum(numbers[related == 0] & 127, 1)


def _once(numbers: Numbers) -> Numbers:
    """Ascending, each once."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _top(score: np.ndarray, most: int) -> np.ndarray:
    some = np.argpartition(-score, most)[:most]
    return some[np.argsort(-score[some], kind="stable")]
