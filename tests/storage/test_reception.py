"""From what a PBX says to what stands in the list of inquiries."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import func, select

from intake import metrics
from intake.errors import Deferred, Rejected
from intake.model.calls import Direction, Outcome, Step
from intake.reception import Reception
from storage.database import Database
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Channel, InquiryEvent, InquiryState
from storage.tables.people import User
from tests.databases import store
from tests.storage.calling import (
    MARINA,
    PBX,
    START,
    Talk,
    calls,
    inquiries,
    only_inquiry,
    outgoing,
    tell,
)

# -- the fact --------------------------------------------------------------------------------------------


async def test_an_inbound_call_opens_an_inquiry_at_once(database: Database) -> None:
    await tell(database, Talk(name="Марина", queue="sales").start())

    inquiry = await only_inquiry(database)
    assert (inquiry.channel, inquiry.state) == (Channel.CALL, InquiryState.NEW)
    assert (inquiry.sender, inquiry.sender_name) == (MARINA, "Марина")
    assert (inquiry.line, inquiry.queue) == ("74951000101", "sales")
    assert inquiry.opened_at == START
    assert [call.inquiry_id for call in await calls(database)] == [inquiry.id]


async def test_ten_deliveries_of_one_event_at_once_change_nothing_more_than_one(database: Database) -> None:
    reception, event = Reception(database), Talk().start()

    await asyncio.gather(*(reception.receive(event) for _ in range(10)))

    assert len(await inquiries(database)) == len(await calls(database)) == 1
    async with database.reading() as session:
        assert (await session.exec(select(func.count()).select_from(InquiryEvent))).one() == 1


async def test_a_whole_call_heard_twice_is_one_call(database: Database) -> None:
    talk = Talk()
    events = talk.whole_missed()

    await tell(database, *events, *events)

    assert (await only_inquiry(database)).misses == 1


async def test_the_steps_of_a_call_delivered_at_once_make_one_inquiry(database: Database) -> None:
    reception, talk = Reception(database), Talk()

    await asyncio.gather(*(reception.receive(event) for event in talk.whole_missed()))

    inquiry = await only_inquiry(database)
    assert (inquiry.misses, inquiry.callback) == (1, MARINA)


async def test_an_old_snapshot_after_a_new_one_changes_nothing(database: Database) -> None:
    start, ring, answer = (talk := Talk()).start(), talk.ring("101"), talk.answer("101")

    await tell(database, start, answer, ring)

    (call,) = await calls(database)
    assert (call.ringing, call.talking, call.answered_by) == ([], ["101"], ["101"])


async def test_a_call_that_ended_never_begins_again(database: Database) -> None:
    talk = Talk()
    events = talk.whole_missed()
    late = talk.step(Step.RINGING, ringing=("102",), ended=None, outcome=None)

    await tell(database, *events, late)

    (call,) = await calls(database)
    assert (call.outcome, call.ringing) == (Outcome.MISSED, [])


async def test_what_was_known_of_a_call_outlives_a_snapshot_that_knows_less(database: Database) -> None:
    talk = Talk(name="Марина")
    before = [talk.start(), talk.ring("101"), talk.answer("101")]
    after = talk.step(Step.UPDATED, rang=(), answered_by=(), answered=None, name=None, partial=True)

    await tell(database, *before, after, talk.end(Outcome.MISSED))

    (call,) = await calls(database)
    assert (call.name, call.answered_by, call.rang) == ("Марина", ["101"], ["101"])
    assert (call.outcome, call.partial) == (Outcome.ANSWERED, True)
    assert (await only_inquiry(database)).callback is None


async def test_an_internal_call_is_no_inquiry(database: Database) -> None:
    await tell(database, *Talk("+74951000000", direction=Direction.INTERNAL).whole_answered())

    assert await inquiries(database) == []
    assert len(await calls(database)) == 1


async def test_a_call_to_the_outside_is_no_inquiry(database: Database) -> None:
    await tell(database, *outgoing(START).whole_answered())

    assert await inquiries(database) == []


async def test_a_colleague_who_calls_from_their_mobile_is_no_lead(database: Database) -> None:
    await store(database, User(login="anna", name="Анна", password_hash="-", mobile=MARINA))

    await tell(database, *Talk().whole_missed())

    assert await inquiries(database) == []
    assert (await calls(database))[0].outcome is Outcome.MISSED


async def test_two_calls_from_one_number_at_once_are_two_inquiries(database: Database) -> None:
    await tell(database, Talk().start(), Talk().start())

    assert len(await inquiries(database)) == 2


# -- what is announced -----------------------------------------------------------------------------------


async def test_each_step_is_announced_with_ids_and_short_words(database: Database) -> None:
    talk = Talk()
    async with database.hub.subscribe() as heard:
        await tell(database, talk.start(), talk.ring("101", "102"))
        said = [heard.get_nowait() for _ in range(heard.qsize())]

    inquiry, (call,) = await only_inquiry(database), await calls(database)
    assert [(each.topic, each.data) for each in said] == [
        ("job", {"kind": "decide"}),
        ("inquiry", {"inquiry": inquiry.id, "state": "new"}),
        ("call", {"call": call.id, "inquiry": inquiry.id, "step": "started", "ringing": [], "talking": []}),
        (
            "call",
            {
                "call": call.id,
                "inquiry": inquiry.id,
                "step": "ringing",
                "ringing": ["101", "102"],
                "talking": [],
            },
        ),
    ]


async def test_a_step_heard_again_is_not_announced(database: Database) -> None:
    event = Talk().start()
    await tell(database, event)

    async with database.hub.subscribe() as heard:
        await tell(database, event)
        assert heard.empty()


async def test_what_was_heard_is_counted(database: Database) -> None:
    def value(name: str) -> float:
        return metrics.REGISTRY.get_sample_value(name, {"channel": PBX}) or 0

    names = [f"intake_events_{word}_total" for word in ("heard", "stored", "deduplicated")]
    before = [value(name) for name in names]
    talk = Talk()
    reception, start = Reception(database), talk.start()

    await reception.receive(start)
    await reception.receive(start)
    assert metrics.REGISTRY.get_sample_value("intake_calls_open") == 1
    await reception.receive(talk.end())

    assert [value(name) - old for name, old in zip(names, before, strict=True)] == [3, 2, 1]
    assert metrics.REGISTRY.get_sample_value("intake_calls_open") == 0


# -- hostile input ---------------------------------------------------------------------------------------

HOSTILE = "\0\ud800<script>" + "Ж" * 5000


async def test_texts_of_any_length_and_content_are_kept(database: Database) -> None:
    talk = Talk(
        number_raw=HOSTILE,
        name=HOSTILE,
        queue=HOSTILE,
        trunk=HOSTILE,
        recording=HOSTILE,
        channel=HOSTILE,
        cause=2**70,
        linkedid=HOSTILE,
    )
    ring = talk.ring(*[HOSTILE] * 1000)

    await tell(database, talk.start(), replace(ring, raw=HOSTILE, external_id=HOSTILE), talk.end())

    (call,) = await calls(database)
    assert call.name is not None
    assert call.name.startswith("\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}<script>ЖЖ")
    assert (len(call.name), call.cause, call.outcome) == (300, None, Outcome.MISSED)
    async with database.reading() as session:
        raws = list(await session.exec(select(InquiryEvent.raw)))
    assert sorted(map(len, raws)) == [2, 2, len(HOSTILE)]


async def test_long_ids_that_begin_alike_stay_apart(database: Database) -> None:
    event = Talk().start()

    await tell(database, *(replace(event, external_id="x" * 500 + str(number)) for number in range(3)))

    async with database.reading() as session:
        assert (await session.exec(select(func.count()).select_from(InquiryEvent))).one() == 3


async def test_a_step_that_we_stumble_over_is_written_down_and_the_next_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(*_: object) -> None:
        raise ZeroDivisionError

    talk = Talk()
    with monkeypatch.context() as broken:
        broken.setattr("intake.reception.calls.follow", stumble)
        await tell(database, talk.start())
    await tell(database, talk.ring("101"))

    assert "nothing made of it" in caplog.text
    assert (await only_inquiry(database)).sender == MARINA
    async with database.reading() as session:
        query = select(func.count()).select_from(InquiryEvent).where(InquiryEvent.channel == PBX)
        assert (await session.exec(query)).one() == 2


async def test_calls_are_kept_with_all_that_was_said(database: Database) -> None:
    talk = Talk(trunk="trunk", queue="sales", channel="PJSIP/trunk-0001", number_raw="89161234567", cause=16)

    await tell(database, *talk.whole_answered())

    (call,) = await calls(database)
    said = {"trunk": "trunk", "queue": "sales", "pbx_channel": "PJSIP/trunk-0001", "cause": 16}
    assert call.model_dump(include=set(said)) == said
    assert call.started_at == START
    assert call.ended_at is not None
    assert CallRecord.model_validate(call)


async def test_a_fact_that_no_database_takes_is_rejected(database: Database) -> None:
    event = Talk().start()
    without_a_zone = event.at.replace(tzinfo=None)

    with pytest.raises(Rejected) as refused:
        await tell(database, replace(event, at=without_a_zone))

    assert refused.value.code == "unstorable-fact"
    assert await calls(database) == []


async def test_a_fact_is_put_off_while_the_database_is_away() -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")

    with pytest.raises(Deferred) as put_off:
        await tell(away, Talk().start())

    assert put_off.value.code == "database-unavailable"
    await away.close()


# -- any order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
async def test_steps_in_any_order_and_twice_come_to_the_same(sqlite_url: str, seed: int) -> None:
    """Four calls of one caller, the last one answered: all are told of, nobody is to be called back."""
    database = Database(sqlite_url)
    talks = [Talk(at=START + timedelta(minutes=number)) for number in range(4)]
    events = [event for talk in talks[:3] for event in talk.whole_missed()] + talks[3].whole_answered()
    heard = events * 2
    Random(seed).shuffle(heard)

    await tell(database, *heard)

    kept = {call.linkedid: call for call in await calls(database)}
    for talk in talks:
        call = kept[talk.call.linkedid]
        assert (call.outcome, call.ended_at) == (talk.call.outcome, talk.call.ended)
        assert call.answered_by == list(talk.call.answered_by)
    shown = {inquiry.id: inquiry for inquiry in await inquiries(database)}
    assert {call.inquiry_id for call in kept.values()} == shown.keys()
    assert [inquiry.callback for inquiry in shown.values() if inquiry.callback] == []
    assert sum(inquiry.misses for inquiry in shown.values()) == 3
    await database.close()
