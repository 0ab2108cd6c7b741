"""Asking an engine all queries, and what came out: recall and time for each category."""

import gc
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from intake.service.garbage import look_no_more_at_what_stays
from tests.bench.names.facts import SHOWN, Engine, Query, Ref
from tests.bench.names.queries import UNIFORM

# What is told together: what people do every day, and where trigrams were ahead of words once.
MIX = frozenset((
    "exact", "no patronymic", "order", "initials", "legal form", "one typo", "two typos", "transliteration",
    "layout", "diminutive", "glued", "split", "prefix", "substring",
))  # fmt: skip
GAP = frozenset(("gap moved", "number and typo", "abbreviation", "short words"))
TYPOS = frozenset((UNIFORM,))


@dataclass(frozen=True, slots=True)
class Answer:
    query: Query
    found: tuple[Ref, ...]
    milliseconds: float
    cpu: float  # milliseconds of this thread: what the others on the machine do not disturb

    @property
    def first(self) -> bool:
        return bool(self.found) and self.found[0] in self.query.truth

    @property
    def shown(self) -> bool:
        return any(ref in self.query.truth for ref in self.found)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some answers: shares of those that had a right record first and among the ten, and times in ms;
    `cpu` is a median."""

    count: int
    first: float
    shown: float
    p50: float
    p95: float
    p99: float
    slowest: float
    cpu: float


def ask(engine: Engine, queries: Sequence[Query]) -> list[Answer]:
    """One after another, of all kinds in turns, in a process that looks for garbage as the service does."""
    look_no_more_at_what_stays()
    answers = []
    for query in random.Random(len(queries)).sample(queries, len(queries)):
        begun, busy = time.perf_counter(), time.thread_time()
        found = engine.find(query)
        spent, busy = time.perf_counter() - begun, time.thread_time() - busy
        answers.append(Answer(query, tuple(found[:SHOWN]), spent * 1000, busy * 1000))
    gc.unfreeze()
    return answers


def figures(answers: Sequence[Answer], cold: int = 0) -> Figures:
    """The times of the first `cold` are left out: the engine was not warm yet."""
    count = len(answers)
    times = [answer.milliseconds for answer in answers[cold:]]
    parts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    first, shown = (
        sum(kind) / count for kind in zip(*((one.first, one.shown) for one in answers), strict=True)
    )
    cpu = statistics.median(answer.cpu for answer in answers[cold:])
    return Figures(count, first, shown, parts[49], parts[94], parts[98], max(times), cpu)


def of(categories: Collection[str], answers: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.query.category in categories]


def by_category(answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    """In the order of their names."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.query.category].append(answer)
    return dict(sorted(found.items()))
