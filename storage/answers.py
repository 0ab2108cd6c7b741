"""Letters of ours: asked for in one transaction, sent after it by the outbox (intake/service/answers.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Rejected
from intake.letters.outgoing.letter import message_id
from intake.model.letters import Address
from storage.access import Actor
from storage.answer_times import answer_time
from storage.answers_allowed import able_mailbox, check_recipients
from storage.answers_state import SEND, announce_letter, job_key
from storage.cards import record_of
from storage.columns import now
from storage.fields import CardKind
from storage.history import journal
from storage.inquiries import inquiry_row
from storage.letter_drafts import drop_draft, fingerprint_of
from storage.letters_write import add_letter, keep_attachments, keep_references
from storage.outbox import add_job
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, LetterReference, LetterWay, Mailbox, Sending
from storage.threads import key, keys

TAKE_BACK = timedelta(seconds=10)  # so long a letter waits before it goes, for whoever sees the slip too late
JUST_NOW = timedelta(minutes=5)  # a time so little past was to come when it was chosen
LATEST = timedelta(days=365)  # «send later» is not after that


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody has written. `token` is 32 hexadecimal digits, given out with the form: the same form
    sent twice is one letter. `files` are as drafts keep them; `quoted` is what stands below."""

    token: str
    mailbox_id: int
    to: tuple[Address, ...]
    subject: str
    text: str
    cc: tuple[Address, ...] = ()
    quoted: str = ""
    files: tuple[dict[str, Any], ...] = ()
    answers_id: int | None = None
    send_at: datetime | None = None  # None: as soon as it cannot be taken back


async def queue_answer(session: AsyncSession, about: str, answer: Answer, who: Actor) -> LetterRecord:
    """It goes out if the transaction commits. `about`: «inquiry/5», «contact/3».

    Raises NotFound for what `who` may not see, Rejected for what may not be sent, or from there
    (storage/answers_allowed.py).
    """
    inquiry = await _inquiry(session, about, who)
    before = await _sent_before(session, answer, who)
    if before is not None:
        return before
    mailbox = await able_mailbox(session, answer.mailbox_id)
    answered = await _answered(session, answer.answers_id, inquiry)
    await check_recipients(session, answer.to, answer.cc, answered)
    record = _record(answer, mailbox, answered, inquiry, who)
    letter_id = await _keep(session, record, answered, answer.files)
    async with journal(session, "answer", who, record.inquiry_id, letter=letter_id) as log:
        if inquiry is not None and inquiry.answered_at is None and answer.send_at is None:
            if row := await answer_time(session, inquiry, record.at, who.user_id):
                await log.add(row)
            await log.change(inquiry, answered_at=record.at, answered_by=who.user_id)
    payload = {"letter": letter_id, "about": about}
    await add_job(session, SEND, payload, key=job_key(letter_id), due_at=record.send_at)
    await drop_draft(session, about, who)
    announce_letter(session, about, inquiry)
    return record


async def _inquiry(session: AsyncSession, about: str, who: Actor) -> Inquiry | None:
    """Raises NotFound for an inquiry or a card that is not theirs to see."""
    kind, _, row_id = about.partition("/")
    if kind == "inquiry":
        row = await inquiry_row(session, who, int(row_id))
        return row.inquiry
    await record_of(session, CardKind(kind), int(row_id), who)
    return None


async def _sent_before(session: AsyncSession, answer: Answer, who: Actor) -> LetterRecord | None:
    """The letter that this very form has made already."""
    query = select(LetterRecord).where(LetterRecord.fingerprint == fingerprint_of(answer.token))
    found = (await session.exec(query)).first()
    if found is not None and found.author_id != who.user_id:
        raise Rejected("no-such-choice", field="once")
    if found is not None and found.sending is Sending.CANCELLED:
        raise Conflict("letter-taken-back")
    return found


async def _answered(
    session: AsyncSession, letter_id: int | None, inquiry: Inquiry | None
) -> LetterRecord | None:
    """Raises Rejected when it is none of the inquiry's."""
    if letter_id is None:
        return None
    found = await session.get(LetterRecord, letter_id)
    if found is None or inquiry is None or found.inquiry_id != inquiry.id:
        raise Rejected("no-such-choice", field="answers")
    return found


def _record(
    answer: Answer, mailbox: Mailbox, answered: LetterRecord | None, inquiry: Inquiry | None, who: Actor
) -> LetterRecord:
    moment = now()
    whole = f"{answer.text}\n\n{answer.quoted}" if answer.quoted else answer.text
    return LetterRecord(
        inquiry_id=inquiry.id if inquiry else None,
        mailbox_id=mailbox.id,
        way=LetterWay.OUT,
        at=moment,
        fingerprint=fingerprint_of(answer.token),
        message_id=message_id(answer.token, mailbox.address),
        in_reply_to=answered.message_id if answered else "",
        from_email=mailbox.address,
        from_name=mailbox.from_name,
        sender_email=answer.to[0].email,
        sender_name=answer.to[0].name,
        recipients=_recipients("to", answer.to) + _recipients("cc", answer.cc),
        subject=answer.subject,
        text=whole,
        reply_text=answer.text,
        author_id=who.user_id,
        answers_id=answered.id if answered else None,
        sending=Sending.QUEUED,
        send_at=_goes_at(answer.send_at, moment),
    )  # fmt: skip


def _goes_at(wished: datetime | None, moment: datetime) -> datetime:
    if wished is not None and not moment - JUST_NOW <= wished <= moment + LATEST:
        raise Rejected("send-when", field="at")
    return wished or moment + TAKE_BACK


def _recipients(role: str, addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"role": role, "email": each.email, "name": each.name} for each in addresses]


def _attachments(files: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    return [
        {
            "position": position,
            "filename": str(file["filename"]),
            "content_type": str(file["content_type"]),
            "size": int(file["size"]),
            "digest": str(file["digest"]),
            "content_id": "",
            "inline": False,
        }
        for position, file in enumerate(files)
    ]


async def _keep(
    session: AsyncSession,
    record: LetterRecord,
    answered: LetterRecord | None,
    files: tuple[dict[str, Any], ...],
) -> int:
    """Its id, which `record` has got from now on."""
    letter_id = record.id = await add_letter(session, record.model_dump(exclude={"id"}))
    if letter_id is None:  # the same form, at the same moment
        raise Conflict("letter-gone")
    await keep_references(session, letter_id, await _thread(session, record, answered))
    await keep_attachments(session, letter_id, _attachments(files))
    return letter_id


async def _thread(
    session: AsyncSession, record: LetterRecord, answered: LetterRecord | None
) -> tuple[str, ...]:
    """What the letter is known by, and what it answers, as threads are looked up."""
    if answered is None:
        return (key(record.message_id),)
    query = select(LetterReference.message_id).where(LetterReference.letter_id == answered.id)
    return (key(record.message_id), *keys((answered.message_id,)), *await session.exec(query))
