"""Two contacts that the repeat-touch window took for one person's were not: the later one gets an inquiry of
its own, and the window never joins the two by that key again. It can be undone."""

from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound
from intake.wizard.claim import SEPARATE, inquiry_to_change
from storage import touches
from storage.access import Actor
from storage.asking_again import as_it_was
from storage.callbacks import is_open
from storage.columns import now
from storage.database import Database
from storage.deciding import ask_to_decide
from storage.history import Journal, journal, stored_id
from storage.inquiries import announce_inquiry
from storage.separating import Brought, brought_by, own_inquiry
from storage.tables.automation import Touch
from storage.tables.inquiries import Inquiry, InquiryEvent, InquiryState


@dataclass(frozen=True, slots=True)
class Separated:
    """`inquiry_id` is the new one; `action_id` is for undo."""

    action_id: int
    inquiry_id: int


async def separate(database: Database, touch_id: int, who: Actor) -> Separated:
    """Raises NotFound for a touch of nothing that `who` may see, and Conflict("already-separated",
    inquiry=)."""
    async with database.transaction() as session:
        touch = await _locked(session, touch_id)
        inquiry = await inquiry_to_change(session, touch.inquiry_id, who)
        if touch.separated_at is not None:
            raise Conflict("already-separated", inquiry=touch.separated_to)
        brought = await brought_by(session, await session.get_one(InquiryEvent, touch.event_id))
        own = await _folded(session, inquiry, brought, touch)
        async with journal(session, SEPARATE, who, inquiry.id, touch=touch.id, own=own.id) as j:
            await _take_out(session, j, inquiry, brought, touch)
            await j.move(brought.rows, inquiry_id=own.id)
            await j.change(own, **_alone(brought))
            apart = {"separated_at": now(), "separated_by": who.user_id, "separated_to": own.id}
            await j.change(touch, **apart)
        await touches.keep_keys(session, stored_id(own), {touch.by_key, *brought.keys})
        await ask_to_decide(session, [stored_id(own)])
        announce_inquiry(session, inquiry)
        announce_inquiry(session, own)
        return Separated(j.action_id, stored_id(own))


async def _locked(session: AsyncSession, touch_id: int) -> Touch:
    query = select(Touch).where(Touch.id == touch_id).with_for_update()
    touch = (await session.exec(query.execution_options(populate_existing=True))).first()
    if touch is None:
        raise NotFound("no-such-touch", id=touch_id)
    return touch


async def _folded(session: AsyncSession, inquiry: Inquiry, brought: Brought, touch: Touch) -> Inquiry:
    """At first it is a part of the other: so taking the action back leaves it there, whatever has come to
    point at it."""
    own = own_inquiry(brought, touch.at)
    own.state, own.closed_at, own.folded_into = InquiryState.CLOSED, touch.at, inquiry.id
    session.add(own)
    await session.flush()
    return own


async def _take_out(
    session: AsyncSession, j: Journal, inquiry: Inquiry, brought: Brought, touch: Touch
) -> None:
    """What the touch did to the inquiry that it had joined: a call-back is the caller's, and what had been
    decided is decided again."""
    if brought.missed is not None:
        callback = None if inquiry.callback == brought.missed else inquiry.callback
        await j.change(inquiry, callback=callback, misses=max(0, inquiry.misses - 1))
    if touch.asked_again and is_open(inquiry) and inquiry.holder_id is None:
        await j.change(inquiry, **await as_it_was(session, inquiry, now()))


def _alone(brought: Brought) -> dict[str, object]:
    missed = {"callback": brought.missed, "misses": 1} if brought.missed is not None else {}
    return {"state": InquiryState.NEW, "closed_at": None, "folded_into": None, **missed}
