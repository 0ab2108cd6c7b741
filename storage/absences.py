"""Who is away, on which days of their own zone, and who stands in for them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.model.worktime import zone_named
from storage.access import Actor
from storage.database import announce
from storage.history import journal
from storage.tables.people import User
from storage.tables.routing import Absence

LONGEST = timedelta(days=3 * 366)  # parental leave
SHOWN = 200


async def away(session: AsyncSession, at: datetime, user_ids: Collection[int]) -> dict[int, Absence]:
    """Those of them who are away then. Of several absences the one that names a substitute counts."""
    day = at.date()
    query = select(Absence, User.timezone).join(User, col(User.id) == Absence.user_id)
    query = query.where(
        col(Absence.user_id).in_(user_ids),
        Absence.first <= day + timedelta(days=1),  # wherever they live
        Absence.last >= day - timedelta(days=1),
    )
    found: dict[int, Absence] = {}
    for absence, zone in await session.exec(query.order_by(col(Absence.id))):
        here = at.astimezone(zone_named(zone)).date()
        if absence.first <= here <= absence.last and _names_more(absence, found.get(absence.user_id)):
            found[absence.user_id] = absence
    return found


def _names_more(absence: Absence, than: Absence | None) -> bool:
    return than is None or than.substitute_id is None


async def stand_in(session: AsyncSession, user_id: int, at: datetime) -> User | None:
    """Whoever does their work then: they themselves, else their substitute, or that one's …; None when that
    leads to nobody who is there."""
    asked: set[int] = set()
    while user_id not in asked:
        asked.add(user_id)
        absence = (await away(session, at, [user_id])).get(user_id)
        user = await session.get(User, user_id)
        if absence is None:
            return user if user is not None and user.active else None
        if absence.substitute_id is None:
            return None
        user_id = absence.substitute_id
    return None


async def absences(session: AsyncSession, since: date, user_id: int | None = None) -> list[Absence]:
    """That go on or are to come, the next one first."""
    query = select(Absence).where(Absence.last >= since)
    if user_id is not None:
        query = query.where(or_(col(Absence.user_id) == user_id, col(Absence.substitute_id) == user_id))
    return list(await session.exec(query.order_by(col(Absence.first), col(Absence.id)).limit(SHOWN)))


async def add_absence(
    session: AsyncSession,
    user_id: int,
    first: date,
    last: date,
    who: Actor,
    *,
    substitute_id: int | None = None,
    note: str = "",
) -> Absence:
    """Raises Rejected("absence-ends-first"), ("absence-too-long"), ("own-substitute"), ("no-such-choice")."""
    if last < first:
        raise Rejected("absence-ends-first", field="last")
    if last - first > LONGEST:
        raise Rejected("absence-too-long", field="last")
    if substitute_id == user_id:
        raise Rejected("own-substitute", field="substitute_id")
    await _check_there(session, user_id, "user_id")
    if substitute_id is not None:
        await _check_there(session, substitute_id, "substitute_id")
    made = Absence(user_id=user_id, first=first, last=last, substitute_id=substitute_id, note=note[:200])
    async with journal(session, "add-absence", who, of=user_id) as j:
        await j.add(made)
    announce(session, "absence", user=user_id)
    return made


async def remove_absence(session: AsyncSession, absence_id: int, who: Actor) -> Absence:
    """They are back. Raises NotFound("no-such-absence")."""
    absence = await session.get(Absence, absence_id)
    if absence is None:
        raise NotFound("no-such-absence", id=absence_id)
    async with journal(session, "remove-absence", who, of=absence.user_id) as j:
        await j.delete(absence)
    announce(session, "absence", user=absence.user_id)
    return absence


async def _check_there(session: AsyncSession, user_id: int, field: str) -> None:
    user = await session.get(User, user_id)
    if user is None or not user.active:
        raise Rejected("no-such-choice", field=field)
