"""Missed calls, who is to be called back, and calls that turn out to be one."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from intake.model.calls import CallEvent, Direction, Outcome, Step
from intake.reception import Reception
from storage.database import Database
from storage.tables.inquiries import Inquiry, InquiryEvent, InquiryState
from tests.storage.calling import (
    MARINA,
    START,
    Talk,
    calls,
    inquiries,
    only_inquiry,
    outgoing,
    tell,
)

LATER = START + timedelta(minutes=5)


async def decide(database: Database, inquiry: Inquiry, state: InquiryState) -> None:
    async with database.transaction() as session:
        stored = await session.get_one(Inquiry, inquiry.id)
        stored.state, stored.callback = state, None


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
