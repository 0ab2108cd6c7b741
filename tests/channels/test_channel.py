"""A whole channel against the built-in PBX: what is delivered, and what a bad day does to it."""

import asyncio
import contextlib

import pytest

from intake.channels.asterisk.channel import AsteriskChannel
from intake.channels.base import Fact
from intake.channels.pauses import Pauses
from intake.demo.caller import Caller
from intake.demo.pbx import Pbx
from intake.errors import Deferred, NotFound, Rejected
from intake.model.calls import CallEvent, Direction, Outcome, Step
from tests.channels.desk import FAST, IVAN, Desk, listening, no_calls, up
from tests.channels.nasty import QUICK, Conversation, NastyPbx, connection, until

pytestmark = pytest.mark.slow


async def test_a_direct_call_rings_is_answered_and_ends(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        call = await pbx.call(IVAN, agents=["101"], **FAST)
        await pbx.over(call)
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert (ended.outcome, ended.answered_by, ended.did) == (Outcome.ANSWERED, ("101",), "74951000101")
    assert (ended.name, ended.partial) == ("Иван Сидоров", False)
    steps = desk.steps(ended.linkedid)
    assert [step for step in steps if step is not Step.UPDATED] == [
        Step.STARTED,
        Step.RINGING,
        Step.ANSWERED,
        Step.ENDED,
    ]


async def test_a_ring_group_rings_both_and_the_loser_stops(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        await pbx.over(await pbx.call(IVAN, agents=["101", "102"], answer_by="102", **FAST))
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert (ended.rang, ended.answered_by) == (("101", "102"), ("102",))


async def test_a_queued_caller_waits_and_gives_up(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        call = await pbx.call(
            IVAN, agents=["101", "102"], queue="sales", answer_after=None, give_up_after=0.1
        )
        await until(lambda: any(event.call.waiting for event in desk.events))
        await pbx.over(call)
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert (ended.outcome, ended.queue, ended.waiting) == (Outcome.MISSED, "sales", False)


async def test_a_queued_caller_with_nobody_free_waits_all_the_same(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        call = await pbx.call(IVAN, agents=[], queue="sales", give_up_after=0.1)
        await pbx.over(call)
        await until(desk.ended)
    assert any(event.call.waiting for event in desk.events)
    assert desk.ended()["+79161234567"].outcome is Outcome.MISSED


async def test_a_blind_transfer_is_one_call_with_two_people(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        await pbx.over(await pbx.call(IVAN, agents=["101"], transfer_to="102", **FAST))
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert ended.answered_by == ("101", "102")
    assert [(one.kind, one.source, one.target) for one in ended.transfers] == [("blind", "101", "102")]


async def test_a_withheld_number_is_nobody(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        await pbx.over(await pbx.call(Caller(None, None, "74951000101"), **FAST))
        await until(desk.ended)
    assert list(desk.ended()) == [None]


async def test_a_busy_phone_makes_a_missed_call(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        await pbx.over(await pbx.call(IVAN, agents=["101"], busy=["101"]))
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert (ended.outcome, ended.rang) == (Outcome.MISSED, ())


async def test_twenty_calls_at_once_stay_apart(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        people = [Caller(f"+7916123450{number:1}"[:12], None, "74951000101") for number in range(10)]
        people += [Caller(f"+7903765430{number:1}"[:12], None, "74951000102") for number in range(10)]
        await asyncio.gather(*(pbx.call(person, **FAST) for person in people))
        await pbx.over()
        await until(lambda: len(desk.ended()) == 20)
    assert {call.outcome for call in desk.ended().values()} == {Outcome.ANSWERED}


async def test_a_fact_that_is_not_taken_is_brought_again_and_in_order(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        desk.failures = 2
        await pbx.over(await pbx.call(IVAN, **FAST))
        await until(desk.ended)
    assert desk.tries >= len(desk.facts) + 2
    ids = [event.external_id for event in desk.events]
    assert len(ids) == len(set(ids))
    assert desk.events[0].step is Step.STARTED
    assert desk.events[-1].step is Step.ENDED


async def test_a_fact_that_can_never_be_taken_holds_up_no_other(pbx: Pbx, desk: Desk):
    async def picky(fact: Fact) -> None:
        if isinstance(fact, CallEvent) and fact.step is Step.STARTED:
            raise Rejected("too-strange")
        await desk.deliver(fact)

    channel = AsteriskChannel(connection(pbx.port), no_calls, None, QUICK)
    task = asyncio.create_task(channel.listen(picky))
    await up(desk)
    await pbx.over(await pbx.call(IVAN, **FAST))
    await until(desk.ended)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert Step.STARTED not in {event.step for event in desk.events}


async def test_cancelling_closes_the_connection(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
    await asyncio.sleep(0.3)
    assert pbx.server.logins == 1
    assert pbx.server.connected == 0


async def test_a_click_to_call_joins_our_person_with_the_number(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk) as channel:
        await up(desk)
        call_id = await channel.dialer.call("101", "+79161234567")
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert (ended.linkedid, ended.direction) == (call_id, Direction.OUT)
    assert (ended.outcome, ended.answered_by) == (Outcome.ANSWERED, ("101",))


async def test_a_click_to_call_from_a_phone_that_is_not_there_is_told_at_once(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk) as channel:
        await up(desk)
        with pytest.raises(Deferred, match="phone-unreachable"):
            await channel.dialer.call("199", "+79161234567")


async def test_a_caller_is_passed_on_to_another_extension(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk) as channel:
        await up(desk)
        await pbx.call(IVAN, agents=["101"], answer_after=0.05, talk=30)
        await until(lambda: any(event.call.talking == ("101",) for event in desk.events))
        await channel.dialer.transfer(desk.events[-1].call.channel or "", "103")
        await until(lambda: any(event.call.talking == ("103",) for event in desk.events))
    assert desk.events[-1].call.answered_by == ("101", "103")


async def test_a_call_that_is_gone_cannot_be_passed_on(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk) as channel:
        await up(desk)
        with pytest.raises(NotFound, match="call-gone"):
            await channel.dialer.transfer("PJSIP/trunk-000000ff", "103")


async def test_nothing_is_dialled_while_the_pbx_is_away(desk: Desk):
    channel = AsteriskChannel(connection(1), no_calls, None, QUICK)
    with pytest.raises(Deferred, match="pbx-offline"):
        await channel.dialer.call("101", "+79161234567")


async def test_a_pbx_that_does_not_list_its_channels_says_so_and_is_heard(desk: Desk):
    async def manners(talk: Conversation) -> None:
        await talk.welcome()
        while True:
            action = await talk.hear()
            if action["Action"] == "CoreShowChannels":
                no = ("Response: Error", f"ActionID: {action['ActionID']}", "Message: Permission denied")
                talk.say(*no)
            else:
                talk.answer(action)

    async with NastyPbx(manners) as pbx, listening(pbx.port, desk):
        await up(desk)
    assert "Permission denied" in {health.detail for health in desk.health}


async def test_pauses_grow_to_a_limit_and_are_never_in_step():
    pauses = Pauses(first=1, longest=60)
    tries = [[pauses.after(failures) for _ in range(50)] for failures in (1, 3, 7, 1000)]
    assert all(0.5 <= pause <= 1 for pause in tries[0])
    assert all(2 <= pause <= 4 for pause in tries[1])
    assert all(30 <= pause <= 60 for pause in [*tries[2], *tries[3]])
    assert len(set(tries[0])) > 10
