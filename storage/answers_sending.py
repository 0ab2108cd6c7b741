"""The steps of a letter on its way out, as the outbox takes them."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.letters.outgoing.quoting import thread_of
from storage.access import Actor
from storage.answers_state import announce_letter, changed_from
from storage.asking_again import settle
from storage.columns import now
from storage.database import announce
from storage.letters import attachments_of, letters_of_inquiry
from storage.outbox import ATTEMPTS
from storage.tables.inquiries import Inquiry
from storage.tables.letters import Attachment, LetterRecord, Mailbox, Sending

ON_ITS_WAY = (Sending.QUEUED, Sending.SENDING)


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that is being sent, with all that it is made of."""

    record: LetterRecord
    mailbox: Mailbox | None  # None: it was removed meanwhile
    attachments: list[Attachment]
    references: tuple[str, ...]  # message ids, the oldest first


async def take_to_send(session: AsyncSession, letter_id: int) -> Due | None:
    """Too late to take it back from now on. None: it was taken back, or has gone already."""
    tries = LetterRecord.attempts + 1
    if not await changed_from(session, letter_id, ON_ITS_WAY, sending=Sending.SENDING, attempts=tries):
        return None
    record = await session.get_one(LetterRecord, letter_id)
    mailbox = await session.get(Mailbox, record.mailbox_id) if record.mailbox_id else None
    attached = (await attachments_of(session, [letter_id])).get(letter_id, [])
    return Due(record, mailbox, attached, await _references(session, record))


async def note_sent(
    session: AsyncSession, letter_id: int, about: str, raw: dict[str, Any], words: str = ""
) -> None:
    """The server has taken it. `raw`: the columns of what was sent (storage.letters_write.stored_raw);
    `words`: of recipients whom the server refused, although it took the letter for the others."""
    moment = now()
    inquiry = await _settle(
        session, letter_id, about, sending=Sending.SENT, sent_at=moment, error=words, **raw
    )
    record = await session.get_one(LetterRecord, letter_id)
    if inquiry is not None and inquiry.touched_at <= record.at:  # else they wrote again meanwhile
        await settle(session, inquiry, moment, Actor(record.author_id, ""))


async def note_failed(session: AsyncSession, letter_id: int, about: str, words: str) -> None:
    """It will not be tried again by itself."""
    await _settle(session, letter_id, about, sending=Sending.FAILED, error=words)
    record = await session.get_one(LetterRecord, letter_id)
    announce(session, "answer-failed", letter=letter_id, author=record.author_id, about=about)


async def note_waiting(session: AsyncSession, letter_id: int, about: str, words: str) -> None:
    """It will be tried again by the outbox, and can be taken back until then."""
    await _settle(session, letter_id, about, sending=Sending.QUEUED, error=words)


def is_last_try(record: LetterRecord) -> bool:
    return record.attempts >= ATTEMPTS


async def _settle(session: AsyncSession, letter_id: int, about: str, **values: Any) -> Inquiry | None:
    """Its inquiry."""
    query = update(LetterRecord).where(col(LetterRecord.id) == letter_id).values(**values)
    inquiry_id = (
        await (await session.connection()).execute(query.returning(col(LetterRecord.inquiry_id)))
    ).scalar_one()
    inquiry = await session.get(Inquiry, inquiry_id) if inquiry_id else None
    announce_letter(session, about, inquiry)
    return inquiry


async def _references(session: AsyncSession, record: LetterRecord) -> tuple[str, ...]:
    """The conversation back from the letter that it answers, as far as it is here."""
    if record.answers_id is None:
        return ()
    answered = await session.get(LetterRecord, record.answers_id)
    if answered is None:
        return ()
    if answered.inquiry_id is not None:
        others = await letters_of_inquiry(session, answered.inquiry_id)
    else:
        others = list(await session.exec(select(LetterRecord).where(LetterRecord.id == answered.id)))
    by_id = {each.message_id: each.in_reply_to for each in others if each.message_id}
    chain: list[str] = []
    before = answered.in_reply_to
    while before and before not in chain:
        chain.insert(0, before)
        before = by_id.get(before, "")
    return thread_of(answered.message_id, answered.in_reply_to, tuple(chain))
