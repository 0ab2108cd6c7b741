"""What every endpoint of the API has in common, done once: who asks and how often, reading, answering."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, TypeAdapter, ValidationError

from intake.errors import IntakeError, Rejected
from storage.access import Actor
from storage.database import Database
from web.access import public
from web.i18n import preferred, speak
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS, Onlookers
from web.messages import sentence, status

PER_PROGRAM = RateLimitItemPerMinute(600)
MAX_KEY = 160
LIMITER = web.AppKey("api_limiter", MovingWindowRateLimiter)


def add_limiter(app: web.Application) -> None:
    app[LIMITER] = MovingWindowRateLimiter(MemoryStorage())


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an endpoint, read and checked."""

    database: Database
    who: Actor
    sent: Any  # the endpoint's model
    id: int  # of the path; 0 where there is none
    request_key: str  # of the Idempotency-Key header
    onlookers: Onlookers


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A line of the route table, from which the routes and openapi.json are made."""

    method: str
    path: str
    handler: Callable[[Call], Awaitable[Any]]
    summary: str
    answers: Any  # the type of what the handler returns
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    errors: tuple[int, ...] = ()
    keyed: bool = False  # honours Idempotency-Key

    def route(self) -> web.RouteDef:
        adapter = TypeAdapter(self.answers)

        @public  # who asks is checked here, so that a program gets a 401 and not a page
        async def handle(request: web.Request) -> web.Response:
            if "Accept-Language" in request.headers:
                speak(preferred(request.headers["Accept-Language"]))
            try:
                answer = await self.handler(await self._read(request))
            except IntakeError as error:
                return refusal(error)
            return web.Response(
                body=adapter.dump_json(answer), status=self.status, content_type="application/json"
            )

        return web.route(self.method, self.path, handle)

    async def _read(self, request: web.Request) -> Call:
        viewer = request.get(VIEWER)
        if viewer is None:
            raise Rejected("sign-in-first")
        if not await request.app[LIMITER].hit(PER_PROGRAM, "program", str(viewer.id)):
            raise Rejected("too-many-attempts")
        return Call(
            database=request.app[DATABASE],
            who=viewer.actor(request.remote),
            sent=await self._sent(request),
            id=_id(request.match_info.get("id", "0")),
            request_key=_key(request) if self.keyed else "",
            onlookers=request.app[ONLOOKERS],
        )

    async def _sent(self, request: web.Request) -> BaseModel | None:
        try:
            if self.query is not None:
                return self.query.model_validate(dict(request.query))
            if self.body is not None:
                return self.body.model_validate(await _json(request))
        except ValidationError as error:
            raise Rejected("bad-fields", fields=_wrong(error)) from error
        return None


def refusal(error: IntakeError) -> web.Response:
    """`{"error": {"code", "message", "fields"}}` with the status that says what to do next."""
    code = 401 if error.code == "sign-in-first" else status(error)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}.get(code)
    fields = error.params.get("fields", error.params)
    body = {"error": {"code": error.code, "message": sentence(error), "fields": fields}}
    return web.json_response(body, status=code, headers=headers, dumps=_dumps)


async def _json(request: web.Request) -> Any:
    try:
        return await request.json() if request.can_read_body else {}
    except (ValueError, LookupError, RecursionError) as error:  # also numbers and charsets of nonsense
        raise Rejected("bad-json") from error


def _id(text: str) -> int:
    """Longer than any id of ours is nobody's, which the handler finds out."""
    return int(text) if len(text) <= 9 else 0


def _key(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > MAX_KEY:
        raise Rejected("too-long", field="Idempotency-Key", limit=MAX_KEY)
    return key


def _wrong(error: ValidationError) -> dict[str, str]:
    """Where, in dots, and what pydantic says of it (in English: it is for the programmer)."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return {".".join(str(part) for part in one["loc"]) or "body": one["msg"] for one in details[:50]}


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
