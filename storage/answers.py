"""Letters of ours: asked for in one transaction, sent after it by the outbox (intake/service/answers.py)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Forbidden, Rejected
from intake.letters.outgoing.letter import MOST_RECIPIENTS, message_id
from intake.letters.outgoing.policy import WhyNot, may_answer, too_often
from intake.model.letters import Address, LetterKind
from storage.access import Actor
from storage.aside import letter_seen_by
from storage.cards import record_of
from storage.columns import now
from storage.database import announce
from storage.fields import CardKind
from storage.history import journal, note
from storage.inquiries import announce_inquiry, inquiry_row
from storage.letter_drafts import draft_of, drop_draft, fingerprint_of, keep_draft
from storage.letters import attachments_of
from storage.letters_write import add_letter, keep_attachments, keep_references
from storage.mailboxes import own_addresses
from storage.outbox import add_job, do_again
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, LetterReference, LetterWay, Mailbox, Sending
from storage.threads import key, keys

SEND = "send-letter"  # the job
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

    Raises NotFound for what `who` may not see, Rejected for what may not be sent (`why_not`), or from there.
    """
    inquiry = await _inquiry(session, about, who)
    before = await _sent_before(session, answer, who)
    if before is not None:
        return before
    mailbox = await _able(session, answer.mailbox_id)
    answered = await _answered(session, answer.answers_id, inquiry)
    await _check_recipients(session, answer, answered)
    record = _record(answer, mailbox, answered, inquiry, who)
    letter_id = await add_letter(session, record.model_dump(exclude={"id"}))
    if letter_id is None:  # the same form, at the same moment
        raise Conflict("letter-gone")
    record.id = letter_id
    async with journal(session, "answer", who, record.inquiry_id, letter=letter_id) as log:
        if inquiry is not None and inquiry.answered_at is None and answer.send_at is None:
            await log.change(inquiry, answered_at=record.at)
    await keep_references(session, letter_id, await _thread(session, record, answered))
    await keep_attachments(session, letter_id, _attachments(answer.files))
    payload = {"letter": letter_id, "about": about}
    await add_job(session, SEND, payload, key=job_key(letter_id), due_at=record.send_at)
    await drop_draft(session, about, who)
    announce_letter(session, about, inquiry)
    return record


async def take_back(session: AsyncSession, letter_id: int, who: Actor) -> str:
    """Before it has gone; what was written is its author's draft again, unless they write another one by now.
    Returns what it is about.

    Raises Conflict("letter-gone") when it is too late.
    """
    record = await _mine(session, letter_id, who)
    query = (
        update(LetterRecord)
        .where(col(LetterRecord.id) == letter_id, col(LetterRecord.sending) == Sending.QUEUED)
        .values(sending=Sending.CANCELLED)
        .returning(col(LetterRecord.id))
    )
    if (await (await session.connection()).execute(query)).first() is None:
        raise Conflict("letter-gone")
    about = await _about(session, letter_id)
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
    again = (Sending.FAILED, Sending.QUEUED)
    query = (
        update(LetterRecord)
        .where(col(LetterRecord.id) == letter_id, col(LetterRecord.sending).in_(again))
        .values(sending=Sending.QUEUED, attempts=0, send_at=now())
        .returning(col(LetterRecord.id))
    )
    found = (await (await session.connection()).execute(query)).first()
    if found is None or not await do_again(session, job_key(letter_id)):
        raise Conflict("letter-gone")
    await note(session, "send-letter-again", who, record.inquiry_id, letter=letter_id)
    inquiry = await session.get(Inquiry, record.inquiry_id) if record.inquiry_id else None
    announce_letter(session, await _about(session, letter_id), inquiry)


async def able_mailboxes(session: AsyncSession) -> list[Mailbox]:
    """Those that a letter can go from."""
    query = select(Mailbox).where(col(Mailbox.enabled), col(Mailbox.smtp_host) != "")
    return list(await session.exec(query.order_by(col(Mailbox.name))))


