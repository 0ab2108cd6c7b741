"""A whole channel against the built-in PBX: what is delivered, and what a bad day does to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.channels import surely
from intake.channels.asterisk.cdr_sources import MasterCsv
from intake.channels.asterisk.channel import AsteriskChannel
from intake.channels.base import Fact
from intake.channels.pauses import Pauses
from intake.demo import click, ride
from intake.demo.caller import Caller
from intake.demo.pbx import Pbx
from intake.errors import Deferred, NotFound, Rejected
from intake.model.calls import Call, CallEvent, Direction, Gap, Health, Link, Outcome, Step
from tests.channels.nasty import HASTY, QUICK, Conversation, NastyPbx, connection, until

pytestmark = pytest.mark.slow

IVAN = Caller("+79161234567", "Иван Сидоров", "74951000101")
OLGA = Caller("+79037654321", "Ольга", "74951000102")
FAST: dict[str, Any] = {"answer_after": 0.05, "talk": 0.05}


class Desk:
    """Takes what a channel delivers."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.failures = 0
        self.tries = 0

    async def deliver(self, fact: Fact) -> None:
        self.tries += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        self.facts.append(fact)

    @property
    def events(self) -> list[CallEvent]:
        return [fact for fact in self.facts if isinstance(fact, CallEvent)]

    @property
    def gaps(self) -> list[Gap]:
        return [fact for fact in self.facts if isinstance(fact, Gap)]

    @property
    def health(self) -> list[Health]:
        return [fact for fact in self.facts if isinstance(fact, Health)]

    def link(self) -> Link:
        return self.health[-1].link if self.health else Link.CONNECTING

    def ended(self) -> dict[str | None, Call]:
        """The calls that are over, by their number."""
        return {event.call.number: event.call for event in self.events if event.step is Step.ENDED}

    def steps(self, linkedid: str) -> list[Step]:
        return [event.step for event in self.events if event.call.linkedid == linkedid]


async def no_calls() -> list[Call]:
    return []


@contextlib.asynccontextmanager
async def listening(port: int, desk: Desk, **changes: Any) -> AsyncIterator[AsteriskChannel]:
    """A channel that listens while the block runs."""
    open_calls = changes.pop("open_calls", no_calls)
    last_heard, patience = changes.pop("last_heard", None), changes.pop("patience", QUICK)
    channel = AsteriskChannel(connection(port, **changes), open_calls, last_heard, patience)
    task = asyncio.create_task(channel.listen(desk.deliver))
    try:
        yield channel
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def pbx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pbx]:
    for module in (ride, click):
        monkeypatch.setattr(module, "PICKUP", 0.05)
    monkeypatch.setattr(click, "ABROAD", 0.05)
    monkeypatch.setattr(click, "CLICK_TALK", 0.1)
    monkeypatch.setattr(surely.DELIVERY_PAUSES.__class__, "after", lambda self, failures: 0.02)
    pbx = Pbx(master_csv=tmp_path / "Master.csv")
    await pbx.start()
    yield pbx
    await pbx.stop()


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def up(desk: Desk) -> None:
    await until(lambda: desk.link() is Link.UP)


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
        await asyncio.sleep(0.5)
        pbx.server.cut()
        cut = datetime.now(UTC)
        await until(lambda: desk.gaps)
    assert timedelta(0) <= cut - desk.gaps[0].since < timedelta(seconds=0.45)


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
