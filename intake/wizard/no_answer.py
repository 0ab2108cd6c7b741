"""The third way out: their «thank you» needs no answer, and waits no more. It can be undone."""

from intake.errors import Conflict
from intake.wizard.claim import NO_ANSWER, inquiry_to_change
from storage.access import Actor
from storage.asking_again import as_it_was, waits_again
from storage.columns import now
from storage.database import Database
from storage.history import journal
from storage.inquiries import announce_inquiry


async def needs_no_answer(database: Database, inquiry_id: int, who: Actor) -> int:
    """Decided as it was before they wrote again, else closed. Returns the id of the action, for undo.

    Raises NotFound, and Conflict("nothing-waits") when nobody has answered it before, or it waits no more.
    """
    async with database.transaction() as session:
        inquiry = await inquiry_to_change(session, inquiry_id, who)
        if not await waits_again(session, inquiry):
            raise Conflict("nothing-waits")
        changes = await as_it_was(session, inquiry, now())
        async with journal(session, NO_ANSWER, who, inquiry.id, version=changes["version"]) as j:
            await j.change(inquiry, **changes)
        announce_inquiry(session, inquiry)
        return j.action_id