def why_not(answered: LetterRecord, own: set[str]) -> WhyNot | None:
    """What forbids to answer this letter; None when nothing does."""
    if answered.quarantined:
        return WhyNot.NO_SENDER
    return may_answer(answered.kind, answered.sender_email, own=own)


def announce_letter(session: AsyncSession, about: str, inquiry: Inquiry | None) -> None:
    """Tell the screens that its state has changed."""
    kind, _, row_id = about.partition("/")
    if inquiry is not None:
        announce_inquiry(session, inquiry)
    elif row_id.isdecimal() and kind != "inquiry":
        announce(session, "record", kind=kind, id=int(row_id))


def job_key(letter_id: int) -> str:
    return f"letter/{letter_id}"


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


async def _able(session: AsyncSession, mailbox_id: int) -> Mailbox:
    mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None or not mailbox.enabled or not mailbox.smtp_host:
        raise Rejected("mailbox-cannot-send", field="mailbox")
    return mailbox


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


async def _check_recipients(session: AsyncSession, answer: Answer, answered: LetterRecord | None) -> None:
    people = [*answer.to, *answer.cc]
    if not answer.to:
        raise Rejected("no-recipients", field="to")
    if len(people) > MOST_RECIPIENTS:
        raise Rejected("too-many-recipients", field="to", most=MOST_RECIPIENTS)
    own = await own_addresses(session)
    if answered is not None and answered.way is LetterWay.IN and (why := why_not(answered, own)):
        raise Rejected("never-answered", why=why.value)
    for field, addresses in (("to", answer.to), ("cc", answer.cc)):
        for each in addresses:
            if why := may_answer(LetterKind.LETTER, each.email, own=own):
                raise Rejected("never-written-to", field=field, address=each.email, why=why.value)
            if too_often(await _sent_to(session, each, 1), await _sent_to(session, each, 24)):
                raise Rejected("written-too-often", field=field, address=each.email)


async def _sent_to(session: AsyncSession, to: Address, hours: int) -> int:
    query = select(func.count()).where(
        LetterRecord.way == LetterWay.OUT,
        LetterRecord.sender_email == to.email,
        col(LetterRecord.at) > now() - timedelta(hours=hours),
        col(LetterRecord.sending) != Sending.CANCELLED,
    )
    return int((await session.exec(query)).one())


def _record(
    answer: Answer, mailbox: Mailbox, answered: LetterRecord | None, inquiry: Inquiry | None, who: Actor
) -> LetterRecord:
    moment = now()
    if answer.send_at is not None and not moment - JUST_NOW <= answer.send_at <= moment + LATEST:
        raise Rejected("send-when", field="at")
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
        send_at=answer.send_at or moment + TAKE_BACK,
    )  # fmt: skip


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


async def _thread(
    session: AsyncSession, record: LetterRecord, answered: LetterRecord | None
) -> tuple[str, ...]:
    """What the letter is known by, and what it answers, as threads are looked up."""
    if answered is None:
        return (key(record.message_id),)
    query = select(LetterReference.message_id).where(LetterReference.letter_id == answered.id)
    return (key(record.message_id), *keys((answered.message_id,)), *await session.exec(query))


async def _mine(session: AsyncSession, letter_id: int, who: Actor) -> LetterRecord:
    """A letter that went out, or will, and is theirs to decide about."""
    record = await letter_seen_by(session, who, letter_id)
    if record.way is not LetterWay.OUT:
        raise Conflict("letter-gone")
    if record.author_id != who.user_id and not who.may("undo-others"):
        raise Forbidden("not-yours")
    return record


async def _about(session: AsyncSession, letter_id: int) -> str:
    """What its job says that it is about."""
    query = select(Job.payload).where(Job.key == job_key(letter_id))
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
        inquiry.answered_at = None
        session.add(inquiry)
        await session.flush()
    return inquiry
