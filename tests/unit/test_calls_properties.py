"""No stream, however broken or hostile, raises, and none leaves anything behind for ever."""

import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.asterisk import exchange
from intake.channels.asterisk.calls import CallTracker
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.wire import Decoder, Message
from intake.inspect import calls_in
from tests.unit.calls_pbx import MORNING, Pbx

CORPUS = Path(__file__).parents[1] / "corpus" / "calls"
LINES = Lines(trunks=frozenset({"trunk"}))
STREAMS = [stream.read_bytes() for stream in sorted(CORPUS.glob("*.ami")) if stream.stat().st_size < 14_000]
EVENTS = [
    *(
        "Newchannel DialBegin DialEnd BridgeEnter BridgeLeave Hangup Rename QueueCallerJoin QueueCallerLeave"
    ).split(),
    *("AgentComplete BlindTransfer AttendedTransfer OriginateResponse VarSet FullyBooted Shutdown").split(),
    *("CoreShowChannel CoreShowChannelsComplete QueueEntry").split(),
]
PREFIXES = ["", "Dest", "Transferer", "Transferee", "OrigTransferer", "SecondTransferer", "TransferTarget"]
NAMES = [
    "PJSIP/trunk-01",
    "PJSIP/101-02",
    "PJSIP/102-03",
    "Local/101@x-01;1",
    "Local/101@x-01;2",
    "-",
    "",
    "CBAnn/9;1",
]
IDS = [f"1795288482.{number}" for number in range(6)] + ["", "<unknown>", "nonsense"]
NUMBERS = ["101", "+79161234567", "anonymous", "<unknown>", "٣", "9" * 60, "\x00"]

WORDS = {
    "Channel": NAMES,
    "Uniqueid": IDS,
    "Linkedid": IDS,
    "ChannelState": ["0", "4", "5", "6", "x"],
    "CallerIDNum": NUMBERS,
    "ConnectedLineNum": NUMBERS,
    "Exten": ["s", "101", "74951000101", "h", ""],
}
MORE_WORDS = {
    "BridgeUniqueid": ["b1", "b2", ""],
    "BridgeId": ["b1", "b2", ""],
    "DialStatus": ["ANSWER", "BUSY", "CANCEL", ""],
    "Queue": ["sales", ""],
    "Uptime": ["1", "2", "99999999999", "-1"],
    "Extension": ["102", "89161234567", ""],
    "Cause": ["16", "²", ""],
}


def hostile(chance: random.Random) -> Message:
    """An event in Asterisk's words, with any sense or none."""
    message = Message({"Event": chance.choice(EVENTS), "Result": "Success", "Newname": "PJSIP/trunk-01"})
    for prefix in chance.sample(PREFIXES, chance.randrange(4)):
        for key, words in WORDS.items():
            message[prefix + key] = chance.choice(words)
    for key, words in MORE_WORDS.items():
        message[key] = chance.choice(words)
    return message


def any_events(seed: int) -> list[Message]:
    chance = random.Random(seed)
    return [hostile(chance) for _ in range(chance.randrange(80))]


def listens(messages: list[Message], at: datetime = MORNING) -> CallTracker:
    """Hears them, then learns that nothing is left."""
    tracker = CallTracker("asterisk:1", LINES)
    told = [event for message in messages for event in tracker.hear(message, at)]
    tracker.hear(Message(Event="Shutdown"), at)
    assert all(event.external_id.startswith(event.call.linkedid) for event in told)
    return tracker


def left_in(tracker: CallTracker) -> int:
    kept = tracker._exchange
    bridges = kept.bridges
    channels = len(kept.channels) + len(bridges._bridge) + len(bridges._pair)
    return channels + len(kept.calls) + len(kept._by_link) + len(bridges._members) + len(bridges._halves)


def is_whole(kept: exchange.Exchange) -> bool:
    """Every channel belongs to one open call, and every open call has channels and can be found."""
    return all(
        kept.calls.get(channel.call.linkedid) is channel.call and channel.call.channels.get(name) is channel
        for name, channel in kept.channels.items()
    ) and all(
        call.channels and all(kept.channels.get(name) is one for name, one in call.channels.items())
        for call in kept.calls.values()
    )


@given(st.integers())
def test_events_in_any_order_keep_calls_and_channels_together(seed: int) -> None:
    tracker = CallTracker("asterisk:1", LINES)
    for message in any_events(seed):
        tracker.hear(message, MORNING)
        assert is_whole(tracker._exchange)


@given(st.integers())
def test_events_in_any_order_never_raise_and_leave_nothing(seed: int) -> None:
    assert left_in(listens(any_events(seed))) == 0


@given(st.integers())
def test_events_in_any_order_can_be_followed_by_a_reconciliation(seed: int) -> None:
    messages = any_events(seed)
    tracker = CallTracker("asterisk:1", LINES)
    for message in messages:
        tracker.hear(message, MORNING)
    shown = [message for message in messages if message["Event"] == "CoreShowChannel"]
    tracker.reconcile(shown, messages, MORNING)
    other = CallTracker("asterisk:1", LINES)
    other.restore(tracker.open_calls())
    other.reconcile([], [], MORNING)
    assert left_in(other) == 0


@given(st.binary(max_size=500))
def test_random_bytes_are_no_calls(data: bytes) -> None:
    assert calls_in([data], LINES) == []


@given(st.sampled_from(STREAMS), st.randoms(use_true_random=False))
def test_a_mutilated_stream_never_raises(stream: bytes, chance: random.Random) -> None:
    data = bytearray(stream)
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = bytes([chance.randrange(256)])
    calls_in([bytes(data)], LINES)


@given(st.sampled_from(STREAMS), st.randoms(use_true_random=False))
def test_neighbouring_events_in_another_order_never_raise_and_leave_nothing(
    stream: bytes, chance: random.Random
) -> None:
    messages = Decoder().feed(stream)
    for _ in range(chance.randrange(1, 10)):
        at = chance.randrange(len(messages) - 1)
        messages[at], messages[at + 1] = messages[at + 1], messages[at]
    assert left_in(listens(messages)) == 0


@given(st.sampled_from(STREAMS), st.randoms(use_true_random=False))
def test_lost_events_never_raise_and_leave_nothing(stream: bytes, chance: random.Random) -> None:
    messages = [message for message in Decoder().feed(stream) if chance.random() < 0.8]
    assert left_in(listens(messages)) == 0


def test_calls_that_never_end_are_given_up_one_by_one() -> None:
    pbx = Pbx()
    for _ in range(exchange.MAX_CALLS + 50):
        pbx.comes_in()
    assert len(pbx.tracker.open_calls()) == exchange.MAX_CALLS
    assert sum(event.step == "ended" for event in pbx.told) == 50


def test_one_call_cannot_grow_for_ever() -> None:
    pbx = Pbx()
    caller = pbx.comes_in()
    for number in range(exchange.MAX_CHANNELS * 3):
        pbx.rings(caller, str(1000 + number))
    assert len(pbx.tracker._exchange.channels) <= exchange.MAX_CHANNELS
    assert len(pbx.tracker.open_calls()[0].rang) <= exchange.MAX_CHANNELS


def test_what_is_over_is_remembered_only_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_ENDED", 100)
    pbx = Pbx()
    for _ in range(200):
        pbx.hangs_up(pbx.comes_in())
    assert len(pbx.tracker._exchange._over) == exchange.MAX_ENDED
    assert left_in(pbx.tracker) == 0
