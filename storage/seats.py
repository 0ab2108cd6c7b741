"""The turn of a team. Whoever asks for the next one locks the team's seats, so that two who ask at once get
two answers, and neither counts an item twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.turn import Place, moment, next_of
from storage.absences import away, stand_in
from storage.tables.inquiries import OPEN_STATES, Inquiry
from storage.tables.people import Presence, User
from storage.tables.routing import Seat


@dataclass(frozen=True, slots=True)
class Next:
    """Who gets it. `instead_of`: they stand in for somebody of the team who is away."""

    user_id: int
    instead_of: int | None = None


async def next_in_turn(
    session: AsyncSession,
    team_id: int,
    at: datetime,
    *,
    without: Collection[int] = (),
    at_their_desks: bool = True,
) -> Next | None:
    """Whose turn it is, and it is counted. None: nobody of the team is there.

    `at`: when they would begin with it. `at_their_desks`: it is now, and who is on a break gets nothing.
    """
    seats, there = await _seats(session, team_id, at, without, at_their_desks)
    if not there:
        return await _substitute(session, seats, at, without)
    chosen = next_of([place_of(seat) for seat in there])
    return await _give(session, chosen.user_id, seats, there)


async def least_loaded(
    session: AsyncSession,
    team_id: int,
    at: datetime,
    *,
    without: Collection[int] = (),
    at_their_desks: bool = True,
) -> Next | None:
    """The same by load: who has the fewest undecided inquiries for their weight; among those by turn."""
    seats, there = await _seats(session, team_id, at, without, at_their_desks)
    if not there:
        return await _substitute(session, seats, at, without)
    loads = await undecided(session, [seat.user_id for seat in there])
    ratios = {seat.user_id: Fraction(loads.get(seat.user_id, 0), seat.weight) for seat in there}
    least = min(ratios.values())
    chosen = next_of([place_of(seat) for seat in there if ratios[seat.user_id] == least])
    return await _give(session, chosen.user_id, seats, there)


async def undecided(session: AsyncSession, user_ids: Collection[int]) -> dict[int, int]:
    """How many undecided inquiries each of them has."""
    owner = func.coalesce(Inquiry.responsible_id, 0)  # what is undecided is little, what is theirs is much
    query = select(owner, func.count()).where(
        col(Inquiry.state).in_(OPEN_STATES), col(Inquiry.folded_into).is_(None), owner.in_(user_ids)
    )
    return {int(user): int(count) for user, count in await session.exec(query.group_by(owner))}


async def who_is_there(
    session: AsyncSession,
    seats: Sequence[Seat],
    at: datetime,
    without: Collection[int] = (),
    at_their_desks: bool = True,
) -> list[Seat]:
    """Those of them who can take something."""
    ids = [seat.user_id for seat in seats]
    users = {user.id: user for user in await session.exec(select(User).where(col(User.id).in_(ids)))}
    gone = {*without, *await away(session, at, ids)}
    limited = [seat.user_id for seat in seats if seat.most_open]
    loads = await undecided(session, limited) if limited else {}
    return [
        seat
        for seat in seats
        if not seat.paused
        and seat.user_id not in gone
        and not (seat.most_open and loads.get(seat.user_id, 0) >= seat.most_open)
        and _works(users[seat.user_id], at_their_desks)
    ]


def place_of(seat: Seat) -> Place:
    return Place(seat.user_id, seat.weight, seat.passed)


async def locked_seats(session: AsyncSession, team_id: int) -> list[Seat]:
    """All of the team, locked in one order."""
    query = select(Seat).where(Seat.team_id == team_id).order_by(col(Seat.user_id)).with_for_update()
    return list(await session.exec(query.execution_options(populate_existing=True)))


async def _seats(
    session: AsyncSession, team_id: int, at: datetime, without: Collection[int], at_their_desks: bool
) -> tuple[list[Seat], list[Seat]]:
    """All of the team, locked, and those who can take something."""
    seats = await locked_seats(session, team_id)
    return seats, await who_is_there(session, seats, at, without, at_their_desks)


def _works(user: User, at_their_desks: bool) -> bool:
    return user.active and (not at_their_desks or user.presence is Presence.READY)


async def _give(session: AsyncSession, user_id: int, seats: Sequence[Seat], there: Sequence[Seat]) -> Next:
    """Count it. Who is not there comes along with the others: nobody is flooded when they are back."""
    for seat in there:
        if seat.user_id == user_id:
            seat.passed = place_of(seat).next_passed
            seat.given += 1
    come = moment([place_of(seat) for seat in there])
    present = {seat.user_id for seat in there}
    for seat in seats:
        if seat.user_id not in present and seat.passed < come:
            seat.passed = come
    await session.flush()
    return Next(user_id)


async def _substitute(
    session: AsyncSession, seats: Sequence[Seat], at: datetime, without: Collection[int]
) -> Next | None:
    """Nobody of the team can take it: whoever stands in for one who is away."""
    gone = await away(session, at, [seat.user_id for seat in seats if not seat.paused])
    for seat in sorted(seats, key=lambda seat: (seat.passed, seat.user_id)):
        user = await stand_in(session, seat.user_id, at) if seat.user_id in gone else None
        if user is not None and user.id is not None and user.id not in without:
            return Next(user.id, instead_of=seat.user_id)
    return None
