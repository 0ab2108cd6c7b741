"""Calls that were missed, and talks that make up for them.

A caller whom nobody answered has one open call-back item, however often they ring; any talk closes it.
"""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.over import talked_with
from intake.reception.turn import Turn
from storage import callbacks, callers, calls
from storage.answer_times import answered, at_extension, waiting_for_answer
from storage.callers import Caller
from storage.deciding import ask_to_decide
from storage.history import stored_id
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Channel, Inquiry, InquiryState

CARRIED = {"sender", "sender_name", "line", "queue", "account_id", "contact_id", "lead_id", "responsible_id"}


async def talked(session: AsyncSession, turn: Turn, inquiry: Inquiry) -> None:
    """Somebody has answered them: nothing is to be called back, the inquiry is to be accepted."""
    if callbacks.is_open(inquiry):
        await _answered(session, turn, inquiry)
        inquiry.callback = None
    if turn.after.number:
        await _close_callback(session, turn, turn.after.number, besides=inquiry)
    await callers.touch(session, _caller_of(inquiry), turn.talk_at)


async def missed(session: AsyncSession, turn: Turn, inquiry: Inquiry) -> Inquiry:
    """Nobody has answered them; returns the inquiry that stands for it."""
    number, ended = turn.after.number, turn.after.ended or turn.at
    if inquiry.state is InquiryState.CLOSED and inquiry.closed_at and inquiry.closed_at < ended:
        inquiry = await _another(session, inquiry, turn)
    if not callbacks.is_open(inquiry):
        return inquiry
    inquiry.misses += 1
    if number is None or inquiry.callback == number:
        return inquiry
    if await calls.talked_after(session, number, ended):
        await talked_with(session, inquiry, ended)
        return inquiry
    item = await callbacks.callback_of(session, number)
    if item is None:
        inquiry.callback = number
        return inquiry
    await callbacks.fold(session, inquiry, item)
    announce_inquiry(session, inquiry)
    return item


async def talked_out(session: AsyncSession, turn: Turn, inquiry_id: int | None) -> int | None:
    """A call of ours to the outside: joins the call-back it answers, and closes it once they talk."""
    number = turn.after.number
    if number is None or not (turn.answered or turn.described):
        return inquiry_id
    item = await callbacks.callback_of(session, number)
    if item is not None and item.touched_at > turn.talk_at:
        item = None  # they rang again after this
    if turn.answered:
        await callers.touch(session, await callers.who_is(session, number), turn.talk_at)
        for asked in await waiting_for_answer(session, number):
            await _answered(session, turn, asked)
            announce_inquiry(session, asked)
        if item is not None:
            await _answered(session, turn, item)
            await talked_with(session, item, turn.talk_at)
        await session.flush()
    if item is None:
        return inquiry_id
    announce_inquiry(session, item)
    return item.id


async def _close_callback(session: AsyncSession, turn: Turn, number: str, besides: Inquiry) -> None:
    item = await callbacks.callback_of(session, number)
    if item is not None and item is not besides and item.touched_at <= turn.talk_at:
        await _answered(session, turn, item)
        await talked_with(session, item, turn.talk_at)
        announce_inquiry(session, item)


async def _answered(session: AsyncSession, turn: Turn, inquiry: Inquiry) -> None:
    """By whoever talked with them first."""
    if inquiry.id is None:
        await session.flush()
    who = await at_extension(session, turn.after.answered_by)
    await answered(session, inquiry, turn.after.answered or turn.at, who)


async def _another(session: AsyncSession, closed: Inquiry, turn: Turn) -> Inquiry:
    """They were called back while they rang again, and that ring was lost: it is somebody's, to be sure."""
    inquiry = Inquiry(
        channel=Channel.CALL,
        opened_at=turn.began,
        touched_at=turn.began,
        **closed.model_dump(include=CARRIED),
    )
    session.add(inquiry)
    await session.flush()
    await ask_to_decide(session, [stored_id(inquiry)])
    return inquiry


def _caller_of(inquiry: Inquiry) -> Caller:
    return Caller(inquiry.account_id, inquiry.contact_id, inquiry.lead_id)
