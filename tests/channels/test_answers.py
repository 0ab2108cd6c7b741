"""An answer on its way: out of the outbox, over SMTP to somebody else's server, and the reply to it back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlmodel import select

from intake.model.letters import Address, LetterEvent
from intake.reception import Reception
from intake.service.answers import letter_handlers
from storage.access import Actor
from storage.answers import Answer, queue_answer
from storage.answers_waiting import send_again
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.letters import raw_of
from storage.outbox import ATTEMPTS, do_next
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, Mailbox, Sending
from storage.tables.people import User
from tests import answering
from tests.answering import OURS, THEIR_ID, THEIRS
from tests.channels.peer import Peer, serving

pytestmark = pytest.mark.slow

TOKEN = "fedcba9876543210" * 2


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


class Desk:
    """Anna answers Marina; the outbox is worked off by hand, an hour later each time."""

    def __init__(self, database: Database, files: Files, peer: Peer) -> None:
        self.database, self.files, self.peer = database, files, peer
        self.hours = 0

    async def begin(self) -> None:
        box = {"smtp_port": self.peer.port}
        self.anna = Actor(
            await answering.stored(self.database, User(login="anna", name="Анна", password_hash="x")), "Анна"
        )
        self.mailbox = await answering.mailbox(self.database, **box)
        self.inquiry = await answering.inquiry(self.database)
        self.letter = await answering.letter(self.database, self.inquiry, mailbox_id=self.mailbox)

    async def answer(self, token: str = TOKEN, **changes: Any) -> int:
        answer = Answer(
            **{
                "token": token, "mailbox_id": self.mailbox, "to": (Address(THEIRS, "Марина Ковалёва"),),
                "subject": "Re: Нужны лампы", "text": "Да, есть.", "answers_id": self.letter, **changes,
            }
        )  # fmt: skip
        async with self.database.transaction() as session:
            record = await queue_answer(session, f"inquiry/{self.inquiry}", answer, self.anna)
        return record.id or 0

    async def work(self) -> bool:
        self.hours += 2
        with time_machine.travel(datetime.now(UTC).timestamp() + self.hours * 3600, tick=True):
            return await do_next(self.database, letter_handlers(self.database, self.files))

    async def record(self, letter_id: int) -> LetterRecord:
        async with self.database.reading() as session:
            return await session.get_one(LetterRecord, letter_id)

    def raw(self) -> bytes:
        """Of the one letter that the server has."""
        (envelope,) = self.peer.taken
        assert isinstance(envelope.content, bytes)
        return envelope.content

    def taken(self) -> EmailMessage:
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(self.raw())


@pytest.fixture
async def desk(database: Database, files: Files) -> AsyncIterator[Desk]:
    async with serving(Peer()) as peer:
        made = Desk(database, files, peer)
        await made.begin()
        yield made


async def test_it_waits_until_it_cannot_be_taken_back_and_goes_once(desk: Desk):
    letter_id = await desk.answer()
    assert not await do_next(desk.database, letter_handlers(desk.database, desk.files))

    assert await desk.work()
    assert not await desk.work()

    sent = await desk.record(letter_id)
    assert (sent.sending, sent.attempts, sent.error) == (Sending.SENT, 1, "")
    (envelope,) = desk.peer.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == (OURS, [THEIRS])
    assert raw_of(sent, desk.files) == envelope.content


async def test_it_carries_the_thread_the_names_and_the_files(desk: Desk):
    digest = desk.files.keep(b"%PDF-1")
    file = {"digest": digest, "filename": "Прайс.pdf", "content_type": "application/pdf", "size": 6}

    await desk.answer(files=(file,), cc=(Address("boss@romashka.example"),))
    await desk.work()

    letter = desk.taken()
    assert letter["In-Reply-To"] == f"<{THEIR_ID}>"
    assert letter["References"] == f"<{THEIR_ID}>"
    assert letter["Message-ID"] == f"<intake.{TOKEN}@lamps.example>"
    assert letter["X-Intake-Id"] == TOKEN
    assert str(letter["From"]) == f'"Lamps, Ltd" <{OURS}>'
    assert str(letter["To"]) == f"Марина Ковалёва <{THEIRS}>"
    assert str(letter["Subject"]) == "Re: Нужны лампы"
    assert letter["Bcc"] is None
    (attached,) = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Прайс.pdf", b"%PDF-1")
    (envelope,) = desk.peer.taken
    assert envelope.rcpt_tos == [THEIRS, "boss@romashka.example"]


async def test_a_server_that_asks_to_wait_is_tried_again(desk: Desk):
    letter_id = await desk.answer()
    desk.peer.says["DATA"] = "451 4.7.1 greylisted, come back"
    await desk.work()
    waiting = await desk.record(letter_id)
    assert (waiting.sending, waiting.attempts) == (Sending.QUEUED, 1)
    assert "greylisted, come back" in waiting.error

    desk.peer.says.clear()
    desk.peer.taken.clear()
    await desk.work()

    sent = await desk.record(letter_id)
    assert (sent.sending, sent.attempts, sent.error) == (Sending.SENT, 2, "")
    assert len(desk.peer.taken) == 1


async def test_a_server_that_refuses_for_good_is_believed_at_once(desk: Desk):
    letter_id = await desk.answer()
    desk.peer.refuses[THEIRS] = "550 5.1.1 no such user"

    await desk.work()

    failed = await desk.record(letter_id)
    assert (failed.sending, failed.attempts) == (Sending.FAILED, 1)
    assert "550" in failed.error
    assert "no such user" in failed.error
    assert not await desk.work()

    desk.peer.refuses.clear()
    async with desk.database.transaction() as session:
        await send_again(session, letter_id, desk.anna)
    assert await desk.work()
    assert (await desk.record(letter_id)).sending is Sending.SENT


async def test_a_server_that_is_not_there_is_given_up_in_the_end(desk: Desk):
    async with desk.database.transaction() as session:
        box = await session.get_one(Mailbox, desk.mailbox)
        box.smtp_port = 1
        session.add(box)
    letter_id = await desk.answer()

    for _ in range(ATTEMPTS):
        assert (await desk.record(letter_id)).sending is Sending.QUEUED
        assert await desk.work()

    assert (await desk.record(letter_id)).sending is Sending.FAILED
    assert not await desk.work()


async def test_one_of_two_recipients_refused_is_told_and_nothing_goes_twice(desk: Desk):
    letter_id = await desk.answer(cc=(Address("gone@romashka.example"),))
    desk.peer.refuses["gone@romashka.example"] = "550 5.1.1 gone"

    await desk.work()
    assert not await desk.work()

    sent = await desk.record(letter_id)
    assert sent.sending is Sending.SENT
    assert "gone@romashka.example: 550" in sent.error
    assert len(desk.peer.taken) == 1


async def test_a_process_that_died_while_sending_sends_the_same_letter_again(desk: Desk, monkeypatch):
    """The window that SMTP leaves: the server has it, and nobody could write that down."""
    letter_id = await desk.answer()

    async def dies(*_args: Any, **_values: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr("intake.service.answers.note_sent", dies)
        with pytest.raises(SystemExit):
            await desk.work()
    assert (await desk.record(letter_id)).sending is Sending.SENDING

    await desk.work()

    first, second = desk.peer.taken
    assert first.content == second.content
    assert (await desk.record(letter_id)).sending is Sending.SENT


async def test_a_file_that_is_gone_stops_the_letter_and_says_so(desk: Desk):
    file = {"digest": "0" * 64, "filename": "a.pdf", "content_type": "application/pdf", "size": 6}
    letter_id = await desk.answer(files=(file,))

    await desk.work()

    failed = await desk.record(letter_id)
    assert (failed.sending, failed.error) == (Sending.FAILED, "file-gone")
    assert desk.peer.taken == []


async def test_the_reply_to_our_answer_comes_back_into_the_same_inquiry(desk: Desk):
    await desk.answer(subject="Совсем другая тема")
    await desk.work()
    ours = desk.taken()
    reply = (
        f"From: Марина <{THEIRS}>\r\nTo: {OURS}\r\nSubject: OK\r\nMessage-ID: <next@romashka.example>\r\n"
        f"Date: Sun, 22 Nov 2026 12:00:00 +0300\r\nIn-Reply-To: {ours['Message-ID']}\r\n"
        f"References: {ours['References']} {ours['Message-ID']}\r\n\r\nБеру 12.\r\n"
    ).encode()

    reception = Reception(desk.database, desk.files)
    await reception.receive(LetterEvent("smtp", "1", now(), reply, OURS, THEIRS))

    async with desk.database.reading() as session:
        assert len(list(await session.exec(select(Inquiry)))) == 1
        query = select(LetterRecord).where(LetterRecord.message_id == "next@romashka.example")
        (back,) = await session.exec(query)
    assert back.inquiry_id == desk.inquiry


async def test_our_own_letter_that_comes_back_is_no_inquiry(desk: Desk):
    await desk.answer()
    await desk.work()

    reception = Reception(desk.database, desk.files)
    await reception.receive(LetterEvent("imap:1", "Sent/1/1", now(), desk.raw(), OURS))

    async with desk.database.reading() as session:
        assert len(list(await session.exec(select(Inquiry)))) == 1
