"""Whose hours count, and alarms."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from intake.errors import NotFound
from intake.model.worktime import ALWAYS
from storage.access import Actor
from storage.alarms import open_alarms, raise_alarm, see_alarm, seen_alarms
from storage.database import Database
from storage.preferences import change_settings
from storage.tables.history import Action
from storage.tables.people import Team, User
from storage.tables.routing import Alarm, WorkCalendar
from storage.worktime import hours
from tests.databases import store

pytestmark = pytest.mark.slow

BOSS = Actor(None, "Boss")
DAY = [["09:00", "13:00"], ["14:00", "18:00"]]


def calendar(name: str, opens: str) -> WorkCalendar:
    day = [[opens, "18:00"]]
    holidays = {"2026-06-12": {"name": "День России", "hours": []}}
    return WorkCalendar(name=name, hours=[day] * 5 + [[], []], days=holidays)


async def opens(database: Database, team_id: int | None, day: int = 1) -> datetime | None:
    async with database.reading() as session:
        return (await hours(session, team_id)).opens(datetime(2026, 6, day, tzinfo=UTC))


async def test_without_any_calendar_it_is_always_working_time(database: Database) -> None:
    async with database.reading() as session:
        assert await hours(session) is ALWAYS
        assert await hours(session, 999) is ALWAYS


async def test_a_teams_calendar_goes_before_the_houses(database: Database) -> None:
    house, early = await store(database, calendar("Офис", "09:00"), calendar("Ранние", "07:00"))
    sales, service = await store(database, Team(name="Продажи", calendar_id=early), Team(name="Сервис"))
    async with database.transaction() as session:
        await change_settings(session, BOSS, calendar_id=house)

    assert await opens(database, sales) == datetime(2026, 6, 1, 4, tzinfo=UTC)
    assert await opens(database, service) == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert await opens(database, None) == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert await opens(database, None, day=12) == datetime(2026, 6, 15, 6, tzinfo=UTC)


async def test_the_same_alarm_only_counts_until_somebody_has_seen_it(database: Database) -> None:
    (boss,) = await store(database, User(login="boss", name="Boss", password_hash="-"))
    who = Actor(boss, "Boss")
    async with database.transaction() as session:
        first = await raise_alarm(session, "nobody-there", "nobody-there:1", team="Продажи")
        again = await raise_alarm(session, "nobody-there", "nobody-there:1", team="Сервис")
        other = await raise_alarm(session, "nobody-there", "nobody-there:2")
    async with database.transaction() as session:
        await see_alarm(session, first, who)
        await see_alarm(session, first, Actor(None, "Too late"))
        anew = await raise_alarm(session, "nobody-there", "nobody-there:1")

    async with database.reading() as session:
        shown = {alarm.id: alarm for alarm in await open_alarms(session)}
        (seen,) = await seen_alarms(session)
        noted = list(await session.exec(select(Action).where(Action.kind == "see-alarm")))
    assert first == again
    assert set(shown) == {other, anew}
    assert (seen.id, seen.times, seen.seen_by, seen.details) == (first, 2, boss, {"team": "Сервис"})
    assert [action.user_id for action in noted] == [boss]


async def test_the_screens_hear_of_an_alarm(database: Database) -> None:
    async with database.hub.subscribe() as news:
        async with database.transaction() as session:
            raised = await raise_alarm(session, "rule-loop", "rule-loop:5", rule_id=None, sender="a@b.ru")
        if database.is_sqlite:
            assert (await news.get()).data == {"id": raised, "kind": "rule-loop"}


async def test_an_alarm_that_is_not_there_cannot_be_seen(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await see_alarm(session, 404, BOSS)
    async with database.reading() as session:
        assert list(await session.exec(select(Alarm))) == []
