"""Every change of a record goes through a journal: the audit log, which is also what «undo» reads.

    async with journal(session, "accept", who, inquiry_id=7) as j:
        await j.add(interest)
        await j.change(inquiry, state=InquiryState.ACCEPTED)

All of it is in the caller's transaction: a change without its line in the log cannot be.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import Date, DateTime, Numeric, Table, TypeDecorator, inspect, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor
from storage.columns import Sealed, now
from storage.hooks import tell_of
from storage.secrets import open_secret, seal_secret
from storage.tables import metadata
from storage.tables.history import Action, Change, Operation

Row = TypeVar("Row", bound=SQLModel)

INTEREST = "interest"  # the table whose changes programs of others hear of


class Journal:
    """One action and the changes it makes."""

    def __init__(self, session: AsyncSession, action: Action) -> None:
        self._session = session
        self.action = action
        self.interests: dict[str, Operation] = {}  # that it has made, changed or removed: others are told

    @property
    def session(self) -> AsyncSession:
        return self._session

    @property
    def action_id(self) -> int:
        return stored_id(self.action)

    async def add(self, row: Row) -> Row:
        """Insert; the row has its id afterwards."""
        self._session.add(row)
        await self._session.flush()
        self._write(row, Operation.INSERT, {}, _filled(_values(row)))
        return row

    async def change(self, row: SQLModel, **values: Any) -> None:
        """Set what differs; nothing is written when nothing does."""
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not differing:
            return
        if "updated_at" in type(row).model_fields:
            differing.setdefault("updated_at", now())
        before = {name: _frozen(row, name) for name in differing}
        for name, value in differing.items():
            setattr(row, name, value)
        await self._session.flush()
        self._write(row, Operation.UPDATE, before, {name: _frozen(row, name) for name in differing})

    async def move(self, rows: Sequence[SQLModel], **values: Any) -> None:
        """The same change of many rows at once. Whose they are is no news of theirs: `updated_at` stays."""
        before = [{name: _frozen(row, name) for name in values} for row in rows]
        for row in rows:
            for name, value in values.items():
                setattr(row, name, value)
        await self._session.flush()
        for row, was in zip(rows, before, strict=True):
            self._write(row, Operation.UPDATE, was, {name: _frozen(row, name) for name in values})

    async def delete(self, row: SQLModel) -> None:
        """Delete with what belongs to it: what the database would cascade to is written down as well."""
        await self._delete_children(row.__table__, row_key(row))  # type: ignore[attr-defined]
        self._write(row, Operation.DELETE, _values(row), {})
        await self._session.delete(row)
        await self._session.flush()

    async def _delete_children(self, parent: Table, key: str) -> None:
        for table, column in referring(parent):
            if column.foreign_keys and next(iter(column.foreign_keys)).ondelete != "CASCADE":
                continue
            connection = await self._session.connection()
            found = await connection.execute(select(table).where(column == thaw_key(parent, key)[0]))
            for values in found.mappings().all():
                frozen = {name: freeze(value) for name, value in values.items()}
                child_key = ",".join(str(values[part.name]) for part in table.primary_key)
                await self._delete_children(table, child_key)
                self._note(table.name, child_key, Operation.DELETE, frozen, {})

    def _write(
        self, row: SQLModel, operation: Operation, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        self._note(row.__table__.name, row_key(row), operation, before, after)  # type: ignore[attr-defined]

    def _note(
        self, table: str, key: str, operation: Operation, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        change = Change(action_id=self.action_id, table=table, row=key, operation=operation)
        change.before, change.after = before, after
        self._session.add(change)
        if table == INTEREST:
            self.interests.setdefault(key, operation)


@asynccontextmanager
async def journal(
    session: AsyncSession, kind: str, who: Actor, inquiry_id: int | None = None, **details: Any
) -> AsyncIterator[Journal]:
    """Open an action; its changes are written with the caller's transaction. `details` are JSON."""
    action = await note(session, kind, who, inquiry_id, **details)
    written = Journal(session, action)
    yield written
    await session.flush()
    await tell_of(session, action, written.interests)


async def note(
    session: AsyncSession, kind: str, who: Actor, inquiry_id: int | None = None, **details: Any
) -> Action:
    """An action that changed no record: «view-contact», «export», «sign-in»."""
    signed = {"rule": who.rule} if who.rule else {}
    details = {"via": who.via, **signed, **details}
    action = Action(kind=kind, user_id=who.user_id, inquiry_id=inquiry_id, address=who.address)
    action.details = details
    session.add(action)
    await session.flush()
    return action


def referring(parent: Table) -> list[tuple[Table, Any]]:
    """The columns of all tables that point to a row of this one."""
    return [
        (table, foreign.parent)
        for table in metadata.sorted_tables
        for foreign in table.foreign_keys
        if foreign.column.table is parent
    ]


def row_key(row: SQLModel) -> str:
    """The primary key as text."""
    return ",".join(
        str(part) for part in inspect(row).identity or inspect(row).mapper.primary_key_from_instance(row)
    )


def stored_id(row: Any) -> int:
    """The id of a row that is stored; a row that was never flushed is a mistake of ours."""
    if row.id is None:
        raise ValueError(f"{type(row).__name__} was never stored")
    return int(row.id)


def freeze(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    match value:
        case date():  # a moment is one as well
            return value.isoformat()
        case Decimal():
            return str(value)
        case Enum():
            return value.value
    return value


def thaw(table: Table, column: str, value: Any) -> Any:
    """The value that `freeze` was given."""
    kind = table.c[column].type
    if isinstance(kind, Sealed) and value is not None:
        return open_secret(value)
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if value is not None and isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if value is not None and isinstance(kind, Date):
        return date.fromisoformat(value)
    if value is not None and isinstance(kind, Numeric):
        return Decimal(value)
    return value


def thaw_key(table: Table, key: str) -> list[Any]:
    """The primary key's parts from their text."""
    parts = zip(table.primary_key, key.split(","), strict=True)
    return [int(text) if issubclass(column.type.python_type, int) else text for column, text in parts]


def _values(row: SQLModel) -> dict[str, Any]:
    return {one.key: _frozen(row, one.key) for one in inspect(row).mapper.column_attrs}


def _frozen(row: SQLModel, name: str) -> Any:
    """A secret stays sealed in the log too."""
    value = freeze(getattr(row, name))
    sealed = isinstance(row.__table__.c[name].type, Sealed)  # type: ignore[attr-defined]
    return seal_secret(value) if sealed and value is not None else value


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
