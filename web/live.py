"""The stream of live updates: one connection a browser, told only what concerns its user."""

import asyncio
import contextlib

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from intake.errors import Forbidden
from web.access import public
from web.broadcast import STOP, Client, Message
from web.keys import LIVE, VIEWER

PING_EVERY = 15  # seconds; also how long a browser that vanished may stay counted
GONE = (ConnectionResetError, TimeoutError)
RETRY_AFTER = 1000  # ms until the browser comes back after a break

routes = web.RouteTableDef()


@routes.get("/live", name="live")
async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events, each a JSON object {topic, data, html}; see docs/web.md."""
    broadcaster = request.app[LIVE]
    last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    async with sse_response(request, ping_interval=PING_EVERY) as response:
        with broadcaster.listening(request[VIEWER]) as client, contextlib.suppress(*GONE):
            await response.send('{"topic": "hello"}', retry=RETRY_AFTER)
            if last:
                await broadcaster.catch_up(client, last[:64])
            await _pass_on(client, response)
    return response


@routes.get("/live/ping", name="live.ping")
@public
async def ping(request: web.Request) -> web.Response:
    """For a browser that lost its stream: are we there (204), and is it still signed in (else 401)?"""
    if VIEWER not in request:
        raise Forbidden("sign-in-first")
    return web.Response(status=204)


async def _pass_on(client: Client, response: EventSourceResponse) -> None:
    """Until told to stop or the browser is gone: waiting in the queue alone would not notice that."""
    gone = asyncio.create_task(response.wait())
    try:
        while (message := await _next(client, gone)) is not STOP:
            await response.send(message.text, id=message.id)
    finally:
        gone.cancel()


async def _next(client: Client, gone: asyncio.Task[None]) -> Message:
    waiting = asyncio.create_task(client.queue.get())
    try:
        await asyncio.wait((waiting, gone), return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else STOP
    finally:
        waiting.cancel()
