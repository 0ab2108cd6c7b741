"""Viber's callbacks: who may tell us something (the rest: the corpus)."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from intake.channels.messengers.base import Hook
from intake.channels.messengers.viber.adapter import SIGNATURE, Viber
from intake.errors import Rejected
from intake.model.chats import BotKeys

ADAPTER = Viber()
TOKEN = "4e5a1f0c0de-токен"
KEYS = BotKeys(1, TOKEN)
BODY = '{"event": "message", "text": "Ёлка"}'.encode()
SIGNED = hmac.new(TOKEN.encode(), BODY, hashlib.sha256).hexdigest()


def hook(body: bytes = BODY, signature: str = SIGNED, method: str = "POST") -> Hook:
    return Hook(method, {SIGNATURE: signature}, {}, body, datetime(2026, 1, 1, tzinfo=UTC))


def test_what_is_signed_with_the_token_is_believed() -> None:
    ADAPTER.verify(hook(), KEYS)


@pytest.mark.parametrize(
    "forged",
    [
        hook(signature=""),
        hook(signature=SIGNED[:-1]),
        hook(signature=SIGNED[:-1] + "x"),
        hook(signature="я" * 64),
        hook(signature="\udcff"),
        hook(BODY + b" "),
        hook(b""),
        hook(method="GET"),
        Hook("POST", {}, {"sig": SIGNED}, BODY, datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_anything_else_is_turned_away_without_a_word(forged: Hook) -> None:
    with pytest.raises(Rejected) as refused:
        ADAPTER.verify(forged, KEYS)

    assert (refused.value.code, refused.value.params) == ("bad-signature", {})


def test_a_bot_without_a_token_believes_nobody() -> None:
    signed_with_nothing = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    with pytest.raises(Rejected):
        ADAPTER.verify(hook(signature=signed_with_nothing), BotKeys(1))
