"""WhatsApp: who is believed, and how our messages are worded. What comes in is in the corpus."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from intake.channels.messengers.base import Hook
from intake.channels.messengers.whatsapp.adapter import WhatsApp
from intake.channels.messengers.whatsapp.writing import bodies
from intake.errors import Rejected
from intake.model.chats import BotKeys, Button, ChatOut, OutFile
from tests.platforms.whatsapp import APP_SECRET, signature

ADAPTER = WhatsApp()
KEYS = BotKeys(1, "token", ("verify-me", "former"), {"app_secret": APP_SECRET, "phone_number_id": "1"})
BODY = '{"entry": "Привет"}'.encode()
ANNA = "79160000001"


def asked(**query: str) -> Hook:
    named = {f"hub.{name}": value for name, value in query.items()}
    return Hook("GET", {}, named, b"", datetime.now(UTC))


def posted(signed: str | None, body: bytes = BODY) -> Hook:
    headers = {} if signed is None else {"x-hub-signature-256": signed}
    return Hook("POST", headers, {}, body, datetime.now(UTC))


@pytest.mark.parametrize("token", ["verify-me", "former"])
def test_meta_is_told_its_challenge_when_it_knows_the_token(token: str) -> None:
    hook = asked(mode="subscribe", verify_token=token, challenge="1158201444")
    ADAPTER.verify(hook, KEYS)
    assert ADAPTER.answer(hook, KEYS).text == "1158201444"


@pytest.mark.parametrize(
    "hook",
    [
        asked(mode="subscribe", verify_token="guessed", challenge="1"),
        asked(mode="subscribe", challenge="1"),
        asked(mode="unsubscribe", verify_token="verify-me", challenge="1"),
        asked(),
    ],
)
def test_whoever_asks_without_the_token_is_told_nothing(hook: Hook) -> None:
    with pytest.raises(Rejected, match="bad-signature"):
        ADAPTER.verify(hook, KEYS)


def test_no_token_is_no_token_of_ours() -> None:
    with pytest.raises(Rejected):
        ADAPTER.verify(asked(mode="subscribe", verify_token="", challenge="1"), BotKeys(1, secrets=("",)))


def test_the_very_bytes_are_signed() -> None:
    ADAPTER.verify(posted(signature(BODY)), KEYS)
    with pytest.raises(Rejected):
        ADAPTER.verify(posted(signature(BODY), BODY + b" "), KEYS)


@pytest.mark.parametrize(
    "signed",
    [
        None,
        "",
        "sha256=",
        signature(BODY)[:-1],
        signature(BODY).removeprefix("sha256="),
        signature(BODY, "another"),
        signature(BODY, ""),
        signature(BODY) + "\udcff",
        "sha256=ё",
    ],
)
def test_what_is_not_signed_by_the_app_is_refused(signed: str | None) -> None:
    for keys in (KEYS, BotKeys(1, "token", ("verify-me",))):
        with pytest.raises(Rejected, match="bad-signature"):
            ADAPTER.verify(posted(signed), keys)


def worded(part: ChatOut, media: Sequence[str] = ()) -> list[dict[str, object]]:
    return list(bodies(part, media))


def test_a_text_answers_a_message_of_theirs() -> None:
    (body,) = worded(ChatOut(ANNA, "k", "Да", reply_to="wamid.1"))
    assert body["to"] == ANNA
    assert body["text"] == {"body": "Да", "preview_url": False}
    assert body["context"] == {"message_id": "wamid.1"}


def test_who_hides_their_number_and_groups_are_addressed_otherwise() -> None:
    assert worded(ChatOut("RU.134912086", "k", "Да"))[0]["recipient"] == "RU.134912086"
    assert worded(ChatOut("Y2FwaV9ncm91cDox", "k", "Да"))[0]["recipient_type"] == "group"


@pytest.mark.parametrize(
    ("content_type", "text", "size", "kind"),
    [
        ("image/jpeg", "Вот", 10, "image"),
        ("image/jpeg", "Вот", 5_000_001, "document"),
        ("image/heic", "", 10, "document"),
        ("video/mp4", "", 10, "video"),
        ("audio/ogg; codecs=opus", "", 10, "audio"),
        ("audio/ogg", "Слушайте", 10, "document"),
        ("application/pdf", "Счёт", 10, "document"),
    ],
)
def test_a_file_is_sent_as_what_whatsapp_shows(content_type: str, text: str, size: int, kind: str) -> None:
    file = OutFile("Счёт", content_type, b"x" * size)
    (body,) = worded(ChatOut(ANNA, "k", text, (file,)), ["77"])
    content = body[kind]
    assert isinstance(content, dict)
    assert (content["id"], content.get("caption", "")) == ("77", text)
    assert content.get("filename", "") == ("Счёт" if kind == "document" else "")


def test_buttons_stand_below_the_end_of_a_long_text() -> None:
    text = "слово " * 300
    before, last = worded(ChatOut(ANNA, "k", text.strip(), buttons=(Button("Согласен", "consent:1:2"),)))
    said, shown = before["text"], last["interactive"]
    assert isinstance(said, dict)
    assert isinstance(shown, dict)
    assert shown["action"]["buttons"] == [
        {"type": "reply", "reply": {"id": "consent:1:2", "title": "Согласен"}}
    ]
    assert len(shown["body"]["text"]) <= 1024
    assert f"{said['body']} {shown['body']['text']}" == text.strip()
