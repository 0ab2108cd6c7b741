"""INSERT that minds what is there already, alike on both engines."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

_KINDS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(session: AsyncSession, table: type[SQLModel]) -> Any:
    """The engine's own INSERT, for `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type[SQLModel]) -> Any:
    """The same for statements that are made once and kept."""
    return _KINDS[dialect](table.__table__)  # type: ignore[attr-defined]
