"""Who has an inquiry open. Others see it; taking over is allowed and is written down.

A holder who has not been heard of for a while holds nothing: a browser that was closed must not keep a
caller waiting.
"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Rejected
from intake.model.wizard import Chosen, Existing, PartyKind
from intake.wizard.claim import claim, inquiry_to_change
from storage.access import Actor
from storage.assignments import HANDED_OVER, end_assignment
from storage.chats import SELECTED
from storage.columns import now
from storage.database import Database
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.interests import worker
from storage.merging import card_now_to_change
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.people import User
from storage.trouble import is_trouble

HELD_FOR = timedelta(minutes=5)  # after the holder was last heard of; the page calls `keep` every minute
RELEASE_EVERY = 60.0  # seconds
MAX_DRAFT = 20_000  # letters of JSON

log = structlog.get_logger()


async def take(database: Database, inquiry_id: int, who: Actor) -> Inquiry:
    """Open it and keep it. Raises Conflict("held", who=, since=) while a colleague has it open."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        if is_held(inquiry) and inquiry.holder_id != who.user_id:
            holder = await session.get(User, inquiry.holder_id)
            since = inquiry.held_at.isoformat() if inquiry.held_at else ""
            raise Conflict("held", who=holder.name if holder else "", since=since)
        await _hold(session, inquiry, "take", who)
        return inquiry


async def take_over(database: Database, inquiry_id: int, who: Actor) -> Inquiry:
    """Open it, whoever has it."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        await _hold(session, inquiry, "take-over", who)
        return inquiry


async def keep(database: Database, inquiry_id: int, who: Actor) -> None:
    """The holder is heard of. Nobody else is: a page that is only looked at takes nothing."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        if inquiry.holder_id == who.user_id:
            inquiry.held_at = now()


async def release(database: Database, inquiry_id: int, who: Actor) -> None:
    """Back to the queue. Harmless when it is decided, or somebody else's by now."""
    async with database.transaction() as session:
        inquiry = await inquiry_to_change(session, inquiry_id, who)
        await _release(session, inquiry, "release", who)


async def later(database: Database, inquiry_id: int, draft: dict[str, Any], who: Actor) -> None:
    """Back to the queue with what was typed so far."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        inquiry.draft = _bounded(draft, inquiry)
        await _release(session, inquiry, "later", who)


async def save_draft(database: Database, inquiry_id: int, draft: dict[str, Any], who: Actor) -> None:
    """Keep what was typed so far: whoever types in what nobody has open has it from then on."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        inquiry.draft = _bounded(draft, inquiry)
        if not is_held(inquiry):
            await _hold(session, inquiry, "take", who)


async def choose(database: Database, inquiry_id: int, chosen: Chosen, who: Actor) -> None:
    """Remember for this call who it is, as the operator says."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        ids = dict.fromkeys(PartyKind) | {
            ref.kind: stored_id(await card_now_to_change(session, ref, who)) for ref in _refs(chosen)
        }
        async with journal(session, "choose", who, inquiry.id) as j:
            await j.change(inquiry, **{f"{kind.value}_id": row_id for kind, row_id in ids.items()})
        announce_inquiry(session, inquiry)


def _refs(chosen: Chosen) -> list[Existing]:
    contact = [] if chosen.contact_id is None else [Existing(PartyKind.CONTACT, chosen.contact_id)]
    return [chosen.client, *contact] if chosen.client else contact


async def hand_over(database: Database, inquiry_id: int, user_id: int, who: Actor) -> int:
    """Give it to the responsible person: theirs from now on, and back in the queue. Returns the id of the
    action, for undo."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        await worker(session, user_id)
        async with journal(session, "hand-over", who, inquiry.id) as j:
            await end_assignment(j, inquiry, HANDED_OVER)
            await j.change(
                inquiry, responsible_id=user_id, holder_id=None, held_at=None, state=_waiting(inquiry)
            )
        announce_inquiry(session, inquiry)
        return j.action_id


async def release_stale(database: Database) -> int:
    """Put back what nobody has open any more. Returns how many."""
    nobody = Actor(None, "")
    async with database.transaction() as session:
        query = select(Inquiry).where(
            col(Inquiry.holder_id).is_not(None), col(Inquiry.held_at) < now() - HELD_FOR
        )
        stale = list(await session.exec(query.with_for_update(skip_locked=True)))
        for inquiry in stale:
            async with journal(session, "release-stale", nobody, inquiry.id) as j:
                await j.change(inquiry, holder_id=None, held_at=None, state=_waiting(inquiry))
            announce_inquiry(session, inquiry)
        return len(stale)


async def keep_releasing(database: Database) -> None:
    """`release_stale`, until cancelled; a database that is away for a while is tried again."""
    while True:
        await asyncio.sleep(RELEASE_EVERY)
        try:
            await release_stale(database)
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning("stale holders were not released", error=type(error).__name__)


async def _hold(session: AsyncSession, inquiry: Inquiry, kind: str, who: Actor) -> None:
    if inquiry.holder_id == who.user_id:
        inquiry.held_at = now()
        return
    state = InquiryState.IN_WORK if inquiry.state is InquiryState.NEW else inquiry.state
    async with journal(session, kind, who, inquiry.id) as j:
        await j.change(inquiry, holder_id=who.user_id, held_at=now(), state=state)
    announce_inquiry(session, inquiry)


async def _release(session: AsyncSession, inquiry: Inquiry, kind: str, who: Actor) -> None:
    if inquiry.holder_id != who.user_id:
        return
    async with journal(session, kind, who, inquiry.id) as j:
        await j.change(inquiry, holder_id=None, held_at=None, state=_waiting(inquiry))
    announce_inquiry(session, inquiry)


def _waiting(inquiry: Inquiry) -> InquiryState:
    return InquiryState.NEW if inquiry.state is InquiryState.IN_WORK else inquiry.state


def is_held(inquiry: Inquiry) -> bool:
    """Somebody has it open and was heard of lately."""
    return (
        inquiry.holder_id is not None and inquiry.held_at is not None and inquiry.held_at > now() - HELD_FOR
    )


def _bounded(draft: dict[str, Any], inquiry: Inquiry) -> dict[str, Any]:
    """What was selected in a chat is no field that anybody types into: it stays."""
    if len(json.dumps(draft, ensure_ascii=False)) > MAX_DRAFT:
        raise Rejected("too-long", field="draft", limit=MAX_DRAFT)
    selected = inquiry.draft.get(SELECTED)
    return {**draft, SELECTED: selected} if selected else draft
