"""Deciding again: after a fix, for what was never decided; what people decided stays, and twice is once."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from intake.automation.replay import Left, Replayed, replay_event, replay_span
from intake.errors import NotFound
from intake.model.rules import About, Condition, Did, Do, Op
from intake.wizard.decline import decline
from intake.wizard.undo import undo
from storage import rules
from storage.columns import now
from storage.tables.inquiries import InquiryState
from storage.tables.interests import Interest
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow

ADS = Condition(About.BODY, Op.CONTAINS, "реклама")
TABLES = Condition(About.BODY, Op.CONTAINS, "столы")


@pytest.fixture
async def house(world: World, tmp_path: Path) -> Ruled:
    return await ruled(world, tmp_path)


async def test_what_a_wrong_rule_declined_is_decided_anew_and_the_former_decision_is_kept(
    house: Ruled,
) -> None:
    rule_id = await house.rule(drawn(Do.DECLINE, reason="spam"))
    inquiry_id = await house.send(wanted="столы", name="Зубов Тихон", phone="8 495 100-20-30")
    await house.rule(drawn(Do.CREATE), rule_id=rule_id)
    event_id = (await house.decision(inquiry_id)).event_id

    told = await replay_event(house.database, event_id, dry=True)
    assert (told.before, told.did) == ("declined", Did.CREATED)
    assert (await house.inquiry(inquiry_id)).state is InquiryState.DECLINED

    await replay_event(house.database, event_id)

    assert (await house.inquiry(inquiry_id)).state is InquiryState.ACCEPTED
    decision = await house.decision(inquiry_id)
    assert (decision.outcome, decision.rule_version) == ("created", 2)
    assert [(one["outcome"], one["rule_version"]) for one in decision.before] == [("declined", 1)]


async def test_replaying_twice_changes_nothing(house: Ruled) -> None:
    await house.rule(drawn(Do.LINK_OR_CREATE, labels=("сайт",)))
    inquiry_id = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    await house.send(wanted="реклама")
    event_id = (await house.decision(inquiry_id)).event_id
    before = await house.world.dump()
    for _ in range(2):
        assert (await replay_event(house.database, event_id)).left is Left.SAME
    assert [row.did async for row in span(house)] == [None, Did.WAITS]  # nameless: refused again
    assert await house.world.dump() == before


async def test_what_the_same_rule_made_is_not_made_twice_when_it_was_reworded(house: Ruled) -> None:
    rule_id = await house.rule(drawn(Do.LINK_OR_CREATE))
    inquiry_id = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    await house.rule(drawn(Do.LINK_OR_CREATE, labels=("сайт",)), rule_id=rule_id)
    before = await house.world.dump()
    assert (await replay_event(house.database, (await house.decision(inquiry_id)).event_id)).left is Left.SAME
    assert await house.world.dump() == before


async def test_what_people_decided_or_took_back_stays(house: Ruled) -> None:
    by_hand = await house.send(wanted="реклама")
    await decline(house.database, by_hand, "spam", "", house.world.boss)
    await house.rule(drawn(Do.CREATE))
    taken_back = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    await undo(house.database, (await house.decision(taken_back)).action_id or 0, house.world.boss)
    assert [row.left async for row in span(house)] == [Left.BY_A_PERSON, Left.BY_A_PERSON]
    assert (await house.inquiry(by_hand)).state is InquiryState.DECLINED
    assert (await house.inquiry(taken_back)).state is InquiryState.NEW


async def test_what_was_never_decided_is_decided_in_its_order(house: Ruled) -> None:
    first = await house.send(name="Зубов Тихон", phone="8 495 100-20-30", wanted="столы")
    other = await house.send(wanted="реклама")
    await house.rule(drawn(Do.CREATE, TABLES))
    await house.rule(drawn(Do.DECLINE, ADS, reason="spam"))
    assert [(row.inquiry_id, row.did) async for row in span(house)] == [
        (first, Did.CREATED),
        (other, Did.DECLINED),
    ]


async def test_an_interest_that_is_worked_on_is_not_taken_back(house: Ruled) -> None:
    rule_id = await house.rule(drawn(Do.CREATE))
    inquiry_id = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    interest = await house.interest_of(inquiry_id)
    async with house.database.transaction() as session:
        (await session.get_one(Interest, interest.id)).title = "Важное"
    await house.rule(drawn(Do.DECLINE, reason="spam"), rule_id=rule_id)
    told = await replay_event(house.database, (await house.decision(inquiry_id)).event_id)
    assert told.left is Left.USED_SINCE
    assert (await house.inquiry(inquiry_id)).state is InquiryState.ACCEPTED


async def test_a_rule_that_is_switched_off_takes_nothing_back_but_what_it_declined(house: Ruled) -> None:
    await house.rule(drawn(Do.DECLINE, ADS, reason="spam"))
    await house.rule(drawn(Do.CREATE))
    spam = await house.send(wanted="реклама", phone="8 495 100-20-31")
    created = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    async with house.database.transaction() as session:
        for one in await rules.enabled_rules(session):
            await rules.switch_rule(session, one.id or 0, False, house.world.boss)
    await house.rule(drawn(Do.HOLD, Condition(About.BODY, Op.IS, "ничего"), reason="x"))
    assert [(row.inquiry_id, row.left) async for row in span(house)] == [(spam, None), (created, Left.STANDS)]
    assert (await house.inquiry(spam)).state is InquiryState.NEW


async def test_an_event_that_is_none_is_told(house: Ruled) -> None:
    with pytest.raises(NotFound, match="no-such-event"):
        await replay_event(house.database, 999)


def span(house: Ruled) -> AsyncGenerator[Replayed, None]:
    return replay_span(house.database, now() - timedelta(days=1), now() + timedelta(days=1), "form")
