"""The search by names against what it should reach, on both engines, and beside its peers.

Tuned on seed 1 (`python -m tests.bench.names`), reported on another. INTAKE_BENCH=full: a million records
(or INTAKE_BENCH_RECORDS); INTAKE_BENCH=10m: ten million on SQLite as well.
"""

import os
import pickle
import statistics
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

pytest.importorskip("russiannames", reason="the extra «bench» is not installed; make bench does it")

from sqlalchemy import Connection

from intake.model.wizard import PartyKind
from tests.bench.conftest import FULL
from tests.bench.names import fresh, kept, report, writing
from tests.bench.names.engines import NAMES, on_postgres, opened
from tests.bench.names.facts import Engine, Query
from tests.bench.names.generated import Generated
from tests.bench.names.measuring import GAP, MIX, TYPOS, Answer, Figures, ask, figures, of
from tests.bench.names.ours import Ours, written
from tests.bench.names.queries import KEYS, make_queries
from tests.bench.names.real_names import RealNames
from tests.real.postgres import Postgres

TEN_MILLION = os.environ.get("INTAKE_BENCH") == "10m"
SIZE, EACH = (int(os.environ.get("INTAKE_BENCH_RECORDS", "1000000")), 100) if FULL else (800, 2)
PEERS = 60 if FULL else 4  # queries of typos and of the gap; twice as many of the mix
COLD = 200 if FULL else 0  # queries whose times are left out
SAVED = 150 if FULL else 5
MORE = 10_000 if FULL else 20
IMPORTED = SIZE if FULL else 50  # rows of a file
SEED = 2

pytestmark = pytest.mark.slow
only_full = pytest.mark.skipif(not FULL, reason="processes of their own take long to start: make bench")
WORLD = Generated(SIZE, SEED)


@pytest.fixture(scope="module")
def got() -> Iterator[dict[str, str]]:
    """What the tests measured; printed at the end as the table of what was to be reached."""
    found: dict[str, str] = {}
    yield found
    print(f"\n\n{SIZE} records, seed {SEED}\n{report.reached(found)}")


@pytest.fixture(scope="module")
def queries() -> list[Query]:
    return make_queries(WORLD, EACH)


@pytest.fixture(scope="module")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory, got: dict[str, str]) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('names') / 'world.db'}"
    _, indexed = kept.fill(url, WORLD)
    got["index of 1 M, anew"] = f"{indexed:.0f} s"
    return url


def test_names_on_sqlite(sqlite_world: str, queries: list[Query], got: dict[str, str]) -> None:
    answers = _asked(sqlite_world, queries)
    keys = figures(of([KEYS], answers))
    got["1 M on SQLite, mixed p50 / p99"] = report.times(_of_names(answers))
    got["names r@1 / r@10 on the mix"] = report.shares(figures(of(MIX, answers)))
    got["the gap to trigrams r@1 / r@10"] = report.shares(figures(of(GAP, answers)))
    got["uniform random typos r@1 / r@10"] = report.shares(figures(of(TYPOS, answers)))
    got["several keys at once r@1 / r@10"] = report.shares(keys)
    got["several keys at once p50 / p99"] = report.times(keys)

    assert figures(of(MIX, answers)).shown > 0.9


@pytest.mark.real
def test_names_on_postgresql(postgres: Postgres, queries: list[Query], got: dict[str, str]) -> None:
    answers = _asked(kept.postgres_url(postgres, WORLD), queries)
    got["1 M on PostgreSQL, mixed p50 / p99"] = report.times(_of_names(answers))

    assert figures(of(MIX, answers)).shown > 0.9


@only_full
def test_a_fresh_process(
    sqlite_world: str, queries: list[Query], got: dict[str, str], tmp_path: Path
) -> None:
    asked = tmp_path / "queries.pickle"
    asked.write_bytes(pickle.dumps([query for query in queries if query.category != KEYS]))
    begun = fresh.started(sqlite_world, asked, MORE)
    first, later = (size / 2**20 for size in (begun.memory_after_first, begun.memory_after_all))
    got["first query after start"] = f"{begun.first_milliseconds:.0f} ms"
    got["memory for the first / 10 000 more"] = f"{first:.0f} / {later - first:.0f} MB"

    assert later < 500


