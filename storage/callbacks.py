"""Call-backs: the one open item of each caller whom nobody answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, update
from sqlalchemy import select as select_columns
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.insert import insert_into
from storage.tables.automation import InquiryKey, Touch
from storage.tables.calls import CallRecord
from storage.tables.chats import ChatMessage, Dialogue
from storage.tables.forms import Submission
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry, InquiryEvent, InquiryState
from storage.tables.letters import LetterRecord
from storage.tables.work import Comment, Consent, Task

BELONGINGS: tuple[type[SQLModel], ...] = (
    CallRecord, InquiryEvent, LetterRecord, Submission, ChatMessage, Dialogue, Touch, Comment, Task, Consent,
)  # fmt: skip

_CALLBACK = select(Inquiry).where(Inquiry.callback == bindparam("number")).with_for_update()


async def inquiry(session: AsyncSession, inquiry_id: int) -> Inquiry:
    """Nobody else changes it before this transaction ends."""
    return await session.get_one(Inquiry, inquiry_id, with_for_update=True, populate_existing=True)


async def callback_of(session: AsyncSession, number: str) -> Inquiry | None:
    """A caller's open call-back item; nobody else changes it before this transaction ends."""
    return (await session.exec(_CALLBACK, params={"number": number})).one_or_none()


def close(item: Inquiry, at: datetime) -> None:
    """Somebody has talked with them: nothing is left to do, unless a person finds otherwise. What they have
    written as well, in a form or a letter, is answered and still to be decided."""
    item.callback = None
    item.answered_at = item.answered_at or at
    if item.channel is Channel.CALL:
        item.state = InquiryState.CLOSED
        item.closed_at = at
        item.version += 1


async def fold(session: AsyncSession, away: Inquiry, into: Inquiry) -> None:
    """Two rows were one: everything of the first moves into the second, which is shown from now on."""
    for table in BELONGINGS:
        await _move(session, table, away, into)
    await _move_keys(session, away, into)
    into.misses += away.misses
    into.touched_at = max(into.touched_at, away.touched_at)
    into.opened_at = min(into.opened_at, away.opened_at)
    if into.holder_id is None and away.holder_id is not None:
        into.state, into.holder_id, into.held_at = InquiryState.IN_WORK, away.holder_id, away.held_at
        into.draft = away.draft
    away.state, away.callback, away.folded_into = InquiryState.CLOSED, None, into.id
    away.holder_id = None
    away.closed_at = into.touched_at
    away.version += 1
    into.version += 1
    await session.flush()


def is_open(item: Inquiry) -> bool:
    return item.state in OPEN_STATES


async def _move(session: AsyncSession, table: Any, away: Inquiry, into: Inquiry) -> None:
    rows = table.__table__
    query = update(rows).where(rows.c.inquiry_id == away.id).values(inquiry_id=into.id)
    await (await session.connection()).execute(query)


async def _move_keys(session: AsyncSession, away: Inquiry, into: Inquiry) -> None:
    """They stay with what is folded, too, where nobody looks for them."""
    key = InquiryKey.__table__  # type: ignore[attr-defined]
    theirs = select_columns(key.c.value, literal(into.id)).where(key.c.inquiry_id == away.id)
    insert = insert_into(session, InquiryKey).from_select(["value", "inquiry_id"], theirs)
    await (await session.connection()).execute(insert.on_conflict_do_nothing())
