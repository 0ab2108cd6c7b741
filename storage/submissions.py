"""A submission that was held is looked at: it is an inquiry after all, or spam. Either can be undone."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound
from storage import reversal
from storage.access import Actor
from storage.callers import Caller
from storage.columns import now
from storage.database import Database, announce
from storage.history import Journal, journal, stored_id
from storage.inquiries import announce_inquiry
from storage.openings import open_inquiries
from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import Inquiry, InquiryEvent, InquiryState
from storage.tables.work import Consent
from storage.touches import keep_keys

TAKE_UP, DISMISS = "take-up-form", "dismiss-form"
LOOKED = frozenset({TAKE_UP, DISMISS})  # actions that `put_back` undoes


async def submission_to_take_up(session: AsyncSession, submission_id: int) -> Submission:
    """Nobody else looks at it before this transaction ends. Raises NotFound("no-such-submission"), and
    Conflict("already-taken-up", inquiry=) when somebody was first."""
    (found,) = await _locked(session, [submission_id]) or (None,)
    if found is None:
        raise NotFound("no-such-submission", id=submission_id)
    if found.inquiry_id is not None:
        raise Conflict("already-taken-up", inquiry=found.inquiry_id)
    return found


async def make_inquiry(
    session: AsyncSession,
    submission: Submission,
    columns: dict[str, Any],
    caller: Caller,
    keys: Iterable[str],
    who: Actor,
) -> tuple[int, int]:
    """An inquiry with these columns that waits since it came; its id and the action's, for undo.

    It is there already, closed, when the journal begins: who undoes it closes it, whatever has come to refer
    to it meanwhile, unless somebody works on it."""
    moment = now()
    closed = {"state": InquiryState.CLOSED, "closed_at": moment, "touched_at": moment}
    [inquiry_id] = await open_inquiries(session, [(submission.at, columns | closed)])
    inquiry = await session.get_one(Inquiry, inquiry_id)
    await keep_keys(session, inquiry_id, keys)
    seen = {"seen_by": who.user_id, "seen_at": moment}
    async with journal(session, TAKE_UP, who, inquiry_id, submission=submission.id) as j:
        await j.change(inquiry, state=InquiryState.NEW, closed_at=None)
        await j.change(submission, state=SubmissionState.TAKEN, inquiry_id=inquiry_id, **seen)
        await j.change(await session.get_one(InquiryEvent, submission.event_id), inquiry_id=inquiry_id)
        await _hang_on(session, j, submission, inquiry_id, caller)
    _announce(session, submission, inquiry_id)
    return inquiry_id, j.action_id


async def dismiss(database: Database, submission_ids: Collection[int], who: Actor) -> int:
    """They were spam; those of them that somebody has looked at already stay as they are. The action's id,
    for undo. Raises Conflict("already-looked-at") when none is left."""
    async with database.transaction() as session:
        held = [one for one in await _locked(session, submission_ids) if one.state is SubmissionState.HELD]
        if not held:
            raise Conflict("already-looked-at")
        async with journal(session, DISMISS, who, submissions=[one.id for one in held]) as j:
            await j.move(held, state=SubmissionState.DISMISSED, seen_by=who.user_id, seen_at=now())
        for one in held:
            _announce(session, one, None)
        return j.action_id


async def put_back(database: Database, action_id: int, who: Actor) -> None:
    """Undo one of LOOKED: it is held again. Raises as `reversal.undo` does."""
    async with database.transaction() as session:
        action = await reversal.undo(session, action_id, who)
        ids = action.details.get("submissions") or [action.details.get("submission")]
        for one in await _locked(session, ids):
            _announce(session, one, None)
        if action.inquiry_id is not None:
            announce_inquiry(session, await session.get_one(Inquiry, action.inquiry_id))


async def _locked(session: AsyncSession, submission_ids: Collection[int]) -> list[Submission]:
    query = select(Submission).where(col(Submission.id).in_(submission_ids)).order_by(col(Submission.id))
    locked = query.with_for_update().execution_options(populate_existing=True)
    return list(await session.exec(locked))


async def _hang_on(
    session: AsyncSession, j: Journal, submission: Submission, inquiry_id: int, caller: Caller
) -> None:
    """What they have agreed to is the inquiry's, too."""
    query = select(Consent).where(Consent.submission_id == submission.id).order_by(col(Consent.id))
    party = {"account_id": caller.account_id, "contact_id": caller.contact_id, "lead_id": caller.lead_id}
    for consent in list(await session.exec(query)):
        await j.change(consent, inquiry_id=inquiry_id, **party)


def _announce(session: AsyncSession, submission: Submission, inquiry_id: int | None) -> None:
    number = stored_id(submission)
    announce(session, "submission", submission=number, inquiry=inquiry_id, state=submission.state.value)