def test_who_is_saved_is_found_at_once(sqlite_world: str, got: dict[str, str]) -> None:
    got["disk per record at 1 M"] = f"{_index_bytes(sqlite_world) / SIZE:.0f} B"
    spent, found = writing.save_and_find(sqlite_world, SAVED)
    got["insert and index p50"] = f"{statistics.median(spent):.2f} ms"
    got["visible to others"] = f"{found} of {SAVED} at commit"

    assert found == SAVED


@only_full
def test_import_of_a_client_base(sqlite_url: str, got: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    writing.write_client_base(file, IMPORTED)
    seconds = writing.import_by_command(sqlite_url, file)
    got["import of a million records"] = f"{seconds * 1_000_000 / IMPORTED:.0f} s (of {IMPORTED} rows)"

    there = _ask_one(sqlite_url, "SELECT count(*) FROM account")
    assert 0 <= IMPORTED - there <= IMPORTED // 1000  # a few have an ИНН that another was given by chance


@pytest.mark.real
def test_peers_asked_the_same(
    sqlite_world: str, postgres: Postgres, queries: list[Query], tmp_path: Path
) -> None:
    asked = [*_some(MIX, 2, queries), *_some(GAP, 1, queries), *_some(TYPOS, 1, queries)]
    found = {}
    for name in NAMES:
        with _opening(name, sqlite_world, postgres, tmp_path) as engine:
            found[engine.name] = ask(engine, asked)
    print(f"\n\n{len(asked)} queries\n{report.peers(found)}")

    assert len(found) == len(NAMES)


@only_full
@pytest.mark.parametrize("about", [PartyKind.ACCOUNT, PartyKind.CONTACT])
def test_names_that_exist(real_world: tuple[RealNames, str], about: PartyKind) -> None:
    """Russia's largest companies and banks; every surname there is, once."""
    world, url = real_world
    answers = _asked(url, make_queries(world, EACH, about))

    assert figures(of(MIX, answers)).shown > 0.9


@pytest.mark.skipif(not TEN_MILLION, reason="an hour and 15 GB: INTAKE_BENCH=10m make bench")
def test_ten_million_on_sqlite(tmp_path: Path, got: dict[str, str]) -> None:
    world = Generated(10_000_000, SEED)
    url = f"sqlite+aiosqlite:///{tmp_path / 'world.db'}"
    kept.fill(url, world)
    answers = _asked(url, make_queries(world, EACH))
    got["10 M on SQLite, warm p50 / p99"] = report.times(_of_names(answers))

    assert figures(of(MIX, answers)).shown > 0.9


@pytest.fixture(scope="module")
def real_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[RealNames, str]:
    world = RealNames(SEED, SIZE if not FULL else None)
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('real') / 'world.db'}"
    kept.fill(url, world)
    return world, url


def _opening(
    name: str, sqlite_world: str, postgres: Postgres, folder: Path
) -> AbstractContextManager[Engine]:
    if name == "ours":
        return closing(Ours(sqlite_world))
    return on_postgres(name, postgres, WORLD) if "pg" in name else opened(name, WORLD, folder)


def _some(categories: Collection[str], share: int, queries: list[Query]) -> list[Query]:
    return [query for query in queries if query.category in categories][: share * PEERS]


def _of_names(answers: list[Answer]) -> Figures:
    """Warm, and without those that the wizard's whole search is asked."""
    return figures([answer for answer in answers if answer.query.category != KEYS], COLD)


def _asked(url: str, queries: list[Query]) -> list[Answer]:
    with closing(Ours(url)) as engine:
        answers = ask(engine, queries)
        print(report.categories(engine.name, answers))
    return answers


def _index_bytes(url: str) -> int:
    return _read(url, writing.index_bytes)


def _ask_one(url: str, statement: str) -> int:
    return _read(url, lambda connection: int(connection.exec_driver_sql(statement).scalar_one()))


def _read(url: str, question: Callable[[Connection], int]) -> int:
    found: list[int] = []
    written(url, [lambda connection: found.append(question(connection))])
    return found[0]
