"""Every mailbox that is set up is listened to, from a real Dovecot into a real database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from intake.errors import Deferred, Rejected
from intake.model.calls import Link
from intake.reception import Reception
from intake.service.mailboxes import Mailboxes
from storage.database import Database, announce
from storage.files import Files
from storage.mailboxes import place
from storage.tables.calls import ChannelHealth
from storage.tables.letters import AfterStoring, LetterRecord, Mailbox, Security
from tests.channels.postbox import QUICK, letter
from tests.real.dovecot import PASSWORD, USER, Dovecot
from web.mailboxes import Tried

pytestmark = pytest.mark.real


class House:
    """The service's part that listens to mailboxes, over a database."""

    def __init__(self, database: Database, files: Files, dovecot: Dovecot) -> None:
        self.database = database
        self.mailboxes = Mailboxes(database, Reception(database, files), QUICK)
        self._port = dovecot.port

    async def set_up(self, **values: Any) -> Mailbox:
        """Adds or changes the one mailbox, as the settings do."""
        async with self.database.transaction() as session:
            box = (await session.exec(select(Mailbox))).first() or Mailbox(
                name="Заявки", address=USER, imap_host="127.0.0.1", imap_port=self._port,
                imap_security=Security.NONE, username=USER, secret=PASSWORD,
            )  # fmt: skip
            for name, value in values.items():
                setattr(box, name, value)
            session.add(box)
            announce(session, "mailbox")
        return box

    async def subjects(self) -> list[str]:
        async with self.database.reading() as session:
            return list(await session.exec(select(LetterRecord.subject).order_by(col(LetterRecord.id))))

    async def last_uid(self) -> int:
        async with self.database.reading() as session:
            return (await place(session, 1, "INBOX"))[1]

    async def links(self) -> dict[str, Link]:
        async with self.database.reading() as session:
            return {one.channel: one.link for one in await session.exec(select(ChannelHealth))}


@pytest.fixture
async def house(database: Database, tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[House]:
    made = House(database, Files(tmp_path / "files"), dovecot)
    async with made.mailboxes.running():
        yield made


async def became(ask: Any, wanted: Any) -> None:
    async with asyncio.timeout(20):
        while await ask() != wanted:
            await asyncio.sleep(0.05)


async def test_a_mailbox_is_heard_as_soon_as_it_is_set_up_and_no_longer_than_it_is_enabled(
    house: House, dovecot: Dovecot
):
    dovecot.post(letter("first"))
    await house.set_up()
    await became(house.subjects, ["first"])
    await became(house.links, {"imap:1": Link.UP})
    await house.set_up(enabled=False)
    await became(house.links, {})
    await asyncio.to_thread(dovecot.post, letter("second"))
    await asyncio.sleep(0.5)
    assert await house.subjects() == ["first"]
    await house.set_up(enabled=True)
    await became(house.subjects, ["first", "second"])
    await became(house.last_uid, 2)


async def test_a_correction_is_taken_up_at_once(house: House, dovecot: Dovecot):
    await house.set_up(secret="wrong")
    await became(house.links, {"imap:1": Link.REFUSED})
    await house.set_up(secret=PASSWORD)
    await became(house.links, {"imap:1": Link.UP})


async def test_the_same_letters_under_another_uidvalidity_are_not_stored_twice(
    house: House, dovecot: Dovecot
):
    dovecot.post(letter(1), letter(2))
    await house.set_up()
    await became(house.subjects, ["1", "2"])
    await asyncio.to_thread(dovecot.forget_uids)
    await asyncio.to_thread(dovecot.post, letter(3))
    await became(house.subjects, ["1", "2", "3"])
    await became(house.last_uid, 3)


async def test_a_letter_is_moved_once_it_is_stored(house: House, dovecot: Dovecot):
    dovecot.post(letter(1))
    await house.set_up(after_storing=AfterStoring.MOVE, move_to="Приняты")
    await became(house.subjects, ["1"])

    async def left() -> int:
        with dovecot.client() as client:
            return int(client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"])

    await became(left, 0)


async def test_of_a_letter_that_is_too_large_the_head_is_stored_with_a_word_about_it(
    house: House, dovecot: Dovecot
):
    dovecot.post(letter("large", size=200_000))
    await house.set_up(most_bytes=50_000)
    await became(house.subjects, ["large"])
    async with house.database.reading() as session:
        assert "too-large" in (await session.exec(select(LetterRecord))).one().problems


async def test_trying_says_what_each_server_said(house: House, dovecot: Dovecot):
    dovecot.post(letter(1), letter(2))
    box = await house.set_up()
    assert await house.mailboxes.try_out(box) == Tried(hears=2)
    refused = (await house.mailboxes.try_out(Mailbox(**box.model_dump() | {"secret": "wrong"}))).hears
    assert isinstance(refused, Rejected)
    assert refused.params["words"] == "[AUTHENTICATIONFAILED] Authentication failed."
    folder = (await house.mailboxes.try_out(Mailbox(**box.model_dump() | {"folders": ["Gone"]}))).hears
    assert isinstance(folder, Rejected)
    assert folder.params["folder"] == "Gone"
    nobody = Mailbox(**box.model_dump() | {"imap_port": 1, "smtp_host": "127.0.0.1", "smtp_port": 1})
    tried = await house.mailboxes.try_out(nobody)
    assert isinstance(tried.hears, Deferred)
    assert isinstance(tried.sends, Deferred)


async def test_trying_wakes_a_mailbox_that_waits_after_a_refusal(house: House, dovecot: Dovecot):
    box = await house.set_up(secret="wrong")
    await became(house.links, {"imap:1": Link.REFUSED})
    async with house.database.transaction() as session:  # corrected by somebody who tells nobody
        stored = await session.get_one(Mailbox, box.id)
        stored.secret = PASSWORD
        session.add(stored)
    await house.mailboxes.try_out(stored)
    await became(house.links, {"imap:1": Link.UP})
