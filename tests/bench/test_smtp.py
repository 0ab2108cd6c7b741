"""Letters a second by SMTP, stored before 250, beside aiosmtpd with a handler that only commits the bytes."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import col, func, select, text

from intake.channels.smtp.receiver import Place, receiving
from intake.reception import Reception
from storage.database import Database
from storage.files import Files
from storage.tables.letters import LetterRecord, Mailbox
from tests.bench.conftest import FULL, told

LETTERS = 1000 if FULL else 40
CONNECTIONS = 4
ROUNDS = 3 if FULL else 1  # the better of each: the machine is shared

pytestmark = pytest.mark.slow


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
    loop = asyncio.get_running_loop()
    handler = Committing(database)
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def ours(database: Database, files: Path) -> AsyncIterator[int]:
    reception = Reception(database, Files(files))
    place = Place("127.0.0.1", 0, "mx.firma.example")
    async with receiving(place, {"info@firma.example"}.__contains__, reception.receive) as port:
        yield port


async def test_letters_a_second(database: Database, tmp_path: Path) -> None:
    kind = "BLOB" if database.is_sqlite else "BYTEA"
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.execute(text(f"CREATE TABLE bare_letter (at TEXT, raw {kind})"))
        session.add(Mailbox(name="Заявки", address="info@firma.example"))

    best = {"bare": 0.0, "ours": 0.0}
    for _ in range(ROUNDS):
        async with bare(database) as port:
            best["bare"] = max(best["bare"], await _measured("aiosmtpd, bytes committed", database, port))
        async with ours(database, tmp_path / "files") as port:
            best["ours"] = max(
                best["ours"], await _measured("receiver, letter read and stored", database, port)
            )

    share = best["ours"] / best["bare"]
    print(f"\nby SMTP: {best['ours']:.0f} letters/s, bare {best['bare']:.0f}, that is {share:.0%}")
    async with database.reading() as session:
        stored = (
            select(func.count()).where(col(LetterRecord.quarantined).is_(False)).select_from(LetterRecord)
        )
        assert (await session.exec(stored)).one() == LETTERS * ROUNDS


async def _measured(name: str, database: Database, port: int) -> float:
    """Letters a second; says so, with how long each took and the worst stall of our loop."""
    watch = asyncio.create_task(_stalls())
    worked = time.process_time()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.senders", str(port), str(LETTERS), str(CONNECTIONS),
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    said, _ = await process.communicate()
    watch.cancel()
    each = (time.process_time() - worked) * 1000 / LETTERS
    found: dict[str, Any] = json.loads(said)
    engine = "SQLite" if database.is_sqlite else "PostgreSQL"
    told(f"{engine}: {name}", found["milliseconds"])
    pace = LETTERS / float(found["seconds"])
    print(f"  {pace:.0f} letters/s of {found['size']} bytes, {each:.2f} ms of CPU each")
    print(f"  the loop's longest stall: {max(STALLS, default=0):.0f} ms")
    return pace


STALLS: list[float] = []


async def _stalls() -> None:
    """Milliseconds that the loop came too late to a wait of two."""
    STALLS.clear()
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.002)
        STALLS.append((time.perf_counter() - begun) * 1000 - 2)
