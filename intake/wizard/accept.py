"""Step two: accept request. Out of an inquiry comes an interest, created or linked, exactly once.

Screens, the API and the rules all call `accept`. Everything it does is one transaction and one action in the
journal, so that it can be undone as one.
"""

from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from intake.matching.emails import read_emails
from intake.matching.phones import read_phones
from intake.model.wizard import Acceptance, Accepted, Criteria, LinkInterest, NewPoint
from intake.wizard.by_hand import open_inquiry
from intake.wizard.chats_kept import keep_chats
from intake.wizard.claim import accepted_before, claim, inquiry_of_key
from intake.wizard.decided import add_point
from intake.wizard.forms_kept import keep_forms, points_said
from intake.wizard.settling import settle
from intake.wizard.sides import Sides
from intake.wizard.wish import MAX_TEXT, hang, wanted
from storage import parties
from storage.access import Actor
from storage.answer_times import answer_time
from storage.assignments import ACCEPTED, end_assignment
from storage.columns import now
from storage.database import Database, announce
from storage.history import Journal, journal, stored_id
from storage.inquiries import announce_inquiry
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import PointKind

ATTEMPTS = 3  # two at once may make the same label, or wait for each other: the later one looks again
MAX_KEY = 160  # letters; the person's id stands before it


async def accept(database: Database, inquiry_id: int | None, acceptance: Acceptance, who: Actor) -> Accepted:
    """Accept an inquiry, or with None one that is opened by hand (it comes to be only now).

    Raises Conflict("already-accepted" or "already-declined", who=, at=, interest=) for whoever is second,
    NotFound for what `who` may not see, Rejected for what is wrong in the form. The same `request_key` of
    the same person answers what it answered the first time, `repeated`.
    """
    if len(acceptance.request_key) > MAX_KEY:
        raise Rejected("too-long", field="request_key", limit=MAX_KEY)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with database.transaction() as session:
                return await accept_in(session, inquiry_id, acceptance, who)
        except DBAPIError as error:
            if attempt == ATTEMPTS or not passes(error):
                raise
    raise AssertionError("not reached")


async def accept_in(
    session: AsyncSession, inquiry_id: int | None, acceptance: Acceptance, who: Actor
) -> Accepted:
    """The same in a transaction of the caller's, who looks again when it fails in a way that `passes`."""
    inquiry = await _claim_any(session, inquiry_id, acceptance, who)
    if isinstance(inquiry, Accepted):
        return inquiry
    was = inquiry.responsible_id if inquiry else None
    kind = "link" if isinstance(acceptance.interest, LinkInterest) else "accept"
    async with journal(session, kind, who, inquiry.id if inquiry else None) as j:
        if inquiry is None:
            inquiry = await _open_by_hand(session, j, acceptance, who)
        sides = await settle(session, j, acceptance, who)
        interest = await wanted(session, j, acceptance, sides, inquiry, who)
        await _keep_what_was_said(session, j, acceptance, sides, inquiry)
        await hang(session, j, acceptance, interest, inquiry, who)
        await keep_forms(session, j, inquiry, interest, sides)
        await keep_chats(session, j, inquiry, sides)
        await _touch(j, sides, inquiry)
        await _close(j, inquiry, interest, sides, acceptance)
        await _answer(session, j, inquiry, who)
        accepted = _accepted(j, inquiry, interest, sides)
        j.action.details = j.action.details | _told(accepted, acceptance, was)
    announce_inquiry(session, inquiry)
    announce(session, "interest", interest=interest.id)
    return accepted


async def _claim_any(
    session: AsyncSession, inquiry_id: int | None, acceptance: Acceptance, who: Actor
) -> Inquiry | Accepted | None:
    """The inquiry, undecided; what the same request came to before; None when it is to be opened by hand."""
    if inquiry_id is None and acceptance.call_id is not None:
        inquiry_id = (await _call(session, acceptance.call_id)).inquiry_id
    inquiry_id = inquiry_id or await inquiry_of_key(session, acceptance.request_key, who)
    if inquiry_id is None:
        return None
    if before := await accepted_before(session, inquiry_id, acceptance.request_key, who):
        return before
    try:
        return await claim(session, inquiry_id, who)
    except Conflict:  # perhaps by the other click of this very person, a moment ago
        before = await accepted_before(session, inquiry_id, acceptance.request_key, who)
        if before is None:
            raise
        return before


async def _open_by_hand(session: AsyncSession, j: Journal, acceptance: Acceptance, who: Actor) -> Inquiry:
    call = await _call(session, acceptance.call_id) if acceptance.call_id is not None else None
    number = call.number if call else None
    inquiry = await open_inquiry(j, acceptance.criteria, acceptance.request_key, who, number)
    if call is not None:
        await j.change(call, inquiry_id=inquiry.id)
    return inquiry


