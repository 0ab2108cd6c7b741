"""The other way out: the inquiry is declined with a reason. Nothing is deleted, and it can be undone."""

from intake.errors import Rejected
from intake.wizard.claim import claim
from intake.wizard.never_again import NeverAgain, keep_out
from intake.wizard.wish import MAX_TEXT
from storage.access import Actor
from storage.assignments import DECLINED, end_assignment
from storage.columns import now
from storage.database import Database
from storage.history import Journal, journal
from storage.inquiries import announce_inquiry
from storage.parties import fit
from storage.tables.inquiries import DeclineReason, Inquiry, InquiryState


async def decline(
    database: Database,
    inquiry_id: int,
    reason: str,
    note: str,
    who: Actor,
    never: NeverAgain | None = None,
) -> int:
    """Returns the id of the action, for undo. `never`: and nobody wants to hear of them again. Raises
    Conflict for whoever is second, like `accept`."""
    try:
        word = DeclineReason(reason)
    except ValueError:
        raise Rejected("no-such-choice", field="reason", value=reason[:40]) from None
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        was = inquiry.responsible_id
        async with journal(session, "decline", who, inquiry.id, reason=word.value, was=was) as j:
            await decline_in(j, inquiry, word, note)
            if never is not None:
                await keep_out(session, j, inquiry, never, note)
        announce_inquiry(session, inquiry)
        return j.action_id


async def decline_in(j: Journal, inquiry: Inquiry, reason: DeclineReason, note: str = "") -> None:
    """As a part of an action: the inquiry is claimed, and announced afterwards."""
    await end_assignment(j, inquiry, DECLINED)
    await j.change(
        inquiry,
        state=InquiryState.DECLINED,
        decline_reason=reason,
        note=fit("note", note, MAX_TEXT) or inquiry.note,
        closed_at=now(),
        callback=None,
        holder_id=None,
        held_at=None,
        version=inquiry.version + 1,
    )
