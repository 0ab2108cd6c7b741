"""Databases with the whole schema, as fixtures: copies of one that was migrated once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from storage.schema import upgrade
from storage.secrets import new_key, use_keys
from tests.real.postgres import Postgres


async def store(database: Database, *rows: Any) -> list[int]:
    """In their order; the ids of those that have one."""
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()
    return [row.id for row in rows if "id" in type(row).model_fields]


@pytest.fixture(scope="session", autouse=True)
def _secret_key() -> None:
    use_keys([new_key()])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "intake.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres: Postgres) -> str:
    name = postgres.create_database()
    asyncio.run(upgrade(postgres.url(name)))
    return name


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite file of one's own with all tables and nothing in them."""
    path = tmp_path / "intake.db"
    shutil.copy(migrated_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_template: str) -> Iterator[str]:
    """A PostgreSQL database of one's own with all tables and nothing in them."""
    name = postgres.create_database(migrated_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Either engine: what uses this is run on both."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database of either engine: a test that takes it is run on both."""
    opened = Database(database_url)
    yield opened
    await opened.close()
