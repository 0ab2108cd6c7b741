"""Tokens, the challenge, what is suspicious, and when two posts are one."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from altcha import Challenge, Payload, Solution, solve_challenge
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.forms.challenge import GOOD_FOR, challenge, solved
from intake.channels.forms.fingerprint import content_of, identity
from intake.channels.forms.suspicion import Seen, suspicions
from intake.channels.forms.tokens import Rendering, brought_back, handed_out, is_receipt, receipt
from intake.model.forms import Suspicion

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHOWN = Rendering(AT, "abc123")
OURS = frozenset({"sales@shop.example"})
HOSTS = frozenset({"crm.shop.example"})


def why(**seen: Any) -> tuple[Suspicion, ...]:
    return suspicions(
        Seen(**{"at": AT + timedelta(minutes=1), "rendering": SHOWN, "least_seconds": 3, **seen}), OURS, HOSTS
    )


def test_a_person_is_not_suspicious() -> None:
    assert why(texts=("Нужен склад, см. https://shop.example/1",), emails=("anna@a.example",)) == ()


def test_a_form_of_ones_own_page_needs_no_token() -> None:
    assert why(rendering=None) == ()


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ({"trap": "http://spam.example"}, Suspicion.HONEYPOT),
        ({"at": AT + timedelta(seconds=2)}, Suspicion.TOO_QUICK),
        ({"at": AT + timedelta(hours=25)}, Suspicion.TOO_OLD),
        ({"rendering": None, "token": "made up"}, Suspicion.UNSIGNED),
        ({"rendering": None, "must_be_shown": True}, Suspicion.UNSIGNED),
        ({"too_many": True}, Suspicion.TOO_MANY),
        ({"unsolved": True}, Suspicion.NO_CHALLENGE),
        ({"texts": ("http://a http://b", "www.c [url=d]")}, Suspicion.LINKS),
        ({"emails": ("Sales@Shop.example",)}, Suspicion.LOOP),
        ({"page": "https://crm.shop.example/letters/5"}, Suspicion.LOOP),
    ],
)
def test_each_reason(seen: dict[str, Any], reason: Suspicion) -> None:
    assert why(**seen) == (reason,)


def test_our_page_of_the_form_is_where_visitors_stand() -> None:
    assert why(page="https://crm.shop.example/f/abc") == ()
    assert why(page="https://[") == ()


def test_a_token_comes_back_as_it_was_handed_out_and_only_with_its_secret() -> None:
    token = handed_out("secret", SHOWN)

    assert brought_back("secret", token) == SHOWN
    assert brought_back("other", token) is None
    assert brought_back("secret", token.replace("abc123", "abc124")) is None


@given(st.text(max_size=80))
def test_no_token_is_too_odd(token: str) -> None:
    assert brought_back("secret", token) is None
    assert not is_receipt("secret", token, token)


def test_a_receipt_is_for_one_number() -> None:
    assert is_receipt("secret", "57", receipt("secret", 57))
    assert not is_receipt("secret", "58", receipt("secret", 57))


def worked(made: dict[str, Any]) -> str:
    found = solve_challenge(Challenge.from_dict(made))
    assert found is not None
    return Payload(Challenge.from_dict(made), found).to_base64()


def test_a_challenge_is_solved_by_working() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made = challenge("secret", now)

    right = solved("secret", worked(made))

    assert right is not None
    assert right.until == now + GOOD_FOR
    assert right.signature == made["signature"]
    assert solved("other", worked(made)) is None


def test_a_challenge_is_not_solved_by_guessing_or_late() -> None:
    fresh = Challenge.from_dict(challenge("secret", datetime.now(UTC)))
    old = challenge("secret", datetime.now(UTC) - GOOD_FOR - timedelta(minutes=1))

    assert solved("secret", Payload(fresh, Solution(0, "00" * 32)).to_base64()) is None
    assert solved("secret", worked(old)) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, json_values)
def test_no_solution_is_too_odd(parameters: object, rest: object) -> None:
    told = {"challenge": {"parameters": parameters, "signature": rest}, "solution": rest}
    for odd in (told, parameters, {"challenge": rest, "solution": parameters}):
        assert solved("secret", base64.b64encode(json.dumps(odd).encode()).decode()) is None


@given(st.text(max_size=60))
def test_no_text_is_a_solution(text: str) -> None:
    assert solved("secret", text) is None


CONTENT = content_of((("name", "Анна"), ("phone", "1")))


def test_the_order_of_fields_says_nothing_and_files_do() -> None:
    assert content_of((("phone", "1"), ("name", "Анна"))) == CONTENT
    assert content_of((("name", "Анна"), ("phone", "1")), ("digest",)) != CONTENT


def test_a_senders_key_or_a_showing_of_the_form_is_the_same_at_any_time() -> None:
    for known in ({"key": "k"}, {"nonce": "n"}, {"key": "k", "nonce": "n"}):
        first, later = (identity(CONTENT, AT + timedelta(days=d), 10, **known) for d in (0, 1))
        assert first == later
        assert first.earlier == ""


def test_something_corrected_is_another_request() -> None:
    other = content_of((("name", "Анна"), ("phone", "2")))

    assert identity(CONTENT, AT, 10, key="k") != identity(other, AT, 10, key="k")
    assert identity(CONTENT, AT, 10, nonce="n") != identity(other, AT, 10, nonce="n")


def test_without_either_it_is_the_same_within_its_window_and_the_one_before() -> None:
    first = identity(CONTENT, AT, 10)
    later = identity(CONTENT, AT + timedelta(minutes=9), 10)
    next_window = identity(CONTENT, AT + timedelta(minutes=12), 10)

    assert first == later
    assert next_window.earlier == first.external_id
    assert identity(CONTENT, AT + timedelta(minutes=30), 10).earlier != first.external_id


def test_without_a_window_every_request_is_one_of_its_own() -> None:
    assert identity(CONTENT, AT, 0, once="a") != identity(CONTENT, AT, 0, once="b")


@given(st.text(max_size=400))
def test_any_key_fits(key: str) -> None:
    named = identity(CONTENT, AT, 10, key=key or "k").external_id
    assert len(named) <= 200
    assert named.isprintable()
