"""Imports as the database keeps them: begun, corrected, run, cancelled, looked at.

A file lies here in parts until its import is over, so that any process can go on with it.
"""

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Forbidden, NotFound, Rejected
from intake.matching.names import fold
from intake.model.imports import Options, options_of
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.columns import now
from storage.database import Database, announce
from storage.history import note, stored_id
from storage.import_rows import Writing
from storage.interests import worker
from storage.tables.imports import Import, ImportBad, ImportPart, ImportState
from storage.tables.people import User

PART = 1024 * 1024  # bytes
SHOWN = 50  # imports in the list
BAD_AT_ONCE = 1000

OVER = frozenset({ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED, ImportState.UNDONE})


async def keep_file(database: Database, new: Import, path: Path, who: Actor) -> int:
    """Store a file and what is known of it, in small transactions; says the import's id."""
    _check_right(who)
    new.user_id, new.via = who.user_id, who.via
    async with database.transaction() as session:
        session.add(new)
        await session.flush()
        import_id = stored_id(new)
    with path.open("rb") as file:
        for position, data in enumerate(iter(lambda: file.read(PART), b"")):
            async with database.transaction() as session:
                session.add(ImportPart(import_id=import_id, position=position, data=data))
    return import_id


async def restore_file(database: Database, import_id: int, path: Path) -> None:
    """Write the parts where `path` says. Raises NotFound("no-such-import") when they are gone."""
    position = 0
    with path.open("wb") as file:
        while True:
            async with database.reading() as session:
                part = await session.get(ImportPart, (import_id, position))
            if part is None:
                break
            file.write(part.data)
            position += 1
    if not position:
        raise NotFound("no-such-import", id=import_id)


async def drop_file(database: Database, import_id: int) -> None:
    """A part at a time: freeing much at once would hold others up."""
    gone = True
    while gone:
        async with database.transaction() as session:
            first = select(func.min(ImportPart.position)).where(ImportPart.import_id == import_id)
            doomed = delete(ImportPart).where(
                col(ImportPart.import_id) == import_id,
                col(ImportPart.position) == first.scalar_subquery(),
            )
            gone = (await session.exec(doomed)).rowcount > 0


async def import_of(session: AsyncSession, import_id: int, who: Actor) -> Import:
    """One's own; an administrator's are all. Raises NotFound("no-such-import"), Forbidden."""
    _check_right(who)
    return _seen_by(who, await session.get(Import, import_id), import_id)


async def import_to_change(session: AsyncSession, import_id: int, who: Actor) -> Import:
    """The same; nobody else changes it before this transaction ends."""
    _check_right(who)
    query = select(Import).where(Import.id == import_id).with_for_update()
    return _seen_by(who, (await session.exec(query)).first(), import_id)


def _seen_by(who: Actor, found: Import | None, import_id: int) -> Import:
    if found is None or not (who.may("administer") or found.user_id == who.user_id):
        raise NotFound("no-such-import", id=import_id)
    return found


async def recent_imports(session: AsyncSession, who: Actor) -> list[Import]:
    """The newest first. Raises Forbidden."""
    _check_right(who)
    query = select(Import).order_by(col(Import.id).desc()).limit(SHOWN)
    if not who.may("administer"):
        query = query.where(Import.user_id == who.user_id)
    return list(await session.exec(query))


async def correct(
    session: AsyncSession, import_id: int, who: Actor, columns: list[str], options: Options
) -> Import:
    """What a person says of the columns. Raises Conflict("import-runs") once it has begun, Rejected for a
    responsible person who does not work here."""
    found = await _draft(session, import_id, who)
    if options.responsible_id is not None:
        await worker(session, options.responsible_id)
    found.columns, found.options = columns, asdict(options)
    return found


async def read_anew(session: AsyncSession, import_id: int, who: Actor, **what: Any) -> Import:
    """The file looked at in another way: `reading`, `headings`, `columns`, `sample`, `total`, `sheets`."""
    found = await _draft(session, import_id, who)
    for name, value in what.items():
        setattr(found, name, value)
    return found


async def start(session: AsyncSession, import_id: int, who: Actor) -> None:
    """Whoever runs imports begins with it."""
    found = await _draft(session, import_id, who)
    if not any(found.columns):
        raise Rejected("no-columns")
    action = await note(session, "import", who, number=import_id, file=found.file_name, of=found.kind.value)
    found.action_id, found.state, found.started_at = action.id, ImportState.RUNNING, now()
    announce(session, "import", id=import_id)


