"""An inquiry that was answered or decided, and whose sender writes again: it waits as new work."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import ChatStatus
from intake.model.notices import Kind
from storage.access import Actor
from storage.answer_times import answered
from storage.callbacks import is_open
from storage.chats import SELECTED
from storage.decisions import decision_of
from storage.history import journal
from storage.inquiries import announce_inquiry
from storage.notifications import notify
from storage.tables.chats import ChatMessage
from storage.tables.history import Action
from storage.tables.inquiries import Channel, DeclineReason, Inquiry, InquiryState
from storage.tables.letters import LetterRecord, Sending

FINAL = frozenset({DeclineReason.SPAM})  # declined so, a sender is not heard again
BY_ITSELF = Actor(None, "", via="channel")
DECIDED = {
    "accept": InquiryState.ACCEPTED,
    "link": InquiryState.LINKED,
    "decline": InquiryState.DECLINED,
}


async def ask_again(session: AsyncSession, inquiry: Inquiry, at: datetime) -> bool:
    """They wrote again: whether it waits now. Lock it first.

    One that waits anyway waits since they first wrote. One that was answered waits since now. One that was
    decided is open again, with the interest it has come to; this stands in its history.
    """
    inquiry.touched_at = max(inquiry.touched_at, at)
    if inquiry.state is InquiryState.DECLINED and inquiry.decline_reason in FINAL:
        return False
    if not is_open(inquiry):
        async with journal(session, "ask-again", BY_ITSELF, inquiry.id) as log:
            await log.change(
                inquiry,
                state=InquiryState.NEW,
                opened_at=at,
                answered_at=None,
                closed_at=None,
                decline_reason=None,
                draft={name: value for name, value in inquiry.draft.items() if name != SELECTED},
                version=inquiry.version + 1,
            )
    elif inquiry.answered_at is not None and inquiry.answered_at <= at:
        inquiry.opened_at, inquiry.answered_at = at, None
    await _tell(session, inquiry)
    return True


async def _tell(session: AsyncSession, inquiry: Inquiry) -> None:
    """Whose it is hears of it, once while it waits."""
    if inquiry.responsible_id is not None:
        key = f"again:{inquiry.id}:{inquiry.opened_at.isoformat()}"
        await notify(session, inquiry.responsible_id, Kind.AGAIN, key, inquiry_id=inquiry.id)


async def settle(session: AsyncSession, inquiry: Inquiry, at: datetime, who: Actor) -> bool:
    """They have got their answer, or need none: one that had come to an interest is closed again as it was.
    Whether it is; one that nobody has decided yet stays open, answered. Lock it first."""
    await answered(session, inquiry, at, who.user_id)
    if not is_open(inquiry) or inquiry.interest_id is None:
        announce_inquiry(session, inquiry)
        return False
    async with journal(session, "settle", who, inquiry.id) as log:
        await log.change(inquiry, **await as_it_was(session, inquiry, at))
    announce_inquiry(session, inquiry)
    return True


async def waits_again(session: AsyncSession, inquiry: Inquiry) -> bool:
    """They came again after they had got an answer or a decision; what only says «thank you» needs no other.
    Who rang is answered while it waits to be put back."""
    if not is_open(inquiry):
        return False
    if inquiry.channel not in (Channel.LETTER, Channel.FORM, Channel.CHAT):
        return inquiry.interest_id is not None or await decision_of(session, inquiry.id or 0) is not None
    if inquiry.answered_at is not None:
        return False
    if inquiry.interest_id is not None or await decision_of(session, inquiry.id or 0) is not None:
        return True
    return await _was_answered(session, inquiry)


async def _was_answered(session: AsyncSession, inquiry: Inquiry) -> bool:
    """Something that a person has written has gone to them."""
    letters = select(LetterRecord.id).where(LetterRecord.inquiry_id == inquiry.id)
    if (await session.exec(letters.where(LetterRecord.sending == Sending.SENT).limit(1))).first() is not None:
        return True
    messages = select(ChatMessage.id).where(
        ChatMessage.inquiry_id == inquiry.id,
        ChatMessage.by_itself == "",
        col(ChatMessage.status).in_((ChatStatus.SENT, ChatStatus.DELIVERED, ChatStatus.READ)),
    )
    return (await session.exec(messages.limit(1))).first() is not None


async def as_it_was(session: AsyncSession, inquiry: Inquiry, at: datetime) -> dict[str, Any]:
    """The columns of one that waits no more: decided as before, else closed."""
    decision = await decision_of(session, inquiry.id or 0)
    undecided = InquiryState.LINKED if inquiry.interest_id is not None else InquiryState.CLOSED
    state = DECIDED[decision.kind] if decision else undecided
    return {
        "state": state,
        "decline_reason": _reason(decision),
        "closed_at": at,
        "holder_id": None,
        "held_at": None,
        "version": inquiry.version + 1,
    }


def _reason(decision: Action | None) -> DeclineReason | None:
    return DeclineReason(decision.details["reason"]) if decision and decision.kind == "decline" else None
