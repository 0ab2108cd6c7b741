"""Opening inquiries where thousands come in at once: a statement that is made once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import announce
from storage.deciding import ask_to_decide
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.people import User

_inquiry = Inquiry.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]

_OPEN = insert(_inquiry).returning(_inquiry.c.id, sort_by_parameter_order=True)
_AT_WORK = select(_user.c.id).where(_user.c.id == bindparam("user_id"), _user.c.active)


async def open_inquiries(session: AsyncSession, rows: Sequence[tuple[datetime, dict[str, Any]]]) -> list[int]:
    """New ones, each waiting since a moment, with its other columns; their ids in the same order. They are
    announced, and the rules are asked about them."""
    if not rows:
        return []
    values = [
        {"state": InquiryState.NEW, "opened_at": at, "touched_at": at, **columns} for at, columns in rows
    ]
    found = list((await (await session.connection()).execute(_OPEN, values)).scalars())
    await ask_to_decide(session, found)
    for one in found:
        announce(session, "inquiry", inquiry=one, state=InquiryState.NEW.value)
    return found


async def at_work(session: AsyncSession, user_id: int | None) -> int | None:
    """The same user, if they still work here."""
    if user_id is None:
        return None
    return (await (await session.connection()).execute(_AT_WORK, {"user_id": user_id})).scalar_one_or_none()
