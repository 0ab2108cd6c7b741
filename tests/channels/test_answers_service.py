"""Letters sent by the service as its users run it, killed at the worst moment."""

import asyncio

import pytest

from intake.model.letters import Address
from storage.access import Actor
from storage.answers import Answer, queue_answer
from storage.columns import now
from storage.database import Database
from storage.secrets import new_key
from storage.tables.letters import LetterRecord, Sending
from storage.tables.people import User
from tests import answering
from tests.answering import THEIRS
from tests.channels.peer import Peer, serving
from tests.service import Serve

pytestmark = [pytest.mark.real, pytest.mark.slow]

TOKEN = "0f1e2d3c4b5a6978" * 2


async def queued(database: Database, port: int) -> int:
    """A letter that is to go at once."""
    anna = Actor(await answering.stored(database, User(login="anna", name="Анна", password_hash="x")), "Анна")
    box = await answering.mailbox(database, smtp_port=port)
    about = await answering.inquiry(database)
    letter = await answering.letter(database, about, mailbox_id=box)
    to = (Address(THEIRS, "Марина"),)
    answer = Answer(TOKEN, box, to, "Re: Лампы", "Да.", answers_id=letter, send_at=now())
    async with database.transaction() as session:
        record = await queue_answer(session, f"inquiry/{about}", answer, anna)
    return record.id or 0


async def until_it_is(state: Sending, database: Database, letter_id: int) -> None:
    async with asyncio.timeout(90):
        while True:
            async with database.reading() as session:
                if (await session.get_one(LetterRecord, letter_id)).sending is state:
                    return
            await asyncio.sleep(0.1)


async def test_killed_while_the_server_thinks_it_is_sent_once_after_all(serve: Serve, database: Database):
    service = serve(database.url, new_key())
    async with serving(Peer(silent=True)) as peer:
        letter_id = await queued(database, peer.port)
        await service.start()
        await until_it_is(Sending.SENDING, database, letter_id)
        service.kill()
        peer.silent = False
        await service.start()

        await until_it_is(Sending.SENT, database, letter_id)

        (envelope,) = peer.taken
        assert envelope.rcpt_tos == [THEIRS]
