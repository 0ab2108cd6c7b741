import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.errors import Rejected
from storage import schema
from storage.database import Database
from storage.tables.people import User


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    url: str = request.getfixturevalue("postgres_database")
    return url


async def change_revision(url: str, revision: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    await database.close()


async def test_a_schema_made_from_nothing_is_what_the_tables_in_code_say(empty_url: str) -> None:
    await schema.upgrade(empty_url)

    await schema.check(empty_url)
    assert await schema.differences(empty_url) == []


async def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    await schema.upgrade(empty_url)

    assert await schema.upgrade(empty_url) is None
    await schema.check(empty_url)


async def test_a_database_without_tables_is_older(empty_url: str) -> None:
    with pytest.raises(Rejected) as refused:
        await schema.check(empty_url)

    assert refused.value.code == "schema-older"


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    await change_revision(database_url, "9999")

    for act in (schema.check, schema.upgrade):
        with pytest.raises(Rejected) as refused:
            await act(database_url)
        assert (refused.value.code, refused.value.params) == ("schema-newer", {"revision": "9999"})


async def test_a_table_that_is_missing_is_told(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP TABLE channel_gap"))

    found = await schema.differences(database.url)

    assert any("channel_gap" in difference for difference in found)


async def test_a_file_is_copied_before_it_is_migrated(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add(User(login="anna", name="Анна", password_hash="-"))
    await database.close()
    monkeypatch.setattr(schema, "_is_behind", lambda connection: True)

    copy = await schema.upgrade(sqlite_url)

    assert copy is not None
    with sqlite3.connect(copy) as kept:
        assert kept.execute("SELECT login FROM user_account").fetchall() == [("anna",)]
    kept.close()
