"""Writing a step of a call down, and what follows from it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import CallEvent
from intake.reception.inquiries import follow, merge_inquiries
from intake.reception.snapshots import combined, fact_of, is_newer
from intake.reception.turn import Turn
from storage import calls
from storage.calls import KnownCall
from storage.database import announce
from storage.deciding import ENDED, ask_to_decide
from storage.events import Fact, file_under, record


async def take(session: AsyncSession, event: CallEvent) -> bool:
    """Write the event down and do what follows from it; False when it had been heard before."""
    known = await calls.known_call(session, event.channel, event.call.linkedid)
    event_id = await write_down(session, event, known)
    if event_id is None:
        return False
    if known is None:
        await _begin(session, event, event_id)
    elif is_newer(known.call, known.as_of, event.call, event.at):
        await _go_on(session, event, event_id, known)
    return True


async def write_down(session: AsyncSession, event: CallEvent, known: KnownCall | None) -> int | None:
    """The fact alone; None when it had been heard before."""
    fact = Fact(
        event.channel,
        event.external_id,
        kind=f"call-{event.step}",
        at=event.at,
        fact=fact_of(event.call),
        raw=event.raw,
        inquiry_id=known.inquiry_id if known else None,
    )
    return await record(session, fact)


async def _begin(session: AsyncSession, event: CallEvent, event_id: int) -> None:
    call = event.call
    inquiry_id = await calls.absorbed_inquiry(session, event.channel, call.linkedid)
    if not call.merged_into:
        inquiry_id = await follow(session, Turn(None, call, event.at), inquiry_id)
    call_id = await calls.add_call(session, event.channel, call, event.at, inquiry_id)
    if inquiry_id is not None:
        await file_under(session, event_id, inquiry_id)
    if call.merged_into:
        inquiry_id = await _merge(session, event, call_id, inquiry_id)
    elif call.ended:
        await _decide(session, event_id, inquiry_id)
    _announce(session, event, call_id, inquiry_id)


async def _go_on(session: AsyncSession, event: CallEvent, event_id: int, known: KnownCall) -> None:
    call = combined(known.call, event.call)
    inquiry_id = known.inquiry_id
    if not call.merged_into:
        inquiry_id = await follow(session, Turn(known.call, call, event.at), inquiry_id)
    await calls.keep_call(
        session, known.id, call=call, as_of=max(event.at, known.as_of), inquiry_id=inquiry_id
    )
    if call.merged_into and not known.call.merged_into:
        inquiry_id = await _merge(session, event, known.id, inquiry_id)
    elif call.ended and not known.call.ended:
        await _decide(session, event_id, inquiry_id)
    _announce(session, event, known.id, inquiry_id)


async def _merge(session: AsyncSession, event: CallEvent, call_id: int, inquiry_id: int | None) -> int | None:
    """The call has become part of another: both belong to one inquiry, which is returned."""
    survivor = await calls.known_call(session, event.channel, event.call.merged_into or "")
    if event.call.ended is None:
        await calls.keep_call(session, call_id, ended_at=event.at)
    if survivor is None:  # not heard of yet: it asks for what it absorbed when it is
        return inquiry_id
    shared = await merge_inquiries(session, inquiry_id, survivor.inquiry_id)
    await calls.keep_call(session, call_id, inquiry_id=shared)
    await calls.keep_call(session, survivor.id, inquiry_id=shared)
    return shared


async def _decide(session: AsyncSession, event_id: int, inquiry_id: int | None) -> None:
    """Only now all is known that rules may ask of a call."""
    if inquiry_id is not None:
        await ask_to_decide(session, [inquiry_id], ENDED, event_id)


def _announce(session: AsyncSession, event: CallEvent, call_id: int, inquiry_id: int | None) -> None:
    call = event.call
    announce(
        session,
        "call",
        call=call_id,
        inquiry=inquiry_id,
        step=event.step.value,
        ringing=list(call.ringing),
        talking=list(call.talking),
    )
