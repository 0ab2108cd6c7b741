"""How fast people are answered, on both engines."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.model.targets import Targets
from intake.model.worktime import WorkHours
from intake.wizard.accept import accept
from intake.wizard.undo import undo
from storage.access import Actor
from storage.columns import now
from storage.database import Database
from storage.speed import Report, percentile, report, waiting_now
from storage.tables.inquiries import AnswerTime, Channel, Inquiry
from storage.tables.people import User
from tests.databases import store
from tests.storage.calling import MARINA, Talk, tell
from tests.storage.wizard_world import World, known

pytestmark = pytest.mark.slow

NOW = now()
EVERYBODY = Actor(None, "system")
TARGETS = Targets({"call": 10, "form": 15, "letter": 60})


async def reported(database: Database) -> Report:
    async with database.reading() as session:
        return await report(session, NOW - timedelta(days=1), NOW + timedelta(days=1), TARGETS.of)


def asked(minutes: float, channel: Channel = Channel.FORM, **fields) -> Inquiry:
    return Inquiry(channel=channel, opened_at=NOW - timedelta(minutes=minutes), **fields)


async def test_who_waits_is_told_by_channel_with_the_first_of_them(database: Database):
    ids = await store(
        database,
        asked(30),
        asked(5),
        asked(90, Channel.LETTER),
        asked(200, Channel.LETTER, answered_at=NOW),
    )
    async with database.reading() as session:
        letters, forms = await waiting_now(session, EVERYBODY, TARGETS.cutoffs(NOW))
    assert (letters.channel, letters.count, letters.overdue) == (Channel.LETTER, 1, 1)
    assert (forms.count, forms.overdue, forms.oldest_id) == (2, 1, ids[0])


async def test_a_talk_answers_the_caller_by_whoever_had_the_telephone(database: Database):
    await store(database, User(login="anna", name="Анна", extension="101", password_hash="-"))
    talk = Talk(at=NOW)
    await tell(database, *talk.whole_answered())
    found = await reported(database)
    assert [one.key for one in found.channels] == ["call"]
    assert [found.names.get(one.key) for one in found.people] == ["Анна"]


async def test_who_accepts_a_request_has_answered_it_and_undone_has_not(world: World):
    [inquiry] = await store(world.database, asked(20, sender=MARINA))
    accepted = await accept(world.database, inquiry, known(world), world.alice)
    everything = (await reported(world.database)).everything
    assert everything is not None
    assert (everything.count, everything.in_time) == (1, 0)

    await undo(world.database, accepted.action_id, world.alice)
    assert (await reported(world.database)).everything is None


async def test_a_rule_that_accepts_has_answered_nobody(world: World):
    [inquiry] = await store(world.database, asked(1, sender=MARINA))
    await accept(world.database, inquiry, known(world), Actor(None, "rule", via="rule", rule="1.1"))
    assert (await reported(world.database)).everything is None


async def test_median_and_slowest_tenth_are_of_all_that_were_answered(database: Database):
    [inquiry] = await store(database, asked(1))
    rows = [
        AnswerTime(
            inquiry_id=inquiry, channel=Channel.FORM, asked_at=NOW - timedelta(seconds=each),
            answered_at=NOW, seconds=each, worked_seconds=each,
        )
        for each in (60, 120, 180, 240, 3600)
    ]  # fmt: skip
    await store(database, *rows)
    [forms] = (await reported(database)).channels
    assert (forms.count, forms.median, forms.in_time) == (5, 180, 0.8)
    assert 240 < forms.slowest < 3600


def test_a_percentile_lies_between_its_neighbours():
    assert percentile([10], 0.9) == 10
    assert percentile([10, 20], 0.5) == 15
    assert percentile([0, 10, 20, 30], 0.9) == 27


def test_outside_working_hours_nobody_waits_too_long():
    day = WorkHours(ZoneInfo("UTC"), (((time(9), time(18)),),) * 7)
    targets = Targets({"call": 10}, day)
    evening = datetime(2026, 11, 20, 17, 55, tzinfo=ZoneInfo("UTC"))
    assert targets.late_at("call", evening) == datetime(2026, 11, 21, 9, 5, tzinfo=ZoneInfo("UTC"))
    night = datetime(2026, 11, 20, 23, tzinfo=ZoneInfo("UTC"))
    assert targets.cutoffs(night)["call"] == datetime(2026, 11, 20, 17, 50, tzinfo=ZoneInfo("UTC"))
