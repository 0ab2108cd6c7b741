"""What one person is told: in the application at once, and by letter when they have not seen it by then."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import now
from storage.database import announce
from storage.insert import insert_into
from storage.outbox import add_job
from storage.tables.outgoing import Notification

NOTICE = "send-notice"
PATIENCE = timedelta(minutes=2)  # a letter goes to whoever has not looked by then
PAGE = 50  # rows


async def notify(
    session: AsyncSession,
    user_id: int,
    kind: str,
    key: str,
    *,
    inquiry_id: int | None = None,
    interest_id: int | None = None,
    **details: Any,
) -> bool:
    """Tell somebody; False when they were told the same (by `key`) before. `kind` is one of
    intake.model.notices.KINDS; what is in `details` is shown as text."""
    query = (
        insert_into(session, Notification)
        .values(
            user_id=user_id, kind=kind, key=f"{user_id}:{key}"[:120], at=now(), inquiry_id=inquiry_id,
            interest_id=interest_id, details=details,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(Notification.id))
    )  # fmt: skip
    found = (await (await session.connection()).execute(query)).scalar_one_or_none()
    if found is None:
        return False
    announce(session, "notification", user=user_id, id=int(found))
    await add_job(session, NOTICE, {"id": int(found)}, key=f"{NOTICE}:{found}", due_at=now() + PATIENCE)
    return True


async def unread(session: AsyncSession, user_id: int) -> int:
    query = select(func.count(col(Notification.id))).where(_unread_of(user_id))
    return (await session.exec(query)).one()


async def newest(
    session: AsyncSession, user_id: int, before: int | None = None, limit: int = PAGE
) -> list[Notification]:
    """The newest first; those before a notification's id."""
    query = select(Notification).where(Notification.user_id == user_id)
    if before is not None:
        query = query.where(col(Notification.id) < before)
    return list(await session.exec(query.order_by(col(Notification.id).desc()).limit(limit)))


async def mark_read(session: AsyncSession, user_id: int, ids: Collection[int] | None = None) -> None:
    """These, or all of theirs."""
    query = update(Notification).where(_unread_of(user_id)).values(read_at=now())
    if ids is not None:
        query = query.where(col(Notification.id).in_(ids))
    await (await session.connection()).execute(query)
    announce(session, "notification", user=user_id)


def _unread_of(user_id: int) -> Any:
    return (col(Notification.user_id) == user_id) & col(Notification.read_at).is_(None)
