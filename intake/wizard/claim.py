"""Who was first: an inquiry is decided once, and whoever comes second is told by whom and when."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound
from intake.model.wizard import Accepted
from storage.access import Actor, within
from storage.decisions import decision_of, last_action
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryEvent, InquiryState
from storage.tables.people import User

# A call-back that closed itself may still be accepted: whoever called back has the wizard open.
OPEN = frozenset({InquiryState.NEW, InquiryState.IN_WORK, InquiryState.CLOSED})
NO_ANSWER = "no-answer"  # a reply that waits no more (intake/wizard/no_answer.py)
SEPARATE = "separate"  # one of two that the repeat-touch window had joined (intake/wizard/separate.py)
BY_HAND = "manual"  # the channel of what operators open themselves
MAX_FOLDS = 10  # inquiries that were joined one into the other


async def inquiry_to_change(session: AsyncSession, inquiry_id: int, who: Actor) -> Inquiry:
    """An inquiry that `who` may see, or the one it was joined into; nobody else changes it before this
    transaction ends. Raises NotFound("no-such-inquiry")."""
    for _ in range(MAX_FOLDS):
        query = select(Inquiry).where(Inquiry.id == inquiry_id, within(who, Inquiry))
        query = query.with_for_update().execution_options(populate_existing=True)
        inquiry = (await session.exec(query)).first()
        if inquiry is None:
            break
        if inquiry.folded_into is None:
            return inquiry
        inquiry_id = inquiry.folded_into
    raise NotFound("no-such-inquiry", id=inquiry_id)


async def claim(session: AsyncSession, inquiry_id: int, who: Actor) -> Inquiry:
    """The inquiry, undecided. Raises Conflict("already-accepted" or "already-declined", who=, at=, interest=)
    for whoever is second."""
    try:
        inquiry = await inquiry_to_change(session, inquiry_id, who)
    except NotFound:
        raise await _gone_meanwhile(session, inquiry_id) from None
    if inquiry.state not in OPEN:
        raise await _too_late(session, inquiry)
    return inquiry


async def inquiry_of_key(session: AsyncSession, request_key: str, who: Actor) -> int | None:
    """What this person has opened by hand with this form's or program's key."""
    if not request_key:
        return None
    query = select(InquiryEvent.inquiry_id).where(InquiryEvent.channel == BY_HAND)
    query = query.where(InquiryEvent.external_id == external_id(request_key, who))
    return (await session.exec(query)).first()


def external_id(request_key: str, who: Actor) -> str:
    """Keys are each person's own."""
    return f"{who.user_id}:{request_key}"


async def accepted_before(
    session: AsyncSession, inquiry_id: int, request_key: str, who: Actor
) -> Accepted | None:
    """What this very request came to, when it was heard before: a double click, a reload, a retry."""
    action = await decision_of(session, inquiry_id) if request_key else None
    if action is None or action.user_id != who.user_id or action.details.get("request_key") != request_key:
        return None
    return _as_accepted(action)


async def last_word(session: AsyncSession, inquiry: Inquiry) -> Action | None:
    """What can be taken back now: the decision, or that their reply needs no answer."""
    passed = await last_action(session, inquiry.id or 0, (NO_ANSWER,))
    if passed is not None and passed.details.get("version") == inquiry.version:
        return passed
    return await decision_of(session, inquiry.id or 0)


async def _gone_meanwhile(session: AsyncSession, inquiry_id: int) -> NotFound | Conflict:
    """What was everybody's and became somebody's by being accepted is told to the loser all the same."""
    inquiry = await session.get(Inquiry, inquiry_id)
    decision = await decision_of(session, inquiry_id)
    if inquiry is None or decision is None or decision.details.get("was") is not None:
        return NotFound("no-such-inquiry", id=inquiry_id)
    return await _too_late(session, inquiry)


async def _too_late(session: AsyncSession, inquiry: Inquiry) -> Conflict:
    action = await decision_of(session, inquiry.id or 0)
    user = await session.get(User, action.user_id) if action and action.user_id else None
    code = "already-declined" if inquiry.state is InquiryState.DECLINED else "already-accepted"
    at = action.at if action else inquiry.closed_at
    return Conflict(
        code,
        inquiry=inquiry.id,
        who=user.name if user else "",
        at=at.isoformat() if at else "",
        interest=inquiry.interest_id,
    )


def _as_accepted(action: Action) -> Accepted | None:
    said = action.details
    if "interest" not in said or action.inquiry_id is None or action.id is None:
        return None
    return Accepted(
        inquiry_id=action.inquiry_id,
        interest_id=said["interest"],
        action_id=action.id,
        created=action.kind == "accept",
        account_id=said.get("account"),
        contact_id=said.get("contact"),
        lead_id=said.get("lead"),
        warnings=tuple(said.get("warnings", ())),
        repeated=True,
    )
