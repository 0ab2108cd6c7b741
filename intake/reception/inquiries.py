"""Which inquiry a call belongs to, and what becomes of that as the call goes on."""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.phones import read_phone
from intake.matching.touching import touch_keys
from intake.model.calls import Call, Direction
from intake.reception.over import hung_up
from intake.reception.talks import missed, talked, talked_out
from intake.reception.turn import Turn
from storage import callbacks, callers, touches
from storage.callers import Caller
from storage.deciding import ask_to_decide
from storage.history import stored_id
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Channel, Inquiry
from storage.touches import Coming


async def follow(session: AsyncSession, turn: Turn, inquiry_id: int | None) -> int | None:
    """The inquiry of a call after this turn; None where there is nothing to take in.

    Only calls from outside open one. A call to the outside belongs to the call-back it answers.
    """
    match turn.after.direction:
        case Direction.IN:
            return await _incoming(session, turn, inquiry_id)
        case Direction.OUT:
            return await talked_out(session, turn, inquiry_id)
        case Direction.INTERNAL:
            return inquiry_id


async def merge_inquiries(session: AsyncSession, absorbed: int | None, surviving: int | None) -> int | None:
    """Two calls were one: their inquiries become one, but what a person has decided stays as it is."""
    if absorbed is None or surviving is None or absorbed == surviving:
        return surviving or absorbed
    away = await callbacks.inquiry(session, absorbed)
    into = await callbacks.inquiry(session, surviving)
    if not callbacks.is_open(away):
        away, into = into, away
    if callbacks.is_open(away):
        await callbacks.fold(session, away, into)
        announce_inquiry(session, away)
        announce_inquiry(session, into)
    return into.id


async def _incoming(session: AsyncSession, turn: Turn, inquiry_id: int | None) -> int | None:
    if inquiry_id is not None and not (turn.described or turn.answered or turn.missed or turn.hung_up):
        return inquiry_id
    if inquiry_id is None:
        inquiry = await _join_or_open(session, turn)
    else:
        inquiry = await _described(session, await callbacks.inquiry(session, inquiry_id), turn.after)
    if inquiry is None:
        return None
    if turn.answered:
        await talked(session, turn, inquiry)
    if turn.missed:
        inquiry = await missed(session, turn, inquiry)
    if turn.hung_up:
        await hung_up(session, turn, inquiry)
    await session.flush()
    if turn.numbered:
        await touches.keep_keys(session, stored_id(inquiry), touch_keys(turn.after.number))
    announce_inquiry(session, inquiry)
    return inquiry.id


async def _join_or_open(session: AsyncSession, turn: Turn) -> Inquiry | None:
    """None for a colleague who calls from their own mobile."""
    call = turn.after
    if call.number:
        if await callers.is_employee(session, call.number):
            return None
        item = await callbacks.callback_of(session, call.number)
        if item is not None and not _is_over(turn, item):
            item.touched_at = max(item.touched_at, turn.began)
            return await _described(session, item, call)
        if (begun := await _begun(session, turn, call.number)) is not None:
            return begun
    return await _open(session, turn)


async def _begun(session: AsyncSession, turn: Turn, number: str) -> Inquiry | None:
    """What they began a moment ago by a form or a letter."""
    minutes = turn.house.touch_minutes
    keys = touch_keys(number) if minutes else ()
    await touches.hold(session, keys)
    coming = Coming(keys, turn.began, Channel.CALL, said={"sender_name": turn.after.name})
    recent = await touches.find_recent(session, coming, minutes)
    if recent is None:
        return None
    coming = replace(coming, caller=await _caller(session, number, turn.after.number_raw))
    return await touches.join_recent(session, coming, turn.event_id, minutes)


def _is_over(turn: Turn, item: Inquiry) -> bool:
    """Whether it was a talk before they rang in vain, heard of late from the PBX's records."""
    return turn.was_a_talk and turn.talk_at < item.touched_at


async def _open(session: AsyncSession, turn: Turn) -> Inquiry:
    inquiry = Inquiry(channel=Channel.CALL, opened_at=turn.began, touched_at=turn.began)
    session.add(inquiry)
    inquiry = await _described(session, inquiry, turn.after)
    await session.flush()
    await ask_to_decide(session, [stored_id(inquiry)])
    return inquiry


async def _described(session: AsyncSession, inquiry: Inquiry, call: Call) -> Inquiry:
    """With what the call says by now; the caller's call-back item instead if the number leads there."""
    if not callbacks.is_open(inquiry) or inquiry.channel is not Channel.CALL:
        return inquiry
    inquiry.sender_name = call.name or inquiry.sender_name
    inquiry.line = call.did or inquiry.line
    inquiry.queue = call.queue or inquiry.queue
    if call.number and call.number != inquiry.sender and inquiry.callback is None:
        return await _named(session, inquiry, call.number, call.number_raw)
    return inquiry


async def _named(session: AsyncSession, inquiry: Inquiry, number: str, raw: str | None) -> Inquiry:
    inquiry.sender = number
    item = await callbacks.callback_of(session, number) if inquiry.id is not None else None
    if item is not None:
        await callbacks.fold(session, inquiry, item)
        announce_inquiry(session, inquiry)
        return item
    caller = await _caller(session, number, raw)
    inquiry.account_id, inquiry.contact_id = caller.account_id, caller.contact_id
    inquiry.lead_id, inquiry.responsible_id = caller.lead_id, caller.responsible_id
    return inquiry


async def _caller(session: AsyncSession, number: str, raw: str | None) -> Caller:
    phone = read_phone(raw or "")
    return await callers.who_is(session, number, phone.extension if phone else None)
