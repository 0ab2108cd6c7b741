"""The receiver as the service runs it: whose letters it takes, and what it says of itself."""

import asyncio
import shutil
import socket
import ssl
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from sqlmodel import select, text

from intake.model.calls import Health, Link
from intake.model.letters import LetterEvent
from intake.reception import Reception
from intake.service import smtp
from intake.service.smtp import receiving
from intake.settings import Settings
from storage.database import Database, announce
from storage.files import Files
from storage.tables.calls import ChannelHealth
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, Mailbox
from tests.channels.nasty import until
from tests.channels.post import LETTER, make_certificate, talking


class Desk:
    """Stands in for reception: what lies behind it is tested where it is."""

    def __init__(self) -> None:
        self.facts: list[Any] = []

    async def receive(self, fact: Any) -> None:
        self.facts.append(fact)

    @property
    def letters(self) -> list[LetterEvent]:
        return [fact for fact in self.facts if isinstance(fact, LetterEvent)]

    @property
    def health(self) -> list[Health]:
        return [fact for fact in self.facts if isinstance(fact, Health)]


@pytest.fixture
async def boxes(database: Database) -> Database:
    async with database.transaction() as session:
        session.add(Mailbox(name="Заявки", address="info@firma.example", aliases=["sale@почта.рф"]))
        session.add(Mailbox(name="Старый", address="old@firma.example", enabled=False))
    return database


def settings(**changes: Any) -> Settings:
    return Settings(**{"smtp_host": "127.0.0.1", "smtp_port": 0, "smtp_name": "mx.firma.example", **changes})


async def _answer(port: int, to: str) -> str:
    async with talking(port) as client:
        await client.say("MAIL FROM:<a@client.example>", "250")
        return (await client.say(f"RCPT TO:<{to}>"))[:3]


async def test_letters_to_enabled_mailboxes_reach_reception(boxes: Database):
    desk = Desk()
    async with receiving(settings(), boxes, desk) as receiver:  # type: ignore[arg-type]
        assert receiver
        assert receiver.port
        async with talking(receiver.port) as client:
            await client.post(to="sale@xn--80a1acny.xn--p1ai")
        assert await _answer(receiver.port, "old@firma.example") == "550"
    assert [(event.mailbox, event.raw) for event in desk.letters] == [("sale@почта.рф", LETTER)]


async def test_a_letter_brought_again_is_one_inquiry(boxes: Database, tmp_path: Path):
    """A sender who did not hear our 250 brings the same bytes once more, by another connection."""
    reception = Reception(boxes, Files(tmp_path / "files"))
    async with receiving(settings(), boxes, reception) as receiver:
        assert receiver
        assert receiver.port
        for _ in range(2):
            async with talking(receiver.port) as client:
                await client.post()
    async with boxes.reading() as session:
        (inquiry,) = await session.exec(select(Inquiry))
        (letter,) = await session.exec(select(LetterRecord))
    assert (inquiry.sender, inquiry.line, inquiry.subject) == (
        "ivan@client.example",
        "info@firma.example",
        "Заявка",
    )
    assert letter.raw_size == len(LETTER)


async def test_a_database_that_is_away_is_451(boxes: Database, tmp_path: Path):
    reception = Reception(boxes, Files(tmp_path / "files"))
    async with receiving(settings(), boxes, reception) as receiver:
        assert receiver
        assert receiver.port
        async with boxes.transaction() as session:
            table = text("ALTER TABLE letter RENAME TO letter_away")
            await (await session.connection()).execute(table)
        async with talking(receiver.port) as client:
            await client.post(code="451")
        async with boxes.transaction() as session:
            table = text("ALTER TABLE letter_away RENAME TO letter")
            await (await session.connection()).execute(table)
        async with talking(receiver.port) as client:
            await client.post()


async def test_a_new_mailbox_is_known_at_once(boxes: Database):
    async with receiving(settings(), boxes, Desk()) as receiver:  # type: ignore[arg-type]
        assert receiver
        assert receiver.port
        assert await _answer(receiver.port, "new@firma.example") == "550"
        async with boxes.transaction() as session:
            session.add(Mailbox(name="Новый", address="new@firma.example"))
            announce(session, "mailbox")
        await until(lambda: receiver.owns("new@firma.example"))
        assert await _answer(receiver.port, "new@firma.example") == "250"


async def test_it_says_that_it_listens(boxes: Database):
    desk = Desk()
    async with receiving(settings(), boxes, desk) as receiver:  # type: ignore[arg-type]
        assert receiver
        (health,) = desk.health
        assert (health.channel, health.link) == ("smtp", Link.UP)
        assert health.detail == f"127.0.0.1:{receiver.port}"


async def test_without_an_address_there_is_no_receiver_and_no_word_of_it(boxes: Database):
    async with boxes.transaction() as session:
        session.add(ChannelHealth(channel="smtp", link=Link.UP))
    async with receiving(settings(smtp_host=""), boxes, Desk()) as receiver:  # type: ignore[arg-type]
        assert receiver is None
    async with boxes.reading() as session:
        assert await session.get(ChannelHealth, "smtp") is None


async def test_a_port_that_is_taken_is_told_and_tried_again(boxes: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smtp.AGAIN.__class__, "after", lambda self, failures: 0.05)
    desk = Desk()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        wanted = receiving(settings(smtp_port=port), boxes, desk)  # type: ignore[arg-type]
        receiver = await wanted.__aenter__()
        assert receiver
        assert receiver.port is None
        assert [health.link for health in desk.health] == [Link.DOWN]
    await until(lambda: receiver.port == port and desk.health[-1].link is Link.UP)
    await wanted.__aexit__(None, None, None)


async def test_a_certificate_that_is_no_good_waits_for_a_person(boxes: Database, tmp_path: Path):
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    for path in (wrong, tmp_path / "missing.pem"):
        desk = Desk()
        async with receiving(settings(smtp_certificate=path), boxes, desk):  # type: ignore[arg-type]
            assert desk.health[-1].link is Link.REFUSED
            assert desk.health[-1].detail


async def test_a_renewed_certificate_is_shown_without_a_restart(
    boxes: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smtp, "LOOK", 0.05)
    first, second = make_certificate(tmp_path, "old.example"), make_certificate(tmp_path, "new.example")
    path = tmp_path / "live.pem"
    shutil.copy(first, path)

    async def trusts(port: int, authority: Path) -> bool:
        context = ssl.create_default_context(cafile=str(authority))
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=True, tls_context=context)
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError):
            return False
        await client.quit()
        return True

    async with receiving(settings(smtp_certificate=path), boxes, Desk()) as receiver:  # type: ignore[arg-type]
        assert receiver
        assert receiver.port
        assert await trusts(receiver.port, first)
        path.write_text("half a file")
        await asyncio.sleep(0.15)
        assert await trusts(receiver.port, first)
        path.write_bytes(second.read_bytes())
        async with asyncio.timeout(5):
            while not await trusts(receiver.port, second):
                await asyncio.sleep(0.05)
