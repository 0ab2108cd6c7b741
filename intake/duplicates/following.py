"""Between looks through the whole base: what the audit log says has changed is looked at again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.duplicates.look import look_again
from intake.duplicates.progress import begin
from intake.model.wizard import PartyKind
from storage.blocks import Ref
from storage.columns import now
from storage.database import Database, announce
from storage.tables.duplicates import DuplicateSearch
from storage.tables.history import Action, Change
from storage.tables.parties import Point

IN_BULK = "import-"  # how actions begin after which so much is new that all of it is looked through
HEEDED = 5  # actions of the log a step, which are looked at in one transaction
LAG = timedelta(seconds=3)  # an action this old is committed, and so are those before it


async def heed_changes(database: Database, search: DuplicateSearch, lag: timedelta = LAG) -> bool:
    """Look again at the cards that the log says have changed; False when there are none. After an import
    the whole base is looked through."""
    async with database.reading() as session:
        query = select(Action).where(col(Action.id) > search.log_at, col(Action.at) <= now() - lag)
        actions = list(await session.exec(query.order_by(col(Action.id)).limit(HEEDED)))
        refs = await _touched(session, actions)
    if not actions:
        return False
    async with database.transaction() as session:
        row = await session.get_one(DuplicateSearch, search.id, with_for_update=True)
        if row.log_at != search.log_at:
            return True
        row.log_at = actions[-1].id or 0
        if any(action.kind.startswith(IN_BULK) for action in actions):
            await begin(session, None)
            return True
        if refs:
            await (await session.connection()).run_sync(look_again, refs, search.id or 0)
            announce(session, "duplicates")
    return True


async def _touched(session: AsyncSession, actions: Sequence[Action]) -> set[Ref]:
    """Which cards these are about; what was undone is about the cards that it had been about."""
    ids = {action.id for action in actions} | {action.details.get("action") for action in actions}
    query = select(Change).where(col(Change.action_id).in_(ids - {None}))
    query = query.where(col(Change.table).in_([*PartyKind, str(Point.__tablename__)]))
    refs: set[Ref] = set()
    points: set[int] = set()
    for change in await session.exec(query):
        if change.table in set(PartyKind):
            refs.add((PartyKind(change.table), int(change.row)))
        else:
            points.add(int(change.row))
            refs |= _owners(change.before) | _owners(change.after)
    for point in await session.exec(select(Point).where(col(Point.id).in_(points))):
        refs |= _owners(point.model_dump())
    return refs


def _owners(values: Mapping[str, Any]) -> set[Ref]:
    return {(kind, int(id_)) for kind in PartyKind if (id_ := values.get(f"{kind.value}_id"))}
