"""Letters a second when a mailbox is scanned for the first time, beside aiosmtpd with a handler that only
commits the bytes. From connecting to Dovecot until the place behind the last letter is kept."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from intake.reception import Reception
from intake.service.mailboxes import Mailboxes
from storage.database import Database
from storage.files import Files
from storage.mailboxes import place
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, Mailbox, Security
from tests.bench.conftest import FULL
from tests.bench.peers import bare, engine, sent, watched
from tests.bench.senders import letter
from tests.real.dovecot import PASSWORD, Dovecot

LETTERS = 1200 if FULL else 30
CONNECTIONS = 4  # of the peer's senders
ROUNDS = 3 if FULL else 1  # the better of each: the machine is shared
LOOK = 0.02  # seconds between two looks whether all is there

pytestmark = [pytest.mark.slow, pytest.mark.real]


@pytest.mark.timeout(600)
async def test_letters_a_second(database: Database, dovecot: Dovecot, tmp_path: Path) -> None:
    best = {"bare": 0.0, "ours": 0.0}
    for number in range(ROUNDS):
        async with bare(database) as port:
            pace = await sent("aiosmtpd, bytes committed", database, port, LETTERS, CONNECTIONS)
            best["bare"] = max(best["bare"], pace)
        user = f"scan{number}"
        _stock(dovecot, user, (letter(number * LETTERS + one) for one in range(LETTERS)))
        best["ours"] = max(best["ours"], await _scanned(database, dovecot, user, tmp_path / "files"))

    share = best["ours"] / best["bare"]
    print(f"\nby IMAP: {best['ours']:.0f} letters/s, bare {best['bare']:.0f}, that is {share:.0%}")
    async with database.reading() as session:
        whole = select(func.count()).where(col(LetterRecord.quarantined).is_(False))
        assert (await session.exec(whole.select_from(LetterRecord))).one() == LETTERS * ROUNDS
        assert (await session.exec(select(func.count()).select_from(Inquiry))).one() == LETTERS * ROUNDS


def _stock(dovecot: Dovecot, user: str, letters: Iterable[bytes]) -> None:
    """As files of its maildir: Dovecot finds them when somebody looks."""
    owner = (dovecot.folder / "mail").stat()
    box = dovecot.folder / "mail" / user
    for part in (box, box / "cur", box / "new", box / "tmp"):
        part.mkdir()
        os.chown(part, owner.st_uid, owner.st_gid)
    for number, raw in enumerate(letters):
        path = box / "cur" / f"{1_700_000_000 + number}.M{number}.bench:2,"
        path.write_bytes(raw)
        os.chown(path, owner.st_uid, owner.st_gid)


async def _scanned(database: Database, dovecot: Dovecot, user: str, files: Path) -> float:
    """Letters a second; says so."""
    async with database.transaction() as session:
        address = f"{user}@firm.example"
        box = Mailbox(
            name=user, address=address, imap_host="127.0.0.1", imap_port=dovecot.port,
            imap_security=Security.NONE, username=address, secret=PASSWORD,
        )  # fmt: skip
        session.add(box)
        await session.flush()
    assert box.id is not None
    async with Mailboxes(database, Reception(database, Files(files))).running(), watched() as cost:
        await _until_kept(database, box.id)
    pace = LETTERS / cost.seconds
    print(f"\n{engine(database)}: first scan of {LETTERS}: {pace:.0f} letters/s, {cost.each(LETTERS)}")
    async with database.transaction() as session:
        await session.delete(await session.get_one(Mailbox, box.id))
    return pace


async def _until_kept(database: Database, mailbox_id: int) -> None:
    while True:
        async with database.reading() as session:
            if (await place(session, mailbox_id, "INBOX"))[1] >= LETTERS:
                return
        await asyncio.sleep(LOOK)
