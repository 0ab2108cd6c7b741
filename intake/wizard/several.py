"""Several inquiries at once: each is decided alone, by the function that decides one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from intake.wizard.blocking import block_sender
from intake.wizard.decline import decline
from intake.wizard.holding import hand_over
from intake.wizard.undo import undo
from storage import reversal
from storage.access import Actor
from storage.database import Database
from storage.inquiries import announce_inquiry
from storage.interests import worker
from storage.letters import letters_of_inquiry
from storage.tables.history import Action
from storage.tables.inquiries import DeclineReason, Inquiry
from storage.tables.letters import LetterWay

MOST = 100  # inquiries at once


@dataclass(frozen=True, slots=True)
class Several:
    """`actions` can be undone; `left` are those that somebody else has decided meanwhile, or that `who` may
    not see."""

    actions: tuple[int, ...]
    done: tuple[int, ...]
    left: int


async def decline_several(
    database: Database, ids: Sequence[int], reason: str, note: str, who: Actor
) -> Several:
    """Raises Rejected for a reason that is none, and for too many."""
    return await _each(ids, lambda id_: decline(database, id_, reason, note, who))


async def hand_over_several(database: Database, ids: Sequence[int], user_id: int, who: Actor) -> Several:
    """Raises Rejected for somebody who does not work here."""
    async with database.reading() as session:
        await worker(session, user_id)
    return await _each(ids, lambda id_: hand_over(database, id_, user_id, who))


async def spam_several(database: Database, ids: Sequence[int], who: Actor) -> Several:
    """Declined as spam; of letters the senders are blocked."""

    async def mark(id_: int) -> int:
        async with database.reading() as session:
            letter = await _last_letter(session, id_)
        if letter is not None:
            try:
                return await block_sender(database, letter, "address", who)
            except Rejected:  # it names no address
                pass
        return await decline(database, id_, DeclineReason.SPAM, "", who)

    return await _each(ids, mark)


async def take_back_several(database: Database, actions: Sequence[int], who: Actor) -> Several:
    """Of what the functions above did, the last first. What cannot be taken back stays."""
    return await _each(list(reversed(actions)), lambda action: _take_back(database, action, who))


async def _each(ids: Sequence[int], act: Callable[[int], Awaitable[int]]) -> Several:
    if len(ids) > MOST:
        raise Rejected("too-many", limit=MOST)
    actions, done = [], []
    for id_ in dict.fromkeys(ids):
        try:
            actions.append(await act(id_))
        except (Conflict, NotFound):
            continue
        done.append(id_)
    return Several(tuple(actions), tuple(done), len(set(ids)) - len(done))


async def _last_letter(session: AsyncSession, inquiry_id: int) -> int | None:
    letters = await letters_of_inquiry(session, inquiry_id)
    return next((one.id for one in reversed(letters) if one.way is LetterWay.IN), None)


async def _take_back(database: Database, action_id: int, who: Actor) -> int:
    async with database.reading() as session:
        action = await session.get(Action, action_id)
    if action is None or action.kind != "hand-over":
        return await undo(database, action_id, who) or 0
    async with database.transaction() as session:
        undone = await reversal.undo(session, action_id, who)
        inquiry = await session.get(Inquiry, undone.inquiry_id)
        if inquiry is not None:
            announce_inquiry(session, inquiry)
    return undone.inquiry_id or 0
