"""Two processes that write into one SQLite file: whoever waits is next, and nobody waits for ever."""

import asyncio
import fcntl
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import text
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import sqlite_turn
from storage.checkpoints import keep_checkpointing
from storage.database import Database

WRITE_ALL_DAY = """
    import sys, time
    from sqlalchemy import text
    from storage.database import _make_quick_engine
    from sqlalchemy.engine import make_url

    engine = _make_quick_engine(make_url(sys.argv[1])).execution_options(writing=True)
    print("begins", flush=True)
    while True:
        with engine.begin() as connection:
            connection.execute(text("UPDATE counted SET number = number + 1"))
            time.sleep(0.02)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/some.db"


@pytest.fixture
async def database(url: str):
    database = Database(url)
    async with database.transaction() as session:
        await (await session.connection()).execute(text("CREATE TABLE counted (number INTEGER)"))
        await (await session.connection()).execute(text("INSERT INTO counted VALUES (0)"))
    yield database
    await database.close()


@pytest.fixture
def busy(database: Database, url: str) -> Iterator[None]:
    """Another process that writes without a pause."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITE_ALL_DAY), url], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield
    process.kill()
    process.communicate()


async def counted(session: AsyncSession) -> int:
    found = await (await session.connection()).execute(text("SELECT number FROM counted"))
    return int(found.scalar_one())


@pytest.mark.slow
async def test_whoever_waits_is_next(database: Database, busy: None):
    passed = []
    for _ in range(30):
        async with database.reading() as session:
            before = await counted(session)
        async with database.transaction() as session:
            passed.append(await counted(session) - before)
        await asyncio.sleep(0.005)
    assert sum(passed) > 0  # somebody did write
    assert sorted(passed)[-3] <= 2  # the one under way, and one that was quicker by a hair


@pytest.mark.slow
async def test_writing_in_another_thread_takes_its_turn_as_well(database: Database, busy: None):
    def one(connection) -> None:
        connection.execute(text("UPDATE counted SET number = number + 1000000"))

    for _ in range(20):
        await database.write(one)
    async with database.reading() as session:
        assert await counted(session) > 20_000_000


async def test_a_writer_that_is_stuck_is_complained_of_in_the_end(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite_turn, "PATIENCE", 0.05)
    other = Database(url)
    async with database.transaction() as session:
        await counted(session)
        with pytest.raises(OperationalError, match="locked"):
            async with other.transaction() as late:
                await counted(late)
    async with other.transaction() as session:  # and nothing is left of it
        assert await counted(session) == 0
    await other.close()


async def test_whoever_is_stuck_while_waiting_keeps_nobody_out(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite_turn, "PATIENCE", 0.05)
    with (tmp_path / "some.db.turn.lock").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        async with database.transaction() as session:
            assert await counted(session) == 0


async def test_what_was_committed_is_moved_into_the_file_by_whoever_has_time(
    database: Database, tmp_path: Path
):
    async with database.transaction() as session:
        await (await session.connection()).execute(text("CREATE TABLE large AS SELECT zeroblob(1000000)"))
    file = tmp_path / "some.db"
    assert file.stat().st_size < 1_000_000
    moving = asyncio.create_task(keep_checkpointing(database))
    async with asyncio.timeout(10):
        while file.stat().st_size < 1_000_000:
            await asyncio.sleep(0.01)
    moving.cancel()
    await asyncio.wait([moving])


async def test_a_database_in_memory_is_nobody_elses_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite+aiosqlite:///:memory:")
    async with database.transaction() as session:
        await (await session.connection()).execute(text("SELECT 1"))
    await database.close()
    assert list(tmp_path.iterdir()) == []
