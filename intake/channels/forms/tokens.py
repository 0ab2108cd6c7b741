"""What we hand out with a form, signed with its secret, so that it can be believed when it comes back."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

LETTERS = 24  # of a signature, four bits each: guessing would take longer than a day is long
_DIGITS = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Rendering:
    """Once a form was shown: when, and a word of its own."""

    at: datetime
    nonce: str


def handed_out(secret: str, rendering: Rendering) -> str:
    """The token that the form carries: «65a1b2c3.nonce.signature»."""
    said = f"{int(rendering.at.timestamp()):x}.{rendering.nonce}"
    return f"{said}.{_signature(secret, 'rendering', said)}"


def brought_back(secret: str, token: str) -> Rendering | None:
    """None for what we never handed out."""
    said, _, signature = token[:200].rpartition(".")
    moment, _, nonce = said.partition(".")
    if not nonce or not _is_signed(secret, "rendering", said, signature):
        return None
    return Rendering(datetime.fromtimestamp(int(moment, 16), UTC), nonce)


def receipt(secret: str, number: int) -> str:
    """Proves that this number was given to whoever asks for the page of thanks."""
    return _signature(secret, "thanks", str(number))


def is_receipt(secret: str, number: str, signature: str) -> bool:
    return _is_signed(secret, "thanks", number[:20], signature)


def _signature(secret: str, purpose: str, said: str) -> str:
    return hmac.digest(secret.encode(), f"{purpose}|{said}".encode(), "sha256").hex()[:LETTERS]


def _is_signed(secret: str, purpose: str, said: str, signature: str) -> bool:
    if not said.isascii() or not set(signature) <= set(_DIGITS):
        return False
    return hmac.compare_digest(_signature(secret, purpose, said), signature)
