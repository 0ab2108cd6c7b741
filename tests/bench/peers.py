"""What letters' rates are held against, aiosmtpd with a handler that only commits the bytes; and what it
costs our process to take letters, whatever way they come."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import text

from storage.database import Database
from tests.bench.conftest import told

SLEEP = 0.002  # seconds between two looks at the loop


class Committing:
    """A handler that only commits the raw bytes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        async with self._database.transaction() as writing:
            values = {"raw": envelope.content, "at": datetime.now(UTC).isoformat()}
            connection = await writing.connection()
            await connection.execute(text("INSERT INTO bare_letter (at, raw) VALUES (:at, :raw)"), values)
        return "250 OK"


@asynccontextmanager
async def bare(database: Database) -> AsyncIterator[int]:
    """Its port."""
    await _furnish(database)
    loop = asyncio.get_running_loop()
    handler = Committing(database)
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def _furnish(database: Database) -> None:
    kind = "BLOB" if database.is_sqlite else "BYTEA"
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.execute(text(f"CREATE TABLE IF NOT EXISTS bare_letter (at TEXT, raw {kind})"))


async def sent(name: str, database: Database, port: int, letters: int, connections: int) -> float:
    """Letters a second by SMTP; says so, with how long each took."""
    async with watched() as cost:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.senders", str(port), str(letters), str(connections),
            stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        said, _ = await process.communicate()
    found: dict[str, Any] = json.loads(said)
    told(f"{engine(database)}: {name}", found["milliseconds"])
    pace = letters / float(found["seconds"])
    print(f"  {pace:.0f} letters/s of {found['size']} bytes, {cost.each(letters)}")
    return pace


def engine(database: Database) -> str:
    return "SQLite" if database.is_sqlite else "PostgreSQL"


@dataclass(slots=True)
class Cost:
    """`stall` is how many milliseconds the loop came too late to a wait, at worst."""

    seconds: float = 0.0
    cpu: float = 0.0  # seconds, of all our threads
    stall: float = 0.0

    def each(self, letters: int) -> str:
        return f"{self.cpu * 1000 / letters:.2f} ms of CPU each, the loop's longest stall {self.stall:.0f} ms"


@asynccontextmanager
async def watched() -> AsyncIterator[Cost]:
    """What goes on inside; the figures are there at the end."""
    cost = Cost()
    watch = asyncio.create_task(_watch(cost))
    begun, worked = time.perf_counter(), time.process_time()
    try:
        yield cost
    finally:
        cost.seconds, cost.cpu = time.perf_counter() - begun, time.process_time() - worked
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(cost: Cost) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(SLEEP)
        cost.stall = max(cost.stall, (time.perf_counter() - begun - SLEEP) * 1000)
