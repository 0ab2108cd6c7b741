"""What is set up about turns and calendars, on both engines."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from intake.errors import Conflict, NotFound, Rejected
from storage.absences import absences, add_absence, remove_absence
from storage.access import Actor
from storage.calendars import add_russian_holidays, calendars, keep_calendar, remove_calendar
from storage.columns import now
from storage.database import Database
from storage.history import stored_id
from storage.preferences import change_settings, settings
from storage.reversal import undo
from storage.seats import next_in_turn
from storage.tables.history import Action
from storage.tables.people import Presence, Team
from storage.tables.routing import Seat
from storage.team_seats import Wish, keep_team, pause_seat, team_turns
from tests.storage.routing import House, open_house

pytestmark = pytest.mark.slow

BOSS = Actor(None, "Boss")
WEEK = [[["09:00", "18:00"]]] * 5 + [[], []]


@pytest.fixture
async def house(database: Database) -> House:
    made = await open_house(database)
    await made.change(Team, made.team, calendar_id=None)
    return made


async def keep(house: House, **wishes: Wish) -> None:
    seats = {house.people[login]: wish for login, wish in wishes.items()}
    async with house.database.transaction() as session:
        await keep_team(session, house.team, house.people["gleb"], None, seats, BOSS)


async def next_of(house: House, times: int) -> list[str]:
    had = []
    for _ in range(times):
        async with house.database.transaction() as session:
            found = await next_in_turn(session, house.team, now())
            had.append(house.login(found.user_id) if found else "")
    return had


async def test_whoever_joins_begins_where_the_others_are(house: House) -> None:
    await keep(house, anna=Wish(), boris=Wish())
    await next_of(house, 50)

    await keep(house, anna=Wish(), boris=Wish(), gleb=Wish())

    assert sorted(await next_of(house, 3)) == ["anna", "boris", "gleb"]


async def test_a_seat_that_is_left_is_gone_and_nothing_senseless_is_kept(house: House) -> None:
    await keep(house, anna=Wish(weight=20, most_open=7))
    for senseless in (Wish(weight=0), Wish(weight=21), Wish(most_open=-1)):
        with pytest.raises(Rejected):
            await keep(house, anna=senseless)

    async with house.database.reading() as session:
        (seat,) = list(await session.exec(select(Seat)))
    assert (seat.user_id, seat.weight, seat.most_open) == (house.people["anna"], 20, 7)


async def test_those_who_lead_see_who_is_next_and_why_others_are_not(house: House) -> None:
    await house.change_seat("anna", paused=True)
    await house.change_person("boris", presence=Presence.BREAK)
    async with house.database.reading() as session:
        (turn,) = await team_turns(session, now() - timedelta(hours=1))

    assert [(one.person, one.there, one.next, one.share) for one in turn.seats] == [
        ("Anna", False, False, 0),
        ("Boris", False, False, 0),
        ("Vera", True, True, 1),
    ]
    assert turn.leader == "Gleb"


async def test_a_pause_ends_and_nobody_without_a_seat_is_paused(house: House) -> None:
    anna, team = house.people["anna"], house.team
    async with house.database.transaction() as session:
        await pause_seat(session, team, anna, True, BOSS)
    assert await next_of(house, 2) == ["boris", "vera"]
    async with house.database.transaction() as session:
        action = (await session.exec(select(Action).where(Action.kind == "pause-seat"))).one()
        with pytest.raises(NotFound):
            await pause_seat(session, team, house.people["gleb"], True, BOSS)
    async with house.database.transaction() as session:
        await pause_seat(session, team, anna, False, BOSS)
    assert action.details["of"] == anna
    assert "anna" in await next_of(house, 3)


async def test_a_calendar_is_kept_by_its_name_and_left_by_all_when_it_goes(house: House) -> None:
    year = now().year
    async with house.database.transaction() as session:
        row = await keep_calendar(session, None, " Смены ", "Europe/Moscow", WEEK, {}, BOSS)
        added = await add_russian_holidays(session, stored_id(row), year, BOSS)
        again = await add_russian_holidays(session, stored_id(row), year, BOSS)
        await change_settings(session, BOSS, calendar_id=row.id)
    await house.change(Team, house.team, calendar_id=row.id)
    with pytest.raises(Conflict):
        async with house.database.transaction() as session:
            await keep_calendar(session, None, "Смены", "Europe/Moscow", WEEK, {}, BOSS)

    async with house.database.transaction() as session:
        await remove_calendar(session, stored_id(row), BOSS)

    async with house.database.reading() as session:
        left = [one.name for one in await calendars(session)]
        team, chosen = await session.get_one(Team, house.team), await settings(session)
    assert (added > 10, again, left) == (True, 0, ["Офис"])
    assert (team.calendar_id, chosen.calendar_id) == (None, None)


@pytest.mark.parametrize("year", [1990, 2099])
async def test_holidays_of_far_years_are_refused(house: House, year: int) -> None:
    with pytest.raises(Rejected):
        async with house.database.transaction() as session:
            await add_russian_holidays(session, 1, year, BOSS)


async def test_an_absence_can_be_taken_back(house: House) -> None:
    anna, boris = house.people["anna"], house.people["boris"]
    first, last = date(2026, 7, 1), date(2026, 7, 14)
    async with house.database.transaction() as session:
        made = await add_absence(session, anna, first, last, BOSS, substitute_id=boris, note="отпуск")
    async with house.database.transaction() as session:
        await remove_absence(session, stored_id(made), BOSS)
        gone = await absences(session, first, anna)
    async with house.database.transaction() as session:
        removal = (await session.exec(select(Action).where(Action.kind == "remove-absence"))).one()
        await undo(session, stored_id(removal), BOSS)
    async with house.database.reading() as session:
        (back,) = await absences(session, first, boris)

    assert gone == []
    assert (back.user_id, back.first, back.last) == (anna, first, last)
    with pytest.raises(Rejected):
        async with house.database.transaction() as session:
            await add_absence(session, anna, last, first, BOSS)