async def cancel(session: AsyncSession, import_id: int, who: Actor) -> None:
    """What is written stays, and can be undone. Raises Conflict("import-over")."""
    found = await import_to_change(session, import_id, who)
    if found.state not in (ImportState.DRAFT, ImportState.RUNNING):
        raise Conflict("import-over")
    await close(session, found, ImportState.CANCELLED, who)


async def start_undo(session: AsyncSession, import_id: int, who: Actor) -> None:
    """Raises Conflict("import-runs") or Conflict("already-undone")."""
    found = await import_to_change(session, import_id, who)
    if found.state is ImportState.UNDONE:
        raise Conflict("already-undone")
    if found.state not in OVER or found.action_id is None:
        raise Conflict("import-runs")
    await note(session, "undo-import", who, number=import_id, file=found.file_name)
    found.state, found.finished_at = ImportState.UNDOING, None
    announce(session, "import", id=import_id)


async def next_to_run(session: AsyncSession) -> Import | None:
    """The one that was begun first, of those that are not over."""
    waiting = col(Import.state).in_([ImportState.RUNNING, ImportState.UNDOING])
    return (
        await session.exec(select(Import).where(waiting).order_by(col(Import.started_at)).limit(1))
    ).first()


async def still(session: AsyncSession, import_id: int, state: ImportState) -> Import | None:
    """The import, if nobody has stopped it; nobody does before this transaction ends."""
    query = select(Import).where(Import.id == import_id, Import.state == state).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).first()


async def close(session: AsyncSession, found: Import, state: ImportState, who: Actor) -> None:
    """It is over, with its counts in the audit log; lists look afresh."""
    found.state, found.finished_at = state, now()
    if found.action_id is not None:
        action = await note(session, f"import-{state.value}", who, number=found.id, file=found.file_name)
        counts = ("made", "changed", "skipped", "bad", "removed", "kept", "error")
        action.details = action.details | {name: getattr(found, name) for name in counts}
    announce(session, "import", id=found.id)
    for kind in (PartyKind.CONTACT, PartyKind.ACCOUNT, PartyKind.LEAD):
        announce(session, "record", kind=kind.value, id=0)


async def fail(session: AsyncSession, found: Import, who: Actor, code: str, params: dict[str, Any]) -> None:
    found.error, found.error_params = code[:60], params
    await close(session, found, ImportState.FAILED, who)


async def writing_of(session: AsyncSession, found: Import, who: Actor) -> Writing:
    users = (await session.exec(select(User).where(col(User.active)))).all()
    names = {fold(name): user.id or 0 for user in users for name in (user.login, user.name)}
    options = options_of(found.options)
    return Writing(stored_id(found), found.action_id or 0, found.kind, options, who, names)


async def bad_rows(database: Database, import_id: int) -> AsyncIterator[list[ImportBad]]:
    """In the file's order, some at a time."""
    last = 0
    while True:
        query = select(ImportBad).where(ImportBad.import_id == import_id, col(ImportBad.id) > last)
        async with database.reading() as session:
            rows = list(await session.exec(query.order_by(col(ImportBad.id)).limit(BAD_AT_ONCE)))
        if not rows:
            return
        yield rows
        last = rows[-1].id or 0


async def first_bad(session: AsyncSession, import_id: int, limit: int) -> list[ImportBad]:
    query = select(ImportBad).where(ImportBad.import_id == import_id).order_by(col(ImportBad.id)).limit(limit)
    return list(await session.exec(query))


async def abandoned(session: AsyncSession, since: Any) -> list[int]:
    """Files that nobody did anything with, and those of imports that are over."""
    over = select(Import.id).where(col(Import.state).in_(OVER))
    old = select(Import.id).where(Import.state == ImportState.DRAFT, col(Import.created_at) < since)
    query = select(ImportPart.import_id).where(
        col(ImportPart.import_id).in_(over) | col(ImportPart.import_id).in_(old)
    )
    return list(await session.exec(query.distinct()))


async def _draft(session: AsyncSession, import_id: int, who: Actor) -> Import:
    found = await import_to_change(session, import_id, who)
    if found.state is not ImportState.DRAFT:
        raise Conflict("import-runs")
    return found


def _check_right(who: Actor) -> None:
    if not who.may("import"):
        raise Forbidden("not-allowed")
