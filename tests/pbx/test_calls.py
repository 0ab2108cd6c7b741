"""What our ears make of a real PBX's calls."""

import pytest

from intake.model.calls import Direction, Outcome, Step, Transfer
from tests.pbx.ears import Ears
from tests.real.asterisk import Asterisk

pytestmark = pytest.mark.real

DIRECT, GROUP, LOCAL_GROUP, QUEUE = "74951000101", "74951000200", "74951000201", "74951000300"
AFTER_HOURS, MENU = "74951000400", "74951000500"


async def test_a_direct_call_rings_is_answered_and_ends(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.call(DIRECT, "+79161234567", "Иван Сидоров")
    call = await ears.call_is(Step.ENDED)

    assert ears.steps(call) == [Step.STARTED, Step.RINGING, Step.ANSWERED, Step.ENDED]
    assert (call.direction, call.did, call.trunk) == (Direction.IN, DIRECT, "trunk")
    assert (call.number, call.name) == ("+79161234567", "Иван Сидоров")
    assert (call.rang, call.answered_by, call.outcome) == (("101",), ("101",), Outcome.ANSWERED)
    assert not call.partial


@pytest.mark.parametrize("did", [GROUP, LOCAL_GROUP])
async def test_in_a_ring_group_one_answers_and_the_others_stop(
    asterisk: Asterisk, ears: Ears, did: str
) -> None:
    asterisk.phone(101, ring_ms=None)
    asterisk.phone(102, ring_ms=600)
    asterisk.call(did)
    answered = await ears.call_is(Step.ANSWERED)
    call = await ears.call_is(Step.ENDED)

    assert (answered.talking, answered.ringing) in {(("102",), ()), (("102",), ("101",))}
    assert sorted(call.rang) == ["101", "102"]
    assert (call.answered_by, call.outcome) == (("102",), Outcome.ANSWERED)
    assert ears.steps(call).count(Step.STOPPED) == 1
    assert len(ears.calls) == 1


async def test_in_a_queue_a_caller_waits_until_a_person_answers(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, ring_ms=None)
    asterisk.phone(102, ring_ms=800, talk_ms=1000)
    asterisk.call(QUEUE, end="waits")
    waiting = await ears.call_is(Step.RINGING)
    answered = await ears.call_is(Step.ANSWERED)
    call = await ears.call_is(Step.ENDED)

    assert (waiting.queue, waiting.waiting, waiting.answered_by) == ("sales", True, ())
    assert (answered.talking, answered.waiting) == (("102",), False)
    assert (call.answered_by, call.outcome) == (("102",), Outcome.ANSWERED)


async def test_a_caller_who_gives_up_is_missed(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, ring_ms=None)
    asterisk.call(DIRECT, end="cancel", ring_ms=500)
    call = await ears.call_is(Step.ENDED)

    assert ears.steps(call) == [Step.STARTED, Step.RINGING, Step.STOPPED, Step.ENDED]
    assert (call.rang, call.answered_by, call.outcome) == (("101",), (), Outcome.MISSED)


async def test_a_caller_who_leaves_the_queue_is_missed_though_the_queue_had_answered(
    asterisk: Asterisk, ears: Ears
) -> None:
    asterisk.phone(101, ring_ms=None)
    asterisk.phone(102, ring_ms=None)
    asterisk.call(QUEUE, talk_ms=1000)
    call = await ears.call_is(Step.ENDED)

    assert (call.queue, call.answered_by, call.outcome) == ("sales", (), Outcome.MISSED)
    assert call.answered is None


@pytest.mark.parametrize("mode", ["busy", "decline"])
async def test_a_caller_whom_a_person_turns_away_is_missed(asterisk: Asterisk, ears: Ears, mode: str) -> None:
    asterisk.phone(101, mode)  # type: ignore[arg-type]
    asterisk.call(DIRECT, end="refused")
    call = await ears.call_is(Step.ENDED)

    assert (call.answered_by, call.outcome) == ((), Outcome.MISSED)


async def test_after_hours_the_pbx_answers_but_nobody_does(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.call(AFTER_HOURS, end="waits")
    call = await ears.call_is(Step.ENDED)

    assert (call.rang, call.answered_by, call.outcome) == ((), (), Outcome.MISSED)


async def test_a_voice_menu_does_not_count_as_an_answer(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, ring_ms=400, talk_ms=1000)
    asterisk.call(MENU, digit="2", end="waits")
    ringing = await ears.call_is(Step.RINGING)
    call = await ears.call_is(Step.ENDED)

    assert ringing.answered is None
    assert (call.answered_by, call.outcome) == (("101",), Outcome.ANSWERED)


async def test_a_blind_transfer_leaves_one_call_with_two_who_answered(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, talk_ms=700, transfer_to=102)
    asterisk.phone(102, talk_ms=1000)
    asterisk.call(DIRECT, end="waits")
    moved = await ears.call_is(Step.ANSWERED, 2)
    call = await ears.call_is(Step.ENDED)

    assert moved.talking == ("102",)
    assert call.transfers == (Transfer("blind", "101", "102"),)
    assert (call.answered_by, call.outcome) == (("101", "102"), Outcome.ANSWERED)
    assert len(ears.calls) == 1


async def test_an_attended_transfer_leaves_the_callers_call_with_two_who_answered(
    asterisk: Asterisk, ears: Ears
) -> None:
    asterisk.phone(101, talk_ms=7000)
    asterisk.phone(102)
    asterisk.call(DIRECT, talk_ms=10_000)
    await ears.call_is(Step.ANSWERED)
    (leg,) = [
        message["Channel"]
        for message in await ears.channel.action("CoreShowChannels")
        if message["Channel"].startswith("PJSIP/101-")
    ]
    await ears.channel.action("Atxfer", {"Channel": leg, "Exten": "102", "Context": "from-internal"})
    call = await ears.call_is(Step.ENDED)

    assert (call.direction, call.number) == (Direction.IN, "+79161234567")
    assert call.transfers == (Transfer("attended", "101", "102"),)
    assert (call.answered_by, call.outcome) == (("101", "102"), Outcome.ANSWERED)


async def test_a_withheld_number_is_told_as_none(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.call(DIRECT, number=None)
    call = await ears.call_is(Step.ENDED)

    assert (call.direction, call.number, call.outcome) == (Direction.IN, None, Outcome.ANSWERED)


async def test_a_hostile_name_is_a_name_and_nothing_more(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.call(DIRECT, name="Event: Hangup <script>alert(1)</script>")
    call = await ears.call_is(Step.ENDED)

    assert call.name == "Event: Hangup <script>alert(1)</script>"
    assert ears.steps(call) == [Step.STARTED, Step.RINGING, Step.ANSWERED, Step.ENDED]


async def test_two_callers_at_once_are_two_calls(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, ring_ms=400)
    asterisk.phone(102, ring_ms=500)
    asterisk.call(DIRECT, "+79161234567")
    asterisk.call("74951000102", "+79037654321")
    await ears.call_is(Step.ENDED, 2)

    assert {(call.number, call.answered_by) for call in ears.calls} == {
        ("+79161234567", ("101",)),
        ("+79037654321", ("102",)),
    }


async def test_an_internal_call_is_told_as_one(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.dial_out(102, "101")
    call = await ears.call_is(Step.ENDED)

    assert call.direction is Direction.INTERNAL


async def test_a_person_who_dials_out_makes_an_outgoing_call(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.outside()
    asterisk.dial_out(101, "89161234567")
    call = await ears.call_is(Step.ENDED)

    assert (call.direction, call.number) == (Direction.OUT, "+79161234567")
    assert (call.answered_by, call.outcome) == (("101",), Outcome.ANSWERED)
