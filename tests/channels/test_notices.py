"""Notifications by letter: to those who have not looked, over a real SMTP server on the loopback."""

import email
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.smtp import Envelope

from intake.model.notices import Kind
from intake.service.notices import send_notice
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.notifications import mark_read, notify
from storage.preferences import change_settings
from storage.tables.inquiries import Inquiry
from storage.tables.people import User
from tests import answering
from tests.channels.peer import Peer, serving

pytestmark = pytest.mark.slow

ADDRESS = "anna@lamps.example"


def letter_of(envelope: Envelope) -> EmailMessage:
    letter = email.message_from_bytes(bytes(envelope.content or b""), policy=default)  # type: ignore[arg-type]
    assert isinstance(letter, EmailMessage)
    return letter


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with serving(Peer()) as one:
        yield one


async def told(database: Database, peer: Peer, kind: Kind = Kind.ESCALATED, **values) -> dict[str, int]:
    """Anna, told of an inquiry; the outbox's payload."""
    usual = {"login": "anna", "name": "Анна", "password_hash": "x", "email": ADDRESS}
    anna = await answering.stored(database, User(**(usual | values)))
    box = await answering.mailbox(database, smtp_port=peer.port)
    about = await answering.inquiry(database)
    async with database.transaction() as session:
        await change_settings(session, COMMAND_LINE, notify_mailbox_id=box)
        await notify(session, anna, kind, "one", inquiry_id=about)
    return {"id": 1}


async def test_whoever_has_not_looked_gets_a_letter_with_the_way_there(database: Database, peer: Peer):
    await send_notice(database, "https://intake.example", await told(database, peer))
    [envelope] = peer.taken
    letter = letter_of(envelope)
    assert envelope.rcpt_tos == [ADDRESS]
    assert "Марина Ковалёва" in letter["Subject"]
    assert "https://intake.example/inquiries/1" in letter.get_content()


async def test_whoever_has_looked_gets_none(database: Database, peer: Peer):
    payload = await told(database, peer)
    async with database.transaction() as session:
        await mark_read(session, 1)
    await send_notice(database, "", payload)
    assert peer.taken == []


async def test_whoever_does_not_want_letters_gets_none(database: Database, peer: Peer):
    payload = await told(database, peer, preferences={"notices": {"escalated": ["desktop"]}})
    await send_notice(database, "", payload)
    assert peer.taken == []


async def test_nothing_that_a_stranger_wrote_becomes_a_header(database: Database, peer: Peer):
    payload = await told(database, peer)
    async with database.transaction() as session:
        inquiry = await session.get_one(Inquiry, 1)
        inquiry.sender_name = "Ева\r\nBcc: spam@evil.example"
        session.add(inquiry)
    await send_notice(database, "", payload)
    [envelope] = peer.taken
    letter = letter_of(envelope)
    assert letter["Bcc"] is None
    assert envelope.rcpt_tos == [ADDRESS]
