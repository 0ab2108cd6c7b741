"""A rule is tried on the past: what it would have done, beside what people did. Nothing is written."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intake.automation.rehearsal import Beside
from intake.automation.rehearse import rehearse, rehearse_event
from intake.errors import NotFound
from intake.model.rules import About, Condition, Did, Do, Known, Op, Rule, Said
from intake.wizard.accept import accept
from intake.wizard.decline import decline
from storage.columns import now
from storage.database import Database
from storage.read_only import ask_only
from tests.storage.calling import Talk, tell
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import MARINA, World, known

pytestmark = pytest.mark.slow

LONG = timedelta(days=400)


@pytest.fixture
async def house(world: World, tmp_path: Path) -> Ruled:
    return await ruled(world, tmp_path)


def span() -> tuple[datetime, datetime]:
    return now() - LONG, now() + LONG


async def test_what_would_have_been_done_stands_beside_what_happened(house: Ruled) -> None:
    world = house.world
    linked = await house.send(phone=MARINA, wanted="Столы")
    spam = await house.send(phone="8 495 100-20-31", wanted="Реклама")
    stranger = await house.send(phone="8 495 100-20-32", name="Зубов Тихон")
    await accept(world.database, linked, known(world), world.alice)
    await decline(world.database, spam, "spam", "", world.alice)
    before = await world.dump()

    told = await rehearse(house.database, drawn(Do.LINK_OR_CREATE), *span())

    assert await world.dump() == before
    rows = {row.inquiry_id: row for row in told.rows}
    assert [row.inquiry_id for row in told.rows] == [stranger, spam, linked]
    assert (rows[linked].did, rows[linked].whom) == (
        Did.LINKED,
        "Ковалёва Марина Сергеевна, ООО «Северный свет»",
    )
    assert (rows[linked].interest, rows[linked].happened) == ("Замена светильников", "accepted")
    assert (rows[spam].did, rows[spam].happened, rows[spam].decline_reason) == (
        Did.CREATED,
        "declined",
        "spam",
    )
    assert rows[stranger].newcomer
    assert [rows[one].beside for one in (linked, spam, stranger)] == [
        Beside.OTHER,
        Beside.OTHER,
        Beside.SPARED,
    ]
    assert (told.totals.events, told.totals.fits, told.after) == (3, 3, None)
    assert told.totals.outcomes == {Did.CREATED: 2, Did.LINKED: 1}


async def test_who_is_registered_since_then_counts_as_a_stranger(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE))
    await house.send(phone="8 495 100-20-30", name="Зубов Тихон")
    is_new = Condition(About.KNOWN, Op.IS, Known.NOBODY)
    told = await rehearse(house.database, drawn(Do.DECLINE, is_new, reason="spam"), *span())
    assert told.totals.fits == 1


async def test_a_draft_stands_behind_the_rules_and_a_changed_one_in_its_place(house: Ruled) -> None:
    rule_id = await house.rule(drawn(Do.HOLD, reason="смотреть"))
    await house.send(phone="8 495 100-20-30")
    draft = drawn(Do.DECLINE, reason="spam")
    behind = await rehearse(house.database, draft, *span())
    assert (behind.totals.fits, behind.totals.decides) == (1, 0)
    assert behind.rows[0].verdict is not None
    assert behind.rows[0].verdict.said is Said.OVERRULED
    changed = Rule(rule_id, 2, "", outcome=draft.outcome)
    instead = await rehearse(house.database, changed, *span())
    assert (instead.totals.decides, instead.rows[0].did, instead.rows[0].decided) == (1, Did.DECLINED, "held")


async def test_rows_come_in_pages_and_all_are_counted(house: Ruled) -> None:
    sent = [await house.send() for _ in range(5)]
    told = await rehearse(house.database, drawn(Do.HOLD, reason="x"), *span(), limit=2)
    assert (told.totals.fits, [row.inquiry_id for row in told.rows]) == (5, sent[:2:-1])
    further = await rehearse(house.database, drawn(Do.HOLD, reason="x"), *span(), limit=9, after=told.after)
    assert ([row.inquiry_id for row in further.rows], further.after) == (sent[2::-1], None)


async def test_ended_calls_are_asked_and_calls_of_ours_are_not(house: Ruled) -> None:
    await tell(house.database, *Talk().whole_missed())
    missed = Condition(About.CALL_OUTCOME, Op.IS, "missed")
    told = await rehearse(house.database, drawn(Do.TASK, missed, task_title="Звонок"), *span())
    (row,) = told.rows
    assert (row.channel, row.sender, row.did) == ("call", MARINA, Did.TASK)


async def test_one_chosen_event_is_asked_with_the_search(house: Ruled) -> None:
    await house.send(phone="8 495 100-20-30", name="Ковалёва Марина")
    (row,) = (await rehearse(house.database, drawn(Do.CREATE), *span())).rows
    assert (row.did, row.newcomer) == (Did.CREATED, True)
    looked = await rehearse_event(house.database, drawn(Do.CREATE), row.event_id)
    assert (looked.did, looked.why, looked.newcomer) == (Did.WAITS, "alike", False)
    assert looked.candidates
    assert looked.verdicts
    with pytest.raises(NotFound, match="no-such-event"):
        await rehearse_event(house.database, None, 999)


async def test_the_database_refuses_to_be_written_while_it_is_rehearsed(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await ask_only(database, lambda one: one.execute(text("DELETE FROM auto_rule")))
    async with database.transaction() as session:  # and takes it again afterwards
        await (await session.connection()).execute(text("DELETE FROM auto_rule"))
