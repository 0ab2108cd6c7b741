"""What somebody must see now. It stands on the screens of those who lead until one of them has seen it."""

from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.notices import Kind
from storage.access import Actor
from storage.columns import now
from storage.database import announce
from storage.history import note
from storage.insert import insert_into
from storage.notifications import notify
from storage.tables.people import Role, User
from storage.tables.routing import Alarm

SHOWN = 100  # alarms of a list
LEADING = (Role.MANAGER, Role.ADMINISTRATOR)


async def raise_alarm(
    session: AsyncSession,
    kind: str,
    key: str,
    *,
    inquiry_id: int | None = None,
    rule_id: int | None = None,
    **details: Any,
) -> int:
    """Its id. While the same (by `key`) has not been seen it is only counted, with its newest details."""
    moment = now()
    query = insert_into(session, Alarm).values(
        kind=kind, key=key, at=moment, last_at=moment, times=1,
        inquiry_id=inquiry_id, rule_id=rule_id, details=details,
    )  # fmt: skip
    query = query.on_conflict_do_update(
        index_elements=["key"],
        index_where=col(Alarm.seen_at).is_(None),
        set_={"times": col(Alarm.times) + 1, "last_at": moment, "details": details, "inquiry_id": inquiry_id},
    ).returning(col(Alarm.id), col(Alarm.times))
    alarm_id, times = (await (await session.connection()).execute(query)).one()
    if times == 1:
        await _tell_those_who_lead(session, alarm_id, inquiry_id)
    announce(session, "alarm", id=alarm_id, kind=kind)
    return int(alarm_id)


async def _tell_those_who_lead(session: AsyncSession, alarm_id: int, inquiry_id: int | None) -> None:
    leading = select(User.id).where(col(User.role).in_(LEADING), col(User.active)).order_by(col(User.id))
    for user_id in await session.exec(leading):
        await notify(session, user_id or 0, Kind.ALARM, f"alarm:{alarm_id}", inquiry_id=inquiry_id)


async def open_alarms(session: AsyncSession, limit: int = SHOWN) -> list[Alarm]:
    """Those that nobody has seen, the newest first."""
    query = select(Alarm).where(col(Alarm.seen_at).is_(None))
    return list(await session.exec(query.order_by(col(Alarm.at).desc(), col(Alarm.id).desc()).limit(limit)))


async def count_open_alarms(session: AsyncSession) -> int:
    return (await session.exec(select(func.count(col(Alarm.id))).where(col(Alarm.seen_at).is_(None)))).one()


async def seen_alarms(session: AsyncSession, limit: int = SHOWN) -> list[Alarm]:
    """What was seen lately, and by whom."""
    query = select(Alarm).where(col(Alarm.seen_at).is_not(None))
    return list(await session.exec(query.order_by(col(Alarm.seen_at).desc()).limit(limit)))


async def see_alarm(session: AsyncSession, alarm_id: int, who: Actor) -> Alarm:
    """Nobody else is shown it afterwards. Whoever comes second finds who was first; nothing changes then."""
    first = update(Alarm).where(col(Alarm.id) == alarm_id, col(Alarm.seen_at).is_(None))
    first = first.values(seen_at=now(), seen_by=who.user_id)
    changed = (await (await session.connection()).execute(first)).rowcount
    alarm = await session.get(Alarm, alarm_id, populate_existing=True)
    if alarm is None:
        raise NotFound("no-such-alarm", id=alarm_id)
    if changed:
        await note(session, "see-alarm", who, alarm.inquiry_id, alarm=alarm_id, of=alarm.kind)
        announce(session, "alarm", id=alarm_id, kind=alarm.kind)
    return alarm


async def call_off(session: AsyncSession, key: str) -> None:
    """What it was about is well again: it leaves all screens, and nobody needs to have seen it."""
    gone = update(Alarm).where(col(Alarm.key) == key, col(Alarm.seen_at).is_(None)).values(seen_at=now())
    rows = (await (await session.connection()).execute(gone.returning(col(Alarm.id), col(Alarm.kind)))).all()
    for alarm_id, kind in rows:
        announce(session, "alarm", id=alarm_id, kind=kind)
