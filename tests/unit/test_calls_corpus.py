"""Streams of real Asterisks (22 and 16, PJSIP and chan_sip), whole and maltreated, against what they hold."""

import itertools
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake.channels.asterisk.calls import CallTracker
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.wire import Decoder, Message
from intake.inspect import calls_in, described
from intake.model.calls import Call, Outcome
from tests.unit.calls_pbx import MORNING

CORPUS = Path(__file__).parents[1] / "corpus" / "calls"
STREAMS = sorted(CORPUS.glob("*.ami"))
LOGIN = b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n"
LINES = Lines(trunks=frozenset({"trunk", "branch-office"}))


def read(data: bytes) -> list[Call]:
    return calls_in([data], LINES)


def without_times(calls: list[Call]) -> list[Call]:
    """What a doubled or parted stream must agree on; a recording has no clock of its own."""
    return [replace(call, started=None, answered=None, ended=None) for call in calls]


def messages(data: bytes) -> list[bytes]:
    return [
        f"{part}\r\n\r\n".encode("utf-8", "surrogateescape") for part in _text(data).split("\r\n\r\n") if part
    ]


def events(data: bytes, kind: bytes = rb"") -> list[int]:
    """Where events begin, the first one left out."""
    return [match.start() for match in re.finditer(rb"(?m)^Event: " + kind, data)][1:]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def told(data: bytes, *, size: int | None = None) -> list[tuple[str, Call]]:
    tracker, decoder = CallTracker("asterisk:1", LINES), Decoder()
    pieces = [data[at : at + size] for at in range(0, len(data), size)] if size else [data]
    heard = [message for piece in pieces for message in decoder.feed(piece)]
    return [(event.external_id, event.call) for message in heard for event in tracker.hear(message, MORNING)]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda path: path.stem)
def test_what_a_stream_holds_comes_out(stream: Path) -> None:
    expected: dict[str, Any] = json.loads(stream.with_suffix(".json").read_text())
    found = [
        described(call) for call in calls_in([stream.read_bytes()], Lines(frozenset(expected["trunks"])))
    ]
    said = [json.loads(json.dumps({key: one[key] for key in expected["calls"][0]})) for one in found]
    assert said == expected["calls"]
    assert not any(call["partial"] for call in found)


def test_pieces_do_not_matter() -> None:
    for stream in STREAMS:
        data = stream.read_bytes()
        whole = told(data)
        assert told(data, size=7) == whole, stream
        assert told(data, size=random.Random(stream.stem).randrange(8, 2000)) == whole, stream


def test_a_stream_heard_twice_gives_the_same_steps_once() -> None:
    for stream in STREAMS:
        data = stream.read_bytes()
        once = told(data)
        assert len({name for name, _ in once}) == len(once), stream
        assert told(data + data) == once, stream
        doubled = b"".join(itertools.chain.from_iterable((part, part) for part in messages(data)))
        assert told(doubled) == once, stream


def test_a_connection_that_broke_and_came_back_gives_the_same_calls() -> None:
    for stream in STREAMS:
        data = stream.read_bytes()
        whole = without_times(read(data))
        booted = next(part for part in messages(data) if b"FullyBooted" in part)
        starts = events(data)
        for at in random.Random(stream.stem).sample(starts, min(4, len(starts))):
            assert without_times(read(data[:at] + LOGIN + booted + data[at:])) == whole, (stream, at)


def test_a_stream_cut_at_the_start_tells_what_can_be_known_and_that_it_is_part() -> None:
    """Except in a conference, where nobody tells who was there before."""
    for stream in STREAMS:
        data = stream.read_bytes()
        whole = {call.linkedid: call for call in without_times(read(data))}
        starts = events(data)
        for at in starts[:: 1 + len(starts) // 15]:
            for call in without_times(read(data[at:])):
                assert call.partial or call == whole[call.linkedid] or "conference" in stream.stem, (
                    stream,
                    at,
                )


def test_most_calls_of_one_person_are_known_whole_wherever_the_stream_is_cut() -> None:
    right = cuts = 0
    for stream in STREAMS:
        data = stream.read_bytes()
        whole = read(data)
        if len(whole) != 1 or whole[0].transfers or len(whole[0].answered_by) != 1:
            continue
        found = [read(data[at:]) for at in events(data, b"Hangup")]
        cuts += len(found)
        right += sum(1 for calls in found if calls and calls[0].answered_by == whole[0].answered_by)
    assert right / cuts > 0.75


def test_streams_played_into_one_another_do_not_touch() -> None:
    by_source = itertools.groupby(STREAMS, key=lambda path: path.stem.split("-")[0])
    for _, group in by_source:
        streams = [stream for stream in group if "twenty" not in stream.stem]
        for one, other in itertools.pairwise(streams):
            expected = {call.linkedid: call for call in without_times(read(one.read_bytes()))}
            expected |= {call.linkedid: call for call in without_times(read(other.read_bytes()))}
            mixed = _shuffled(one.read_bytes(), other.read_bytes())
            assert {call.linkedid: call for call in without_times(read(mixed))} == expected


def _shuffled(*streams: bytes) -> bytes:
    """Their events in turns by chance, each stream's own order kept; logins left out."""
    chance = random.Random(7)
    queues = [[part for part in messages(stream) if b"FullyBooted" not in part] for stream in streams]
    mixed: list[bytes] = []
    while any(queues):
        mixed.append(chance.choice([queue for queue in queues if queue]).pop(0))
    return b"".join(mixed)


def test_every_stream_after_another_leaves_nothing_behind() -> None:
    tracker, decoder = CallTracker("asterisk:1", LINES), Decoder()
    heard: list[Message] = [message for stream in STREAMS for message in decoder.feed(stream.read_bytes())]
    outcomes = [event.call.outcome for message in heard for event in tracker.hear(message, MORNING)]
    assert Outcome.ANSWERED in outcomes
    assert tracker.open_calls() == []
    assert not tracker._exchange.channels
    assert not tracker._exchange.calls
