"""A partner's posts: who is believed, and what they are known by. What they may say is in the corpus."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from intake.channels.messengers.base import Hook
from intake.channels.messengers.generic.adapter import Generic
from intake.channels.messengers.generic.signing import headers_for
from intake.errors import Rejected
from intake.model.chats import BotKeys
from tests.platforms.generic import is_signed, signature

ADAPTER = Generic()
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
KEYS = BotKeys(7, secrets=("newer", SECRET))
NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
BODY = '{"id": "m-1", "chat_id": "c", "text": "Привет"}'.encode()


def hook(headers: Mapping[str, str], body: bytes = BODY, at: datetime = NOW) -> Hook:
    return Hook("POST", {name.lower(): value for name, value in headers.items()}, {}, body, at)


def standard(uid: str, moment: int, body: bytes, key: bytes = base64.b64decode(SECRET)) -> dict[str, str]:
    digest = hmac.new(key, f"{uid}.{moment}.".encode() + body, hashlib.sha256).digest()
    signed = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": uid, "webhook-timestamp": str(moment), "webhook-signature": signed}


def test_a_former_secret_counts_too() -> None:
    ADAPTER.verify(hook(signature(SECRET, BODY, AT)), KEYS)
    ADAPTER.verify(hook(signature("newer", BODY, AT)), KEYS)


def test_standard_webhooks_are_believed_with_the_key_as_text_or_as_base64() -> None:
    encoded = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()
    ADAPTER.verify(
        hook(standard("msg_1", AT, BODY, b"twenty-four bytes of key")), BotKeys(1, secrets=(encoded,))
    )
    plain = BotKeys(1, secrets=("no-base64!",))
    several = standard("msg_1", AT, BODY, b"no-base64!")
    several["webhook-signature"] = f"v1,AAAA v2,x {several['webhook-signature']}"
    ADAPTER.verify(hook(several), plain)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_what_was_signed_long_ago_is_refused(late: timedelta) -> None:
    for signed in (signature(SECRET, BODY, AT), standard("m", AT, BODY)):
        with pytest.raises(Rejected, match="bad-signature"):
            ADAPTER.verify(hook(signed, at=NOW + late), KEYS)


GOOD = signature(SECRET, BODY, AT)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Intake-Signature": GOOD["X-Intake-Signature"]},
        {"X-Intake-Timestamp": str(AT)},
        GOOD | {"X-Intake-Timestamp": str(AT + 1)},
        GOOD | {"X-Intake-Timestamp": f"{AT}.0"},
        GOOD | {"X-Intake-Signature": GOOD["X-Intake-Signature"][:-1]},
        GOOD | {"X-Intake-Signature": ""},
        signature("guessed", BODY, AT),
        standard("", AT, BODY),
        standard("m", AT, BODY) | {"webhook-id": "other"},
        standard("m", AT, BODY) | {"webhook-timestamp": f"0{AT}"},
        standard("m", AT, BODY) | {"webhook-signature": "v1,"},
        standard("m", AT, BODY, b""),
    ],
)
def test_what_is_not_signed_with_the_secret_is_refused(headers: dict[str, str]) -> None:
    for keys in (KEYS, BotKeys(7, secrets=("",)), BotKeys(7)):
        with pytest.raises(Rejected, match="bad-signature"):
            ADAPTER.verify(hook(headers), keys)


def test_another_body_is_refused() -> None:
    for signed in (GOOD, standard("m", AT, BODY)):
        with pytest.raises(Rejected):
            ADAPTER.verify(hook(signed, BODY + b" "), KEYS)


def heard(body: bytes, **headers: str) -> list[str]:
    told = hook({name.replace("_", "-"): value for name, value in headers.items()}, body)
    return [event.external_id for event in ADAPTER.hear(told, KEYS).events]


def test_events_are_known_by_the_requests_key_and_else_by_their_own_id() -> None:
    assert heard(BODY) == ["m-1"]
    assert heard(BODY, idempotency_key="once") == ["once"]
    assert heard(BODY, webhook_id="msg_1") == ["msg_1"]
    assert heard(BODY, idempotency_key="once", webhook_id="msg_1") == ["once"]
    assert heard(b"[" + BODY + b"," + BODY + b"]", idempotency_key="once") == ["once", "once:1"]


def test_without_key_and_id_the_same_body_is_the_same_event() -> None:
    body = b'[{"chat_id": "c", "text": "1"}, {"chat_id": "c", "text": "1"}]'
    first, second = heard(body)
    assert first != second
    assert heard(body) == [first, second]


def test_two_partners_may_call_two_people_the_same() -> None:
    people = [ADAPTER.parse(BODY, BotKeys(number)).events[0].sender for number in (1, 2)]
    assert people[0].id == people[1].id
    assert people[0].identity != people[1].identity


def test_what_we_post_can_be_checked_in_either_way() -> None:
    moment = int(datetime.now(UTC).timestamp())
    headers = headers_for((SECRET, "former"), "key-1", moment, BODY)
    assert is_signed(SECRET, headers, BODY)
    ADAPTER.verify(hook(headers, at=datetime.now(UTC)), KEYS)
    former = {name: value for name, value in headers.items() if name.startswith("webhook")}
    ADAPTER.verify(hook(former, at=datetime.now(UTC)), BotKeys(1, secrets=("former",)))
    ours = {name: value for name, value in headers.items() if not name.startswith("X-")}
    ADAPTER.verify(hook(ours, at=datetime.now(UTC)), KEYS)


def test_a_post_is_taken_with_202() -> None:
    assert ADAPTER.answer(hook(GOOD), KEYS).status == 202
