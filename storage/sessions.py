"""Signed-in browsers and programs: who holds which key. Only digests of keys are ever here."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import now
from storage.tables.people import ApiToken, User, WebSession

USED_EVERY = timedelta(minutes=1)  # how exact a token's last use is; each step costs a write


async def session_and_user(session: AsyncSession, digest: str) -> tuple[WebSession, User] | None:
    """None when it is unknown, has run out, or its user was switched off."""
    query = (
        select(WebSession, User)
        .join(User, col(User.id) == WebSession.user_id)
        .where(WebSession.id == digest, col(WebSession.expires_at) > now(), col(User.active))
    )
    return (await session.exec(query)).first()


async def token_and_user(session: AsyncSession, digest: str) -> tuple[ApiToken, User] | None:
    """None when it is unknown, was revoked, or its user was switched off."""
    query = (
        select(ApiToken, User)
        .join(User, col(User.id) == ApiToken.user_id)
        .where(ApiToken.hash == digest, col(ApiToken.revoked_at).is_(None), col(User.active))
    )
    return (await session.exec(query)).first()


async def mark_used(session: AsyncSession, token_id: int, moment: datetime) -> None:
    """The token was used; of several at the same time one is enough."""
    query = update(ApiToken).where(col(ApiToken.id) == token_id, _used_before(moment))
    await session.exec(query.values(used_at=moment))


def is_news(token: ApiToken, moment: datetime) -> bool:
    """Whether its last use is long enough ago to be written down anew."""
    return token.used_at is None or token.used_at <= moment - USED_EVERY


def _used_before(moment: datetime) -> ColumnElement[bool]:
    return or_(col(ApiToken.used_at).is_(None), col(ApiToken.used_at) <= moment - USED_EVERY)


async def user_by_login(session: AsyncSession, login: str) -> User | None:
    query = select(User).where(User.login == login.strip().casefold(), col(User.active))
    return (await session.exec(query)).first()


async def keep_session(
    session: AsyncSession, digest: str, data: dict[str, Any], expires_at: datetime
) -> None:
    """Seen just now, good until `expires_at`."""
    values = {"data": data, "seen_at": now(), "expires_at": expires_at}
    await session.exec(update(WebSession).where(col(WebSession.id) == digest).values(**values))


async def sessions_of(session: AsyncSession, user_id: int) -> list[WebSession]:
    """The last used first."""
    query = (
        select(WebSession)
        .where(WebSession.user_id == user_id, col(WebSession.expires_at) > now())
        .order_by(col(WebSession.seen_at).desc())
    )
    return list(await session.exec(query))


async def end_session(session: AsyncSession, user_id: int, digest: str) -> bool:
    """Whether there was one to end; another user's is not."""
    query = delete(WebSession).where(col(WebSession.id) == digest, col(WebSession.user_id) == user_id)
    return bool((await session.exec(query)).rowcount)


async def end_other_sessions(session: AsyncSession, user_id: int, keep: str) -> list[str]:
    """The digests of those ended."""
    others = [row.id for row in await sessions_of(session, user_id) if row.id != keep]
    await session.exec(delete(WebSession).where(col(WebSession.id).in_(others)))
    return others


async def forget_expired(session: AsyncSession) -> int:
    return int((await session.exec(delete(WebSession).where(col(WebSession.expires_at) <= now()))).rowcount)
