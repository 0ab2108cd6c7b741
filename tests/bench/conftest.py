"""What the measurements share: a large world, loaded once, and a table of what was measured."""

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.demo.facts import World
from intake.demo.loading import load_world
from intake.demo.world import make_world
from storage.database import Database
from storage.schema import upgrade
from tests.house import HASH
from tests.real.postgres import AS_INSTALLED, Postgres

FULL = os.environ.get("INTAKE_BENCH") in ("full", "10m")
COMPANIES = 44_000 if FULL else 300  # 44 000 have 100 000 contacts
SEED = 7


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(SEED, COMPANIES, datetime.now(UTC))


@pytest.fixture(scope="session")
def loaded_file(migrated_file: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole world in it."""
    path = tmp_path_factory.mktemp("world") / "intake.db"
    shutil.copy(migrated_file, path)
    asyncio.run(_load(path, world))
    return path


@pytest.fixture
def loaded_url(loaded_file: Path, tmp_path: Path) -> str:
    """A copy of one's own."""
    path = tmp_path / "intake.db"
    shutil.copy(loaded_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def stored_url(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: SQLite with the world in it, PostgreSQL with empty tables."""
    url: str = request.getfixturevalue("loaded_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def stored(stored_url: str, world: World) -> AsyncIterator[Database]:
    """The whole world on each engine."""
    database = Database(stored_url)
    if not database.is_sqlite:
        async with database.transaction() as session:
            await load_world(session, world, HASH)
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
    yield database
    await database.close()


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Postgres]:
    """One that has every commit on the disk before it says so, as PostgreSQL is installed."""
    folder = Path(tempfile.mkdtemp(prefix="intake-postgres-"))
    server = Postgres(folder, AS_INSTALLED)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def postgres_url(durable_postgres: Postgres) -> Iterator[str]:
    """What `database` is with PostgreSQL: what is measured here is not in memory."""
    name = durable_postgres.create_database()
    asyncio.run(upgrade(durable_postgres.url(name)))
    yield durable_postgres.url(name)
    durable_postgres.drop_database(name)


async def _load(path: Path, world: World) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    begun = time.perf_counter()
    async with database.transaction() as session:
        await load_world(session, world, HASH)
    await database.close()
    people = sum(len(company.people) for company in world.companies)
    seconds = time.perf_counter() - begun
    print(f"\n{len(world.companies)} clients with {people} contacts, loaded in {seconds:.1f} s")


def told(name: str, milliseconds: Sequence[float]) -> None:
    """A line of the table: how many, median, 95th and 99th percentile, the slowest."""
    parts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    figures = (
        f"p50 {parts[49]:6.1f}  p95 {parts[94]:6.1f}  p99 {parts[98]:6.1f}  max {max(milliseconds):6.1f} ms"
    )
    print(f"\n{name:<44} n={len(milliseconds):<5} {figures}")
