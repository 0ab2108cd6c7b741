"""What the repeat-touch window has joined to an inquiry, and what was taken apart again."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.subjects import CHAT
from storage.tables.automation import Touch
from storage.tables.inquiries import InquiryEvent
from storage.tables.people import User


@dataclass(frozen=True, slots=True)
class Joined:
    """`kind` is how they came: call, letter, form, chat; `by`: who separated them."""

    touch: Touch
    kind: str
    by: str = ""

    @property
    def separated(self) -> bool:
        return self.touch.separated_at is not None


async def touches_of(session: AsyncSession, inquiries: Collection[int | None]) -> list[Joined]:
    """The oldest first; of the inquiry that one was separated to as well."""
    query = (
        select(Touch, InquiryEvent.kind, InquiryEvent.channel, User.name)
        .join(InquiryEvent, col(InquiryEvent.id) == Touch.event_id)
        .outerjoin(User, col(User.id) == Touch.separated_by)
        .where(or_(col(Touch.inquiry_id).in_(inquiries), col(Touch.separated_to).in_(inquiries)))
        .order_by(col(Touch.at), col(Touch.id))
    )
    rows = (await session.exec(query)).all()
    return [Joined(touch, _kind(kind, channel), by or "") for touch, kind, channel, by in rows]


def _kind(kind: str, channel: str) -> str:
    """Of a chat the kind says what was done there: a message, an edit."""
    return "chat" if channel.startswith(CHAT) else kind.partition("-")[0]
