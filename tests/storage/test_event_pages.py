"""Events as pages ask for them, on both engines."""

from pathlib import Path

import pytest

from intake.errors import NotFound
from intake.model.rules import Do
from storage import hooks
from storage.access import Actor
from storage.columns import now
from storage.event_pages import (
    PAGE,
    Wanted,
    channels_heard,
    decision_about,
    event_about,
    event_told,
    events_page,
    wordings,
)
from storage.tables.inquiries import InquiryEvent
from storage.tables.outgoing import Webhook
from storage.tables.people import Role
from tests.databases import store
from tests.storage.ruling import drawn, ruled
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow

BOSS = Actor(None, "Громова", Role.ADMINISTRATOR)
STRANGER = "8 495 100-20-30"


async def test_an_event_is_told_with_its_decision_deeds_and_deliveries(world: World, tmp_path: Path):
    house = await ruled(world, tmp_path)
    await store(world.database, Webhook(name="Склад", url="https://stock.example", secret="s"))
    rule_id = await house.rule(drawn(Do.CREATE))
    inquiry_id = await house.send(name="Зубов Тихон", phone=STRANGER)
    async with world.database.transaction() as session:
        await hooks.tell(session, hooks.OPENED, inquiry_id=inquiry_id)
    async with world.database.reading() as session:
        event_id = await event_about(session, inquiry_id)
        told = await event_told(session, BOSS, event_id or 0)
        decision = await decision_about(session, inquiry_id)
        rules = await wordings(session, [(rule_id, 1), (rule_id, 9)])
    assert told.decision == decision
    assert decision is not None
    assert decision.rule_id == rule_id
    assert set(rules) == {(rule_id, 1)}
    assert told.submission_id is not None
    tables = {change.table for deed, _ in told.deeds for change in deed.changes}
    assert {"interest", "inquiry"} <= tables
    assert {name for _, name in told.deliveries} == {"Склад"}


async def test_a_page_ends_where_the_next_begins(world: World):
    at = now()
    await store(
        world.database,
        *(
            InquiryEvent(channel="form:1", external_id=str(n), kind="submission", at=at)
            for n in range(PAGE + 7)
        ),
    )
    async with world.database.reading() as session:
        first = await events_page(session, BOSS, Wanted())
        second = await events_page(session, BOSS, Wanted(), first.after)
        heard = await channels_heard(session)
    ids = [row.event.id for row in (*first.rows, *second.rows)]
    assert (len(first.rows), len(second.rows), second.after) == (PAGE, 7, None)
    assert ids == sorted(ids, key=lambda one: -(one or 0))
    assert len(set(ids)) == PAGE + 7
    assert heard == ["form:1"]


async def test_there_is_no_event_of_what_one_may_not_see(world: World):
    inquiry_id = await world.inquiry(responsible_id=world.alice.user_id)
    [event_id] = await store(
        world.database,
        InquiryEvent(
            channel="asterisk:1",
            external_id="1",
            kind="call-ended",
            at=now(),
            inquiry_id=inquiry_id,
        ),
    )
    async with world.database.reading() as session:
        assert (await event_told(session, world.alice, event_id)).event.id == event_id
        with pytest.raises(NotFound):
            await event_told(session, world.charlie, event_id)
        assert (await events_page(session, world.charlie, Wanted())).rows == []
