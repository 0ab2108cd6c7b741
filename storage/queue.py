"""The queue of inquiries that wait for somebody."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor, within
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Inquiry, InquiryState


async def next_waiting(session: AsyncSession, who: Actor, besides: int | None = None) -> int | None:
    """The inquiry that has waited longest, that nobody has open or talks about now and `who` may see."""
    talked = select(CallRecord.id).where(
        CallRecord.inquiry_id == Inquiry.id,
        col(CallRecord.ended_at).is_(None),
        col(CallRecord.answered_at).is_not(None),
    )
    query = (
        select(Inquiry.id)
        .where(Inquiry.state == InquiryState.NEW, within(who, Inquiry), Inquiry.id != (besides or 0))
        .where(col(Inquiry.holder_id).is_(None), col(Inquiry.folded_into).is_(None))
        .where(~talked.exists())
        .order_by(col(Inquiry.opened_at), col(Inquiry.id))
        .limit(1)
    )
    return (await session.exec(query)).first()
