"""Telling a program by HTTP, signed as Standard Webhooks has it
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md)."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
MOST_ANSWER = 2000  # characters of an answer that are kept
AGENT = "Intake-Webhooks/1"
PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said; without a status it could not be reached, and `text` says why."""

    status: int | None
    text: str
    took_ms: int

    @property
    def taken(self) -> bool:
        """Any 2xx means that the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def unwanted(self) -> bool:
        """410 Gone: it never wants to hear of us again."""
        return self.status == 410


def signed(secret: str, uid: str, moment: int, body: bytes) -> dict[str, str]:
    """The three headers. The secret's part behind «whsec_» is the key, as text of base64 or as it stands."""
    told = b".".join((uid.encode(), str(moment).encode(), body))
    digest = hmac.new(_key(secret), told, hashlib.sha256).digest()
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


async def post(url: str, secret: str, uid: str, moment: int, body: bytes) -> Answer:
    """Never raises for what the other side does. Redirects are not followed: a secret-signed body goes only
    where the administrator said."""
    headers = {"Content-Type": "application/json", "User-Agent": AGENT, **signed(secret, uid, moment, body)}
    began = time.perf_counter()
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE, auto_decompress=False) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            start = await response.content.read(MOST_ANSWER)
            return Answer(response.status, _clean(start.decode("utf-8", "replace")), _since(began))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        words = f"{type(error).__name__}: {error}".rstrip(": ")
        return Answer(None, _clean(words), _since(began))


def _key(secret: str) -> bytes:
    text = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode()


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _clean(words: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else " " for each in words)[:MOST_ANSWER]
