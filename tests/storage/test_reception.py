"""From what a PBX says to what stands in the list of inquiries."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlmodel import func, select

from intake import metrics
from intake.errors import Deferred, Rejected
from intake.model.calls import CallEvent, Direction, Outcome, Step
from intake.reception import Reception
from storage.database import Database
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent, InquiryState
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import User
from tests.storage.calling import MARINA, PBX, START, Talk, calls, inquiries, only_inquiry, outgoing, tell

LATER = START + timedelta(minutes=5)


async def store(database: Database, *rows: Any) -> None:
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def decide(database: Database, inquiry: Inquiry, state: InquiryState) -> None:
    async with database.transaction() as session:
        stored = await session.get_one(Inquiry, inquiry.id)
        stored.state, stored.callback = state, None


def phone(number: str = MARINA, **fields: Any) -> Point:
    return Point(kind=PointKind.PHONE, value=number, raw=number, **fields)


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


# -- who it is -------------------------------------------------------------------------------------------


async def test_the_one_who_has_the_number_is_the_best_guess(database: Database) -> None:
    boris = User(login="boris", name="Борис", password_hash="-")
    account = Account(name="Северный свет")
    await store(database, boris, account)
    contact = Contact(first_name="Марина", account_id=account.id, responsible_id=boris.id)
    await store(database, contact)
    await store(database, phone(contact_id=contact.id), phone(account_id=account.id))

    await tell(database, Talk().start())

    inquiry = await only_inquiry(database)
    assert (inquiry.account_id, inquiry.contact_id, inquiry.lead_id) == (account.id, contact.id, None)
    assert inquiry.responsible_id == boris.id


async def test_a_lead_is_known_by_its_number(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id))

    await tell(database, Talk().start())

    assert (await only_inquiry(database)).lead_id == lead.id


async def test_of_several_people_on_one_number_none_is_chosen(database: Database) -> None:
    people = [Contact(first_name="Анна"), Contact(first_name="Борис")]
    await store(database, *people)
    await store(database, *(phone(contact_id=person.id) for person in people))

    await tell(database, Talk().start())

    inquiry = await only_inquiry(database)
    assert (inquiry.contact_id, inquiry.account_id, inquiry.lead_id) == (None, None, None)


async def test_of_several_people_of_one_company_the_company_is_chosen(database: Database) -> None:
    account = Account(name="Ромашка")
    await store(database, account)
    people = [Contact(first_name=name, account_id=account.id) for name in ("Анна", "Борис")]
    await store(database, *people)
    await store(database, *(phone(contact_id=person.id) for person in people))

    await tell(database, Talk().start())

    inquiry = await only_inquiry(database)
    assert (inquiry.account_id, inquiry.contact_id) == (account.id, None)


async def test_an_extension_tells_people_on_one_number_apart(database: Database) -> None:
    people = [Contact(first_name="Анна"), Contact(first_name="Борис")]
    await store(database, *people)
    await store(
        database,
        phone(contact_id=people[0].id, extension="12", shared=True),
        phone(contact_id=people[1].id, extension="15", shared=True),
    )

    await tell(database, Talk(number_raw="8 916 123-45-67 доб. 15").start())

    assert (await only_inquiry(database)).contact_id == people[1].id


async def test_a_shared_line_says_nothing(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id, shared=True))

    await tell(database, Talk().start())

    assert (await only_inquiry(database)).lead_id is None


async def test_a_number_that_becomes_known_later_is_looked_up_then(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id))
    talk = Talk(None)

    await tell(database, talk.start(), talk.step(Step.UPDATED, number=MARINA))

    inquiry = await only_inquiry(database)
    assert (inquiry.sender, inquiry.lead_id) == (MARINA, lead.id)


async def test_a_talk_is_noted_on_the_cards(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id))

    await tell(database, *Talk().whole_answered())

    async with database.reading() as session:
        touched = (await session.get_one(Lead, lead.id)).touched_at
    assert touched is not None
    assert touched >= START


# -- missed calls and call-backs -------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.BUSY, Outcome.FAILED])
async def test_a_missed_call_is_the_callers_callback(database: Database, outcome: Outcome) -> None:
    talk = Talk()

    await tell(database, talk.start(), talk.end(outcome))

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.misses, inquiry.state) == (MARINA, 1, InquiryState.NEW)


async def test_however_often_they_ring_it_is_one_callback(database: Database) -> None:
    for number in range(3):
        await tell(database, *Talk(at=START + timedelta(minutes=number)).whole_missed())

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.misses) == (MARINA, 3)
    assert inquiry.touched_at == START + timedelta(minutes=2)
    assert {call.inquiry_id for call in await calls(database)} == {inquiry.id}


async def test_two_first_calls_missed_at_the_same_time_are_one_callback(database: Database) -> None:
    reception = Reception(database)
    talks = [Talk() for _ in range(4)]
    await tell(database, *(talk.start() for talk in talks))

    await asyncio.gather(*(reception.receive(talk.end()) for talk in talks))

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.misses) == (MARINA, 4)
    assert {call.inquiry_id for call in await calls(database)} == {inquiry.id}
    async with database.reading() as session:
        filed = set(await session.exec(select(InquiryEvent.inquiry_id)))
    assert filed == {inquiry.id}


async def test_a_second_ring_shows_on_the_callback_from_the_start(database: Database) -> None:
    await tell(database, *Talk().whole_missed())

    await tell(database, Talk(at=LATER).start())

    inquiry = await only_inquiry(database)
    assert [call.inquiry_id for call in await calls(database)] == [inquiry.id, inquiry.id]


async def test_an_answered_call_of_theirs_closes_the_callback_and_leaves_it_to_be_accepted(
    database: Database,
) -> None:
    await tell(database, *Talk().whole_missed())

    await tell(database, *Talk(at=LATER).whole_answered())

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.state, inquiry.misses) == (None, InquiryState.NEW, 1)
    assert inquiry.answered_at is not None


async def test_a_call_of_ours_that_is_answered_closes_the_callback(database: Database) -> None:
    await tell(database, *Talk().whole_missed())

    await tell(database, *outgoing(LATER).whole_answered())

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.state) == (None, InquiryState.CLOSED)
    assert inquiry.closed_at is not None
    assert [call.inquiry_id for call in await calls(database)] == [inquiry.id, inquiry.id]


async def test_a_call_of_ours_that_nobody_answers_leaves_the_callback_open(database: Database) -> None:
    await tell(database, *Talk().whole_missed())

    await tell(database, *outgoing(LATER).whole_missed())

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.state, inquiry.misses) == (MARINA, InquiryState.NEW, 1)


async def test_a_talk_that_began_before_the_other_ring_was_missed_closes_nothing_of_others(
    database: Database,
) -> None:
    other = "+78121234567"
    await tell(database, *Talk(other).whole_missed())

    await tell(database, *outgoing(LATER).whole_answered())

    assert (await only_inquiry(database)).callback == other


async def test_a_talk_on_one_line_closes_the_callback_that_another_call_left(database: Database) -> None:
    answered, missed = Talk(), Talk()

    await tell(database, answered.start(), *missed.whole_missed(), answered.ring("101"))
    answered.at = LATER
    await tell(database, answered.answer())

    states = {inquiry.state: inquiry.callback for inquiry in await inquiries(database)}
    assert states == {InquiryState.NEW: None, InquiryState.CLOSED: None}


async def test_answered_while_the_callback_closes_leaves_no_callback_open(database: Database) -> None:
    await tell(database, *Talk().whole_missed())
    theirs, ours = Talk(at=LATER), outgoing(LATER)
    await tell(database, theirs.start(), ours.start())
    reception = Reception(database)

    await asyncio.gather(reception.receive(theirs.answer()), reception.receive(ours.answer("102")))

    assert [inquiry.callback for inquiry in await inquiries(database)] == [None]


@pytest.mark.parametrize("state", [InquiryState.ACCEPTED, InquiryState.LINKED, InquiryState.DECLINED])
async def test_a_call_after_the_decision_opens_a_new_inquiry(database: Database, state: InquiryState) -> None:
    await tell(database, *Talk().whole_missed())
    await decide(database, await only_inquiry(database), state)

    await tell(database, *Talk(at=LATER).whole_missed())

    old, new = await inquiries(database)
    assert (old.state, old.misses, old.callback) == (state, 1, None)
    assert (new.state, new.misses, new.callback) == (InquiryState.NEW, 1, MARINA)


async def test_a_decision_during_the_call_stays_as_it_is(database: Database) -> None:
    talk = Talk()
    await tell(database, talk.start())
    await decide(database, await only_inquiry(database), InquiryState.DECLINED)

    await tell(database, talk.ring("101"), talk.end())

    inquiry = await only_inquiry(database)
    assert (inquiry.state, inquiry.callback, inquiry.misses) == (InquiryState.DECLINED, None, 0)


async def test_each_withheld_caller_is_an_inquiry_without_a_callback(database: Database) -> None:
    for number in range(2):
        at = START + timedelta(minutes=number)
        await tell(database, *Talk(None, at, number_raw="anonymous").whole_missed())

    assert [(each.callback, each.misses, each.sender) for each in await inquiries(database)] == [
        (None, 1, None)
    ] * 2


async def test_a_ring_lost_while_they_were_called_back_is_not_forgotten(database: Database) -> None:
    await tell(database, *Talk().whole_missed())
    again = Talk(at=LATER)
    await tell(database, again.start(), *outgoing(LATER).whole_answered())
    again.at = LATER + timedelta(minutes=1)

    await tell(database, again.end())

    closed, new = await inquiries(database)
    assert (closed.state, new.state, new.callback) == (InquiryState.CLOSED, InquiryState.NEW, MARINA)


async def test_a_miss_heard_of_after_the_talk_that_made_up_for_it_is_closed(database: Database) -> None:
    await tell(database, *outgoing(LATER).whole_answered())
    missed = Talk()
    missed.start()

    await tell(database, missed.end())

    inquiry = await only_inquiry(database)
    assert (inquiry.state, inquiry.callback) == (InquiryState.CLOSED, None)


async def test_a_talk_before_they_rang_in_vain_closes_nothing(database: Database) -> None:
    await tell(database, *Talk(at=LATER).whole_missed())
    earlier = Talk()
    earlier.ring("101"), earlier.answer()

    await tell(database, earlier.end())

    talked, missed = await inquiries(database)
    assert (talked.callback, missed.callback) == (None, MARINA)
    assert missed.state is InquiryState.NEW


# -- merged calls ----------------------------------------------------------------------------------------


def merged(absorbed: Talk, into: Talk) -> CallEvent:
    return absorbed.step(Step.MERGED, merged_into=into.call.linkedid)


async def test_two_calls_that_merge_are_one_inquiry(database: Database) -> None:
    first, second = Talk(), Talk("+78121234567")
    await tell(database, first.start(), second.start())

    await tell(database, merged(second, first), first.answer(), first.end())

    inquiry = await only_inquiry(database)
    assert inquiry.sender == MARINA
    survivor, absorbed = await calls(database)
    assert survivor.inquiry_id == absorbed.inquiry_id == inquiry.id
    assert (absorbed.merged_into, absorbed.ended_at is not None) == (survivor.linkedid, True)


async def test_a_call_that_is_absorbed_hands_its_inquiry_on(database: Database) -> None:
    outside, inside = Talk(), Talk("+74951000000", direction=Direction.INTERNAL)
    await tell(database, outside.start(), outside.ring("101"), inside.start())

    await tell(database, merged(outside, inside))
    await tell(database, inside.step(Step.UPDATED, direction=Direction.IN, number=MARINA), inside.end())

    inquiry = await only_inquiry(database)
    assert inquiry.callback == MARINA
    assert {call.inquiry_id for call in await calls(database)} == {inquiry.id}


async def test_a_survivor_that_is_heard_of_later_takes_the_inquiry_over(database: Database) -> None:
    outside, survivor = Talk(), Talk()
    await tell(database, outside.start(), merged(outside, survivor))

    await tell(database, survivor.start())

    inquiry = await only_inquiry(database)
    assert {call.inquiry_id for call in await calls(database)} == {inquiry.id}


async def test_of_two_merged_inquiries_the_decided_one_stays(database: Database) -> None:
    first, second = Talk(), Talk("+78121234567")
    await tell(database, first.start())
    decided = await only_inquiry(database)
    await decide(database, decided, InquiryState.ACCEPTED)
    await tell(database, second.start())

    await tell(database, merged(first, second))

    inquiry = await only_inquiry(database)
    assert (inquiry.id, inquiry.state) == (decided.id, InquiryState.ACCEPTED)


# -- what is announced -----------------------------------------------------------------------------------


async def test_each_step_is_announced_with_ids_and_short_words(database: Database) -> None:
    talk = Talk()
    async with database.hub.subscribe() as heard:
        await tell(database, talk.start(), talk.ring("101", "102"))
        said = [heard.get_nowait() for _ in range(heard.qsize())]

    inquiry, (call,) = await only_inquiry(database), await calls(database)
    assert [(each.topic, each.data) for each in said] == [
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
