"""Call-backs: the one open item of each caller whom nobody answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.calls import CallRecord
from storage.tables.inquiries import OPEN_STATES, Inquiry, InquiryEvent, InquiryState
from storage.tables.letters import LetterRecord
from storage.tables.work import Comment, Consent, Task

BELONGINGS: tuple[type[SQLModel], ...] = (CallRecord, InquiryEvent, LetterRecord, Comment, Task, Consent)

_CALLBACK = select(Inquiry).where(Inquiry.callback == bindparam("number")).with_for_update()


async def inquiry(session: AsyncSession, inquiry_id: int) -> Inquiry:
    """Nobody else changes it before this transaction ends."""
    return await session.get_one(Inquiry, inquiry_id, with_for_update=True, populate_existing=True)


async def callback_of(session: AsyncSession, number: str) -> Inquiry | None:
    """A caller's open call-back item; nobody else changes it before this transaction ends."""
    return (await session.exec(_CALLBACK, params={"number": number})).one_or_none()


def close(item: Inquiry, at: datetime) -> None:
    """Somebody has talked with them: nothing is left to do, unless a person finds otherwise."""
    item.state = InquiryState.CLOSED
    item.callback = None
    item.closed_at = at
    item.answered_at = item.answered_at or at
    item.version += 1


async def fold(session: AsyncSession, away: Inquiry, into: Inquiry) -> None:
    """Two rows were one: everything of the first moves into the second, which is shown from now on."""
    for table in BELONGINGS:
        await _move(session, table, away, into)
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
