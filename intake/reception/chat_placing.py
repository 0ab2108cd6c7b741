"""Which inquiry is what somebody says in a chat of: that of the dialogue, that which they have touched by
another way just now, or a new one."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.chat_going import Going, World, keys_of
from intake.reception.chat_rows import inquiry_columns, said_columns
from intake.reception.chat_turns import followed
from storage import callers, chats_write, touches
from storage.asking_again import ask_again
from storage.callbacks import is_open
from storage.callers import NOBODY
from storage.chat_state import inquiry_to_change
from storage.deciding import TOUCHED, ask_to_decide
from storage.history import stored_id
from storage.inquiries import announce_inquiry
from storage.openings import open_inquiries
from storage.tables.inquiries import Inquiry


async def place(session: AsyncSession, going: Sequence[Going], world: World) -> None:
    """Each that asks has its inquiry then; the others stay with what the dialogue is about."""
    for one in going:
        if one.dialogue is not None and not one.asks:
            one.inquiry_id = one.dialogue.inquiry_id
    asking = followed([one for one in going if one.asks])
    await _go_on(session, asking, world)
    leading = [one for one in asking if one.leader is None]
    await _find_recent(session, [one for one in leading if one.inquiry_id is None], world)
    await _open(session, [one for one in leading if one.inquiry_id is None], world)
    for one in asking:
        if one.inquiry_id is None and one.leader is not None:
            one.inquiry_id, one.waits = one.leader.inquiry_id, one.leader.waits
        if one.dialogue is not None:
            one.dialogue.inquiry_id = one.inquiry_id
        if one.caller != NOBODY:
            await callers.touch(session, one.caller, one.told.at)


async def join(session: AsyncSession, going: Iterable[Going], world: World) -> None:
    """What is a further touch of the same person, once it is written down."""
    for one in going:
        if one.recent is not None:
            await touches.join(session, one.recent, one.coming(world), one.event_id)
            await ask_to_decide(session, [stored_id(one.recent.inquiry)], TOUCHED, one.event_id)


async def _go_on(session: AsyncSession, asking: Sequence[Going], world: World) -> None:
    """In the dialogue's newest inquiry, while it is open or was decided a moment ago."""
    ids = {one.dialogue.inquiry_id for one in asking if one.dialogue is not None} - {None}
    found = await chats_write.inquiries_to_change(session, [id_ for id_ in ids if id_ is not None])
    told: list[tuple[int, str]] = []
    for one in asking:
        inquiry = found.get(one.dialogue.inquiry_id or 0) if one.dialogue is not None else None
        if inquiry is not None and inquiry.folded_into is not None:
            inquiry = await inquiry_to_change(session, inquiry.folded_into)
        if inquiry is None or not _belongs(inquiry, one, world):
            continue
        one.inquiry_id = stored_id(inquiry)
        one.waits = await ask_again(session, inquiry, one.told.at)
        _fill(inquiry, one)
        announce_inquiry(session, inquiry)
        if one.phone_news and one.phone:
            told.append((one.inquiry_id, one.phone))
            world.touched.add(one.phone)
    await touches.keep_all_keys(session, told)


def _belongs(inquiry: Inquiry, one: Going, world: World) -> bool:
    if is_open(inquiry):
        return True
    closed_at = inquiry.closed_at or inquiry.touched_at
    return closed_at >= one.told.at - timedelta(hours=world.house.chat_again_hours)


def _fill(inquiry: Inquiry, one: Going) -> None:
    """What it does not say yet; whom it is of, where nobody was known."""
    if inquiry.sender == one.told.identity and one.phone:
        inquiry.sender = one.phone
    for name, value in said_columns(one.told, one.phone).items():
        if value and not getattr(inquiry, name):
            setattr(inquiry, name, value)
    if not (inquiry.account_id or inquiry.contact_id or inquiry.lead_id):
        inquiry.account_id, inquiry.contact_id = one.caller.account_id, one.caller.contact_id
        inquiry.lead_id = one.caller.lead_id
        inquiry.responsible_id = inquiry.responsible_id or one.caller.responsible_id


async def _find_recent(session: AsyncSession, asking: Iterable[Going], world: World) -> None:
    for one in asking:
        keys = keys_of(one.told, world)
        if world.touched.isdisjoint(keys):
            continue
        one.recent = await touches.find_recent(session, one.coming(world), world.house.touch_minutes)
        if one.recent is not None:
            one.inquiry_id, one.waits = stored_id(one.recent.inquiry), True


async def _open(session: AsyncSession, opening: Sequence[Going], world: World) -> None:
    rows = [(one.told.at, inquiry_columns(one.told, one.phone, one.caller)) for one in opening]
    keys: list[tuple[int, str]] = []
    for one, inquiry_id in zip(opening, await open_inquiries(session, rows), strict=True):
        one.inquiry_id, one.waits = inquiry_id, True
        mine = keys_of(one.told, world)
        keys += [(inquiry_id, key) for key in mine]
        world.touched |= set(mine)
    await touches.keep_all_keys(session, keys)
