"""Asking an engine all queries, and what came out: recall and time for each category."""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.names.facts import SHOWN, Engine, Query, Ref


@dataclass(frozen=True, slots=True)
class Answer:
    query: Query
    found: tuple[Ref, ...]
    milliseconds: float

    @property
    def first(self) -> bool:
        return bool(self.found) and self.found[0] in self.query.truth

    @property
    def shown(self) -> bool:
        return any(ref in self.query.truth for ref in self.found)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some answers: shares of those that had a right record first and among the ten, and times in ms."""

    count: int
    first: float
    shown: float
    p50: float
    p95: float
    p99: float
    slowest: float

    def __str__(self) -> str:
        times = f"p50 {self.p50:7.2f}  p95 {self.p95:7.2f}  p99 {self.p99:7.2f}  max {self.slowest:7.2f} ms"
        return f"n={self.count:<5} r@1 {self.first:.3f}  r@10 {self.shown:.3f}  {times}"


def ask(engine: Engine, queries: Iterable[Query]) -> list[Answer]:
    """One after another, as they come."""
    answers = []
    for query in queries:
        begun = time.perf_counter()
        found = engine.find(query)
        answers.append(Answer(query, tuple(found[:SHOWN]), (time.perf_counter() - begun) * 1000))
    return answers


def figures(answers: Sequence[Answer]) -> Figures:
    count = len(answers)
    times = [answer.milliseconds for answer in answers]
    parts = statistics.quantiles(times, n=100, method="inclusive") if count > 1 else times * 99
    first, shown = (
        sum(kind) / count for kind in zip(*((one.first, one.shown) for one in answers), strict=True)
    )
    return Figures(count, first, shown, parts[49], parts[94], parts[98], max(times))


def by_category(answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.query.category].append(answer)
    return dict(sorted(found.items()))
