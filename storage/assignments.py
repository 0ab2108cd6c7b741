"""To whom inquiries were given, why, and until when they are to be taken. One an inquiry is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import now
from storage.history import Journal, stored_id
from storage.tables.inquiries import Inquiry
from storage.tables.people import Team, User
from storage.tables.routing import Assignment, Because

# How one ends
ACCEPTED, DECLINED, ANSWERED, CLOSED = "accepted", "declined", "answered", "closed"
PASSED_ON, HANDED_OVER, ESCALATED = "passed-on", "handed-over", "escalated"


@dataclass(frozen=True, slots=True)
class Given:
    """An open assignment as people read it."""

    inquiry_id: int
    user_id: int
    person: str
    because: Because
    team: str
    at: datetime
    take_by: datetime | None


async def open_assignment(session: AsyncSession, inquiry_id: int) -> Assignment | None:
    query = select(Assignment).where(Assignment.inquiry_id == inquiry_id, col(Assignment.ended_at).is_(None))
    return (await session.exec(query.execution_options(populate_existing=True))).first()


async def end_assignment(j: Journal, inquiry: Inquiry, how: str) -> None:
    """As a part of what has ended it: with that it is undone."""
    assignment = await open_assignment(j.session, stored_id(inquiry))
    if assignment is not None:
        await j.change(assignment, ended_at=now(), ended=how)


async def had_it(session: AsyncSession, inquiry_id: int) -> set[int]:
    """To whom the inquiry was ever given."""
    return set(await session.exec(select(Assignment.user_id).where(Assignment.inquiry_id == inquiry_id)))


async def given_to(session: AsyncSession, inquiry_ids: Collection[int]) -> dict[int, Given]:
    """The open assignments of these inquiries, by inquiry."""
    query = (
        select(Assignment, User.name, Team.name)
        .join(User, col(User.id) == Assignment.user_id)
        .outerjoin(Team, col(Team.id) == Assignment.team_id)
        .where(col(Assignment.inquiry_id).in_(inquiry_ids), col(Assignment.ended_at).is_(None))
    )
    return {
        one.inquiry_id: Given(
            one.inquiry_id, one.user_id, person, one.because, team or "", one.at, one.take_by
        )
        for one, person, team in await session.exec(query)
    }


async def count_given(session: AsyncSession, since: datetime) -> dict[tuple[int | None, int], int]:
    """How many each has been given since then, by team and person."""
    query = select(Assignment.team_id, Assignment.user_id, func.count()).where(Assignment.at >= since)
    found = await session.exec(query.group_by(col(Assignment.team_id), col(Assignment.user_id)))
    return {(team, user): count for team, user, count in found}
