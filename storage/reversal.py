"""Undo: everything an action made or moved is put back, in reverse order, or nothing is.

What has changed since stands in the way: a column with another value, a row that is gone, or something new
that points to a row which would have to go. Columns that only say when something was touched do not.
"""

from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from sqlmodel import select as choose
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Forbidden, NotFound
from intake.model.wizard import PartyKind
from storage.access import Actor, whose
from storage.columns import now
from storage.database import announce
from storage.history import note, referring, thaw, thaw_key
from storage.search import mentions
from storage.search.following import refresh, tell
from storage.search.records import KIND_OF
from storage.tables import metadata
from storage.tables.automation import IgnoreEntry
from storage.tables.history import Action, Change, Operation
from storage.tables.parties import Point
from storage.tables.people import Scope, User

DICTIONARIES = frozenset({"label"})  # a word that others use by now stays
SOFT = frozenset({"touched_at", "updated_at", "folded"})  # put back where untouched, else left alone


async def undo(session: AsyncSession, action_id: int, who: Actor) -> Action:
    """Put back what the action did. Own actions; with the right, anybody's.

    Raises NotFound("no-such-action"), Forbidden("not-yours"), Conflict("already-undone") and
    Conflict("cannot-undo", what=table, row=key, why="changed" | "gone" | "used" | "taken").
    """
    locked = choose(Action).where(Action.id == action_id).with_for_update()
    action = (await session.exec(locked.execution_options(populate_existing=True))).first()
    if action is None:
        raise NotFound("no-such-action", id=action_id)
    if action.user_id != who.user_id and not await _is_theirs(session, action, who):
        raise Forbidden("not-yours")
    if action.undone_at is not None:
        raise Conflict("already-undone", at=action.undone_at.isoformat())
    changes = list(await session.exec(choose(Change).where(Change.action_id == action_id)))
    if not changes:
        raise Conflict("nothing-to-undo")
    action.undone_at, action.undone_by = now(), who.user_id
    await note(session, f"undo-{action.kind}", who, action.inquiry_id, action=action_id)
    await (await session.connection()).run_sync(reverse, changes)
    tell(session, _named(changes))
    connection = await session.connection()
    mentions.tell(session, await connection.run_sync(_described, changes))
    if any(change.table == IgnoreEntry.__tablename__ for change in changes):
        announce(session, "ignore-list")
    session.expire_all()
    return await session.get_one(Action, action_id)


async def _is_theirs(session: AsyncSession, action: Action, who: Actor) -> bool:
    """Others' actions are undone by those with the right to, within their scope."""
    if who.scope is Scope.ALL or not who.may("undo-others"):
        return who.may("undo-others")
    theirs = choose(User.id).where(User.id == action.user_id, col(User.id).in_(whose(who)))
    return (await session.exec(theirs)).first() is not None


def reverse(connection: Connection, changes: list[Change]) -> None:
    """All of them, the last first, or Conflict("cannot-undo"). The search is to be told afterwards."""
    for change in sorted(changes, key=lambda one: one.id or 0, reverse=True):
        table = metadata.tables[change.table]
        try:
            _REVERSE[change.operation](connection, table, change)
        except IntegrityError as error:  # a unique key it had is another's now
            raise _obstacle(change, "taken") from error


def index_anew(connection: Connection, changes: list[Change]) -> None:
    """Tell the search what was put back, once all of it is: from here on others who save wait."""
    mentions.refresh(connection, _described(connection, changes))
    if changed := _named(changes):
        refresh(connection, changed)


def _named(changes: list[Change]) -> dict[str, set[int]]:
    """The rows among them that are searched by name."""
    found: dict[str, set[int]] = {}
    for change in changes:
        if change.table in KIND_OF:
            found.setdefault(change.table, set()).add(int(change.row))
    return found


def _described(connection: Connection, changes: list[Change]) -> dict[PartyKind, set[int]]:
    """The parties among them, and those whose points are: their texts may be others."""
    found = mentions.owners(
        connection, {int(change.row) for change in changes if change.table == Point.__tablename__}
    )
    for change in changes:
        if change.table in set(PartyKind):
            found[PartyKind(change.table)].add(int(change.row))
        if change.table == Point.__tablename__:
            for kind in PartyKind:
                owner = (change.before or {}).get(f"{kind}_id") or (change.after or {}).get(f"{kind}_id")
                found[kind].update([owner] if owner else [])
    return found


def _remove(connection: Connection, table: Table, change: Change) -> None:
    _check_unchanged(connection, table, change)
    _forget_in_log(connection, table, change)
    if any(_is_used(connection, column, thaw_key(table, change.row)[0]) for _, column in referring(table)):
        if table.name in DICTIONARIES:
            return
        raise _obstacle(change, "used")
    connection.execute(delete(table).where(_is_row(table, change.row)))


def _restore_values(connection: Connection, table: Table, change: Change) -> None:
    current = _check_unchanged(connection, table, change)
    values = {
        name: thaw(table, name, value)
        for name, value in change.before.items()
        if name not in SOFT or current[name] == thaw(table, name, change.after[name])
    }
    if values:
        connection.execute(update(table).where(_is_row(table, change.row)).values(**values))


def _restore_row(connection: Connection, table: Table, change: Change) -> None:
    values = {name: thaw(table, name, value) for name, value in change.before.items()}
    connection.execute(insert(table).values(**values))


_REVERSE = {
    Operation.INSERT: _remove,
    Operation.UPDATE: _restore_values,
    Operation.DELETE: _restore_row,
}


def _check_unchanged(connection: Connection, table: Table, change: Change) -> Any:
    row = connection.execute(select(table).where(_is_row(table, change.row)).with_for_update())
    current = row.mappings().first()
    if current is None:
        raise _obstacle(change, "gone")
    # of a new row what is not written down was empty
    names = table.c.keys() if change.operation is Operation.INSERT else change.after
    for name in names:
        if name not in SOFT and current[name] != thaw(table, name, change.after.get(name)):
            raise _obstacle(change, "changed")
    return current


def _forget_in_log(connection: Connection, table: Table, change: Change) -> None:
    """The log outlives the inquiry that it was about."""
    if table.name == "inquiry":
        about = col(Action.inquiry_id) == thaw_key(table, change.row)[0]
        connection.execute(update(Action).where(about).values(inquiry_id=None))


def _is_used(connection: Connection, column: Any, value: Any) -> bool:
    return connection.execute(select(column).where(column == value).limit(1)).first() is not None


def _is_row(table: Table, key: str) -> Any:
    columns = zip(table.primary_key, thaw_key(table, key), strict=True)
    return and_(*(column == value for column, value in columns))


def _obstacle(change: Change, why: str) -> Conflict:
    return Conflict("cannot-undo", what=change.table, row=change.row, why=why)
