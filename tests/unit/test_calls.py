"""What becomes of a call, told by the narrowest stream: no Newstate, no BridgeLeave, no NewCallerid."""

import pytest

from intake.channels.asterisk.numbers import Correction, Lines
from intake.model.calls import Direction, Outcome, Step
from tests.unit.calls_pbx import CALLER, DID, Pbx


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


def test_a_call_is_told_of_when_it_comes_in_before_anybody_rings(pbx: Pbx) -> None:
    pbx.comes_in(name="Иван")
    (event,) = pbx.told
    assert (event.step, event.call.number, event.call.did, event.call.name) == (
        Step.STARTED,
        CALLER,
        DID,
        "Иван",
    )
    assert (event.call.trunk, event.call.channel) == ("trunk", "PJSIP/trunk-0000000a")


def test_every_step_has_an_id_of_the_pbx_own_ids(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101")
    pbx.answers(caller, phone)
    pbx.hangs_up(caller, phone)
    call = caller.linkedid
    assert [event.external_id for event in pbx.told] == [
        f"{call}:started",
        f"{call}:ringing:101:{phone.uniqueid}",
        f"{call}:answered:101:{phone.uniqueid}",
        f"{call}:ended",
    ]


def test_a_call_ends_with_its_last_channel_not_with_the_first_hangup(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101")
    pbx.answers(caller, phone)
    pbx.hangs_up(phone)
    assert pbx.call.ended is None
    pbx.hangs_up(caller)
    assert pbx.call.ended is not None
    assert pbx.call.outcome is Outcome.ANSWERED


def test_a_losing_agent_rang_and_is_not_a_missed_call(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    first, second = pbx.rings(caller, "101"), pbx.rings(caller, "102")
    pbx.stops(caller, first)
    pbx.answers(caller, second)
    assert (pbx.call.rang, pbx.call.ringing, pbx.call.talking) == (("101", "102"), (), ("102",))
    pbx.hangs_up(first, second, caller)
    assert (pbx.call.outcome, pbx.call.answered_by) == (Outcome.ANSWERED, ("102",))


def test_a_phone_that_is_picked_up_but_never_joined_is_no_answer(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101")
    phone.state = "up"
    pbx.stops(caller, phone, "ANSWER")
    pbx.hangs_up(phone, caller)
    assert pbx.call.outcome is Outcome.MISSED


def test_a_queue_or_menu_that_answers_is_nobody(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    caller.state = "up"
    pbx.says("QueueCallerJoin", caller.headers(), Queue="sales")
    assert (pbx.call.queue, pbx.call.waiting) == ("sales", True)
    pbx.says("QueueCallerAbandon", caller.headers(), Queue="sales")
    pbx.says("QueueCallerLeave", caller.headers(), Queue="sales")
    pbx.hangs_up(caller)
    assert (pbx.call.outcome, pbx.call.queue, pbx.call.waiting) == (Outcome.MISSED, "sales", False)


def test_the_queue_is_the_last_one_that_the_caller_waited_in(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    for queue in ("sales", "support"):
        pbx.says("QueueCallerJoin", caller.headers(), Queue=queue)
        pbx.says("QueueCallerLeave", caller.headers(), Queue=queue)
    assert pbx.call.queue == "support"
    assert pbx.steps == ["started", "queued", "queued"]


@pytest.mark.parametrize("status", ["BUSY", "CHANUNAVAIL", "CONGESTION", "NOANSWER"])
def test_a_phone_that_gave_no_sound_did_not_ring_and_the_caller_is_lost_all_the_same(
    pbx: Pbx, status: str
) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101", said="down")
    pbx.stops(caller, phone, status)
    pbx.hangs_up(phone, caller, cause="17")
    assert (pbx.call.rang, pbx.call.outcome, pbx.call.cause) == ((), Outcome.MISSED, 17)


def test_a_phone_that_could_not_be_called_at_all_leaves_a_missed_call(pbx: Pbx) -> None:
    caller = pbx.comes_in(did="74951000104")
    pbx.hangs_up(pbx.makes(pbx.leg("PJSIP/104-0000000f", caller)), caller, cause="3")
    assert (pbx.call.outcome, pbx.call.rang) == (Outcome.MISSED, ())


def test_two_phones_of_one_extension_are_one_who_rings(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    desk, soft = pbx.rings(caller, "101"), pbx.rings(caller, "101")
    pbx.stops(caller, desk)
    assert (pbx.call.ringing, pbx.call.rang) == (("101",), ("101",))
    pbx.stops(caller, soft)
    assert pbx.call.ringing == ()


def test_phones_behind_local_channels_are_the_people(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    near = pbx.makes(pbx.leg("Local/101@from-internal-00000003;1", caller, exten="101"))
    far = pbx.makes(pbx.leg("Local/101@from-internal-00000003;2", caller, exten="101", state="ring"))
    pbx.says("DialBegin", caller.headers(), near.headers("Dest"))
    phone = pbx.rings(far, "101")
    pbx.answers(far, phone)
    assert not pbx.call.talking  # the caller still hears the tone
    pbx.answers(caller, near)
    assert (pbx.call.rang, pbx.call.talking) == (("101",), ("101",))
    pbx.hangs_up(near, caller, far)
    assert pbx.call.ended is None
    pbx.hangs_up(phone)
    assert pbx.call.outcome is Outcome.ANSWERED


class TestOutgoing:
    def test_a_phone_that_dials_out(self, pbx: Pbx) -> None:
        agent = pbx.makes(pbx.leg("PJSIP/101-00000001", number="101", exten="89161234567", state="ring"))
        customer = pbx.dials_out(agent, CALLER)
        assert (pbx.call.direction, pbx.call.number, pbx.call.rang) == (Direction.OUT, CALLER, ())
        pbx.answers(agent, customer)
        pbx.hangs_up(customer, agent)
        assert (pbx.call.outcome, pbx.call.answered_by) == (Outcome.ANSWERED, ("101",))

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            ("BUSY", Outcome.BUSY),
            ("CONGESTION", Outcome.FAILED),
            ("CHANUNAVAIL", Outcome.FAILED),
            ("NOANSWER", Outcome.MISSED),
            ("CANCEL", Outcome.MISSED),
        ],
    )
    def test_what_became_of_it(self, pbx: Pbx, status: str, outcome: Outcome) -> None:
        agent = pbx.makes(pbx.leg("PJSIP/101-00000001", number="101", exten="89161234567", state="ring"))
        customer = pbx.dials_out(agent, CALLER)
        pbx.stops(agent, customer, status)
        pbx.hangs_up(customer, agent)
        assert pbx.call.outcome is outcome

    def test_a_second_line_is_tried_when_the_first_is_congested(self) -> None:
        pbx = Pbx(Lines(trunks=frozenset({"one", "two"})))
        agent = pbx.makes(pbx.leg("SIP/101-00000001", number="101", exten="89161234567", state="ring"))
        first = pbx.dials_out(agent, "89161234567", trunk="SIP/one")
        pbx.stops(agent, first, "CONGESTION")
        pbx.hangs_up(first, cause="34")
        second = pbx.dials_out(agent, "89161234567", trunk="SIP/two")
        pbx.answers(agent, second)
        pbx.hangs_up(second, agent)
        assert (pbx.call.outcome, pbx.call.trunk, pbx.call.cause) == (Outcome.ANSWERED, "two", 16)

    def test_click_to_call_rings_the_agent_and_is_for_the_customer(self, pbx: Pbx) -> None:
        agent = pbx.makes(pbx.leg("PJSIP/101-00000001", number="101"))
        agent.number = CALLER
        pbx.says("DialBegin", agent.headers("Dest"), DialString="101")
        assert (pbx.call.direction, pbx.call.number, pbx.call.ringing) == (Direction.OUT, CALLER, ("101",))
        pbx.says("DialEnd", agent.headers("Dest"), DialStatus="ANSWER")
        pbx.says("OriginateResponse", agent.headers(), Response="Success", Exten=CALLER)
        assert not pbx.call.answered_by  # only one's own phone is off the hook
        customer = pbx.dials_out(agent, CALLER)
        pbx.answers(agent, customer)
        pbx.hangs_up(agent, customer)
        assert (pbx.call.outcome, pbx.call.answered_by) == (Outcome.ANSWERED, ("101",))

    def test_click_to_call_that_the_agent_did_not_take(self, pbx: Pbx) -> None:
        agent = pbx.makes(pbx.leg("PJSIP/101-00000001", number="101", state="ringing"))
        pbx.says("DialBegin", agent.headers("Dest"), DialString="101")
        response = {"Channel": "PJSIP/101", "Uniqueid": "<unknown>", "Exten": CALLER, "Response": "Failure"}
        pbx.says("OriginateResponse", response)
        pbx.hangs_up(agent, cause="19")
        assert (pbx.call.direction, pbx.call.number) == (Direction.OUT, CALLER)
        assert pbx.call.outcome is Outcome.FAILED

    def test_a_call_back_that_calls_the_customer_first(self, pbx: Pbx) -> None:
        customer = pbx.makes(pbx.leg("PJSIP/trunk-00000001"))
        pbx.says("DialBegin", customer.headers("Dest"), DialString="89161234567@trunk")
        pbx.says("DialEnd", customer.headers("Dest"), DialStatus="ANSWER")
        phone = pbx.rings(customer, "101")
        pbx.answers(customer, phone)
        pbx.hangs_up(phone, customer)
        assert (pbx.call.direction, pbx.call.number) == (Direction.OUT, CALLER)
        assert (pbx.call.rang, pbx.call.answered_by) == (("101",), ("101",))


def test_a_call_inside_the_house_is_nobodys_lead(pbx: Pbx) -> None:
    agent = pbx.makes(pbx.leg("PJSIP/102-00000001", number="102", exten="101", state="ring"))
    phone = pbx.rings(agent, "101")
    pbx.answers(agent, phone)
    pbx.hangs_up(phone, agent)
    assert (pbx.call.direction, pbx.call.number) == (Direction.INTERNAL, None)
    assert (pbx.call.outcome, pbx.call.answered_by) == (Outcome.ANSWERED, ("101",))


def test_a_feature_code_is_no_call(pbx: Pbx) -> None:
    pbx.hangs_up(pbx.makes(pbx.leg("PJSIP/102-00000001", number="102", exten="*97", state="ring")))
    assert pbx.told == []


@pytest.mark.parametrize("number", ["<unknown>", "", "anonymous", "Anonymous", "Restricted", "unavailable"])
def test_a_withheld_number_is_none(pbx: Pbx, number: str) -> None:
    pbx.comes_in(number)
    assert pbx.call.number is None


def test_a_number_that_comes_late_is_taken() -> None:
    pbx = Pbx(Lines(trunks=frozenset({"i1"})))
    caller = pbx.comes_in("<unknown>", trunk="DAHDI/i1/9161234567", did="s")
    caller.number, caller.caller = "89161234567", "Иван"
    pbx.rings(caller, "101")
    assert (pbx.call.number, pbx.call.name, pbx.call.did) == (CALLER, "Иван", None)


def test_a_number_that_the_dialplan_writes_over_the_callers_is_not_believed(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    caller.number = "74951000100"
    pbx.dials_out(caller, "+79035550000")
    assert pbx.call.number == CALLER


def test_numbers_are_corrected_by_line_before_they_are_read() -> None:
    lines = Lines(
        trunks=frozenset({"trunk"}),
        area_codes={DID: "812"},
        area_code="495",
        corrections=(Correction(r"^9\+?", "", "trunk"), Correction("^", "7", "other")),
    )
    pbx = Pbx(lines)
    pbx.comes_in("92345678")
    pbx.comes_in("92345678", did="74951000200")
    assert [event.call.number for event in pbx.told] == ["+78122345678", "+74952345678"]


def test_a_caller_who_shows_an_extension_is_still_outside(pbx: Pbx) -> None:
    caller = pbx.comes_in("101", name="PJSIP/101 <b>")
    pbx.answers(caller, pbx.rings(caller, "101"))
    assert (pbx.call.direction, pbx.call.number, pbx.call.answered_by) == (Direction.IN, None, ("101",))


def test_a_recording_is_remembered(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    pbx.says("VarSet", caller.headers(), Variable="MIXMONITOR_FILENAME", Value="/var/spool/rec1.wav")
    assert pbx.call.recording == "/var/spool/rec1.wav"


def test_who_hangs_up_first_leaves_the_other_alone_on_the_desk(pbx: Pbx) -> None:
    caller = pbx.comes_in()
    phone = pbx.rings(caller, "101")
    pbx.answers(caller, phone)
    pbx.hangs_up(phone)
    assert (pbx.told[-1].step, pbx.call.talking) == (Step.UPDATED, ())
