"""A channel that was not heard for a while: what is told of the gap, and what is found again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.channels.asterisk.cdr_sources import MasterCsv
from intake.demo.pbx import Pbx
from intake.model.calls import Call, Direction, Gap, Health, Link, Outcome, Step
from tests.channels.desk import FAST, IVAN, OLGA, Desk, listening, up
from tests.channels.nasty import HASTY, QUICK, until

pytestmark = pytest.mark.slow


async def test_a_drop_in_mid_call_is_told_and_the_call_goes_on_after_it(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        call = await pbx.call(IVAN, agents=["101"], answer_after=None)
        await until(lambda: any(event.step is Step.RINGING for event in desk.events))
        pbx.server.cut()
        await until(lambda: desk.link() is Link.DOWN)
        down = desk.health[-1].at
        await up(desk)
        call.answer("101")
        await until(lambda: any(event.step is Step.ANSWERED for event in desk.events))
        call.hang_up()
        await until(desk.ended)
    assert len(desk.gaps) == 1
    assert desk.gaps[0].since == down
    assert desk.gaps[0].since < desk.gaps[0].until
    assert desk.ended()["+79161234567"].answered_by == ("101",)
    gap = desk.facts.index(desk.gaps[0])
    assert [type(fact) for fact in desk.facts[gap + 1 :]].count(Gap) == 0
    assert any(isinstance(fact, Health) and fact.link is Link.UP for fact in desk.facts[gap:])


async def test_a_gap_begins_with_the_last_byte_heard_not_with_the_last_heartbeat(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk, patience=replace(QUICK, heartbeat=60)):
        await up(desk)
        begun = datetime.now(UTC)
        await asyncio.sleep(2)
        pbx.server.cut()
        await until(lambda: desk.gaps)
    assert desk.gaps[0].since - begun > timedelta(seconds=1)


async def test_a_call_that_ended_while_we_were_away_is_ended_on_return(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        call = await pbx.call(IVAN, answer_after=None)
        await until(lambda: any(event.step is Step.RINGING for event in desk.events))
        pbx.server.cut()
        call.hang_up()
        await pbx.over(call)
        await until(desk.ended)
    ended = desk.ended()["+79161234567"]
    assert (ended.outcome, ended.partial, ended.ringing) == (Outcome.MISSED, True, ())


async def test_a_call_that_began_while_we_were_away_is_picked_up(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        pbx.server.frozen = True
        pbx.server.cut()
        call = await pbx.call(OLGA, agents=["102"], answer_after=None)
        pbx.server.frozen = False
        await until(lambda: any(event.call.ringing == ("102",) for event in desk.events))
        call.answer("102")
        await until(lambda: any(event.call.talking == ("102",) for event in desk.events))
        call.hang_up()
        await until(desk.ended)
    ended = desk.ended()["+79037654321"]
    assert (ended.outcome, ended.partial) == (Outcome.ANSWERED, True)


async def test_a_call_that_came_and_went_while_we_were_away_is_recovered_from_the_records(
    pbx: Pbx, desk: Desk, tmp_path: Path
):
    records = MasterCsv(tmp_path / "Master.csv")
    async with listening(pbx.port, desk, cdr=records):
        await up(desk)
        port = pbx.port
        await pbx.server.stop()
        answered = await pbx.call(IVAN, agents=["101", "102"], answer_by="102", **FAST)
        missed = await pbx.call(OLGA, answer_after=None, give_up_after=0.05)
        await pbx.over(answered, missed)
        await until(lambda: desk.link() is Link.DOWN)
        await pbx.server.start(port)
        await until(lambda: len(desk.ended()) == 2)
        await up(desk)
    ivan, olga = desk.ended()["+79161234567"], desk.ended()["+79037654321"]
    assert (ivan.outcome, ivan.answered_by, ivan.partial) == (Outcome.ANSWERED, ("102",), True)
    assert (olga.outcome, olga.rang) == (Outcome.MISSED, ("101",))
    gap = desk.facts.index(desk.gaps[0])
    assert all(desk.facts.index(event) > gap for event in desk.events)


async def test_a_call_answered_while_we_were_away_is_not_called_missed_when_there_are_records(
    pbx: Pbx, desk: Desk, tmp_path: Path
):
    async with listening(pbx.port, desk, cdr=MasterCsv(tmp_path / "Master.csv")):
        await up(desk)
        call = await pbx.call(IVAN, answer_after=None, talk=0.05)
        await until(lambda: any(event.step is Step.RINGING for event in desk.events))
        port = pbx.port
        await pbx.server.stop()
        call.answer("101")
        await pbx.over(call)
        await pbx.server.start(port)
        await until(desk.ended)
    ended = [event for event in desk.events if event.step is Step.ENDED]
    assert len(ended) == 1
    assert (ended[0].call.outcome, ended[0].call.answered_by) == (Outcome.ANSWERED, ("101",))


async def test_a_crash_is_a_gap_from_the_last_heartbeat(pbx: Pbx, desk: Desk):
    heard = datetime.now(UTC) - timedelta(minutes=3)
    left = Call("1700000000.1", Direction.IN, number="+79161112233", started=heard, channel="PJSIP/trunk-1")

    async def open_calls() -> list[Call]:
        return [left]

    async with listening(pbx.port, desk, last_heard=heard, open_calls=open_calls):
        await until(desk.ended)
        await up(desk)
    assert [gap.since for gap in desk.gaps] == [heard]
    assert list(desk.ended()) == ["+79161112233"]
    assert [event.external_id for event in desk.events if event.step is Step.ENDED] == ["1700000000.1:ended"]
    first_up = next(health for health in desk.health if health.link is Link.UP)
    assert desk.facts.index(desk.gaps[0]) < desk.facts.index(first_up)


async def test_the_first_start_ever_has_no_gap(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
    assert desk.gaps == []


async def test_heartbeats_say_until_when_we_have_heard(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await until(lambda: len([health for health in desk.health if health.link is Link.UP]) >= 4)
    times = [health.at for health in desk.health if health.link is Link.UP]
    assert times == sorted(set(times))
    assert datetime.now(UTC) - times[-1] < timedelta(seconds=2)


async def test_a_link_that_fell_silent_is_no_longer_up_and_its_gap_begins_when_it_did(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk, patience=HASTY):
        await up(desk)
        silent_from = datetime.now(UTC)
        pbx.server.frozen = True
        await until(lambda: desk.link() is Link.DOWN)
        pbx.server.frozen = False
        await up(desk)
    assert "silent" in {health.detail for health in desk.health}
    assert abs(desk.gaps[0].since - silent_from) < timedelta(seconds=0.4)


async def test_a_wrong_secret_is_shown_and_not_tried_again(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk, secret="wrong"):
        await until(lambda: desk.link() is Link.REFUSED)
        await asyncio.sleep(0.5)
    assert desk.health[-1].detail == "Authentication failed"
    assert pbx.server.logins == 1


@pytest.mark.parametrize(
    "wrong", [{"host": "a..b"}, {"host": ""}, {"secret": "two\nlines"}, {"username": "\x00"}]
)
async def test_settings_that_cannot_work_are_shown_and_not_tried_again(pbx: Pbx, desk: Desk, wrong: Any):
    async with listening(pbx.port, desk, **wrong):
        await until(lambda: desk.link() in (Link.REFUSED, Link.DOWN))
    assert desk.health[-1].detail
    assert pbx.server.logins == 0


async def test_a_port_that_is_none_is_shown(desk: Desk):
    async with listening(70_000, desk):
        await until(lambda: desk.link() is Link.REFUSED)


async def test_a_pbx_that_is_not_there_is_told_once_and_tried_with_pauses(desk: Desk):
    pbx = Pbx()
    port = await pbx.start()
    await pbx.stop()
    async with listening(port, desk):
        await asyncio.sleep(0.6)
        assert [health.link for health in desk.health] == [Link.CONNECTING, Link.DOWN]
        await pbx.start(port)
        await up(desk)
    await pbx.stop()


async def test_a_pbx_that_starts_anew_ends_what_went_on(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        await pbx.call(IVAN, answer_after=None)
        await until(lambda: any(event.step is Step.RINGING for event in desk.events))
        port = pbx.port
        await pbx.stop()
        await until(lambda: desk.link() is Link.DOWN)
        await pbx.start(port)
        await until(desk.ended)
    assert desk.ended()["+79161234567"].partial


async def test_nothing_is_lost_when_the_database_is_away_during_a_drop(pbx: Pbx, desk: Desk):
    async with listening(pbx.port, desk):
        await up(desk)
        desk.failures = 10_000
        await pbx.over(await pbx.call(IVAN, **FAST))
        pbx.server.cut()
        await asyncio.sleep(0.2)
        desk.failures = 0
        await until(desk.ended)
        await up(desk)
    ended = desk.ended()["+79161234567"]
    assert (ended.outcome, ended.partial) == (Outcome.ANSWERED, False)
