"""How fast people are answered: who waits now, and how long answering took."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor, within
from storage.inquiries import Cutoffs, is_overdue
from storage.tables.inquiries import OPEN_STATES, AnswerTime, Channel, Inquiry
from storage.tables.people import User

SLOWEST = 0.9  # nine of ten are answered within it
MOST = 200_000  # answers that are looked at; more than a busy house gives in a year


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of one channel: how many wait for an answer, how many too long, and the one that came first."""

    channel: Channel
    count: int
    overdue: int
    oldest_at: datetime
    oldest_id: int


@dataclass(frozen=True, slots=True)
class Speed:
    """Times to the first answer, in seconds of working time. `key`: a channel or a user's id."""

    key: str
    count: int
    median: float
    slowest: float  # tenth: one of ten took longer
    in_time: float  # share, 0 … 1


@dataclass(frozen=True, slots=True)
class Report:
    everything: Speed | None
    channels: list[Speed]
    people: list[Speed]
    names: dict[str, str]
    whole: bool = True  # False: there were more than MOST


async def waiting_now(session: AsyncSession, who: Actor, late: Cutoffs) -> list[Waiting]:
    """Undecided and not answered, the channel whose first has waited longest in front."""
    unanswered = (
        col(Inquiry.state).in_(OPEN_STATES),
        col(Inquiry.answered_at).is_(None),
        col(Inquiry.folded_into).is_(None),
        within(who, Inquiry),
    )
    query = select(
        col(Inquiry.channel),
        func.count(),
        func.sum(case((is_overdue(late), 1), else_=0)),
        func.min(col(Inquiry.opened_at)),
    )
    found = (await session.exec(query.where(*unanswered).group_by(col(Inquiry.channel)))).all()
    first = await _first(session, [(channel, oldest) for channel, _, _, oldest in found])
    rows = [
        Waiting(Channel(channel), count, over or 0, at, first.get(channel, 0))
        for channel, count, over, at in found
    ]
    return sorted(rows, key=lambda row: row.oldest_at)


async def _first(session: AsyncSession, oldest: Sequence[tuple[Channel, datetime]]) -> dict[Channel, int]:
    place = tuple_(col(Inquiry.channel), col(Inquiry.opened_at))
    query = select(col(Inquiry.channel), func.min(Inquiry.id)).where(
        place.in_(oldest), col(Inquiry.state).in_(OPEN_STATES)
    )
    return {one: id_ or 0 for one, id_ in await session.exec(query.group_by(col(Inquiry.channel)))}


async def loads(session: AsyncSession, late: Cutoffs) -> dict[int, tuple[int, int]]:
    """By user: undecided inquiries that are theirs, and how many of them wait too long."""
    query = select(Inquiry.responsible_id, func.count(), func.sum(case((is_overdue(late), 1), else_=0)))
    query = query.where(col(Inquiry.state).in_(OPEN_STATES), col(Inquiry.responsible_id).is_not(None))
    found = await session.exec(query.group_by(col(Inquiry.responsible_id)))
    return {user or 0: (count, overdue or 0) for user, count, overdue in found}


async def report(
    session: AsyncSession, since: datetime, until: datetime, minutes: Callable[[str], int]
) -> Report:
    """Answers that were given in a time. `minutes`: a channel's target."""
    query = (
        select(col(AnswerTime.channel), col(AnswerTime.user_id), col(AnswerTime.worked_seconds))
        .where(col(AnswerTime.answered_at) >= since, col(AnswerTime.answered_at) < until)
        .order_by(col(AnswerTime.answered_at).desc())
        .limit(MOST)
    )
    found = (await session.exec(query)).all()
    channels: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    people: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for channel, user_id, seconds in found:
        took = (seconds, seconds <= minutes(Channel(channel).value) * 60)
        channels[Channel(channel).value].append(took)
        people[str(user_id or "")].append(took)
    everything = [took for each in channels.values() for took in each]
    return Report(
        _speed("", everything) if everything else None,
        [_speed(key, each) for key, each in sorted(channels.items())],
        sorted((_speed(key, each) for key, each in people.items()), key=lambda one: one.median),
        {str(id_): name for id_, name in await session.exec(select(User.id, User.name))},
        whole=len(found) < MOST,
    )


def _speed(key: str, took: Sequence[tuple[int, bool]]) -> Speed:
    seconds = sorted(each for each, _ in took)
    return Speed(
        key,
        len(seconds),
        median=percentile(seconds, 0.5),
        slowest=percentile(seconds, SLOWEST),
        in_time=sum(in_time for _, in_time in took) / len(took),
    )


def percentile(ordered: Sequence[int], share: float) -> float:
    """Between the two values around it, as PostgreSQL's percentile_cont has it."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
