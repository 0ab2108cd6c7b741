"""MAX's updates: who may tell us something, and whose phone is believed (the rest: the corpus)."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.channels.messengers.base import Hook
from intake.channels.messengers.max import Max
from intake.channels.messengers.max.adapter import SECRET
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatEvent

ADAPTER = Max()
KEYS = BotKeys(1, "1:token", ("new", "former", ""))
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:79160000001\r\nFN:Анна\r\nEND:VCARD\r\n"


def heard(body: dict[str, Any] | None = None, **message: Any) -> ChatEvent:
    about = {
        "sender": {"user_id": 5, "first_name": "Анна"},
        "recipient": {"chat_id": 8, "chat_type": "dialog"},
        "body": {"mid": "mid.1", **(body or {})},
        **message,
    }
    told = {"update_type": "message_created", "timestamp": 1767225600000, "message": about}
    (event,) = ADAPTER.parse(json.dumps(told).encode(), KEYS).events
    return event


def contact(card: str, hashed: str, user: int = 5) -> dict[str, Any]:
    payload = {"vcf_info": card, "max_info": {"user_id": user}, "hash": hashed}
    return {"attachments": [{"type": "contact", "payload": payload}]}


def signed(card: str, token: str = KEYS.token) -> str:
    return hmac.new(token.encode(), card.encode(), hashlib.sha256).hexdigest()


def hook(headers: dict[str, str]) -> Hook:
    return Hook("POST", headers, {}, b"no JSON even", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("secret", ["new", "former"])
def test_who_knows_the_secret_is_believed(secret: str) -> None:
    ADAPTER.verify(hook({SECRET: secret}), KEYS)


@pytest.mark.parametrize("secret", ["", "NEW", "new ", "guessed", "новый", "\udcff", "n" * 100_000])
def test_who_does_not_is_turned_away_without_a_word(secret: str) -> None:
    with pytest.raises(Rejected) as refused:
        ADAPTER.verify(hook({SECRET: secret}), KEYS)

    assert (refused.value.code, refused.value.params) == ("bad-signature", {})


@pytest.mark.parametrize("keys", [BotKeys(1, "1:token"), BotKeys(1, "1:token", ("",))])
def test_a_bot_without_a_secret_believes_nobody(keys: BotKeys) -> None:
    for headers in ({}, {SECRET: ""}):
        with pytest.raises(Rejected):
            ADAPTER.verify(hook(headers), keys)


def test_a_contact_of_ones_own_that_max_has_signed_says_the_phone() -> None:
    assert heard(contact(CARD, signed(CARD))).sender.phone == "+79160000001"
    assert heard(contact(CARD, signed(CARD).upper())).sender.phone == "+79160000001"


@pytest.mark.parametrize(
    "body",
    [
        contact(CARD, ""),
        contact(CARD, signed(CARD, "another:token")),
        contact(CARD, signed(CARD.replace("0001", "0002"))),
        contact(CARD, signed(CARD), user=6),
        contact("BEGIN:VCARD\r\nFN:Анна\r\nEND:VCARD", signed("BEGIN:VCARD\r\nFN:Анна\r\nEND:VCARD")),
        contact("TEL:12", signed("TEL:12")),
        {"attachments": [{"type": "contact", "payload": {"vcf_info": 7, "max_info": {"user_id": 5}}}]},
    ],
)
def test_any_other_contact_does_not(body: dict[str, Any]) -> None:
    assert heard(body).sender.phone == ""


def test_a_signed_contact_that_is_passed_on_does_not_either() -> None:
    other = {"mid": "mid.0", **contact(CARD, signed(CARD))}
    event = heard(link={"type": "forward", "sender": {"user_id": 5}, "message": other})

    assert (event.sender.phone, event.attachments[0].phone) == ("", "+79160000001")


def test_a_message_has_so_many_attachments_and_no_more() -> None:
    assert len(heard({"attachments": [{"type": "image", "payload": {}}] * 5000}).attachments) == 40


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://" + "a" * 5000, 7, None]
)
def test_an_address_is_one_of_the_web_or_none(url: Any) -> None:
    (one,) = heard({"attachments": [{"type": "file", "filename": "a", "payload": {"url": url}}]}).attachments

    assert one.ref == ""


def test_two_edits_are_two_events_and_one_told_twice_is_one() -> None:
    def edited(at: int) -> str:
        about = {"sender": {"user_id": 5}, "body": {"mid": "mid.1", "text": "так"}}
        body = json.dumps({"update_type": "message_edited", "timestamp": at, "message": about}).encode()
        return ADAPTER.parse(body, KEYS).events[0].external_id

    assert edited(1) == edited(1) != edited(2)
