"""OAuth2 for mail servers: a refresh token for an access token (RFC 6749, 6), by one POST."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from intake.errors import Deferred, Rejected

SECONDS = 15.0  # for an answer
LARGEST_ANSWER = 65_536
MARGIN = 120.0  # seconds before its end a token is no longer used
USUAL_LIFE = 600.0  # seconds, of a token that does not say; they last an hour
WORDS = 300  # characters of what a server said

Renewed = Callable[[str], Awaitable[None]]
"""Keeps another refresh token: some servers (Microsoft) give a new one each time, and the old one ends."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody has allowed us, and where it becomes an access token."""

    token_url: str
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str = field(default="", repr=False)
    scope: str = ""


class GrantRefused(Rejected):
    """The grant is not good (any more): a person must allow it anew. `params["words"]` says why."""


class Tokens:
    """Access tokens of one grant; asked for again shortly before they end."""

    def __init__(self, grant: Grant, renewed: Renewed) -> None:
        self._grant = grant
        self._renewed = renewed
        self._token = ""
        self._good_until = 0.0

    async def token(self) -> str:
        """Raises `GrantRefused`, or `Deferred` when the server is not there or talks nonsense."""
        if time.monotonic() >= self._good_until:
            answer = await _asked(self._grant)
            self._token = answer["access_token"]
            self._good_until = time.monotonic() + _seconds(answer.get("expires_in")) - MARGIN
            await self._keep(answer.get("refresh_token"))
        return self._token

    def forget(self) -> None:
        """The mail server did not take it: ask for another next time."""
        self._good_until = 0.0

    async def _keep(self, refresh_token: object) -> None:
        if isinstance(refresh_token, str) and refresh_token and refresh_token != self._grant.refresh_token:
            self._grant = replace(self._grant, refresh_token=refresh_token)
            await self._renewed(refresh_token)


async def _asked(grant: Grant) -> dict[str, Any]:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": grant.refresh_token,
        "client_id": grant.client_id,
        "client_secret": grant.client_secret,
        "scope": grant.scope,
    }
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        # No redirects: they would carry the secrets on to somebody else
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                grant.token_url,
                data={key: value for key, value in form.items() if value},
                allow_redirects=False,
            ) as answer,
        ):
            return _understood(answer.status, await _beginning(answer.content))
    except (aiohttp.InvalidURL, ValueError) as error:
        raise Rejected("mail-token-url", words=type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Deferred("mail-token", reason=str(error) or type(error).__name__) from error


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    read = b""
    while len(read) < LARGEST_ANSWER and (more := await content.read(LARGEST_ANSWER)):
        read += more
    return read


def _understood(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    said = answer if isinstance(answer, dict) else {}
    if isinstance(said.get("access_token"), str) and said["access_token"] and status < 300:
        return said
    words = _clean(said.get("error_description") or said.get("error") or f"HTTP {status}")
    if status in (400, 401, 403):
        raise GrantRefused("mail-refused", words=words)
    raise Deferred("mail-token", reason=words)


def _clean(words: object) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in str(words)).split())[:WORDS]


def _seconds(told: object) -> float:
    try:
        return min(max(float(told), 0.0), 86_400.0)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return USUAL_LIFE
