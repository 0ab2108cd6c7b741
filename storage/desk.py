"""What the desk shows: who waits, who talks, who is there, what was not heard, and what is mine to do."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import case, col, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import Direction, Link
from intake.model.chats import channel_of
from storage.access import Actor, within
from storage.columns import now
from storage.inquiries import Cutoffs, is_overdue
from storage.tables.calls import CallRecord, ChannelGap, ChannelHealth, Pbx, PhoneLine
from storage.tables.chats import Bot
from storage.tables.inquiries import OPEN_STATES, Inquiry
from storage.tables.letters import Mailbox
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User
from storage.tables.work import Task

SHOWN = 8  # rows a card of the desk; the rest is behind its link


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user and the call they are on, if any."""

    user: User
    call: CallRecord | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A channel by the name people gave it, and how well it is heard."""

    name: str
    health: ChannelHealth


@dataclass(frozen=True, slots=True)
class Missed:
    """A time when a channel was not heard."""

    name: str
    gap: ChannelGap


async def calls_going_on(session: AsyncSession) -> list[CallRecord]:
    """Not ended and from or to outside, the longest first."""
    query = (
        select(CallRecord)
        .where(col(CallRecord.ended_at).is_(None), col(CallRecord.merged_into).is_(None))
        .where(CallRecord.direction != Direction.INTERNAL)
        .order_by(col(CallRecord.started_at), col(CallRecord.id))
    )
    return list(await session.exec(query))


async def colleagues(session: AsyncSession, calls: list[CallRecord]) -> list[Colleague]:
    """Everybody with a telephone, by name, with the one of `calls` they talk on."""
    query = select(User).where(col(User.active), col(User.extension).is_not(None)).order_by(col(User.name))
    talking = {extension: call for call in calls for extension in call.talking}
    return [Colleague(user, talking.get(user.extension or "")) for user in await session.exec(query)]


async def lines_by_did(session: AsyncSession) -> dict[str, str]:
    """Our numbers -> what people call them."""
    return {line.did: line.name for line in await session.exec(select(PhoneLine))}


async def callers(session: AsyncSession, inquiry_ids: set[int]) -> dict[int, str]:
    """Inquiry -> who it is, for those where it is known: the person, else the company."""
    person = [Contact.first_name, Contact.last_name, Lead.first_name, Lead.last_name]
    query = (
        select(Inquiry.id, Account.name, Lead.organisation, *person)
        .outerjoin(Contact, col(Contact.id) == Inquiry.contact_id)
        .outerjoin(Account, col(Account.id) == Inquiry.account_id)
        .outerjoin(Lead, col(Lead.id) == Inquiry.lead_id)
        .where(col(Inquiry.id).in_(inquiry_ids))
    )
    found = await session.exec(query)
    names = {row[0]: " ".join(filter(None, row[3:])) or row[1] or row[2] for row in found}
    return {inquiry: name for inquiry, name in names.items() if inquiry and name}


async def channels(session: AsyncSession) -> list[Heard]:
    names = await _names(session)
    found = await session.exec(select(ChannelHealth).order_by(col(ChannelHealth.channel)))
    return [Heard(names.get(health.channel, health.channel), health) for health in found]


def unheard(found: list[Heard]) -> dict[str, datetime]:
    """Channels that are not heard now -> until when what is stored of their calls is known to be true."""
    silent = [one.health for one in found if one.health.link is not Link.UP]
    return {health.channel: health.heard_at or health.since for health in silent}


async def unseen_gaps(session: AsyncSession) -> list[Missed]:
    """The newest first."""
    names = await _names(session)
    query = select(ChannelGap).where(col(ChannelGap.seen_at).is_(None)).order_by(col(ChannelGap.since).desc())
    return [
        Missed(names.get(gap.channel, gap.channel), gap) for gap in await session.exec(query.limit(SHOWN))
    ]


async def see_gap(session: AsyncSession, gap_id: int, user_id: int) -> None:
    """Whoever sees it first has seen it for all."""
    query = update(ChannelGap).where(col(ChannelGap.id) == gap_id, col(ChannelGap.seen_at).is_(None))
    await session.exec(query.values(seen_by=user_id, seen_at=now()))


async def my_open_inquiries(session: AsyncSession, user_id: int) -> list[Inquiry]:
    """Held by me or mine to answer, the longest waiting first."""
    query = (
        select(Inquiry)
        .where(col(Inquiry.state).in_(OPEN_STATES))
        .where(or_(Inquiry.holder_id == user_id, Inquiry.responsible_id == user_id))
        .order_by(col(Inquiry.opened_at))
    )
    return list(await session.exec(query.limit(SHOWN)))


async def my_tasks(session: AsyncSession, user_id: int) -> list[Task]:
    """Not done, the most urgent first, those without a date last."""
    query = (
        select(Task)
        .where(Task.responsible_id == user_id, col(Task.done_at).is_(None))
        .order_by(col(Task.due).is_(None), col(Task.due), col(Task.id))
    )
    return list(await session.exec(query.limit(SHOWN)))


async def count_open_inquiries(session: AsyncSession, actor: Actor, late: Cutoffs) -> tuple[int, int]:
    """How many wait, and how many of them too long."""
    query = (
        select(func.count(), func.sum(case((is_overdue(late), 1), else_=0)))
        .where(col(Inquiry.state).in_(OPEN_STATES))
        .where(within(actor, Inquiry))
    )
    count, overdue = (await session.exec(query)).one()
    return count, overdue or 0


async def count_my_tasks(session: AsyncSession, user_id: int) -> int:
    query = select(func.count()).where(Task.responsible_id == user_id, col(Task.done_at).is_(None))
    return (await session.exec(query)).one()


async def _names(session: AsyncSession) -> dict[str, str]:
    """Of the channels, as people call them."""
    names = {f"asterisk:{pbx.id}": pbx.name for pbx in await session.exec(select(Pbx))}
    names |= {f"imap:{box.id}": box.name for box in await session.exec(select(Mailbox))}
    names |= {channel_of(bot.id): bot.name for bot in await session.exec(select(Bot))}
    return names | {"smtp": "SMTP"}
