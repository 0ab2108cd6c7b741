"""Letters of ours that have not gone: taken back while they wait, sent again when they failed."""

from dataclasses import replace
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Forbidden
from storage.access import Actor
from storage.answer_times import not_answered
from storage.answers_state import announce_letter, changed_from, job_key
from storage.aside import letter_seen_by
from storage.columns import now
from storage.history import note, stored_id
from storage.letter_drafts import draft_of, keep_draft
from storage.letters import attachments_of
from storage.outbox import do_again
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, LetterWay, Sending

NOT_GONE = (Sending.QUEUED, Sending.FAILED)


async def take_back(session: AsyncSession, letter_id: int, who: Actor) -> str:
    """Before it has gone, or when it could not; what was written is its author's draft again, unless they
    write another one by now. Returns what it is about.

    Raises Conflict("letter-gone") when it is too late.
    """
    record = await _mine(session, letter_id, who)
    if not await changed_from(session, letter_id, NOT_GONE, sending=Sending.CANCELLED):
        raise Conflict("letter-gone")
    about = await _about(session, record)
    await note(session, "take-letter-back", who, record.inquiry_id, letter=letter_id)
    author = replace(who, user_id=record.author_id)
    begun = await draft_of(session, about, author)
    if begun is None or not begun.fields.get("text", "").strip():  # what is written by now is not lost either
        await keep_draft(session, about, author, _typed(record), await _files(session, letter_id))
    inquiry = await _unanswered(session, record)
    announce_letter(session, about, inquiry)
    return about


async def send_again(session: AsyncSession, letter_id: int, who: Actor) -> None:
    """Now, what failed or waits to be tried again. Raises Conflict("letter-gone") for what does not."""
    record = await _mine(session, letter_id, who)
    values = {"sending": Sending.QUEUED, "attempts": 0, "send_at": now()}
    waiting = await changed_from(session, letter_id, NOT_GONE, **values)
    if not waiting or not await do_again(session, job_key(letter_id)):
        raise Conflict("letter-gone")
    await note(session, "send-letter-again", who, record.inquiry_id, letter=letter_id)
    inquiry = await session.get(Inquiry, record.inquiry_id) if record.inquiry_id else None
    announce_letter(session, await _about(session, record), inquiry)


async def _mine(session: AsyncSession, letter_id: int, who: Actor) -> LetterRecord:
    """A letter that went out, or will, and is theirs to decide about."""
    record = await letter_seen_by(session, who, letter_id)
    if record.way is not LetterWay.OUT:
        raise Conflict("letter-gone")
    if record.author_id != who.user_id and not who.may("undo-others"):
        raise Forbidden("not-yours")
    return record


async def _about(session: AsyncSession, record: LetterRecord) -> str:
    """Its inquiry, else what its job says."""
    if record.inquiry_id is not None:
        return f"inquiry/{record.inquiry_id}"
    query = select(Job.payload).where(Job.key == job_key(stored_id(record)))
    payload = (await session.exec(query)).first()
    return str((payload or {}).get("about", ""))


def _typed(record: LetterRecord) -> dict[str, str]:
    """The form as it was when it was sent, as nearly as the letter tells."""
    people = {
        role: ", ".join(_shown(one) for one in record.recipients if one["role"] == role)
        for role in ("to", "cc")
    }
    return people | {
        "mailbox": str(record.mailbox_id or ""),
        "answers": str(record.answers_id or ""),
        "subject": record.subject,
        "text": record.reply_text,
        "quote": "yes" if record.text != record.reply_text else "",
        "signature": "",  # it stands in the text
    }


def _shown(person: dict[str, str]) -> str:
    return f"{person['name']} <{person['email']}>" if person["name"] else person["email"]


async def _files(session: AsyncSession, letter_id: int) -> list[dict[str, Any]]:
    found = (await attachments_of(session, [letter_id])).get(letter_id, [])
    return [each.model_dump(include={"digest", "filename", "content_type", "size"}) for each in found]


async def _unanswered(session: AsyncSession, record: LetterRecord) -> Inquiry | None:
    """Its inquiry; which was not answered, if this letter was the answer."""
    inquiry = await session.get(Inquiry, record.inquiry_id) if record.inquiry_id else None
    if inquiry is not None and inquiry.answered_at == record.at:
        await not_answered(session, inquiry)
        session.add(inquiry)
        await session.flush()
    return inquiry
