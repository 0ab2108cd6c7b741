"""Inquiries, by the questions asked of them."""

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import announce
from storage.tables.inquiries import Inquiry


def announce_inquiry(session: AsyncSession, inquiry: Inquiry) -> None:
    """Tell the screens that it is new or has changed. Its id must be known: flush first."""
    announce(session, "inquiry", inquiry=inquiry.id, state=inquiry.state.value)
