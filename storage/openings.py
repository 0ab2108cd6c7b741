"""Opening an inquiry where thousands come in at once: a statement that is made once."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import announce
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.people import User

_inquiry = Inquiry.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]

_OPEN = insert(_inquiry).returning(_inquiry.c.id)
_AT_WORK = select(_user.c.id).where(_user.c.id == bindparam("user_id"), _user.c.active)


async def open_inquiry(session: AsyncSession, at: datetime, values: dict[str, Any]) -> int:
    """A new one that waits since `at`; `values` are its other columns. It is announced."""
    row = {"state": InquiryState.NEW, "opened_at": at, "touched_at": at, **values}
    found = int((await (await session.connection()).execute(_OPEN, row)).scalar_one())
    announce(session, "inquiry", inquiry=found, state=InquiryState.NEW.value)
    return found


async def at_work(session: AsyncSession, user_id: int | None) -> int | None:
    """The same, if they still work here."""
    if user_id is None:
        return None
    return (await (await session.connection()).execute(_AT_WORK, {"user_id": user_id})).scalar_one_or_none()
