"""Announcements between processes: PostgreSQL's LISTEN/NOTIFY.

NOTIFY is said inside the transaction, so PostgreSQL delivers at commit, in the order of commits, and not at
all after a rollback. Every process hears all of them, its own too, over a connection of its own.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.live import Announcement, Hub

CHANNEL = "intake"
PAYLOAD_BYTES = 7900  # PostgreSQL takes less than 8000
PING_SECONDS = 15.0  # a half-open connection is noticed after this long
AGAIN_SECONDS = 1.0  # before connecting again
TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)

_NOTIFY = text("SELECT pg_notify(:channel, :payload)")
log = logging.getLogger(__name__)


async def notify(session: AsyncSession, announcements: Iterable[Announcement]) -> None:
    """Have them delivered to every process when the session's transaction commits."""
    connection = await session.connection()
    for payload in _packed(announcements):
        await connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})


@asynccontextmanager
async def relaying(url: URL, hub: Hub) -> AsyncIterator[None]:
    """While inside, announcements of all processes reach `hub`; entered once the first connection listens.

    After a lost connection the hub hears `resync`: something may have been missed. On SQLite, which has one
    process, there is nothing to do.
    """
    if url.get_backend_name() != "postgresql":
        yield
        return
    ready = asyncio.Event()
    task = asyncio.create_task(_listen_for_ever(dsn(url), hub, ready))
    try:
        await ready.wait()
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def dsn(url: URL) -> str:
    """The address as asyncpg itself takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _packed(announcements: Iterable[Announcement]) -> Iterator[str]:
    """As few payloads as fit."""
    payload = ""
    for announcement in announcements:
        line = json.dumps([announcement.topic, announcement.data])
        if payload and len(payload) + len(line) > PAYLOAD_BYTES:
            yield payload
            payload = ""
        payload = f"{payload}\n{line}" if payload else line
    if payload:
        yield payload


async def _listen_for_ever(address: str, hub: Hub, ready: asyncio.Event) -> None:
    while True:
        try:
            await _listen(address, hub, ready)
        except TROUBLE as error:
            log.warning("announcements of other processes are not heard: %s", error)
        finally:
            hub.relayed = False
        await asyncio.sleep(AGAIN_SECONDS)


async def _listen(address: str, hub: Hub, ready: asyncio.Event) -> None:
    """Until the connection is lost."""

    def hear(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        for line in str(payload).splitlines():
            hub.hand_out(Announcement(*json.loads(line)))

    connection = await asyncpg.connect(address, timeout=PING_SECONDS)
    try:
        await connection.add_listener(CHANNEL, hear)
        hub.relayed = True
        if ready.is_set():
            hub.hand_out(Announcement("resync"))
        ready.set()
        while True:
            await asyncio.sleep(PING_SECONDS)
            await connection.execute("SELECT 1", timeout=PING_SECONDS)
    finally:
        connection.terminate()
