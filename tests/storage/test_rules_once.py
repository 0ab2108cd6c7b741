"""However often and at once it is asked, one event is decided once, by whoever was first, wholly or not."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from intake.automation.breaker import MOST_FITS, RULE_LOOP
from intake.automation.decide import decide
from intake.errors import Conflict
from intake.model.rules import About, Condition, Did, Do, Op, Said
from intake.wizard.accept import accept
from storage.alarms import open_alarms
from storage.columns import now
from storage.tables.automation import RuleDecision
from storage.tables.forms import Submission
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent, InquiryState
from storage.tables.interests import Interest
from tests.databases import store
from tests.storage.calling import Talk, tell
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import MARINA, World, known
from tests.storage.writing import Post, mailbox, mime

pytestmark = pytest.mark.slow

REFUSE = {
    "sqlite": [
        "CREATE TRIGGER refuse BEFORE INSERT ON rule_decision "
        "BEGIN SELECT RAISE(ABORT, 'the power is gone'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION refuse() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'the power is gone'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER refuse BEFORE INSERT ON rule_decision FOR EACH ROW EXECUTE FUNCTION refuse()",
    ],
}
AGAIN = {"sqlite": "DROP TRIGGER refuse", "postgresql": "DROP TRIGGER refuse ON rule_decision"}


@pytest.fixture
async def house(world: World, tmp_path: Path) -> Ruled:
    return await ruled(world, tmp_path)


async def run(house: Ruled, *statements: str) -> None:
    async with house.database.transaction() as session:
        for statement in statements:
            await (await session.connection()).execute(text(statement))


async def test_what_dies_between_accepting_and_deciding_has_done_nothing_and_is_done_again(
    house: Ruled,
) -> None:
    await house.rule(drawn(Do.CREATE))
    taken = await house.visitors.send()
    engine = house.database.url.get_backend_name()
    before = await house.world.dump()
    await run(house, *REFUSE[engine])
    with pytest.raises(DBAPIError):
        await decide(house.database, {"inquiry": taken.inquiry_id, "step": "opened"})
    assert await house.world.dump() == before
    await run(house, AGAIN[engine])

    await house.work()

    assert (await house.decision(taken.inquiry_id or 0)).outcome == Did.CREATED
    assert len(await house.world.all(Interest)) == 2  # the world's own, and this


async def test_the_same_job_done_by_several_processes_is_done_once(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE, task_title="Позвонить"))
    taken = await house.visitors.send()
    job = {"inquiry": taken.inquiry_id, "step": "opened"}
    await asyncio.gather(*(decide(house.database, job) for _ in range(5)))
    assert len(await house.world.all(Interest)) == 2
    assert len(await house.world.all(RuleDecision)) == 1


async def test_two_requests_of_one_stranger_at_once_register_them_once(house: Ruled) -> None:
    await house.rule(drawn(Do.LINK_OR_CREATE))
    sent = [await house.visitors.send() for _ in range(2)]
    async with house.database.transaction() as session:  # as if they had come long apart
        for row in await session.exec(select(Submission)):
            row.said = {"name": "Зубов Тихон", "phone": "+74951002030"}
    jobs = [{"inquiry": one.inquiry_id, "step": "opened"} for one in sent]
    await asyncio.gather(*(decide(house.database, job) for job in jobs))
    outcomes = {(await house.decision(one.inquiry_id or 0)).outcome for one in sent}
    assert outcomes == {Did.CREATED, Did.LINKED}


@pytest.mark.parametrize("turn", range(4))
async def test_of_a_person_and_a_rule_at_once_one_wins_and_the_other_is_told(house: Ruled, turn: int) -> None:
    await house.rule(drawn(Do.DECLINE, reason="spam"))
    taken = await house.visitors.send()

    async def person() -> bool:
        await asyncio.sleep(turn / 200)
        with suppress(Conflict):
            await accept(house.database, taken.inquiry_id, known(house.world), house.world.alice)
            return True
        return False

    won, _ = await asyncio.gather(person(), house.work())
    inquiry = await house.inquiry(taken.inquiry_id or 0)
    decision = await house.decision(taken.inquiry_id or 0)
    expected = (InquiryState.ACCEPTED, Did.LATE) if won else (InquiryState.DECLINED, Did.DECLINED)
    assert (inquiry.state, decision.outcome) == expected


async def test_a_form_that_our_own_mailbox_fills_in_is_stopped_and_reported(house: Ruled) -> None:
    await store(house.database, mailbox())
    rule_id = await house.rule(drawn(Do.CREATE), name="С сайта")

    inquiry_id = await house.send(name="Робот", email="sales@house.example", wanted="Ваша заявка принята")

    decision = await house.decision(inquiry_id)
    assert decision.outcome == Did.NONE
    assert [(one["said"], one["why"]) for one in decision.verdicts] == [(Said.LOOPING, "own")]
    assert (await house.inquiry(inquiry_id)).state is InquiryState.NEW
    async with house.database.reading() as session:
        (alarm,) = [one for one in await open_alarms(session) if one.kind == RULE_LOOP]
    assert (alarm.rule_id, alarm.inquiry_id, alarm.details["rule"]) == (rule_id, inquiry_id, "С сайта")


async def test_a_rule_that_never_tires_of_one_sender_is_stopped_and_reported_once(house: Ruled) -> None:
    rule_id = await house.rule(drawn(Do.HOLD, reason="посмотреть"))
    for number in range(MOST_FITS):
        inquiry = Inquiry(channel=Channel.FORM, sender="+74951002030", state=InquiryState.ACCEPTED)
        (inquiry_id,) = await store(house.database, inquiry)
        event = InquiryEvent(
            inquiry_id=inquiry_id, channel="x", external_id=str(number), kind="form", at=now()
        )
        (event_id,) = await store(house.database, event)
        await store(house.database, RuleDecision(event_id=event_id, inquiry_id=inquiry_id, rule_id=rule_id))

    stopped = [await house.send(phone="8 495 100-20-30", wanted=f"Снова {number}") for number in range(2)]

    decisions = await house.world.all(RuleDecision)
    last = next(one for one in decisions if one.inquiry_id == stopped[0])
    assert last.verdicts[0]["said"] == Said.LOOPING
    assert last.verdicts[0]["why"] == "too-often"
    async with house.database.reading() as session:
        assert len([one for one in await open_alarms(session) if one.kind == RULE_LOOP]) == 1


async def test_a_letter_is_decided_when_it_opens_an_inquiry_and_a_call_when_it_has_ended(
    house: Ruled, tmp_path: Path
) -> None:
    post = Post(house.database, tmp_path / "post")
    await post.store(mailbox())
    is_missed = Condition(About.CALL_OUTCOME, Op.IS, "missed")
    await house.rule(drawn(Do.TASK, is_missed, task_title="Перезвонить", channels=("call",)))
    by_header = Condition(About.HEADER, Op.CONTAINS, "robot", "X-Mailer")
    await house.rule(drawn(Do.DECLINE, by_header, reason="not-ours", sources=("sales@house.example",)))

    await post.bring(mime(x_mailer="Robot 3"))
    call = Talk(MARINA)
    await tell(house.database, call.start(), call.ring("101"))
    await house.work()
    assert len(await house.world.all(RuleDecision)) == 1
    await tell(house.database, call.end())
    await house.work()

    outcomes = {one.outcome for one in await house.world.all(RuleDecision)}
    assert outcomes == {Did.DECLINED, Did.TASK}
