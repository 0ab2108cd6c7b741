"""What we ask a real PBX to do: click to call, pass a call on."""

import pytest

from intake.errors import Deferred, NotFound
from intake.model.calls import Direction, Outcome, Step
from tests.pbx.ears import Ears
from tests.real.asterisk import Asterisk

pytestmark = pytest.mark.real


async def test_click_to_call_rings_the_own_phone_and_then_the_client(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, talk_ms=2500)
    client = asterisk.outside(ring_ms=500)
    linkedid = await ears.channel.dialer.call("101", "+79161234567")
    call = await ears.call_is(Step.ENDED)

    await client.finished()
    assert (call.linkedid, call.direction, call.number) == (linkedid, Direction.OUT, "+79161234567")
    assert (call.answered_by, call.outcome) == (("101",), Outcome.ANSWERED)


async def test_click_to_call_says_when_the_client_does_not_answer(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.outside("busy")
    await ears.channel.dialer.call("101", "+79161234567")
    call = await ears.call_is(Step.ENDED)

    assert (call.direction, call.answered_by, call.outcome) == (Direction.OUT, (), Outcome.BUSY)


async def test_click_to_call_says_when_the_own_phone_refuses(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, "busy")

    with pytest.raises(Deferred, match="phone-"):
        await ears.channel.dialer.call("101", "+79161234567")


async def test_a_ringing_call_is_passed_on_to_the_responsible(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, ring_ms=None)
    asterisk.phone(103, talk_ms=1000)
    asterisk.call("74951000101", end="waits")
    ringing = await ears.call_is(Step.RINGING)
    assert ringing.channel
    await ears.channel.dialer.transfer(ringing.channel, "103")
    call = await ears.call_is(Step.ENDED)

    assert (call.rang, call.answered_by, call.outcome) == (("101", "103"), ("103",), Outcome.ANSWERED)
    assert len(ears.calls) == 1


async def test_a_call_in_talk_is_passed_on_to_the_responsible(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.phone(103, talk_ms=1000)
    asterisk.call("74951000101", end="waits")
    talking = await ears.call_is(Step.ANSWERED)
    assert talking.channel
    await ears.channel.dialer.transfer(talking.channel, "103")
    call = await ears.call_is(Step.ENDED)

    assert call.answered_by == ("101", "103")
    assert [(transfer.source, transfer.target) for transfer in call.transfers] == [("101", "103")]


async def test_a_call_that_is_gone_cannot_be_passed_on(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101, talk_ms=100)
    asterisk.call("74951000101", end="waits")
    call = await ears.call_is(Step.ENDED)
    assert call.channel

    with pytest.raises(NotFound):
        await ears.channel.dialer.transfer(call.channel, "103")
