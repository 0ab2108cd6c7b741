"""VK's Callback API: who may tell us something, and what is answered (what is read out of it: the corpus)."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.channels.messengers.base import Hook
from intake.channels.messengers.vk import Vk
from intake.channels.messengers.vk.calls import fault
from intake.channels.messengers.vk.sending import keyboard, person, random_id
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, Button, ChatEvent

ADAPTER = Vk()
KEYS = BotKeys(1, "token", ("new", "former", ""), {"group_id": "200300400", "confirmation": "6be0a1c7"})


def hook(told: Any) -> Hook:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Hook("POST", {}, {}, body, datetime(2026, 1, 1, tzinfo=UTC))


def heard(**message: Any) -> ChatEvent:
    about = {"peer_id": 5, "from_id": 5, "conversation_message_id": 8, "text": "", **message}
    told = {"type": "message_new", "event_id": "e", "object": {"message": about}}
    (event,) = ADAPTER.parse(json.dumps(told).encode(), KEYS).events
    return event


@pytest.mark.parametrize("secret", ["new", "former"])
def test_who_knows_the_secret_is_believed(secret: str) -> None:
    ADAPTER.verify(hook({"type": "message_new", "secret": secret}), KEYS)


@pytest.mark.parametrize(
    "told",
    [
        {"type": "message_new"},
        {"type": "message_new", "secret": ""},
        {"type": "message_new", "secret": "NEW"},
        {"type": "message_new", "secret": "новый"},
        {"type": "message_new", "secret": "\ud800"},
        {"type": "message_new", "secret": None},
        {"type": "message_new", "secret": ["new"]},
        {"type": "message_new", "object": {"secret": "new"}},
        {"type": "confirmation", "group_id": 200300400, "secret": "guessed"},
        {"type": "confirmation", "group_id": 1},
        {"type": "confirmation"},
        ["new"],
        b"secret=new",
        b"",
        b"\xff\xfe",
        b'{"secret":' + b"[" * 200_000,
    ],
)
def test_who_does_not_is_turned_away_without_a_word(told: Any) -> None:
    with pytest.raises(Rejected) as refused:
        ADAPTER.verify(hook(told), KEYS)

    assert (refused.value.code, refused.value.params) == ("bad-signature", {})


def test_a_bot_without_a_secret_believes_nobody() -> None:
    for secret in ("", None):
        with pytest.raises(Rejected):
            ADAPTER.verify(hook({"type": "message_new", "secret": secret}), BotKeys(1, "token", ("",)))


@pytest.mark.parametrize("more", [{"secret": "new"}, {}])
def test_an_address_is_confirmed_with_the_communitys_word(more: dict[str, str]) -> None:
    asked = hook({"type": "confirmation", "group_id": 200300400, **more})
    ADAPTER.verify(asked, KEYS)

    assert ADAPTER.answer(asked, KEYS).text == "6be0a1c7"
    assert ADAPTER.parse(asked.body, KEYS).ignored == "confirmation"


def test_a_community_that_nobody_has_named_confirms_nothing_without_the_secret() -> None:
    with pytest.raises(Rejected):
        ADAPTER.verify(hook({"type": "confirmation"}), BotKeys(1, "token", ("new",)))


def test_everything_else_is_answered_with_ok() -> None:
    for kind in ("message_new", "wall_post_new", "quite_new"):
        assert ADAPTER.answer(hook({"type": kind, "secret": "new"}), KEYS).text == "ok"


def test_told_again_it_has_the_same_id_and_another_edit_another() -> None:
    def edit(at: int) -> str:
        about = {"peer_id": 5, "from_id": 5, "conversation_message_id": 8, "update_time": at}
        body = json.dumps({"type": "message_edit", "object": about}).encode()
        return ADAPTER.parse(body, KEYS).events[0].external_id

    assert edit(1) == edit(1) != edit(2)


def test_what_is_forwarded_is_read_so_deep_and_no_deeper() -> None:
    told: dict[str, Any] = {"from_id": 9, "text": "на дне"}
    for level in range(40):
        told = {"from_id": level, "text": "", "fwd_messages": [told]}

    assert heard(fwd_messages=[told]).text == ""


def test_a_message_has_so_many_attachments_and_no_more() -> None:
    assert len(heard(attachments=[{"type": "poll", "poll": {"id": 1}}] * 5000).attachments) == 40


def test_an_address_is_one_of_the_web_or_none() -> None:
    for url in ("javascript:alert(1)", "file:///etc/passwd", "x" * 5000, "https://" + "a" * 5000, 7):
        (one,) = heard(attachments=[{"type": "doc", "doc": {"title": "a.pdf", "url": url}}]).attachments
        assert one.ref == ""


def test_of_two_tries_vk_takes_one_and_of_two_messages_both() -> None:
    numbers = {random_id(f"message:{number}") for number in range(2000)}

    assert len(numbers) == 2000
    assert all(0 < number < 2**31 for number in numbers)
    assert random_id("a") == random_id("a")


def test_buttons_are_one_a_line_and_carry_what_we_give_them() -> None:
    told = json.loads(keyboard((Button("Да", "consent:1:2"), Button("«Нет»", "refuse:1:2"))))

    assert told["inline"] is True
    assert [row[0]["action"]["label"] for row in told["buttons"]] == ["Да", "«Нет»"]
    assert json.loads(told["buttons"][0][0]["action"]["payload"]) == {"button": "consent:1:2"}


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        ({"error_code": 27, "error_msg": "Group authorization failed"}, Rejected("bot-token-refused")),
        ({"error_code": 902}, Rejected("chat-blocked")),
        ({"error_code": 6}, Deferred("bot-busy")),
        ({"code": 901, "description": "Can't send"}, Rejected("chat-blocked")),
        ({"error_code": "five"}, Rejected("bot-refused")),
        ({}, Rejected("bot-refused")),
    ],
)
def test_an_error_of_theirs_says_what_to_do_next(error: dict[str, Any], meant: Rejected | Deferred) -> None:
    found = fault(error)

    assert (type(found), found.code) == (type(meant), meant.code)


def test_what_vk_repeats_of_our_request_is_never_told_on() -> None:
    error = {
        "error_code": 5,
        "error_msg": "no",
        "request_params": [{"key": "access_token", "value": "s3cret"}],
    }

    assert "s3cret" not in str(fault(error).params)


@pytest.mark.parametrize("told", [None, [], {}, "x", [{"id": 6}], [None]])
def test_somebody_of_whom_nothing_is_told_is_nobody(told: Any) -> None:
    assert person(told, "5") is None
