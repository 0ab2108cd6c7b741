"""Whatever strangers post: a parser says what it is, and never falls over."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.messengers.base import Hook, Parsed
from intake.channels.messengers.reading import MOST_TEXT
from intake.channels.messengers.registry import ADAPTERS
from intake.errors import Rejected
from intake.letters.plain import storable
from intake.model.chats import BotKeys

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
KEYS = (
    BotKeys(1, "token", ("secret", "former"), {"app_secret": "sealed", "group_id": "1"}),
    BotKeys(2, groups=True, options={"paths": "text=a.b.0.c", "trust_phone": "no"}),
)
CORPUS = Path(__file__).parents[1] / "corpus" / "webhooks"
BODIES = {
    name: [path.read_bytes() for path in sorted((CORPUS / name).glob("*")) if ".expected." not in path.name]
    for name in ADAPTERS
}
EACH = pytest.mark.parametrize("platform", ADAPTERS)

texts = st.text(st.characters(), max_size=30) | st.sampled_from(["\0", "\ud800", "я" * 30_000, "1e9", "-1"])
atoms = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just(10**30)
values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)


def parse(platform: str, body: bytes) -> None:
    """All that is promised of any body."""
    for keys in KEYS:
        told = ADAPTERS[platform].parse(body, keys)
        assert told == ADAPTERS[platform].parse(body, keys), "another answer to the same body"
        assert told.events or told.ignored, "nobody says why nothing came of it"
        sound(told)


def sound(told: Parsed) -> None:
    """Nothing of it stumbles over a database's walls further on."""
    for event in told.events:
        assert event.external_id
        assert event.chat_id
        assert event.sender.id
        assert event.sender.identity.startswith("chat:")
        assert len(event.text) <= MOST_TEXT
        assert event.sent_at is None or event.sent_at.tzinfo is not None
        assert 0 <= event.edited < 2**63
        every = [event.text, event.external_id, event.chat_id, event.sender.name, event.payload, event.source]
        every += [one.ref + one.filename + one.title + one.url + one.phone for one in event.attachments]
        assert all(text == storable(text) for text in every)
        assert all(one.size is None or 0 <= one.size < 2**63 for one in event.attachments)
    assert told.ignored == storable(told.ignored)


@EACH
@given(body=st.binary(max_size=300))
def test_no_bytes_crash_a_parser(platform: str, body: bytes) -> None:
    parse(platform, body)


@EACH
@given(body=values)
def test_no_json_crashes_a_parser(platform: str, body: Any) -> None:
    parse(platform, json.dumps(body).encode())


@EACH
@given(data=st.data())
def test_no_part_of_a_real_body_that_is_something_else_crashes_a_parser(
    platform: str, data: st.DataObject
) -> None:
    told = json.loads(data.draw(st.sampled_from(_readable(platform))))
    for _ in range(data.draw(st.integers(1, 3))):
        told = mutated(told, data)
    parse(platform, json.dumps(told).encode())


@EACH
@given(data=st.data())
def test_no_body_that_is_cut_or_bent_crashes_a_parser(platform: str, data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from([body for body in BODIES[platform] if body])))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    parse(platform, bytes(body[: data.draw(st.integers(0, len(body)))]))


@EACH
@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"entry":' + b"9" * 100_000 + b"}",
        b'"' + b"a" * 2_000_000 + b'"',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"",
        b"NaN",
    ],
    ids=["deep", "nested", "number", "long", "utf-16", "bom", "empty", "nan"],
)
def test_bodies_that_are_made_to_hurt_do_not(platform: str, body: bytes) -> None:
    parse(platform, body)


headers = st.dictionaries(
    st.sampled_from(
        "x-hub-signature-256 x-intake-signature x-intake-timestamp webhook-id webhook-timestamp "
        "webhook-signature x-telegram-bot-api-secret-token x-max-bot-api-secret x-viber-content-signature "
        "x-line-signature idempotency-key content-type".split()
    ),
    st.text(max_size=80) | st.sampled_from(["sha256=", "0" * 64, "-1", "9" * 400, "v1,AAAA v1,", "\udcff"]),
)
queries = st.dictionaries(
    st.sampled_from(["hub.mode", "hub.verify_token", "hub.challenge", "sig", "a"]),
    st.text(max_size=20) | st.just("subscribe"),
)


@EACH
@given(told=headers, asked=queries, method=st.sampled_from(["GET", "POST"]), body=st.binary(max_size=60))
def test_whoever_does_not_know_the_secret_is_refused_whatever_they_send(
    platform: str, told: Mapping[str, str], asked: Mapping[str, str], method: str, body: bytes
) -> None:
    hook = Hook(method, told, asked, body, AT)
    for keys in (KEYS[0], BotKeys(3)):
        with pytest.raises(Rejected, match="bad-signature"):
            ADAPTERS[platform].verify(hook, keys)


@EACH
@given(told=headers, body=values)
def test_what_stands_in_headers_crashes_nothing_either(
    platform: str, told: Mapping[str, str], body: Any
) -> None:
    hook = Hook("POST", told, {}, json.dumps(body).encode(), AT)
    sound(ADAPTERS[platform].hear(hook, KEYS[0]))


def mutated(told: Any, data: st.DataObject) -> Any:
    """One thing in it, however deep, is something else, is gone, or stands there twice."""
    if not isinstance(told, dict | list) or not told or data.draw(st.integers(0, 5)) == 0:
        return data.draw(values)
    copy = dict(told) if isinstance(told, dict) else list(told)
    at: Any = data.draw(st.sampled_from(list(copy) if isinstance(copy, dict) else range(len(copy))))
    if data.draw(st.integers(0, 9)) == 0:
        del copy[at]
    else:
        copy[at] = mutated(copy[at], data)
    return copy


def _readable(platform: str) -> list[bytes]:
    found = []
    for body in BODIES[platform]:
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            continue
        found.append(body)
    return found
