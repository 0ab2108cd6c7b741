"""The schema of a database: brought up to date, compared with what this version of the service expects.

Alembic does it, through a connection of ours, so that SQLite gets its pragmas and PostgreSQL a lock
against two processes that migrate at the same time.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL

from intake.errors import Rejected
from storage.database import Database
from storage.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x1A7A4E  # any number that nothing else of ours locks


async def upgrade(url: str | URL) -> Path | None:
    """Bring the schema to this version's, from nothing or from any older one.

    A SQLite file is copied first; returns where the copy is. Raises Rejected("schema-newer") for a
    database that a newer version of the service has migrated.
    """
    database = Database(url)
    if database.is_sqlite:
        event.listen(database.engine.sync_engine, "connect", _leave_children)
    try:
        async with database.reading() as session:
            connection = await session.connection()
            if not await connection.run_sync(_is_behind):
                return None
            older = await connection.run_sync(_revision)
        copy = _copy_of_file(database.url) if older and database.is_sqlite else None
        async with database.transaction() as session:
            await (await session.connection()).run_sync(_upgrade)
        return copy
    finally:
        await database.close()


async def check(url: str | URL) -> None:
    """Return when the schema is this version's; else raise Rejected("schema-older") or ("schema-newer")."""
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            if await connection.run_sync(_is_behind):
                raise Rejected("schema-older", revision=await connection.run_sync(_revision))
    finally:
        await database.close()


async def is_empty(url: str | URL) -> bool:
    """Whether nothing was ever migrated there."""
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(_revision) is None
    finally:
        await database.close()


async def differences(url: str | URL) -> list[str]:
    """What the tables in code have and the database has not, or the other way round: a forgotten revision."""
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(_differences)
    finally:
        await database.close()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, kept in code for there is nothing in it that anybody would change."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def _is_behind(connection: Connection) -> bool:
    script = ScriptDirectory.from_config(config())
    current = _revision(connection)
    if current == script.get_current_head():
        return False
    if current is not None:
        try:
            script.get_revision(current)
        except CommandError as error:
            raise Rejected("schema-newer", revision=current) from error
    return True


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise Rejected("schema-orphans", rows=len(orphans))


def _leave_children(connection: Any, _record: object) -> None:
    """SQLite alters a table by making it anew: dropping the old one must not take what points to it."""
    connection.execute("PRAGMA foreign_keys=OFF")


def _differences(connection: Connection) -> list[str]:
    options: dict[str, Any] = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    return [str(difference) for difference in compare_metadata(context, metadata)]


def _copy_of_file(url: URL) -> Path | None:
    """A consistent copy beside the file, also of what is still in the write-ahead log."""
    path = Path(url.database or "")
    if not path.is_file():
        return None
    copy = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%d-%H%M%S}.copy")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
