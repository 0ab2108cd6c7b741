"""Around every request: an id, a line in the log, a measure."""

import asyncio
import re
import secrets
import time

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from intake.metrics import REQUESTS
from web.keys import REQUEST_ID, VIEWER

log = structlog.get_logger()

GONE = 499  # the asker left before the answer, or we are shutting down
GIVEN_ID = re.compile(r"[\w\-]{8,64}")
QUIET = ("/static/", "/healthz", "/readyz", "/metrics", "/live")


@web.middleware
async def log_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    started = time.perf_counter()
    request[REQUEST_ID] = _id_of(request)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request[REQUEST_ID])
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as moved:
        status = moved.status
        raise
    except asyncio.CancelledError:
        status = GONE
        raise
    finally:
        took = time.perf_counter() - started
        _measure(request, status, took)
        if not request.path.startswith(QUIET) or status >= 500:
            _write_down(request, status, took)
    return response


def _id_of(request: web.Request) -> str:
    given = request.headers.get("X-Request-Id", "")
    return given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _measure(request: web.Request, status: int, took: float) -> None:
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "none"
    if route != "/live":  # lasts as long as the browser stays
        REQUESTS.labels(route, str(status)).observe(took)


def _write_down(request: web.Request, status: int, took: float) -> None:
    viewer = request.get(VIEWER)
    log.info(
        "request",
        method=request.method,
        path=request.path,  # without the query: people search for names and numbers
        status=status,
        ms=round(took * 1000, 1),
        user=viewer.id if viewer else None,
        address=request.remote,
    )
