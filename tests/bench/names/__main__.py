"""The loop for whoever tunes the search: `python -m tests.bench.names --size 100000 --seed 1 --failures`.

Worlds, and queries with their truth, are made once and kept in the cache folder.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from intake.model.wizard import PartyKind
from tests.bench.names import kept, report
from tests.bench.names.engines import NAMES, opened
from tests.bench.names.facts import Query, Ref, World
from tests.bench.names.generated import Generated
from tests.bench.names.measuring import Answer, ask
from tests.bench.names.real_names import RealNames

EACH = 100  # queries of a category


def main() -> None:
    wanted = _arguments()
    world: World = RealNames(wanted.seed) if wanted.real else Generated(wanted.size, wanted.seed)
    for name in wanted.engine or ["ours"]:
        with opened(name, world, wanted.cache, reindex=wanted.reindex) as engine:
            answers = ask(engine, _queries(world, wanted))
            if wanted.failures:
                _tell_failures(answers, world)
            print(report.categories(engine.name, answers))


def _queries(world: World, wanted: argparse.Namespace) -> list[Query]:
    kind = PartyKind.ACCOUNT if wanted.real == "companies" else None
    queries = kept.queries(wanted.cache, world, wanted.each, kind)
    return [query for query in queries if query.category in wanted.category] if wanted.category else queries


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
    parser.add_argument("--engine", action="append", choices=NAMES, help="ours unless told")
    parser.add_argument("--real", choices=("companies", "people"), help="existing names instead of made ones")
    parser.add_argument("--failures", action="store_true", help="tell what came instead")
    parser.add_argument("--reindex", action="store_true", help="build the index of the kept world anew")
    parser.add_argument("--cache", type=Path, default=kept.CACHE, help="where worlds are kept")
    return parser.parse_args()


main()
