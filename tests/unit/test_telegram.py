"""Telegram's updates: who may tell us something, and what is read out of it (the rest: the corpus)."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.channels.messengers.base import Hook, Reply
from intake.channels.messengers.telegram.adapter import SECRET, Telegram
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatEvent, ChatKind

ADAPTER = Telegram()
KEYS = BotKeys(1, "1:token", ("new", "former", ""))
CHAT = {"id": 5, "type": "private", "first_name": "Анна"}
ANNA = {"id": 5, "is_bot": False, "first_name": "Анна"}


def hook(body: bytes) -> Hook:
    return Hook("POST", {}, {}, body, _now())


def heard(**content: Any) -> ChatEvent:
    message = {"message_id": 8, "date": 1767225600, "chat": CHAT, "from": ANNA, **content}
    (event,) = ADAPTER.parse(json.dumps({"update_id": 1, "message": message}).encode(), KEYS).events
    return event


@pytest.mark.parametrize("secret", ["new", "former"])
def test_who_knows_the_secret_is_believed(secret: str) -> None:
    ADAPTER.verify(Hook("POST", {SECRET: secret}, {}, b"no JSON even", _now()), KEYS)


@pytest.mark.parametrize("secret", ["", "NEW", "new ", "guessed", "новый", "\udcff", "n" * 100_000])
def test_who_does_not_is_turned_away_without_a_word(secret: str) -> None:
    with pytest.raises(Rejected) as refused:
        ADAPTER.verify(Hook("POST", {SECRET: secret}, {}, b"{}", _now()), KEYS)

    assert (refused.value.code, refused.value.params) == ("bad-signature", {})


@pytest.mark.parametrize("keys", [BotKeys(1, "1:token"), BotKeys(1, "1:token", ("",))])
def test_a_bot_without_a_secret_believes_nobody(keys: BotKeys) -> None:
    for headers in ({}, {SECRET: ""}):
        with pytest.raises(Rejected):
            ADAPTER.verify(Hook("POST", headers, {}, b"{}", _now()), keys)


def test_a_secret_in_an_address_is_none() -> None:
    with pytest.raises(Rejected):
        ADAPTER.verify(Hook("GET", {SECRET: "new"}, {}, b"", _now()), KEYS)


def test_who_presses_a_button_is_told_that_we_have_heard() -> None:
    query = {"id": "77", "from": ANNA, "message": {"message_id": 3, "chat": CHAT, "date": 0}, "data": "x"}
    reply = ADAPTER.answer(hook(json.dumps({"update_id": 1, "callback_query": query}).encode()), KEYS)

    assert reply.content_type == "application/json"
    assert json.loads(reply.text) == {"method": "answerCallbackQuery", "callback_query_id": "77"}


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"message": {}}', b'{"callback_query": 7}'])
def test_any_other_request_is_answered_with_nothing(body: bytes) -> None:
    assert ADAPTER.answer(hook(body), KEYS) == Reply()


@pytest.mark.parametrize(
    ("phone", "user_id", "vouched"),
    [
        ("79160000001", 5, "+79160000001"),
        ("+79160000001", "5", "+79160000001"),
        ("4930901820", 5, "+4930901820"),
        ("79160000001", 6, ""),
        ("79160000001", None, ""),
        ("42", 5, ""),
        ("", 5, ""),
        ("позвоните мне", 5, ""),
        (79160000001, 5, ""),
    ],
)
def test_a_phone_is_theirs_where_telegram_says_so(phone: object, user_id: object, vouched: str) -> None:
    contact = {"phone_number": phone, "first_name": "Анна", "user_id": user_id}

    assert heard(contact=contact).sender.phone == vouched


@pytest.mark.parametrize(
    ("text", "kind", "source"),
    [
        ("/start", ChatKind.COMMAND, ""),
        ("/start  avito ", ChatKind.COMMAND, "avito"),
        ("/start два слова", ChatKind.COMMAND, "два слова"),
        ("/start@some_bot x", ChatKind.COMMAND, "x"),
        ("/START x", ChatKind.COMMAND, "x"),
        ("/stop", ChatKind.COMMAND, ""),
        ("/order два шкафа", ChatKind.MESSAGE, ""),
        ("/", ChatKind.MESSAGE, ""),
        ("/старт x", ChatKind.MESSAGE, ""),
        (" /start x", ChatKind.MESSAGE, ""),
        ("и/или", ChatKind.MESSAGE, ""),
    ],
)
def test_a_command_is_told_from_a_message(text: str, kind: ChatKind, source: str) -> None:
    event = heard(text=text)

    assert (event.kind, event.source, event.text) == (kind, source, text)


def test_a_caption_is_no_command() -> None:
    assert heard(caption="/start x", photo=[{"file_id": "f"}]).kind is ChatKind.MESSAGE


def test_a_long_text_keeps_what_can_be_kept() -> None:
    assert len(heard(text="я" * 100_000).text) == 20_000
    assert heard(text="а\0б\ud83d").text == "аб"


def test_numbers_that_no_calendar_and_no_database_has_are_none() -> None:
    assert heard(text="x", date=10**400).sent_at is None
    assert heard(text="x", date=-5).sent_at is None
    body = f'{{"update_id": {10**300}, "message": {{}}}}'.encode()
    assert ADAPTER.parse(body, KEYS).ignored == "malformed: no update_id"


def _now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)
