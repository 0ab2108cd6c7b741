"""Answers are queued, taken back and settled, on both engines."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import col, select

from intake.errors import Conflict, Forbidden, NotFound, Rejected
from intake.letters.outgoing.policy import OFTEN
from intake.model.letters import Address
from storage.access import Actor
from storage.answers import TAKE_BACK, Answer, queue_answer
from storage.answers_sending import note_failed, note_sent, note_waiting, take_to_send
from storage.answers_waiting import send_again, take_back
from storage.columns import now
from storage.database import Database
from storage.letter_drafts import draft_of, keep_draft
from storage.letters_write import stored_raw
from storage.outbox import do_next
from storage.tables.history import Action, Job
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, LetterReference, LetterWay, Sending
from storage.tables.people import Role, Scope, User
from storage.threads import token_key
from tests import answering
from tests.answering import THEIR_ID, THEIRS

pytestmark = pytest.mark.slow

TOKEN = "0123456789abcdef" * 2
FILE = {"digest": "a" * 64, "filename": "Прайс.pdf", "content_type": "application/pdf", "size": 7}


@pytest.fixture
async def anna(database: Database) -> Actor:
    user = User(login="anna", name="Анна", password_hash="x")
    return Actor(await answering.stored(database, user), "Анна")


def answer_to(mailbox: int, letter: int | None, token: str = TOKEN, **changes: Any) -> Answer:
    plain = Answer(token, mailbox, (Address(THEIRS, "Марина"),), "Re: Лампы", "Да.", quoted="> Есть?")
    return replace(plain, answers_id=letter, **changes)


async def queue(database: Database, about: int, answer: Answer, who: Actor) -> LetterRecord:
    async with database.transaction() as session:
        return await queue_answer(session, f"inquiry/{about}", answer, who)


async def record(database: Database, letter_id: int | None) -> LetterRecord:
    async with database.reading() as session:
        return await session.get_one(LetterRecord, letter_id)


async def answered_at(database: Database, inquiry_id: int):
    async with database.reading() as session:
        return (await session.get_one(Inquiry, inquiry_id)).answered_at


async def test_an_answer_is_a_letter_of_the_thread_and_a_job(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    async with database.transaction() as session:
        await keep_draft(session, f"inquiry/{about}", anna, {"text": "Да"}, [FILE])

    queued = await queue(database, about, answer_to(mailbox, letter, files=(FILE,)), anna)

    found = await record(database, queued.id)
    assert (found.way, found.sending, found.inquiry_id) == (LetterWay.OUT, Sending.QUEUED, about)
    assert (found.text, found.reply_text, found.in_reply_to) == ("Да.\n\n> Есть?", "Да.", THEIR_ID)
    assert found.send_at is not None
    assert found.send_at - found.at == TAKE_BACK
    async with database.reading() as session:
        query = select(LetterReference.message_id).where(LetterReference.letter_id == queued.id)
        assert set(await session.exec(query)) == {token_key(TOKEN), THEIR_ID}
        (job,) = await session.exec(select(Job))
        (action,) = await session.exec(select(Action).where(col(Action.kind) == "answer"))
        assert await draft_of(session, f"inquiry/{about}", anna) is None
    assert (job.kind, job.payload["letter"], job.due_at) == ("send-letter", queued.id, found.send_at)
    assert (action.user_id, action.inquiry_id) == (anna.user_id, about)
    assert await answered_at(database, about) == found.at


async def test_nothing_is_sent_of_a_transaction_that_fails(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)

    with suppress(RuntimeError):
        async with database.transaction() as session:
            await queue_answer(session, f"inquiry/{about}", answer_to(mailbox, letter), anna)
            raise RuntimeError

    async with database.reading() as session:
        assert list(await session.exec(select(Job))) == []


async def test_taken_back_in_time_it_never_goes_and_is_a_draft_again(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    queued = await queue(database, about, answer_to(mailbox, letter, files=(FILE,)), anna)

    async with database.transaction() as session:
        await take_back(session, queued.id or 0, anna)

    async with database.transaction() as session:
        assert await take_to_send(session, queued.id or 0) is None
        draft = await draft_of(session, f"inquiry/{about}", anna)
    assert draft is not None
    assert (draft.fields["text"], draft.fields["quote"], draft.files) == ("Да.", "yes", [FILE])
    assert await answered_at(database, about) is None


async def test_once_it_is_being_sent_it_is_too_late_to_take_it_back(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    queued = await queue(database, about, answer_to(mailbox, letter), anna)
    async with database.transaction() as session:
        assert await take_to_send(session, queued.id or 0) is not None

    with pytest.raises(Conflict, match="letter-gone"):
        async with database.transaction() as session:
            await take_back(session, queued.id or 0, anna)


async def test_what_is_to_be_sent_later_answers_when_it_goes(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    later = now() + timedelta(hours=5)
    queued = await queue(database, about, answer_to(mailbox, letter, send_at=later), anna)
    assert await answered_at(database, about) is None

    async with database.transaction() as session:
        await take_to_send(session, queued.id or 0)
        await note_sent(session, queued.id or 0, f"inquiry/{about}", stored_raw(b"raw"))

    found = await record(database, queued.id)
    assert (found.sending, found.raw_size) == (Sending.SENT, 3)
    assert await answered_at(database, about) == found.sent_at


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(days=400)])
async def test_a_time_that_makes_no_sense_is_refused(database: Database, anna: Actor, wrong: timedelta):
    mailbox, about, letter = await answering.thread(database)
    with pytest.raises(Rejected, match="send-when"):
        await queue(database, about, answer_to(mailbox, letter, send_at=now() + wrong), anna)


async def test_what_failed_is_sent_again_at_once(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    queued = await queue(database, about, answer_to(mailbox, letter), anna)
    done: list[dict[str, object]] = []

    async def fail(payload):
        done.append(payload)
        async with database.transaction() as session:
            await take_to_send(session, payload["letter"])
            await note_failed(session, payload["letter"], payload["about"], "550 no such user")

    with time_machine.travel(now() + timedelta(seconds=11)):
        assert await do_next(database, {"send-letter": fail})
        assert not await do_next(database, {"send-letter": fail})
        assert (await record(database, queued.id)).error == "550 no such user"
        async with database.transaction() as session:
            await send_again(session, queued.id or 0, anna)
        assert await do_next(database, {"send-letter": fail})
    assert len(done) == 2


async def test_while_it_waits_to_be_tried_again_it_can_be_taken_back(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    queued = await queue(database, about, answer_to(mailbox, letter), anna)
    async with database.transaction() as session:
        await take_to_send(session, queued.id or 0)
        await note_waiting(session, queued.id or 0, f"inquiry/{about}", "451 later")

    async with database.transaction() as session:
        await take_back(session, queued.id or 0, anna)

    assert (await record(database, queued.id)).sending is Sending.CANCELLED


async def test_what_failed_is_a_draft_again_to_be_put_right(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    queued = await queue(database, about, answer_to(mailbox, letter), anna)
    async with database.transaction() as session:
        await take_to_send(session, queued.id or 0)
        await note_failed(session, queued.id or 0, f"inquiry/{about}", "550 no such user")

    async with database.transaction() as session:
        assert await take_back(session, queued.id or 0, anna) == f"inquiry/{about}"

    async with database.reading() as session:
        draft = await draft_of(session, f"inquiry/{about}", anna)
    assert draft is not None
    assert draft.fields["text"] == "Да."
    assert await answered_at(database, about) is None
    with pytest.raises(Conflict, match="letter-gone"):
        async with database.transaction() as session:
            await send_again(session, queued.id or 0, anna)


async def test_one_address_is_not_flooded(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    for number in range(OFTEN.most_an_hour):
        await queue(database, about, answer_to(mailbox, letter, f"{number:032x}"), anna)

    with pytest.raises(Rejected, match="written-too-often"):
        await queue(database, about, answer_to(mailbox, letter), anna)
    with time_machine.travel(now() + timedelta(hours=2)):
        await queue(database, about, answer_to(mailbox, letter), anna)


async def test_a_letter_of_another_inquiry_is_not_answered_here(database: Database, anna: Actor):
    mailbox, about, _ = await answering.thread(database)
    other = await answering.inquiry(database)
    strangers = await answering.letter(database, other, message_id="another@romashka.example")
    with pytest.raises(Rejected):
        await queue(database, about, answer_to(mailbox, strangers), anna)


async def test_a_mailbox_without_a_server_cannot_send(database: Database, anna: Actor):
    _, about, letter = await answering.thread(database)
    mute = await answering.mailbox(database, name="Mute", address="mute@lamps.example", smtp_host="")
    with pytest.raises(Rejected, match="mailbox-cannot-send"):
        await queue(database, about, answer_to(mute, letter), anna)


async def test_only_who_sees_it_answers_and_only_the_author_or_a_manager_takes_back(
    database: Database, anna: Actor
):
    mailbox, about, letter = await answering.thread(database)
    boris = await answering.stored(database, User(login="boris", name="Борис", password_hash="x"))
    async with database.transaction() as session:
        found = await session.get_one(Inquiry, about)
        found.responsible_id = anna.user_id
        session.add(found)
    with pytest.raises(NotFound):
        await queue(database, about, answer_to(mailbox, letter), Actor(boris, "Борис", scope=Scope.OWN))
    queued = await queue(database, about, answer_to(mailbox, letter), anna)

    with pytest.raises(Forbidden):
        async with database.transaction() as session:
            await take_back(session, queued.id or 0, Actor(boris, "Борис"))
    async with database.transaction() as session:
        await take_back(session, queued.id or 0, Actor(boris, "Борис", Role.MANAGER))
        assert await draft_of(session, f"inquiry/{about}", anna)
        assert not await draft_of(session, f"inquiry/{about}", Actor(boris, "Борис"))


async def test_a_letter_taken_back_does_not_overwrite_what_is_written_by_now(database: Database, anna: Actor):
    mailbox, about, letter = await answering.thread(database)
    queued = await queue(database, about, answer_to(mailbox, letter), anna)
    async with database.transaction() as session:
        await keep_draft(session, f"inquiry/{about}", anna, {"text": "Another"}, [])
        await take_back(session, queued.id or 0, anna)
        draft = await draft_of(session, f"inquiry/{about}", anna)
    assert draft is not None
    assert draft.fields == {"text": "Another"}
