"""How many inquiries there are: what stands beside each filter of the list."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor, within
from storage.inquiries import NEVER, Cutoffs, is_mine, is_overdue
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry, InquiryState
from storage.unsent import has_unsent


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are; all but `states` and `unsent` are of the open ones."""

    open: int = 0
    mine: int = 0
    overdue: int = 0
    callbacks: int = 0
    unsent: int = 0
    channels: dict[Channel, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    states: dict[InquiryState, int] = field(default_factory=dict)


async def counts(session: AsyncSession, who: Actor, late: Cutoffs = NEVER) -> Counts:
    """What stands beside each filter."""
    connection = await session.connection()
    scope = within(who, Inquiry)
    states = await _by_state(session, scope)
    of_channels: Counter[Channel] = Counter()
    of_lines: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for row in await connection.execute(_open_counts(who, late).where(scope)):
        of_channels[Channel(row.channel)] += row.open
        if row.line:
            of_lines[row.line] += row.open
        sums.update({name: getattr(row, name) for name in ("open", "mine", "overdue", "callbacks")})
    unsent = await _unsent(session, scope)
    return Counts(**sums, unsent=unsent, channels=dict(of_channels), lines=dict(of_lines), states=states)


async def _by_state(session: AsyncSession, scope: ColumnElement[bool]) -> dict[InquiryState, int]:
    """Counted off the index alone; the folded ones, which are all closed, are few."""
    connection = await session.connection()
    each = select(col(Inquiry.state), func.count()).where(scope).group_by(col(Inquiry.state))
    states = Counter({InquiryState(state): number for state, number in await connection.execute(each)})
    folded = select(func.count()).where(scope, col(Inquiry.folded_into).is_not(None))
    states[InquiryState.CLOSED] -= (await connection.execute(folded)).scalar_one()
    return dict(+states)


async def _unsent(session: AsyncSession, scope: ColumnElement[bool]) -> int:
    connection = await session.connection()
    query = select(func.count()).where(scope, col(Inquiry.folded_into).is_(None), has_unsent())
    return int((await connection.execute(query)).scalar_one())


def _open_counts(who: Actor, late: Cutoffs) -> Any:
    conditions = {
        "mine": is_mine(who),
        "overdue": is_overdue(late),
        "callbacks": col(Inquiry.callback).is_not(None),
    }
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()]
    return (
        select(col(Inquiry.channel), col(Inquiry.line), func.count().label("open"), *sums)
        .where(col(Inquiry.state).in_(OPEN_STATES))
        .group_by(col(Inquiry.channel), col(Inquiry.line))
    )
