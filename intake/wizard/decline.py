"""The other way out: the inquiry is declined with a reason. Nothing is deleted, and it can be undone."""

from intake.errors import Rejected
from intake.wizard.claim import claim
from intake.wizard.wish import MAX_TEXT
from storage.access import Actor
from storage.columns import now
from storage.database import Database
from storage.history import journal
from storage.inquiries import announce_inquiry
from storage.parties import fit
from storage.tables.inquiries import DeclineReason, InquiryState


async def decline(database: Database, inquiry_id: int, reason: str, note: str, who: Actor) -> int:
    """Returns the id of the action, for undo. Raises Conflict for whoever is second, like `accept`."""
    try:
        word = DeclineReason(reason)
    except ValueError:
        raise Rejected("no-such-choice", field="reason", value=reason[:40]) from None
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        was = inquiry.responsible_id
        async with journal(session, "decline", who, inquiry.id, reason=word.value, was=was) as j:
            await j.change(
                inquiry,
                state=InquiryState.DECLINED,
                decline_reason=word,
                note=fit("note", note, MAX_TEXT) or inquiry.note,
                closed_at=now(),
                callback=None,
                holder_id=None,
                held_at=None,
                version=inquiry.version + 1,
            )
        announce_inquiry(session, inquiry)
        return j.action_id
