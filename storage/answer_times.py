"""How long people waited for their first answer: a row for each time that somebody was answered."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import now
from storage.tables.automation import InquiryKey
from storage.tables.inquiries import AnswerTime, Inquiry, InquiryState
from storage.tables.people import User
from storage.worktime import hours

HEEDED = timedelta(days=7)  # a call to somebody answers what they asked since then


async def answer_time(
    session: AsyncSession, inquiry: Inquiry, at: datetime, user_id: int | None
) -> AnswerTime | None:
    """To be added, when nobody had answered yet; in working time and by the clock."""
    if inquiry.answered_at is not None or inquiry.id is None or at < inquiry.opened_at:
        return None
    worked = (await hours(session)).between(inquiry.opened_at, at)
    return AnswerTime(
        inquiry_id=inquiry.id,
        channel=inquiry.channel,
        line=inquiry.line,
        user_id=user_id,
        asked_at=inquiry.opened_at,
        answered_at=at,
        seconds=round((at - inquiry.opened_at).total_seconds()),
        worked_seconds=round(worked.total_seconds()),
    )


async def answered(session: AsyncSession, inquiry: Inquiry, at: datetime, user_id: int | None) -> None:
    """Somebody has answered them, for the first time since they asked."""
    row = await answer_time(session, inquiry, at, user_id)
    if row is not None:
        session.add(row)
        inquiry.answered_by = user_id
    inquiry.answered_at = inquiry.answered_at or at


async def not_answered(session: AsyncSession, inquiry: Inquiry) -> None:
    """The answer was taken back before it went."""
    query = delete(AnswerTime).where(col(AnswerTime.inquiry_id) == inquiry.id)
    await session.exec(query.where(col(AnswerTime.answered_at) == inquiry.answered_at))
    inquiry.answered_at = inquiry.answered_by = None


async def at_extension(session: AsyncSession, extensions: Iterable[str]) -> int | None:
    """Whose telephone it was: of several people the first who talked."""
    for extension in extensions:
        query = select(User.id).where(User.extension == extension, col(User.active)).limit(1)
        if (found := (await session.exec(query)).first()) is not None:
            return found
    return None


async def waiting_for_answer(session: AsyncSession, number: str) -> list[Inquiry]:
    """Inquiries of whoever has this number, by whatever channel they came, that no person has answered, be
    they accepted by a rule; locked."""
    of_theirs = select(InquiryKey.inquiry_id).where(InquiryKey.value == number)
    query = select(Inquiry).where(
        col(Inquiry.id).in_(of_theirs),
        col(Inquiry.state).not_in((InquiryState.DECLINED, InquiryState.CLOSED)),
        col(Inquiry.opened_at) > now() - HEEDED,
        col(Inquiry.answered_at).is_(None),
        col(Inquiry.folded_into).is_(None),
    )
    return list(await session.exec(query.order_by(col(Inquiry.id)).with_for_update()))