async def _call(session: AsyncSession, call_id: int) -> CallRecord:
    """Nobody else changes it before this transaction ends."""
    query = select(CallRecord).where(CallRecord.id == call_id).with_for_update()
    call = (await session.exec(query)).first()
    if call is None:
        raise NotFound("no-such-call", id=call_id)
    return call


async def _keep_what_was_said(
    session: AsyncSession, j: Journal, acceptance: Acceptance, sides: Sides, inquiry: Inquiry
) -> None:
    """A known e-mail with a new phone keeps the new phone too, unless the form said otherwise or the
    number is somebody else's."""
    decided = {parties.read_point(one.point).value for one in acceptance.points}
    decided |= {point.value for point in await parties.points_of(session, sides.refs)}
    for given in (*_said(acceptance.criteria, inquiry), *await points_said(session, inquiry)):
        point = parties.read_point(given)
        if point.value in decided or await parties.owners_of(session, point.kind, point.value):
            continue
        decided.add(point.value)
        await add_point(j, sides.refs[0], point, await parties.points_of(session, sides.refs[:1]))


def _said(criteria: Criteria, inquiry: Inquiry) -> list[NewPoint]:
    """The phones and addresses they came with and those that were typed; what cannot be read is no point."""
    sender = inquiry.sender or ""
    phones = read_phones(criteria.phone, area_code=criteria.area_code)
    phones += read_phones(sender) if inquiry.channel is Channel.CALL else []
    emails = read_emails(criteria.email)
    emails += read_emails(sender) if inquiry.channel is Channel.LETTER else []
    return [
        *(NewPoint(PointKind.PHONE, one.e164, one.extension or "") for one in phones if one.valid),
        *(NewPoint(PointKind.EMAIL, one.address) for one in emails),
    ]


async def _touch(j: Journal, sides: Sides, inquiry: Inquiry) -> None:
    """They were heard when the inquiry last was."""
    for card in (sides.account, sides.contact, sides.lead):
        if card is not None and (card.touched_at is None or card.touched_at < inquiry.touched_at):
            await j.change(card, touched_at=inquiry.touched_at)


async def _close(
    j: Journal, inquiry: Inquiry, interest: Interest, sides: Sides, acceptance: Acceptance
) -> None:
    linked = isinstance(acceptance.interest, LinkInterest)
    await end_assignment(j, inquiry, ACCEPTED)
    await j.change(
        inquiry,
        state=InquiryState.LINKED if linked else InquiryState.ACCEPTED,
        closed_at=now(),
        callback=None,
        interest_id=interest.id,
        responsible_id=interest.responsible_id,
        holder_id=None,
        held_at=None,
        draft={},
        note=parties.fit("note", acceptance.note, MAX_TEXT) or inquiry.note,
        version=inquiry.version + 1,
        **sides.ids,
    )


async def _answer(session: AsyncSession, j: Journal, inquiry: Inquiry, who: Actor) -> None:
    """A person who takes up what came in writing has heard them; a rule has not, nor is there anybody to
    answer in what was opened by hand."""
    if who.user_id is None or inquiry.channel is Channel.MANUAL:
        return
    moment = now()
    if row := await answer_time(session, inquiry, moment, who.user_id):
        await j.add(row)
        await j.change(inquiry, answered_at=moment, answered_by=who.user_id)


def _accepted(j: Journal, inquiry: Inquiry, interest: Interest, sides: Sides) -> Accepted:
    return Accepted(
        inquiry_id=stored_id(inquiry),
        interest_id=stored_id(interest),
        action_id=j.action_id,
        created=j.action.kind == "accept",
        warnings=tuple(dict.fromkeys(sides.warnings)),
        **sides.ids,
    )


def _told(accepted: Accepted, acceptance: Acceptance, was: int | None) -> dict[str, Any]:
    """What the log keeps of it, and a repeated request is answered with. `was`: responsible until now."""
    return {
        "request_key": acceptance.request_key, "inquiry": accepted.inquiry_id, "was": was,
        "interest": accepted.interest_id, "account": accepted.account_id, "contact": accepted.contact_id,
        "lead": accepted.lead_id, "warnings": list(accepted.warnings),
    }  # fmt: skip


def passes(error: DBAPIError) -> bool:
    """Whether looking again may help: somebody wrote the same at the same time."""
    return isinstance(error, IntegrityError) or "deadlock" in str(error.orig).casefold()
