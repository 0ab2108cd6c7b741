"""«Not a duplicate»: said by one, for everybody; and taken back."""

from intake.duplicates.look import look_at, weigh_pair
from intake.errors import NotFound
from intake.model.wizard import PartyKind
from storage import duplicate_marks, reversal
from storage.access import Actor
from storage.database import Database, announce
from storage.tables.history import Action


async def say_two(database: Database, kind: PartyKind, ids: tuple[int, int], who: Actor) -> int:
    """Mark two cards as «not a duplicate», for everybody; returns the action."""
    one, other = sorted(ids)
    async with database.transaction() as session:
        found = await (await session.connection()).run_sync(weigh_pair, (kind, one, other))
        keys = duplicate_marks.keys_in_common(found) if found else set()
        return await duplicate_marks.say_two(session, (kind, one, other), keys, who)


async def take_mark_back(database: Database, kind: PartyKind, ids: tuple[int, int], who: Actor) -> int:
    """They may be offered again, and at once are, if they are alike; returns the action."""
    one, other = sorted(ids)
    async with database.transaction() as session:
        action = await duplicate_marks.take_mark_back(session, (kind, one, other), who)
        await look_at(session, kind, (one, other))
        return action


async def undo_mark(database: Database, action_id: int, who: Actor) -> None:
    """A mark, or its being taken back, is as if it had not been."""
    async with database.transaction() as session:
        there = await session.get(Action, action_id)
        if there is None or there.kind not in duplicate_marks.MARKS:
            raise NotFound("no-such-action", id=action_id)
        await reversal.undo(session, action_id, who)
        kind, one = there.details["about"]
        await look_at(session, PartyKind(kind), (int(one), int(there.details["other"])))
        announce(session, "duplicates")
