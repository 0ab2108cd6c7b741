"""Speaking with a platform over HTTPS: one way for all adapters, with the errors that they have in common."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from yarl import URL

from intake.errors import Deferred, Rejected

PATIENCE = aiohttp.ClientTimeout(total=30, connect=10)
LONGEST = 300.0  # seconds for a file
MOST_ANSWER = 4_000_000  # bytes of an answer that is no file
MOST_WORDS = 300  # characters of what a platform says went wrong
PIECE = 64 * 1024
MOST_HOPS = 4  # requests until a file is reached
AGENT = "Intake/1"
TROUBLE = (  # of the way there: the next try may be luckier
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    asyncio.IncompleteReadError,
    ProxyError,
    ProxyConnectionError,
    ProxyTimeoutError,
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a bot's platform is reached. `hosts` are those from which files are fetched besides `base`'s; one
    that begins with a dot stands for all below it."""

    base: str
    proxy: str = ""  # http://, socks5://
    ca_file: str = ""  # PEM
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """`body` is JSON where it was JSON, else text."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Api:
    """One bot's connection to its platform, held open: use as an async context manager."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Api":
        context = await asyncio.to_thread(_context, self.way.ca_file)
        connector = (
            ProxyConnector.from_url(self.way.proxy, ssl=context)
            if self.way.proxy
            else aiohttp.TCPConnector(ssl=context)
        )
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=PATIENCE, headers={"User-Agent": AGENT}
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, path: str, **how: Any) -> Answered:
        """Whatever the platform answers but 401, 403, 429 and 5xx. `path` is joined to the base, or is a
        whole address; `how` as of aiohttp (json, data, params, headers, timeout).

        Raises Deferred("bot-unreachable"), Deferred("bot-busy", after=seconds) or
        Rejected("bot-token-refused").
        """
        async with self._asked(method, path, how) as response:
            raw = await response.content.read(MOST_ANSWER)
            while len(raw) < MOST_ANSWER and (more := await response.content.read(MOST_ANSWER - len(raw))):
                raw += more
            answered = Answered(response.status, _read(raw), response.headers)
        if answered.status in (401, 403):
            raise Rejected("bot-token-refused", number=answered.status, words=words_of(answered.body))
        if answered.status == 429:
            raise Deferred("bot-busy", after=_seconds(answered), words=words_of(answered.body))
        if answered.status >= 500:
            raise Deferred("bot-unreachable", number=answered.status, words=words_of(answered.body))
        return answered

    async def call(self, method: str, path: str, **how: Any) -> Any:
        """The JSON of a 2xx. Raises as `ask`, and Rejected("bot-refused", number=…, words=…)."""
        answered = await self.ask(method, path, **how)
        if not 200 <= answered.status < 300:
            raise Rejected("bot-refused", number=answered.status, words=words_of(answered.body))
        return answered.body

    async def download(
        self, address: str, *, most: int, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[bytes]:
        """In pieces. Redirections are followed where they stay with the platform. Raises as `ask`;
        Rejected("file-too-large"), Rejected("file-gone") and, for an address that is none of the platform's,
        Rejected("file-elsewhere"): whoever writes may name any."""
        url = self._own(self._url(address))
        for _ in range(MOST_HOPS):
            how = {"headers": headers, "timeout": aiohttp.ClientTimeout(total=LONGEST, sock_read=30)}
            async with self._asked("GET", str(url), how) as response:
                if not (further := _further(response)):
                    async for piece in _content(response, most):
                        yield piece
                    return
            former, url = url, self._own(url.join(further))
            headers = headers if url.origin() == former.origin() else None
        raise Rejected("file-gone", number=0)

    @asynccontextmanager
    async def _asked(
        self, method: str, path: str, how: dict[str, Any]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("an Api is used inside «async with»")
        try:
            async with self._session.request(
                method, self._url(path), allow_redirects=False, **how
            ) as response:
                yield response
        except TROUBLE as error:
            raise Deferred("bot-unreachable", number=0, words=type(error).__name__) from error

    def _url(self, path: str) -> URL:
        """Nothing of what is quoted in it is read anew: tokens and file paths go as they are."""
        whole = path if "://" in path else f"{self.way.base.rstrip('/')}/{path.lstrip('/')}"
        try:
            return URL(whole, encoded=True)
        except ValueError as error:
            raise Rejected("file-elsewhere", host="") from error

    def _own(self, url: URL) -> URL:
        host = url.host or ""
        ours = (URL(self.way.base).host, *self.way.hosts)
        if url.scheme in ("http", "https") and any(_is_of(host, one) for one in ours if one):
            return url
        raise Rejected("file-elsewhere", host=host)


def _is_of(host: str, ours: str) -> bool:
    return host.endswith(ours) if ours.startswith(".") else host == ours


def _further(response: aiohttp.ClientResponse) -> URL | None:
    """Where the file is instead."""
    told = response.headers.get("Location", "")
    try:
        return URL(told, encoded=True) if told and 300 <= response.status < 400 else None
    except ValueError:
        return None


async def _content(response: aiohttp.ClientResponse, most: int) -> AsyncIterator[bytes]:
    if response.status == 429:
        raise Deferred("bot-busy", after=0.0, words="")
    if response.status >= 500:
        raise Deferred("bot-unreachable", number=response.status, words="")
    if response.status != 200:
        raise Rejected("file-gone", number=response.status)
    size = 0
    async for piece in response.content.iter_chunked(PIECE):
        size += len(piece)
        if size > most:
            raise Rejected("file-too-large", limit=most)
        yield piece


def words_of(body: Any) -> str:
    """What a platform says went wrong, without what could be ours: its own sentence only."""
    if isinstance(body, dict):
        for name in ("description", "message", "error_msg", "status_message", "error"):
            found = body.get(name)
            if isinstance(found, dict):
                return words_of(found)
            if isinstance(found, str) and found:
                return _clean(found)
    return _clean(body) if isinstance(body, str) else ""


def _clean(words: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())[:MOST_WORDS]


def _seconds(answered: Answered) -> float:
    """Retry-After (RFC 9110, 10.2.3, seconds) or Telegram's `parameters.retry_after`; 0: it does not say."""
    told = answered.headers.get("Retry-After", "")
    body = answered.body
    inside = body.get("parameters", {}) if isinstance(body, dict) else {}
    after = inside.get("retry_after", told) if isinstance(inside, dict) else told
    try:
        return min(max(float(after), 0.0), 3600.0)
    except (TypeError, ValueError):
        return 0.0


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def _context(ca_file: str) -> ssl.SSLContext:
    """What the machine trusts, and the bundle besides (MAX's certificate is signed by the Минцифры root).
    Reads files: in a thread."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise Rejected("bot-certificate-file", path=ca_file) from error
    return context
