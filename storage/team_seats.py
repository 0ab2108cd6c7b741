"""The teams as those who lead see and set them up: who has a seat, how much they take, whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.model.turn import MAX_WEIGHT, moment, next_of
from storage.absences import away
from storage.access import Actor
from storage.assignments import count_given
from storage.columns import now
from storage.database import announce
from storage.history import journal
from storage.seats import locked_seats, place_of, undecided, who_is_there
from storage.tables.people import Presence, Team, User
from storage.tables.routing import Absence, Seat
from storage.worktime import hours

MOST_OPEN = 1000


@dataclass(frozen=True, slots=True)
class Sitting:
    """One seat. `share` is of those who could take something now."""

    seat: Seat
    person: str
    active: bool
    presence: Presence
    absence: Absence | None
    there: bool
    next: bool
    today: int
    load: int
    share: float


@dataclass(frozen=True, slots=True)
class TeamTurn:
    team: Team
    leader: str
    is_open: bool
    opens: datetime | None
    seats: list[Sitting]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a seat shall be."""

    weight: int = 1
    most_open: int = 0
    paused: bool = False

    @property
    def makes_sense(self) -> bool:
        return 1 <= self.weight <= MAX_WEIGHT and 0 <= self.most_open <= MOST_OPEN


async def team_turns(session: AsyncSession, midnight: datetime) -> list[TeamTurn]:
    """All teams, by name. `midnight`: when today began, for who looks."""
    given = await count_given(session, midnight)
    teams = await session.exec(select(Team).order_by(col(Team.name)))
    return [await _turn(session, team, given) for team in teams]


async def keep_team(
    session: AsyncSession,
    team_id: int,
    leader_id: int | None,
    calendar_id: int | None,
    seats: Mapping[int, Wish],
    who: Actor,
) -> None:
    """Leader, calendar and seats by user. Whoever joins begins where the others are. Raises NotFound and
    Rejected("bad-number")."""
    if any(
        not 1 <= one.weight <= MAX_WEIGHT or not 0 <= one.most_open <= MOST_OPEN for one in seats.values()
    ):
        raise Rejected("bad-number", field="seats")
    team = await session.get(Team, team_id, with_for_update=True)
    if team is None:
        raise NotFound("no-such-record")
    async with journal(session, "set-up-turn", who, team=team_id) as j:
        await j.change(team, leader_id=leader_id, calendar_id=calendar_id)
        there = {seat.user_id: seat for seat in await locked_seats(session, team_id)}
        begin = moment([place_of(seat) for seat in there.values()])
        for user_id, seat in there.items():
            if user_id not in seats:
                await j.delete(seat)
        for user_id, wish in sorted(seats.items()):
            values: dict[str, Any] = {
                "weight": wish.weight,
                "most_open": wish.most_open,
                "paused": wish.paused,
            }
            if user_id in there:
                await j.change(there[user_id], **values)
            else:
                await j.add(Seat(team_id=team_id, user_id=user_id, passed=begin, **values))
    announce(session, "turn", team=team_id)


async def pause_seat(session: AsyncSession, team_id: int, user_id: int, paused: bool, who: Actor) -> None:
    """Nothing new for them until it ends. Raises NotFound("no-such-seat")."""
    seats = {seat.user_id: seat for seat in await locked_seats(session, team_id)}
    if user_id not in seats:
        raise NotFound("no-such-seat")
    async with journal(session, "pause-seat" if paused else "resume-seat", who, of=user_id) as j:
        await j.change(seats[user_id], paused=paused)
    announce(session, "turn", team=team_id)


async def _turn(session: AsyncSession, team: Team, given: Mapping[tuple[int | None, int], int]) -> TeamTurn:
    query = select(Seat, User).join(User, col(User.id) == Seat.user_id).where(Seat.team_id == team.id)
    rows = list(await session.exec(query.order_by(col(User.name))))
    seats, users = [seat for seat, _ in rows], {seat.user_id: user for seat, user in rows}
    at, work = now(), await hours(session, team.id)
    begins = work.opens(at) or at
    there = await who_is_there(session, seats, begins, at_their_desks=work.is_open(at))
    ids, next_id = {seat.user_id for seat in there}, _next(there)
    gone = await away(session, begins, list(users))
    loads = await undecided(session, list(users))
    total = sum(seat.weight for seat in there)
    leader = await session.get(User, team.leader_id) if team.leader_id is not None else None
    sitting = [
        Sitting(
            seat, users[seat.user_id].name, users[seat.user_id].active, users[seat.user_id].presence,
            gone.get(seat.user_id), seat.user_id in ids, seat.user_id == next_id,
            given.get((team.id, seat.user_id), 0), loads.get(seat.user_id, 0),
            seat.weight / total if seat.user_id in ids else 0,
        )
        for seat in seats
    ]  # fmt: skip
    return TeamTurn(team, leader.name if leader else "", work.is_open(at), work.opens(at), sitting)


def _next(there: list[Seat]) -> int | None:
    return next_of([place_of(seat) for seat in there]).user_id if there else None
