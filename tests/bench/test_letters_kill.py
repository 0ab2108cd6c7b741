"""SIGKILL at random moments while letters come by IMAP and SMTP: each is one inquiry, or in quarantine once.

Dovecot is restarted meanwhile, and once it has forgotten its UIDs. Some letters come by both ways.
"""

import asyncio
import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from imapclient import IMAPClient
from sqlmodel import func, select

from storage.database import Database
from storage.letter_fingerprint import fingerprint
from storage.secrets import new_key, use_keys
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, Mailbox, Security
from tests.bench.conftest import FULL
from tests.real.dovecot import PASSWORD, USER, Dovecot
from tests.real.ports import free_port
from tests.service import Serve, ServiceProcess

LETTERS, KILLS, SENDERS = (10_000, 10, 4) if FULL else (60, 3, 2)
TOGETHER = 10 if FULL else 1  # letters over one connection; all again when it breaks
PAUSE = 0.0 if FULL else 0.1  # seconds between two letters of a sender
PATIENCE = 1200 if FULL else 180  # seconds until all is stored, once all was delivered
BY_SMTP = "info@firm.example"

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.real)

pytestmark = [pytest.mark.slow, pytest.mark.real]


def letter(number: int) -> bytes:
    """Each tenth is nothing that was ever meant to be a letter."""
    head = f"Message-ID: <{number}@client{number}.example>\r\nFrom: Иван <ivan@client{number}.example>\r\n"
    if number % 10 == 9:
        return f"{head}Content-Type: multipart/mixed\r\n\r\n".encode() + bytes(range(128, 256)) + b"\r\n"
    date = f"Date: Sat, 21 Nov 2026 {number // 3600:02}:{number // 60 % 60:02}:{number % 60:02} +0300\r\n"
    text = f"Здравствуйте!\r\nНужно {number} столов.\r\n--\r\nИван, +7 916 {number:07}\r\n"
    return f"{head}{date}Subject: Заявка {number}\r\nTo: {USER}\r\n\r\n{text}".encode()


@pytest.mark.parametrize("database_url", ["sqlite", POSTGRESQL] if FULL else [POSTGRESQL], indirect=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # senders whose server died
@pytest.mark.timeout(3600 if FULL else 300)
async def test_each_letter_is_there_once(database: Database, dovecot: Dovecot, serve: Serve, tmp_path: Path):
    key = new_key()
    use_keys([key])
    await _furnish(database, dovecot)
    port = free_port()
    service = serve(database.url, key, smtp_host="127.0.0.1", smtp_port=port)
    await service.start()
    await _deliver(service, dovecot, port)
    service.kill()
    await service.start()
    await _until_all_are_there(database)
    await asyncio.sleep(1)  # whatever comes twice comes now
    await _each_is_there_once(database)
    service.stop()


async def _furnish(database: Database, dovecot: Dovecot) -> None:
    by_imap = Mailbox(
        name="Заявки", address=USER, imap_host="127.0.0.1", imap_port=dovecot.port,
        imap_security=Security.NONE, username=USER, secret=PASSWORD,
    )  # fmt: skip
    async with database.transaction() as session:
        session.add_all([by_imap, Mailbox(name="Почта", address=BY_SMTP)])


async def _deliver(service: ServiceProcess, dovecot: Dovecot, port: int) -> None:
    """By one way or the other, each seventh by both, while the service and Dovecot come and go."""
    numbers = list(range(LETTERS))
    random.Random(7).shuffle(numbers)
    by_imap = [number for number in numbers if number % 2 or number % 7 == 0]
    by_smtp = [number for number in numbers if number % 2 == 0]
    over = threading.Event()
    try:
        await asyncio.gather(
            _trouble(service, dovecot),
            asyncio.to_thread(_each_surely, by_imap, partial(_append, dovecot), over),
            *(
                asyncio.to_thread(_each_surely, by_smtp[sender::SENDERS], partial(_post, port), over)
                for sender in range(SENDERS)
            ),
        )
    finally:
        over.set()


async def _trouble(service: ServiceProcess, dovecot: Dovecot) -> None:
    chance = random.Random(7)
    for number in range(KILLS):
        await asyncio.sleep(chance.uniform(1, 3) * (5 if FULL else 1))
        await asyncio.to_thread(service.kill)
        if number == 0:
            await asyncio.to_thread(dovecot.stop)
            await asyncio.to_thread(dovecot.start)
        if number == 1:
            await asyncio.to_thread(dovecot.forget_uids)
        await service.start()
    await asyncio.to_thread(dovecot.cut_off)


def _each_surely(numbers: list[int], post: Callable[..., None], over: threading.Event) -> None:
    """As a mail server does it, some over one connection: until they were taken."""
    for begin in range(0, len(numbers), TOGETHER):
        while not _posted(post, numbers[begin : begin + TOGETHER]) and not over.wait(0.2):
            pass
        time.sleep(PAUSE)


def _posted(post: Callable[..., None], numbers: list[int]) -> bool:
    try:
        post(*numbers)
    except (OSError, smtplib.SMTPException, IMAPClient.Error):
        return False
    return True


def _append(dovecot: Dovecot, *numbers: int) -> None:
    dovecot.post(*map(letter, numbers))


def _post(port: int, *numbers: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        for number in numbers:
            server.sendmail(f"ivan@client{number}.example", [BY_SMTP], letter(number))


async def _until_all_are_there(database: Database) -> None:
    seen = -1
    async with asyncio.timeout(PATIENCE):
        while (stored := await _count(database)) < LETTERS:
            if FULL and stored != seen:
                print(f"{stored} of {LETTERS} letters are there")
            seen = stored
            await asyncio.sleep(0.5)


async def _count(database: Database) -> int:
    async with database.reading() as session:
        return (await session.exec(select(func.count()).select_from(LetterRecord))).one()


async def _each_is_there_once(database: Database) -> None:
    wanted = {fingerprint(letter(number)) for number in range(LETTERS)}
    async with database.reading() as session:
        query = select(LetterRecord.fingerprint, LetterRecord.inquiry_id, LetterRecord.quarantined)
        stored = list(await session.exec(query))
        inquiries = set(await session.exec(select(Inquiry.id)))
    assert Counter(name for name, _, _ in stored) == Counter(wanted)
    assert all(quarantined is (inquiry_id is None) for _, inquiry_id, quarantined in stored)
    assert Counter(found for _, found, _ in stored if found) == Counter(inquiries), "one inquiry a letter"
