"""What the administrator sets up: PBXs and their lines, people, pipelines. Each change is journalled."""

import hashlib
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from storage.access import Actor
from storage.database import announce
from storage.history import journal
from storage.tables.history import Action
from storage.tables.people import ApiToken, Role, User, WebSession
from storage.tables.work import ConsentText

Row = TypeVar("Row", bound=SQLModel)


async def every(session: AsyncSession, table: type[Row], *order: Any) -> list[Row]:
    """All rows of a small table."""
    return list(await session.exec(select(table).order_by(*order)))


async def one(session: AsyncSession, table: type[Row], row_id: int) -> Row:
    """Raises NotFound("no-such-record")."""
    row = await session.get(table, row_id)
    if row is None:
        raise NotFound("no-such-record")
    return row


async def keep(
    session: AsyncSession, table: type[Row], row_id: int | None, values: dict[str, Any], who: Actor
) -> Row:
    """Add a row, or change the one with this id. Raises Conflict("name-taken") or NotFound."""
    try:
        async with journal(session, f"set-up-{table.__tablename__}", who) as log:
            if row_id is None:
                return await log.add(table(**values))
            row = await one(session, table, row_id)
            await log.change(row, **values)
            return row
    except IntegrityError as error:
        raise Conflict("name-taken") from error


async def remove(session: AsyncSession, table: type[SQLModel], row_id: int, who: Actor) -> None:
    """With what belongs to it. Raises Conflict("in-use") when something else refers to it."""
    try:
        async with journal(session, f"remove-{table.__tablename__}", who) as log:
            await log.delete(await one(session, table, row_id))
    except IntegrityError as error:
        raise Conflict("in-use") from error


async def keep_user(session: AsyncSession, row_id: int | None, values: dict[str, Any], who: Actor) -> User:
    """As `keep`; the last active administrator stays one. A password's hash stays out of the log, and a new
    one, or being switched off, signs the user's browsers out."""
    hashed = values.pop("password_hash", None)
    if row_id is None and hashed is None:
        raise Rejected("password-missing", field="password")
    if row_id is None:
        values["password_hash"] = ""
    user = await keep(session, User, row_id, values, who)
    if hashed:
        user.password_hash = hashed
        session.add(user)
    await session.flush()
    await _somebody_administers(session)
    if row_id is not None and (hashed or not user.active):
        await session.exec(delete(WebSession).where(col(WebSession.user_id) == user.id))
    announce(session, "user", id=user.id)
    return user


async def _somebody_administers(session: AsyncSession) -> None:
    found = await session.exec(
        select(User.id).where(User.role == Role.ADMINISTRATOR, col(User.active)).limit(1)
    )
    if found.first() is None:
        raise Conflict("last-administrator")


async def new_consent(session: AsyncSession, purpose: str, text: str, who: Actor) -> ConsentText:
    """A wording is never changed: the same purpose again is its next version."""
    versions = await session.exec(select(ConsentText.version).where(ConsentText.purpose == purpose))
    made = ConsentText(
        purpose=purpose,
        version=max(versions, default=0) + 1,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    async with journal(session, "new-consent-text", who) as log:
        return await log.add(made)


async def tokens(session: AsyncSession) -> list[tuple[ApiToken, User]]:
    """Those that work, with whose name they act in."""
    query = select(ApiToken, User).join(User).where(col(ApiToken.revoked_at).is_(None))
    return list(await session.exec(query.order_by(col(ApiToken.created_at).desc())))


async def names(session: AsyncSession) -> list[tuple[int | None, str]]:
    """Everybody who works here, by name, with their ids."""
    query = select(User.id, User.name).where(col(User.active)).order_by(col(User.name))
    return [(user_id, name) for user_id, name in await session.exec(query)]


async def recent_actions(
    session: AsyncSession, before: int | None, limit: int
) -> list[tuple[Action, str | None]]:
    """The audit log, the newest first, with who did it."""
    query = select(Action, User.name).outerjoin(User, col(User.id) == Action.user_id)
    if before is not None:
        query = query.where(col(Action.id) < before)
    return list(await session.exec(query.order_by(col(Action.id).desc()).limit(limit)))
