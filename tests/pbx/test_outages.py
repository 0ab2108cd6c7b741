"""A real PBX that dies, and a service that was away."""

from datetime import UTC, datetime

import pytest

from intake.model.calls import Gap, Link, Outcome, Step
from tests.pbx.ears import Ears, connection_to, listening
from tests.real.asterisk import Asterisk

pytestmark = pytest.mark.real


async def test_a_pbx_killed_in_mid_call_ends_the_call_and_is_heard_again(
    asterisk: Asterisk, ears: Ears
) -> None:
    asterisk.phone(101)
    asterisk.call("74951000101", talk_ms=60_000)
    talking = await ears.call_is(Step.ANSWERED)
    asterisk.kill()
    await ears.link_is(Link.DOWN)
    asterisk.start()
    await ears.link_is(Link.UP)
    call = await ears.call_is(Step.ENDED)

    assert (call.linkedid, call.answered_by, call.outcome) == (talking.linkedid, ("101",), Outcome.ANSWERED)
    assert call.partial
    assert len([fact for fact in ears.facts if isinstance(fact, Gap)]) == 1
    asterisk.phone(102)
    asterisk.call("74951000102", "+79037654321")
    assert (await ears.call_is(Step.ENDED, 2)).number == "+79037654321"


async def test_a_pbx_that_an_administrator_stops_ends_its_calls(asterisk: Asterisk, ears: Ears) -> None:
    asterisk.phone(101)
    asterisk.call("74951000101", talk_ms=60_000)
    await ears.call_is(Step.ANSWERED)
    asterisk.stop()

    await ears.call_is(Step.ENDED)
    await ears.link_is(Link.DOWN)


async def test_a_service_that_comes_back_in_mid_call_picks_it_up(asterisk: Asterisk) -> None:
    asterisk.phone(101)
    asterisk.call("74951000101", talk_ms=3500)
    async with listening(connection_to(asterisk)) as before:
        known = await before.call_is(Step.ANSWERED)
    async with listening(connection_to(asterisk), [known], datetime.now(UTC)) as after:
        call = await after.call_is(Step.ENDED)

    assert (call.linkedid, call.answered_by, call.outcome) == (known.linkedid, ("101",), Outcome.ANSWERED)
    assert len(after.calls) == 1


async def test_a_call_that_ended_while_the_service_was_away_is_ended(asterisk: Asterisk) -> None:
    asterisk.phone(101)
    sipp = asterisk.call("74951000101", talk_ms=1500)
    async with listening(connection_to(asterisk)) as before:
        known = await before.call_is(Step.ANSWERED)
    left = datetime.now(UTC)
    await sipp.finished()
    async with listening(connection_to(asterisk), [known], left) as after:
        call = await after.call_is(Step.ENDED)

    assert (call.linkedid, call.outcome) == (known.linkedid, Outcome.ANSWERED)


async def test_a_call_that_came_and_went_unheard_is_recovered_from_the_call_records(
    asterisk: Asterisk,
) -> None:
    left = datetime.now(UTC)
    asterisk.phone(101, ring_ms=None)
    await asterisk.call("74951000101", "+79269876543", end="cancel", ring_ms=500).finished()
    async with listening(connection_to(asterisk), last_heard=left) as after:
        call = await after.call_is(Step.ENDED)

    assert (call.number, call.outcome) == ("+79269876543", Outcome.MISSED)
    (gap,) = [fact for fact in after.facts if isinstance(fact, Gap)]
    assert gap.since == left


async def test_a_wrong_secret_is_said_and_not_tried_for_ever(asterisk: Asterisk) -> None:
    async with listening(connection_to(asterisk, secret="not this")) as ears:
        await ears.link_is(Link.REFUSED)
