"""What all platforms have in common: they check tokens, limit how often they are asked, fall over now and
then, and tell a webhook again what it has not taken."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

HOST = "127.0.0.1"
PAUSE = 0.05  # seconds between tries; real ones grow from a second to hours
TRIES = 40
MOST_BODY = 60_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the API as it came."""

    method: str
    path: str
    body: Any
    headers: Mapping[str, str] = field(repr=False)


class Platform:
    """A server of its own port; use as an async context manager. A subclass adds its API's routes in `routes`
    and says in `is_token` who may ask. `answers` are statuses that the next calls get instead (500, 429 …),
    `asked` all that were not refused so."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: deque[int] = deque()
        self.retry_after = 1
        self.hook = ""  # where the webhook is
        self.delivered: list[int] = []  # statuses of the webhook's answers
        self.base = ""
        self._runner: web.AppRunner | None = None
        self._sending: aiohttp.ClientSession | None = None

    def routes(self, app: web.Application) -> None:
        raise NotImplementedError

    def is_token(self, request: web.Request) -> bool:
        raise NotImplementedError

    def refusal(self, status: int) -> web.Response:
        """As this platform words it."""
        return web.json_response({"error": f"refused {status}"}, status=status)

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._doorkeeper], client_max_size=MOST_BODY)
        self.routes(app)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self.base = f"http://{HOST}:{self._runner.addresses[0][1]}"
        self._sending = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._sending is not None:
            await self._sending.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def deliver(self, update: Any, headers: Mapping[str, str], url: str = "") -> str:
        """Tell the webhook, again until it answers 2xx; its last answer's text."""
        body = update if isinstance(update, bytes) else json.dumps(update, ensure_ascii=False).encode()
        for _ in range(TRIES):
            text = await self._once(url or self.hook, body, headers)
            if text is not None:
                return text
            await asyncio.sleep(PAUSE)
        raise TimeoutError("the webhook does not take it")

    async def _once(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        assert self._sending is not None  # noqa: S101 - only inside «async with»
        told = {"Content-Type": "application/json", **headers}
        try:
            async with self._sending.post(url, data=body, headers=told) as answer:
                self.delivered.append(answer.status)
                text = await answer.text()
                return text if 200 <= answer.status < 300 else None
        except (aiohttp.ClientError, OSError):
            return None

    @web.middleware
    async def _doorkeeper(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.answers:
            refused = self.refusal(status := self.answers.popleft())
            if status == 429:
                refused.headers["Retry-After"] = str(self.retry_after)
            return refused
        if not self.is_token(request):
            return self.refusal(401)
        body = await _read(request)
        self.asked.append(Asked(request.method, request.path, body, request.headers))
        response: web.StreamResponse = await handler(request)
        return response


async def _read(request: web.Request) -> Any:
    """What was sent along, however it is written; a multipart one is read by whoever handles it."""
    if request.content_type.startswith("multipart/"):
        return None
    raw = await request.read()
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")
