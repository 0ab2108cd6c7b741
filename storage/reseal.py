"""Sealing anew: once a new key stands first, nothing that is kept shall need an older one."""

from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.engine import URL
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import Sealed
from storage.database import Database
from storage.secrets import open_secret, seal_secret
from storage.tables import metadata
from storage.tables.history import Change

_change = Change.__table__  # type: ignore[attr-defined]


async def reseal(url: str | URL) -> int:
    """Every secret of a database, in records and in the audit log; returns how many there were.

    Raises Rejected("wrong-secret-key") when one of them was sealed with a key that is not given any more;
    then nothing is changed.
    """
    database = Database(url)
    try:
        async with database.transaction() as session:
            tables = {table: names for table in metadata.tables.values() if (names := _sealed(table))}
            counts = [await _records(session, table, names) for table, names in tables.items()]
            counts += [await _log(session, table.name, names) for table, names in tables.items()]
            return sum(counts)
    finally:
        await database.close()


def _sealed(table: Table) -> list[str]:
    return [column.name for column in table.c if isinstance(column.type, Sealed)]


async def _records(session: AsyncSession, table: Table, names: list[str]) -> int:
    """What is read is opened, what is written is sealed: that is the columns' own doing."""
    connection = await session.connection()
    rows = (await connection.execute(select(table.c.id, *(table.c[name] for name in names)))).mappings().all()
    for row in rows:
        values = {name: row[name] for name in names}
        await connection.execute(update(table).where(table.c.id == row["id"]).values(values))
    return sum(bool(row[name]) for row in rows for name in names)


async def _log(session: AsyncSession, table: str, names: list[str]) -> int:
    connection = await session.connection()
    rows = (await connection.execute(select(_change).where(_change.c.table == table))).mappings().all()
    for row in rows:
        values = {side: _anew(row[side], names) for side in ("before", "after")}
        await connection.execute(update(_change).where(_change.c.id == row["id"]).values(values))
    return sum(name in row[side] for row in rows for side in ("before", "after") for name in names)


def _anew(values: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return values | {name: seal_secret(open_secret(values[name])) for name in names if values.get(name)}
