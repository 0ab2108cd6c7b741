"""Live updates, from an announcement to the browsers it concerns.

One task listens to the hub. For each announcement it asks the renderer of its topic for the HTML that a
viewer should see and puts a message into that viewer's queue. A browser that lost some gets «stale» and
fetches afresh; so nothing here needs to be kept for ever.
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from intake.metrics import SSE_CLIENTS, SSE_DROPPED
from storage.live import Announcement, Hub
from web.access import Viewer
from web.i18n import speak
from web.times import use_zone

log = structlog.get_logger()

BACKLOG = 100  # messages a slow browser may lag behind
REPLAY = 500  # announcements kept for browsers that reconnect
SETTLE = 0.3  # seconds in which more of a kind may come before what can wait is drawn

# The HTML for this viewer; None for «nothing to draw»; raises Skip for «none of their business»
Renderer = Callable[[Announcement, Viewer], Awaitable[str | None]]


class Skip(Exception):
    """Raised by a renderer when the announcement is none of this viewer's business."""


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    text: str  # JSON: {topic, data, html}


STOP = Message("", "")


@dataclass(eq=False)
class Client:
    """One listening browser."""

    viewer: Viewer
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(BACKLOG + 1))

    def put(self, message: Message) -> None:
        """Too far behind: everything unread is dropped and the browser told to fetch afresh."""
        if self.queue.qsize() < BACKLOG:
            self.queue.put_nowait(message)
            return
        while not self.queue.empty():
            self.queue.get_nowait()
            SSE_DROPPED.inc()
        self.queue.put_nowait(Message(message.id, json.dumps({"topic": "stale"})))

    def stop(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(STOP)


class Broadcaster:
    """Hands announcements to listening browsers."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._renderers: dict[str, list[Renderer]] = {}
        self._shared: dict[str, list[Renderer]] = {}
        self._settled: dict[str, list[Renderer]] = {}
        self._stirred: dict[str, Announcement] = {}  # the last of each topic that has not settled
        self._settling: asyncio.Task[None] | None = None
        self._clients: set[Client] = set()
        self._boot = secrets.token_hex(4)
        self._count = 0
        self._kept: deque[tuple[int, Announcement]] = deque(maxlen=REPLAY)

    def register(self, topic: str, renderer: Renderer) -> None:
        """`renderer` is called for every viewer."""
        self._renderers.setdefault(topic, []).append(renderer)

    def register_shared(self, topic: str, renderer: Renderer) -> None:
        """`renderer` is called once for all viewers of the same language, zone, role, scope and team."""
        self._shared.setdefault(topic, []).append(renderer)

    def register_settled(self, topic: str, renderer: Renderer) -> None:
        """As `register_shared`, for what can wait: once for all announcements that come close together,
        so that a number in a corner never holds up a card."""
        self._settled.setdefault(topic, []).append(renderer)

    @property
    def clients(self) -> int:
        return len(self._clients)

    @property
    def position(self) -> str:
        """The id of the last message: a page made now has everything up to it."""
        return self._id(self._count)

    @contextmanager
    def listening(self, viewer: Viewer) -> Iterator[Client]:
        client = Client(viewer)
        self._clients.add(client)
        SSE_CLIENTS.set(len(self._clients))
        try:
            yield client
        finally:
            self._clients.discard(client)
            SSE_CLIENTS.set(len(self._clients))

    async def catch_up(self, client: Client, last_id: str) -> None:
        """Give a browser that reconnects what it missed, or «stale» when that is no longer known."""
        boot, _, number = last_id.partition("-")
        oldest = self._kept[0][0] if self._kept else self._count + 1
        if boot != self._boot or not number.isdecimal() or int(number) + 1 < oldest:
            client.put(self._stale())
            return
        for count, announcement in list(self._kept):
            if count > int(number):
                await self._tell([client], count, announcement)
                self._stir(announcement)

    async def run(self) -> None:
        """Until cancelled."""
        async with self._hub.subscribe() as queue:
            while True:
                await self.tell(await queue.get())

    async def tell(self, announcement: Announcement) -> None:
        self._count += 1
        if announcement.topic == "resync":
            self._all_stale()
            return
        self._kept.append((self._count, announcement))
        self._hang_up(announcement)
        await self._tell(list(self._clients), self._count, announcement)
        self._stir(announcement)

    def stop(self) -> None:
        """Let every stream end now: shutting down would wait for them."""
        if self._settling is not None:
            self._settling.cancel()
        for client in list(self._clients):
            client.stop()

    def _all_stale(self) -> None:
        """Some announcements never reached us: everybody looks afresh, also those who come back later."""
        self._kept.clear()
        for client in self._clients:
            client.put(self._stale())

    def _stale(self) -> Message:
        return Message(self._id(self._count), json.dumps({"topic": "stale"}))

    def _hang_up(self, announcement: Announcement) -> None:
        """A signed-out browser hears no more; a changed user's comes back with the new rights."""
        for client in list(self._clients):
            gone = announcement.topic == "session" and announcement.data.get("id") == client.viewer.session
            changed = announcement.topic == "user" and announcement.data.get("id") == client.viewer.id
            if gone or changed:
                client.stop()

    def _stir(self, announcement: Announcement) -> None:
        if announcement.topic in self._settled:
            self._stirred[announcement.topic] = announcement
            if self._settling is None:
                self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        await asyncio.sleep(SETTLE)
        stirred, self._stirred, self._settling = self._stirred, {}, None
        for topic, announcement in stirred.items():
            async for client, html in _drawn(list(self._clients), announcement, (), self._settled[topic]):
                client.put(Message(self.position, _text(Announcement("settled", {}), html=html)))

    async def _tell(self, clients: list[Client], count: int, announcement: Announcement) -> None:
        plain = Message(self._id(count), _text(announcement))  # the same for all who have nothing to draw
        each, shared = self._renderers.get(announcement.topic, ()), self._shared.get(announcement.topic, ())
        async for client, html in _drawn(clients, announcement, each, shared):
            client.put(Message(plain.id, _text(announcement, html=html)) if html else plain)

    def _id(self, count: int) -> str:
        return f"{self._boot}-{count}"


async def _drawn(
    clients: Iterable[Client],
    announcement: Announcement,
    each: Iterable[Renderer],
    shared: Iterable[Renderer],
) -> AsyncIterator[tuple[Client, str]]:
    """What each browser is to show: `shared` are asked once for viewers of a kind. Whom it does not concern,
    and for whom a renderer breaks, is left out: the rest are served."""
    memo: dict[object, str | None] = {}

    async def once(draw: Renderer, viewer: Viewer) -> str | None:
        key = (draw, *_kind_of(viewer))
        if key not in memo:
            memo[key] = await draw(announcement, viewer)
        return memo[key]

    for client in clients:
        viewer = client.viewer
        speak(viewer.language)
        use_zone(viewer.zone)
        try:
            parts = [await draw(announcement, viewer) for draw in each]
            parts += [await once(draw, viewer) for draw in shared]
        except Skip:
            continue
        except Exception:
            log.exception("live update failed", topic=announcement.topic)
            continue
        yield client, "".join(part for part in parts if part)


def _text(announcement: Announcement, **more: str) -> str:
    body = {"topic": announcement.topic, "data": announcement.data, **more}
    return json.dumps(body, ensure_ascii=False)


def _kind_of(viewer: Viewer) -> tuple[object, ...]:
    user = viewer.user
    own = user.id if user.scope == "own" else None
    return (user.locale, user.timezone, user.role, user.scope, user.team_id, own)
