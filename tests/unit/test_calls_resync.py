"""After a broken connection, a restart of the service, a restart of the PBX."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.channels.asterisk.wire import Message
from intake.model.calls import Call, Direction, Outcome, Step, Transfer
from tests.unit.calls_pbx import CALLER, DID, MORNING, Leg, Pbx


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


def entry(queue: str, caller: Leg) -> Message:
    return Message({"Event": "QueueEntry", "Queue": queue, "Position": "1"}, **caller.headers())


def asks(pbx: Pbx, *shown: Message, queues: tuple[Message, ...] = ()) -> list[str]:
    """Reconnects a minute later."""
    pbx.at += timedelta(minutes=1)
    pbx.says("FullyBooted", Uptime="100")
    told = pbx.tracker.reconcile(list(shown), list(queues), pbx.at)
    pbx.told += told
    return [event.step.value for event in told]


def test_a_call_that_goes_on_is_left_alone(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101")
    bridge = pbx.answers(caller, phone)
    assert asks(pbx, pbx.shows(caller, bridge), pbx.shows(phone, bridge)) == []
    pbx.hangs_up(caller, phone)
    assert (pbx.call.outcome, pbx.call.partial) == (Outcome.ANSWERED, False)


def test_a_call_whose_channels_are_gone_has_ended_in_part_heard(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    pbx.rings(caller, "101")
    assert asks(pbx) == ["stopped", "ended"]
    assert (pbx.call.outcome, pbx.call.partial, pbx.call.ended) == (Outcome.MISSED, True, pbx.at)


def test_an_answer_that_was_missed_is_seen_by_the_bridge(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101")
    caller.state = phone.state = "up"
    assert asks(pbx, pbx.shows(caller, "b1"), pbx.shows(phone, "b1")) == ["answered"]
    assert (pbx.call.talking, pbx.call.ringing) == (("101",), ())


def test_a_call_that_came_meanwhile_is_picked_up_with_whoever_rings(pbx: Pbx) -> None:
    caller = pbx.leg("PJSIP/trunk-00000001", number=CALLER, exten="101", state="ring")
    phone = pbx.leg("PJSIP/101-00000002", caller, number="101", connected=CALLER, state="ringing")
    assert asks(pbx, pbx.shows(phone), pbx.shows(caller)) == ["started", "ringing"]
    assert (pbx.call.direction, pbx.call.number, pbx.call.ringing) == (Direction.IN, CALLER, ("101",))
    assert (pbx.call.partial, pbx.call.did) == (True, None)


def test_who_waits_in_a_queue_is_asked_for_apart(pbx: Pbx) -> None:
    caller = pbx.leg("PJSIP/trunk-00000001", number=CALLER, exten=DID, state="up")
    assert asks(pbx, pbx.shows(caller), queues=(entry("sales", caller),)) == ["started", "queued"]
    assert (pbx.call.queue, pbx.call.waiting, pbx.call.did) == ("sales", True, DID)


def test_a_call_out_in_the_middle_of_a_talk_is_picked_up(pbx: Pbx) -> None:
    agent = pbx.leg("PJSIP/101-00000001", number="101", connected=CALLER, state="up")
    customer = pbx.leg("PJSIP/trunk-00000002", agent, number=CALLER, connected="101", state="up")
    asks(pbx, pbx.shows(customer, "b1"), pbx.shows(agent, "b1"))
    pbx.hangs_up(customer, agent)
    assert (pbx.call.direction, pbx.call.number, pbx.call.answered_by) == (Direction.OUT, CALLER, ("101",))


def test_a_channel_that_came_after_the_list_was_made_is_spared(pbx: Pbx) -> None:
    pbx.says("FullyBooted", Uptime="100")
    pbx.comes_in()
    assert pbx.tracker.reconcile([], [], pbx.at) == []


def test_the_answers_may_come_in_the_stream_itself(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    pbx.rings(caller, "101")
    pbx.at += timedelta(minutes=1)
    pbx.says("FullyBooted", Uptime="100")
    pbx.says("CoreShowChannel", caller.headers())
    told = pbx.says("CoreShowChannelsComplete")
    assert [event.step for event in told] == [Step.STOPPED]
    pbx.hangs_up(caller)
    assert pbx.call.outcome is Outcome.MISSED


def test_a_pbx_that_was_restarted_has_hung_up_all(pbx: Pbx) -> None:
    pbx.says("FullyBooted", Uptime="4000")
    pbx.comes_in()
    pbx.says("FullyBooted", Uptime="2")
    assert (pbx.call.outcome, pbx.call.partial) == (Outcome.MISSED, True)
    again = pbx.comes_in()  # with the name of a channel that was there before
    assert [call.linkedid for call in pbx.tracker.open_calls()] == [again.linkedid]


def test_a_login_to_the_same_pbx_ends_nothing(pbx: Pbx) -> None:
    pbx.says("FullyBooted", Uptime="4000")
    caller = pbx.comes_in()
    pbx.says("FullyBooted", Uptime="4001")
    assert [call.linkedid for call in pbx.tracker.open_calls()] == [caller.linkedid]


def test_a_pbx_that_says_good_bye_has_hung_up_all(pbx: Pbx) -> None:
    pbx.comes_in()
    pbx.says("Shutdown", Shutdown="Cleanly")
    assert pbx.tracker.open_calls() == []
    assert pbx.tracker.forget(pbx.at) == []


class TestRestored:
    """The service was restarted; what the database knew is all there is."""

    @pytest.fixture
    def known(self) -> Call:
        return Call(
            "1795288000.5",
            Direction.IN,
            number=CALLER,
            number_raw=CALLER,
            did=DID,
            trunk="trunk",
            rang=("101",),
            talking=("101",),
            answered_by=("101",),
            transfers=(Transfer("blind", "103", "101"),),
            started=MORNING,
            answered=MORNING,
            channel="PJSIP/trunk-00000001",
        )

    def test_one_that_is_gone_ends_with_what_was_known(self, pbx: Pbx, known: Call) -> None:
        pbx.tracker.restore([known])
        assert asks(pbx) == ["ended"]
        (call,) = pbx.calls
        assert call == replace(known, talking=(), outcome=Outcome.ANSWERED, ended=pbx.at, partial=True)

    def test_one_that_lasts_goes_on_under_the_same_ids(self, pbx: Pbx, known: Call) -> None:
        pbx.tracker.restore([known])
        caller = Leg("PJSIP/trunk-00000001", known.linkedid, known.linkedid, CALLER, state="up")
        phone = Leg("PJSIP/101-00000002", "1795288000.6", known.linkedid, "101", state="up")
        asks(pbx, pbx.shows(phone, "b1"), pbx.shows(caller, "b1"))
        assert [event.external_id for event in pbx.told] == [
            f"{known.linkedid}:answered:101:{phone.uniqueid}"
        ]
        assert pbx.call.talking == ("101",)
        second = pbx.rings(caller, "102")
        pbx.hangs_up(phone)
        pbx.answers(caller, second)
        pbx.hangs_up(second, caller)
        assert (pbx.call.answered_by, pbx.call.outcome) == (("101", "102"), Outcome.ANSWERED)

    def test_one_that_was_over_or_merged_is_not_taken_up(self, pbx: Pbx, known: Call) -> None:
        pbx.tracker.restore([replace(known, ended=MORNING), replace(known, merged_into="1.1")])
        assert pbx.tracker.open_calls() == []

    def test_a_losing_agent_does_not_end_it(self, pbx: Pbx, known: Call) -> None:
        pbx.tracker.restore([known])
        pbx.hangs_up(Leg("PJSIP/102-00000002", "1795288000.7", known.linkedid, "102", state="ringing"))
        assert [call.linkedid for call in pbx.tracker.open_calls()] == [known.linkedid]
