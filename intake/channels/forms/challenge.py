"""Work for the visitor's browser, so that posting a form ten thousand times costs something: altcha's second
kind of challenge, PBKDF2 with SHA-256, which every browser has built in (WebCrypto). Nothing is asked of
anybody outside, and the visitor has nothing to solve."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from altcha import create_challenge, verify_solution

COST = 5000  # iterations of one try: a millisecond or two of a telephone's
PREFIX = "00"  # what a key must begin with: one try in 256 is right, so the work is about half a second
GOOD_FOR = timedelta(hours=24)  # as long as a form may stay open
MOST_PAYLOAD = 4000  # letters


@dataclass(frozen=True, slots=True)
class Solved:
    """`signature` names the challenge: it counts once."""

    signature: str
    until: datetime


def challenge(secret: str, at: datetime) -> dict[str, Any]:
    """A fresh one, as the script takes it."""
    made = create_challenge(
        "PBKDF2/SHA-256", COST, key_prefix=PREFIX, expires_at=at + GOOD_FOR, hmac_secret=secret
    )
    return made.to_dict()


def solved(secret: str, payload: str) -> Solved | None:
    """None when it is not ours, too old or not solved. Takes a few milliseconds."""
    if not payload or len(payload) > MOST_PAYLOAD or not payload.isascii():
        return None
    if not verify_solution(payload, secret).verified:
        return None
    told = json.loads(base64.b64decode(payload))["challenge"]
    return Solved(told["signature"], datetime.fromtimestamp(told["parameters"]["expiresAt"], UTC))
