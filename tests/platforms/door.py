"""A webhook that verifies, reads and answers with an adapter, and keeps what it hears: nothing of ours behind
it. `broken` are statuses that the next requests get instead."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import TestServer

from intake.channels.messengers.base import Adapter, Hook
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatEvent


@dataclass
class Door:
    adapter: Adapter
    keys: BotKeys
    url: str = ""
    events: list[ChatEvent] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    broken: deque[int] = field(default_factory=deque)

    async def hear(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        hook = Hook(request.method, headers, request.query, await request.read(), datetime.now(UTC))
        if self.broken:
            return web.Response(status=self.broken.popleft())
        try:
            self.adapter.verify(hook, self.keys)
        except Rejected:
            return web.Response(status=401)
        told = self.adapter.hear(hook, self.keys)
        self.bodies.append(hook.body)
        self.events += told.events
        self.ignored += filter(None, [told.ignored])
        reply = self.adapter.answer(hook, self.keys)
        return web.Response(status=reply.status, text=reply.text, content_type=reply.content_type)


@asynccontextmanager
async def open_door(adapter: Adapter, keys: BotKeys) -> AsyncIterator[Door]:
    door = Door(adapter, keys)
    app = web.Application()
    app.router.add_route("*", "/hook", door.hear)
    async with TestServer(app) as server:
        door.url = str(server.make_url("/hook"))
        yield door
