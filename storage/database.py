"""The engine, and the one kind of transaction.

Python's sqlite3 does not BEGIN for a SELECT, so a read-modify-write loses updates in silence
(379 of 400 when tried): BEGIN is said by us, IMMEDIATE for those that write. SQLite has one writer;
ours wait for each other in a fair queue here, and for another process's by `sqlite_turn`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

import storage.search.following  # noqa: F401  whoever opens a database keeps its names findable
from storage import sqlite_turn
from storage.at_once import Work, done_at_once
from storage.live import Announcement, Hub
from storage.notify import notify
from storage.sqlite_driver import connect

Answer = TypeVar("Answer")

CONNECT_SECONDS = 10  # to PostgreSQL; whoever waits is told then
QUICK_PLANS = {"jit": "off"}  # compiling a plan takes longer than any question of ours
ONE_PLAN = {**QUICK_PLANS, "plan_cache_mode": "force_generic_plan"}  # planning anew takes a third of a search

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "wal_autocheckpoint=20000",  # pages, 80 MB: storage/checkpoints.py has moved most of them by then
    "temp_store=MEMORY",
)
CACHE = 20_000  # kB of SQLite's pages that a connection keeps
MAPPED = 2**31 - 2**16  # bytes of the file, as many as SQLite maps: a name read so costs a fifth less


class Database:
    """One database: SQLite file or PostgreSQL. Announces to `hub` what was committed.

    `cache`: kB of SQLite's pages that one who writes much keeps in memory.
    """

    def __init__(self, url: str | URL, hub: Hub | None = None, cache: int = CACHE) -> None:
        self.url = make_url(url)
        self.hub = hub or Hub()
        self.engine = _make_engine(self.url)
        self._writing = self.engine.execution_options(writing=True)
        self._asking = self.engine if self.is_sqlite else _make_asking_engine(self.url)
        self._turn = asyncio.Lock() if self.is_sqlite else None
        self._quick = _make_quick_engine(self.url, cache) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Commits at the end, rolls back on an exception. What `announce` noted is told after the commit:
        to every process on PostgreSQL, to our own hub otherwise.

        Objects stay usable afterwards (nothing expires, nothing loads lazily).
        """
        async with self._turn or nullcontext():
            async with AsyncSession(self._writing, expire_on_commit=False) as session, session.begin():
                yield session
                noted: list[Announcement] = session.info.get("announcements", [])
                if noted and not self.is_sqlite:
                    await notify(session, noted)
            if not self.hub.relayed:
                for announcement in noted:
                    self.hub.hand_out(announcement)

    async def at_once(self, work: Work[Answer]) -> Answer:
        """A transaction like `transaction()` of what asks the session only: with SQLite it is done in another
        thread from its beginning to its end (storage/at_once.py)."""
        if self._turn is None or self._quick is None:
            async with self.transaction() as session:
                return await work(session)
        async with self._turn:
            answer, noted = await asyncio.to_thread(_write, self._quick, partial(done_at_once, work=work))
        for announcement in noted:
            self.hub.hand_out(announcement)
        return answer

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One consistent picture; nothing done in it is kept."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    async def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """What a synchronous function reads, for what must be quick: with SQLite all its statements cross
        to another thread together, where `reading` crosses several times for each; with PostgreSQL nothing
        is sent but they: each sees what is committed by then, as in a transaction of its usual kind, and is
        planned once, whatever it is given."""
        if self._quick is not None:
            return await asyncio.to_thread(_ask, self._quick, question)
        async with self._asking.connect() as connection:
            return await connection.run_sync(question)

    async def write(
        self, work: Callable[[Connection], Answer], announcements: Sequence[Announcement] = ()
    ) -> Answer:
        """A transaction of a synchronous function, for what writes much: with SQLite it is in another thread
        from its beginning to its end. Sessions' listeners hear nothing of it."""
        if self._turn is None or self._quick is None:
            async with self.transaction() as session:
                session.info["announcements"] = list(announcements)
                return await (await session.connection()).run_sync(work)
        async with self._turn:
            answer = await asyncio.to_thread(_write, self._quick, work)
        for announcement in announcements:
            self.hub.hand_out(announcement)
        return answer

    async def close(self) -> None:
        if self._quick is not None:
            self._quick.dispose()
        await self._asking.dispose()
        await self.engine.dispose()


def announce(session: AsyncSession, topic: str, **data: Any) -> None:
    """Tell the screens, once this transaction is committed. `data` is ids and short words only
    (PostgreSQL's NOTIFY takes 8 000 bytes)."""
    session.info.setdefault("announcements", []).append(Announcement(topic, data))


def _make_engine(url: URL) -> AsyncEngine:
    """Parameters are hidden in errors, for these end in the log and numbers and names shall not."""
    if url.get_backend_name() != "sqlite":
        return _make_postgres_engine(url, QUICK_PLANS, pool_size=10, max_overflow=10)
    arguments = {"timeout": 5, "async_creator_fn": connect}
    engine = create_async_engine(url, connect_args=arguments, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _make_asking_engine(url: URL) -> AsyncEngine:
    return _make_postgres_engine(url, ONE_PLAN, isolation_level="AUTOCOMMIT", pool_size=5, max_overflow=5)


def _make_postgres_engine(url: URL, session: dict[str, str], **options: Any) -> AsyncEngine:
    arguments = {"timeout": CONNECT_SECONDS, "server_settings": session}
    engine = create_async_engine(url, connect_args=arguments, hide_parameters=True, **options)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """asyncpg knows of itself when the server has gone: to ask each time costs three round trips."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _make_quick_engine(url: URL, cache: int = CACHE) -> Engine:
    """For functions that are synchronous, from any thread."""
    arguments = {"timeout": 5, "factory": sqlite_turn.Connection}
    engine = create_engine(url.set(drivername="sqlite"), connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", partial(_set_up_sqlite, cache=cache))
    event.listen(engine, "connect", _map_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _map_sqlite(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA mmap_size={MAPPED}")


def _ask(engine: Engine, question: Callable[[Connection], Answer]) -> Answer:
    with engine.connect() as connection:
        return question(connection)


def _write(engine: Engine, work: Callable[[Connection], Answer]) -> Answer:
    with engine.execution_options(writing=True).begin() as connection:
        return work(connection)


def _set_up_sqlite(connection: Any, _record: object, cache: int = CACHE) -> None:
    connection.isolation_level = None  # BEGIN is ours to say
    cursor = connection.cursor()
    for pragma in (*PRAGMAS, f"cache_size=-{cache}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
