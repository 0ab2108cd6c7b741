"""Calls that pass from one to another: transfers, questions to colleagues, pick-ups, conferences, parking."""

import pytest

from intake.channels.asterisk.numbers import Lines
from intake.model.calls import Direction, Outcome, Step, Transfer
from tests.unit.calls_pbx import CALLER, Pbx


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


def test_a_blind_transfer_names_both_and_those_who_talked_in_order(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first = pbx.rings(caller, "101")
    pbx.answers(caller, first)
    pbx.says(
        "BlindTransfer",
        first.headers("Transferer"),
        caller.headers("Transferee"),
        Extension="102",
        Result="Success",
    )
    pbx.hangs_up(first)
    pbx.answers(caller, pbx.rings(caller, "102"))
    assert pbx.call.transfers == (Transfer("blind", "101", "102"),)
    assert (pbx.call.answered_by, pbx.call.talking) == (("101", "102"), ("102",))


def test_a_transfer_out_of_the_house_goes_to_a_number(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first = pbx.rings(caller, "101")
    pbx.answers(caller, first)
    pbx.says("BlindTransfer", first.headers("Transferer"), Extension="89035550000", Result="Success")
    pbx.hangs_up(first)
    pbx.answers(caller, pbx.dials_out(caller, "+79035550000"))
    assert pbx.call.transfers == (Transfer("blind", "101", "+79035550000"),)
    assert (pbx.call.number, pbx.call.answered_by) == (CALLER, ("101", "+79035550000"))


def test_a_transfer_that_failed_is_none(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first = pbx.rings(caller, "101")
    pbx.answers(caller, first)
    pbx.says("BlindTransfer", first.headers("Transferer"), Extension="9", Result="Invalid")
    assert pbx.call.transfers == ()


def test_a_redirect_is_told_as_a_blind_transfer_though_no_event_says_so(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first = pbx.rings(caller, "101")
    pbx.answers(caller, first)
    second, third = pbx.rings(caller, "102"), pbx.rings(caller, "103")
    pbx.hangs_up(first)
    assert pbx.call.transfers == (Transfer("blind", "101", "102"),)
    pbx.stops(caller, second)
    pbx.answers(caller, third)
    assert pbx.call.transfers == (Transfer("blind", "101", "103"),)  # a group was meant, and 103 took it
    assert pbx.steps.count("transferred") == 1


def test_asking_a_colleague_first_makes_one_call_of_two(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first = pbx.rings(caller, "101")
    pbx.answers(caller, first)
    asking = pbx.makes(pbx.leg("PJSIP/101-00000020", number="101", exten="102", state="ring"))
    second = pbx.rings(asking, "102")
    bridge = pbx.answers(asking, second)
    assert pbx.told[-1].call.direction is Direction.INTERNAL
    pbx.joins(caller, bridge=bridge)
    for leg in (asking, second):
        leg.linkedid = caller.linkedid
    pbx.says(
        "AttendedTransfer",
        first.headers("OrigTransferer"),
        asking.headers("SecondTransferer"),
        caller.headers("Transferee"),
        second.headers("TransferTarget"),
        Result="Success",
    )
    pbx.hangs_up(first, asking, caller, second)
    (call,) = pbx.calls
    assert (call.answered_by, call.transfers) == (("101", "102"), (Transfer("attended", "101", "102"),))
    merged = [event for event in pbx.told if event.step is Step.MERGED]
    assert [event.call.merged_into for event in merged] == [caller.linkedid]


def test_a_colleague_who_is_asked_only_has_not_talked_with_the_caller(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first = pbx.rings(caller, "101")
    pbx.answers(caller, first)
    asking = pbx.makes(pbx.leg("PJSIP/101-00000020", number="101", exten="102", state="ring"))
    second = pbx.rings(asking, "102")
    pbx.answers(asking, second)
    pbx.hangs_up(second, asking, first, caller)
    internal, outside = pbx.calls
    assert (internal.direction, outside.direction) == (Direction.INTERNAL, Direction.IN)
    assert outside.answered_by == ("101",)


def test_a_pick_up_belongs_to_the_call_that_was_picked_up(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    ringing = pbx.rings(caller, "101")
    taker = pbx.makes(pbx.leg("PJSIP/102-00000020", number="102", exten="*8", state="ring"))
    taker.state = "up"
    pbx.says("DialEnd", caller.headers(), taker.headers("Dest"), DialStatus="ANSWER")
    pbx.hangs_up(ringing)
    pbx.joins(taker, caller)
    pbx.hangs_up(taker, caller)
    assert (pbx.call.rang, pbx.call.answered_by, pbx.call.transfers) == (("101",), ("102",), ())


def test_two_callers_in_one_conference_stay_two_calls(pbx: Pbx) -> None:
    one, other = pbx.comes_in(), pbx.comes_in("+79037654321")
    phone = pbx.makes(pbx.leg("PJSIP/101-00000020", number="101", exten="9000", state="ring"))
    bridge = pbx.joins(one, phone, technology="softmix")
    other.linkedid = phone.linkedid = one.linkedid
    pbx.joins(other, bridge=bridge, technology="softmix")
    pbx.hangs_up(one, other, phone)
    assert {call.number: call.answered_by for call in pbx.calls} == {
        CALLER: ("101",),
        "+79037654321": ("101",),
    }


def test_callers_parked_in_one_place_do_not_talk_with_one_another(pbx: Pbx) -> None:
    one, other = pbx.comes_in(), pbx.comes_in("+79037654321")
    phone = pbx.rings(one, "101")
    bridge = pbx.joins(one, other, technology="holding_bridge")
    pbx.joins(phone, bridge=bridge, technology="holding_bridge")
    pbx.hangs_up(one, other, phone)
    assert [call.outcome for call in pbx.calls] == [Outcome.MISSED, Outcome.MISSED]


def test_calling_an_outside_mobile_counts_as_its_owner(pbx: Pbx) -> None:
    pbx = Pbx(Lines(trunks=frozenset({"trunk"}), mobiles={"+79035550000": "101"}))
    caller = pbx.comes_in()
    mobile = pbx.dials_out(caller, "89035550000")
    assert pbx.call.ringing == ("101",)
    pbx.answers(caller, mobile)
    pbx.hangs_up(mobile, caller)
    assert (pbx.call.direction, pbx.call.number, pbx.call.answered_by) == (Direction.IN, CALLER, ("101",))
