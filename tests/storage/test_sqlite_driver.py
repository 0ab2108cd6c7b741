"""SQLite's reading: at once when it is short, across when it is long, and the same answers either way."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import text

from storage import sqlite_driver
from storage.database import Database

LONG = """SELECT count(*) FROM (
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT i FROM n
)"""


@pytest.fixture
async def database(tmp_path: Path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/some.db")
    async with database.transaction() as session:
        await (await session.connection()).execute(text("CREATE TABLE word (text)"))
        await (await session.connection()).execute(text("INSERT INTO word VALUES ('one'), ('two')"))
    yield database
    await database.close()


async def test_a_long_question_is_answered_and_the_loop_goes_on_meanwhile(database):
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    beside = asyncio.create_task(tick())
    async with database.reading() as session:
        assert (await (await session.connection()).execute(text(LONG))).scalar_one() == 300_000
    beside.cancel()
    assert ticks >= 3


async def test_a_question_given_up_leaves_the_transaction_as_it_was(database):
    async with database.transaction() as session:
        await (await session.connection()).execute(text("INSERT INTO word VALUES ('three')"))
        assert (await (await session.connection()).execute(text(LONG))).scalar_one() == 300_000
    async with database.reading() as session:
        assert (
            await (await session.connection()).execute(text("SELECT count(*) FROM word"))
        ).scalar_one() == 3


async def test_what_is_wrong_is_told_as_it_is(database):
    async with database.reading() as session:
        with pytest.raises(OperationalError, match="no such table"):
            await (await session.connection()).execute(text("SELECT * FROM nowhere"))


async def _empty_and_fail(database: Database) -> None:
    async with database.transaction() as session:
        await (await session.connection()).execute(text("DELETE FROM word"))
        raise ZeroDivisionError


async def test_what_is_rolled_back_is_gone(database):
    with pytest.raises(ZeroDivisionError):
        await _empty_and_fail(database)
    async with database.reading() as session:
        assert (
            await (await session.connection()).execute(text("SELECT count(*) FROM word"))
        ).scalar_one() == 2


def test_a_short_question_is_not_given_up():
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE word (text)")
        answer = sqlite_driver._at_once(lambda to: sqlite_driver._execute("SELECT 7", (), to), connection)
    connection.close()
    assert answer is not None
    assert answer.rows == [(7,)]
