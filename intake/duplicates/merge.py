"""Two cards of one party become one, field by field as somebody chose; and back again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.duplicates.choosing import Merging, decided, version
from intake.duplicates.look import forget_keys, look_at
from intake.errors import Conflict, NotFound, Rejected
from intake.model.wizard import PartyKind
from storage import merging, reversal
from storage.access import Actor
from storage.database import Database, announce
from storage.interests import worker
from storage.tables.history import Action

ATTEMPTS = 3  # two that wait for each other: the later one looks again

Answer = TypeVar("Answer")


async def merge(database: Database, chosen: Merging, who: Actor) -> int:
    """Returns the action, which `undo_merge` takes back.

    Raises Conflict("already-merged", who=, at=, into=) for whoever is second, Conflict("changed-since") when
    a card is not as it was when it was looked at, NotFound for what `who` may not see, Rejected otherwise.
    """
    if chosen.survivor_id not in (chosen.one_id, chosen.other_id):
        raise Rejected("no-such-choice", field="survivor", value=str(chosen.survivor_id)[:40])
    return await _again(database, lambda session: _merge(session, chosen, who))


async def _merge(session: AsyncSession, chosen: Merging, who: Actor) -> int:
    one, other = await merging.both_to_change(session, chosen.kind, (chosen.one_id, chosen.other_id), who)
    if chosen.seen and chosen.seen != version(one, other):
        raise Conflict("changed-since")
    survivor, gone = (one, other) if chosen.survivor_id == one.id else (other, one)
    values = decided(chosen, one, other)
    if (responsible := values["responsible_id"]) is not None and responsible != survivor.responsible_id:
        await worker(session, responsible)
    connection = await session.connection()
    for card in (one, other):
        await connection.run_sync(forget_keys, (chosen.kind, card.id))
    action = await merging.merge(session, chosen.kind, survivor, gone, values, who)
    await look_at(session, chosen.kind, (one.id, other.id))
    return action


async def undo_merge(database: Database, action_id: int, who: Actor) -> None:
    """Both cards are as they were, with what was each's. Raises as `reversal.undo` does."""

    async def take_back(session: AsyncSession) -> None:
        there = await session.get(Action, action_id)
        if there is None or there.kind not in merging.ACTIONS:
            raise NotFound("no-such-action", id=action_id)
        kind = PartyKind(there.details["about"][0])
        ids = (int(there.details["about"][1]), int(there.details["gone"]))
        connection = await session.connection()
        await connection.run_sync(forget_keys, (kind, ids[0]))
        await reversal.undo(session, action_id, who)
        await look_at(session, kind, ids)
        for id_ in ids:
            announce(session, "record", kind=kind.value, id=id_)
        announce(session, "duplicates")

    await _again(database, take_back)


async def _again(database: Database, act: Callable[[AsyncSession], Awaitable[Answer]]) -> Answer:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with database.transaction() as session:
                return await act(session)
        except DBAPIError as error:
            passes = isinstance(error, IntegrityError) or "deadlock" in str(error.orig).casefold()
            if attempt == ATTEMPTS or not passes:
                raise
    raise AssertionError("not reached")
