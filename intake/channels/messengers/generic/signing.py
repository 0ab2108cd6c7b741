"""Who has posted it, by a secret that both know."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from intake.channels.webhooks import signed as standard

GOOD_FOR = 300  # seconds, either way: clocks differ
KEY = "idempotency-key"
STANDARD_KEY = "webhook-id"
MOST_KEY = 200


def is_signed(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], at: datetime) -> bool:
    """In either way, not long ago, with a secret that counts."""
    given = [secret for secret in secrets if secret]
    if "x-intake-signature" in headers:
        moment = headers.get("x-intake-timestamp", "")
        told = [headers["x-intake-signature"].strip().lower().removeprefix("sha256=")]
        meant = [_ours(secret, moment, body) for secret in given]
    else:
        uid, moment = headers.get(STANDARD_KEY, ""), headers.get("webhook-timestamp", "")
        told = headers.get("webhook-signature", "").split()[:20]
        meant = [_theirs(secret, uid, moment, body) for secret in given] if uid else []
    return _is_near(moment, at) and any(_same(one, other) for one in told for other in meant)


def key_of(headers: Mapping[str, str]) -> str:
    """By which a request is known that is told again."""
    return (headers.get(KEY, "") or headers.get(STANDARD_KEY, "")).strip()[:MOST_KEY]


def headers_for(secrets: tuple[str, ...], key: str, moment: int, body: bytes) -> dict[str, str]:
    """What a request of ours is sent with: whoever reads it may check either signature. While a new secret is
    on its way to them, the standard one is by both."""
    every = [standard(secret, key, moment, body) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-Intake-Timestamp": str(moment),
        "X-Intake-Signature": _ours(secrets[0], str(moment), body),
        **every[0],
        "webhook-signature": " ".join(one["webhook-signature"] for one in every),
    }


def _ours(secret: str, moment: str, body: bytes) -> str:
    told = moment.encode("utf-8", "surrogateescape") + b"." + body
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


def _theirs(secret: str, uid: str, moment: str, body: bytes) -> str:
    """It is signed over the very characters that came: «007» is another moment than «7»."""
    if str(_seconds(moment)) != moment:
        return ""
    return standard(secret, uid, _seconds(moment), body)["webhook-signature"]


def _is_near(moment: str, at: datetime) -> bool:
    return abs(at.timestamp() - _seconds(moment)) <= GOOD_FOR


def _seconds(moment: str) -> int:
    return int(moment) if moment.isascii() and moment.isdecimal() and len(moment) <= 12 else -1


def _same(told: str, meant: str) -> bool:
    said, right = told.encode("utf-8", "surrogateescape"), meant.encode()
    return bool(right) and hmac.compare_digest(said, right)
