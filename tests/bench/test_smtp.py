"""Letters a second by SMTP, stored before 250, beside aiosmtpd with a handler that only commits the bytes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from intake.channels.smtp.receiver import Place, receiving
from intake.reception import Reception
from storage.database import Database
from storage.files import Files
from storage.tables.letters import LetterRecord, Mailbox
from tests.bench.conftest import FULL
from tests.bench.peers import bare, sent

LETTERS = 1000 if FULL else 40
CONNECTIONS = [4, 20]  # Postfix opens 20 to one destination (default_destination_concurrency_limit)
ROUNDS = 3 if FULL else 1  # the better of each: the machine is shared

pytestmark = pytest.mark.slow


@asynccontextmanager
async def ours(database: Database, files: Path) -> AsyncIterator[int]:
    reception = Reception(database, Files(files))
    place = Place("127.0.0.1", 0, "mx.firma.example")
    async with receiving(place, {"info@firma.example"}.__contains__, reception.receive) as port:
        yield port


@pytest.mark.parametrize("connections", CONNECTIONS)
async def test_letters_a_second(database: Database, tmp_path: Path, connections: int) -> None:
    async with database.transaction() as session:
        session.add(Mailbox(name="Заявки", address="info@firma.example"))

    best = {"bare": 0.0, "ours": 0.0}
    for _ in range(ROUNDS):
        async with bare(database) as port:
            pace = await sent("aiosmtpd, bytes committed", database, port, LETTERS, connections)
            best["bare"] = max(best["bare"], pace)
        async with ours(database, tmp_path / "files") as port:
            pace = await sent("receiver, letter read and stored", database, port, LETTERS, connections)
            best["ours"] = max(best["ours"], pace)

    share = best["ours"] / best["bare"]
    print(f"\nby SMTP: {best['ours']:.0f} letters/s, bare {best['bare']:.0f}, that is {share:.0%}")
    async with database.reading() as session:
        stored = (
            select(func.count()).where(col(LetterRecord.quarantined).is_(False)).select_from(LetterRecord)
        )
        assert (await session.exec(stored)).one() == LETTERS * ROUNDS
