"""Who holds a channel: one process for each, however many there are.

PostgreSQL: an advisory lock of a connection of its own, which goes with the process, or with the connection.
SQLite: a lock on a file beside the database.
"""

import asyncio
import fcntl
import hashlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from intake.errors import Deferred
from storage.database import Database
from storage.notify import TROUBLE, dsn

TRY_SECONDS = 1.0  # between attempts of those who wait
PING_SECONDS = 5.0  # after losing the connection a leader goes on at most twice this long

log = logging.getLogger(__name__)


@asynccontextmanager
async def leadership(database: Database, name: str) -> AsyncIterator[None]:
    """Waits until nobody else leads `name` («asterisk:1»); leads while inside.

    When leadership is lost on the way, what runs inside is cancelled and Deferred("leadership-lost") raised:
    by then another process may lead.
    """
    holding = _holding_file if database.is_sqlite else _holding_lock
    async with holding(database, name):
        log.info("leads %s", name)
        yield


@asynccontextmanager
async def _holding_file(database: Database, name: str) -> AsyncIterator[None]:
    path = database.url.database
    if not path or path == ":memory:":
        yield  # nobody else can see it
        return
    descriptor = os.open(f"{path}.{name.replace(':', '-')}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _lock(descriptor):  # noqa: ASYNC110 - no event comes from another process
            await asyncio.sleep(TRY_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@asynccontextmanager
async def _holding_lock(database: Database, name: str) -> AsyncIterator[None]:
    connection = await _locked(dsn(database.url), _key(name))
    inside = asyncio.current_task()
    watch = asyncio.create_task(_until_lost(connection))

    def stop(_watch: asyncio.Task[None]) -> None:
        if inside is not None and not _watch.cancelled():
            inside.cancel()

    watch.add_done_callback(stop)
    try:
        yield
    except asyncio.CancelledError:
        if not watch.done() or inside is None or inside.uncancel() > 0:
            raise
        raise Deferred("leadership-lost", name=name) from None
    finally:
        watch.remove_done_callback(stop)
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        connection.terminate()


async def _locked(address: str, key: int) -> asyncpg.Connection:
    """A connection that holds the lock; tried for as long as it takes."""
    while True:
        connection = None
        try:
            connection = await asyncpg.connect(address, timeout=PING_SECONDS)
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
                return connection
        except TROUBLE as error:
            log.warning("cannot ask who leads: %s", error)
        if connection is not None:
            connection.terminate()
        await asyncio.sleep(TRY_SECONDS)


async def _until_lost(connection: asyncpg.Connection) -> None:
    while True:
        await asyncio.sleep(PING_SECONDS)
        try:
            await connection.execute("SELECT 1", timeout=PING_SECONDS)
        except TROUBLE:
            return


def _key(name: str) -> int:
    """A signed 64-bit number; the same in every process."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
