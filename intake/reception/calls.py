"""Writing a step of a call down, and what follows from it."""

from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import Call, CallEvent, Direction
from intake.reception.house import House
from intake.reception.inquiries import follow, merge_inquiries
from intake.reception.snapshots import combined, fact_of, is_newer
from intake.reception.turn import Turn
from storage import calls
from storage.calls import KnownCall
from storage.database import announce
from storage.deciding import ENDED, ask_to_decide
from storage.events import Fact, file_under, record
from storage.tables.inquiries import Channel


@dataclass(frozen=True, slots=True)
class _Written:
    """The event as it stands in the log now."""

    event_id: int
    ignored_by: int | None  # an entry of the ignore list: nothing shall come of this call
    house: House


async def take(session: AsyncSession, event: CallEvent, house: House) -> bool:
    """Write the event down and do what follows from it; False when it had been heard before."""
    known = await calls.known_call(session, event.channel, event.call.linkedid)
    ignored_by = _ignored_by(event.call, known, house)
    event_id = await write_down(session, event, known, ignored_by)
    if event_id is None:
        return False
    written = _Written(event_id, ignored_by or (known.ignored_by if known else None), house)
    if known is None:
        await _begin(session, event, written)
    elif is_newer(known.call, known.as_of, event.call, event.at):
        await _go_on(session, event, written, known)
    return True


def _ignored_by(call: Call, known: KnownCall | None, house: House) -> int | None:
    """Asked once a call, as soon as its number is known: so the steps that bear the entry are the calls that
    it kept away. A call that has an inquiry already keeps it."""
    if call.direction is not Direction.IN or not call.number:
        return None
    if known is not None and (known.inquiry_id is not None or known.call.number == call.number):
        return None
    return house.ignored.entry_for(Channel.CALL.value, [call.number])


async def write_down(
    session: AsyncSession, event: CallEvent, known: KnownCall | None, ignored_by: int | None = None
) -> int | None:
    """The fact alone; None when it had been heard before."""
    fact = Fact(
        event.channel,
        event.external_id,
        kind=f"call-{event.step}",
        at=event.at,
        fact=fact_of(event.call),
        raw=event.raw,
        inquiry_id=known.inquiry_id if known else None,
        ignored_by=ignored_by,
    )
    return await record(session, fact)


async def _begin(session: AsyncSession, event: CallEvent, written: _Written) -> None:
    call = event.call
    inquiry_id = await calls.absorbed_inquiry(session, event.channel, call.linkedid)
    inquiry_id = await _follow(session, Turn(None, call, event.at), written, inquiry_id)
    columns = {"inquiry_id": inquiry_id, "ignored_by": written.ignored_by}
    call_id = await calls.add_call(session, event.channel, call, event.at, **columns)
    if inquiry_id is not None:
        await file_under(session, written.event_id, inquiry_id)
    if call.merged_into:
        inquiry_id = await _merge(session, event, call_id, inquiry_id)
    elif call.ended:
        await _decide(session, written.event_id, inquiry_id)
    _announce(session, event, call_id, inquiry_id, written)


async def _go_on(session: AsyncSession, event: CallEvent, written: _Written, known: KnownCall) -> None:
    call = combined(known.call, event.call)
    inquiry_id = await _follow(session, Turn(known.call, call, event.at), written, known.inquiry_id)
    columns = {"inquiry_id": inquiry_id, "ignored_by": written.ignored_by}
    await calls.keep_call(session, known.id, call=call, as_of=max(event.at, known.as_of), **columns)
    if call.merged_into and not known.call.merged_into:
        inquiry_id = await _merge(session, event, known.id, inquiry_id)
    elif call.ended and not known.call.ended:
        await _decide(session, written.event_id, inquiry_id)
    _announce(session, event, known.id, inquiry_id, written)


async def _follow(session: AsyncSession, turn: Turn, written: _Written, inquiry_id: int | None) -> int | None:
    """A part of another call is followed there; an ignored one nowhere."""
    if turn.after.merged_into or written.ignored_by is not None:
        return inquiry_id
    turn = replace(turn, event_id=written.event_id, house=written.house)
    return await follow(session, turn, inquiry_id)


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


def _announce(
    session: AsyncSession, event: CallEvent, call_id: int, inquiry_id: int | None, written: _Written
) -> None:
    """An ignored call rings on no screen."""
    call = event.call if written.ignored_by is None else replace(event.call, ringing=(), talking=())
    announce(
        session,
        "call",
        call=call_id,
        inquiry=inquiry_id,
        step=event.step.value,
        ringing=list(call.ringing),
        talking=list(call.talking),
    )
