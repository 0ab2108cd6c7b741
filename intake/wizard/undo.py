"""Undo of accept, link, decline, «no answer needed»: all they made or moved is put back, or nothing is."""

from intake.errors import Conflict, NotFound
from intake.wizard.claim import NO_ANSWER, SEPARATE, inquiry_to_change, last_word
from storage import reversal
from storage.access import Actor
from storage.database import Database, announce
from storage.decisions import DECISIONS
from storage.hooks import UNDONE as TOLD
from storage.hooks import tell
from storage.inquiries import announce_inquiry
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry

UNDONE = frozenset({*DECISIONS, NO_ANSWER, SEPARATE})


async def undo(database: Database, action_id: int, who: Actor) -> int | None:
    """Returns the inquiry that is open again; None when it had been opened by hand and is gone.

    One's own decisions; a manager anybody's. Raises Conflict("cannot-undo", what=table, why=) when something
    it touched has been changed or used since: then nothing is undone.
    """
    async with database.transaction() as session:
        action = await session.get(Action, action_id)
        if action is None or action.kind not in UNDONE:
            raise NotFound("no-such-action", id=action_id)
        undone = await reversal.undo(session, action_id, who)
        inquiry = await session.get(Inquiry, undone.inquiry_id) if undone.inquiry_id else None
        if inquiry is not None:
            announce_inquiry(session, inquiry)
            await tell(session, TOLD, inquiry_id=inquiry.id)
        if own := undone.details.get("own"):
            announce_inquiry(session, await session.get_one(Inquiry, own))
        if interest := undone.details.get("interest"):
            announce(session, "interest", interest=interest)
        return inquiry.id if inquiry else None


async def undo_decision(database: Database, inquiry_id: int, who: Actor) -> int | None:
    """The same for the decision that stands on an inquiry. Raises Conflict("nothing-to-undo"), and
    NotFound for what is neither to be seen by `who` nor decided by them."""
    async with database.reading() as session:
        inquiry = await session.get(Inquiry, inquiry_id)
        action = await last_word(session, inquiry) if inquiry is not None else None
        if action is None or action.user_id != who.user_id:
            await inquiry_to_change(session, inquiry_id, who)
    if action is None or action.id is None:
        raise Conflict("nothing-to-undo")
    return await undo(database, action.id, who)
