"""The loop for whoever tunes the search: `python -m tests.bench.names --size 100000 --seed 1 --failures`.

Worlds, and queries with their truth, are made once and kept in the cache folder.
"""

import argparse
import pickle
from collections.abc import Sequence
from pathlib import Path

from tests.bench.names import ours
from tests.bench.names.facts import Engine, Query, Ref
from tests.bench.names.measuring import Answer, ask, by_category, figures
from tests.bench.names.queries import KEYS, UNIFORM, make_queries
from tests.bench.names.world import World

EACH = 100  # queries of a category
ASIDE = (UNIFORM, KEYS)  # told apart from the mix


def main() -> None:
    wanted = _arguments()
    world = World(wanted.size, wanted.seed)
    url = ours.stored(wanted.cache, world)
    if wanted.reindex:
        ours.reindexed(url)
    queries = queries_of(world, wanted.cache, wanted.each)
    if wanted.category:
        queries = [query for query in queries if query.category in wanted.category]
    engine = ours.Ours(url)
    try:
        answers = ask(engine, queries)
    finally:
        engine.close()
    if wanted.failures:
        _tell_failures(answers, world)
    tell(engine, answers)


def queries_of(world: World, cache: Path, each: int) -> list[Query]:
    path = cache / f"queries-{world.size}-{world.seed}-{each}.pickle"
    if not path.exists():
        path.write_bytes(pickle.dumps(make_queries(world, world.seed, each)))
    kept: list[Query] = pickle.loads(path.read_bytes())  # noqa: S301 our own file
    return kept


def tell(engine: Engine, answers: Sequence[Answer]) -> None:
    print(f"\n{engine.name}")
    for category, some in by_category(answers).items():
        print(f"  {category:<20} {figures(some)}")
    mixed = [answer for answer in answers if answer.query.category not in ASIDE]
    if mixed:
        print(f"  {'MIX':<20} {figures(mixed)}")


def _tell_failures(answers: Sequence[Answer], world: World) -> None:
    """Each query whose first answer was wrong, and what came instead."""
    failed = [answer for answer in answers if not answer.first]
    shown = {ref for answer in failed for ref in answer.found[:3]}
    names = _names(world, shown)
    for answer in sorted(failed, key=lambda one: one.query.category):
        query = answer.query
        came = " · ".join(names[ref] for ref in answer.found[:3]) or "nothing"
        place = next((place for place, ref in enumerate(answer.found, 1) if ref in query.truth), "-")
        keys = " ".join(key for key in (query.phone, query.email, query.inn) if key)
        print(f"{query.category:<18} {query.text} {keys}\t[{query.meant}] at {place}: {came}")


def _names(world: World, wanted: set[Ref]) -> dict[Ref, str]:
    return {
        record.ref: record.whole + f" @{record.company}" * bool(record.company)
        for record in world
        if record.ref in wanted
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.names", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="records")
    parser.add_argument("--seed", type=int, default=1, help="of the world and its queries")
    parser.add_argument("--each", type=int, default=EACH, help="queries of a category")
    parser.add_argument("--category", action="append", help="only this one; may be given several times")
    parser.add_argument("--failures", action="store_true", help="tell what came instead")
    parser.add_argument("--reindex", action="store_true", help="build the index of the kept world anew")
    parser.add_argument("--cache", type=Path, default=Path("~/.cache/intake-bench").expanduser())
    return parser.parse_args()


main()
