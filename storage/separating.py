"""What one event brought into an inquiry: the call, the letter, the chat or the submission, and how an
inquiry of its own would begin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.phones import read_phone
from intake.matching.touching import touch_keys
from intake.model.calls import Outcome
from storage import callers
from storage.callers import NOBODY, Caller
from storage.chat_identities import owner_of
from storage.subjects import CHAT
from storage.tables.calls import CallRecord
from storage.tables.chats import Bot, ChatMessage, Dialogue
from storage.tables.forms import Submission, WebForm
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.letters import LetterRecord, LetterReference, Mailbox
from storage.tables.work import Consent

SUBJECT = 200  # characters of what a form's visitor wants


@dataclass(frozen=True, slots=True)
class Brought:
    """`rows` point to the inquiry and go with it; `columns` are of an inquiry of its own; `missed` is the
    number of a call that nobody answered."""

    rows: Sequence[SQLModel]
    columns: dict[str, Any]
    keys: tuple[str, ...] = ()
    answered_at: datetime | None = None
    missed: str | None = None
    caller: Caller = field(default=NOBODY)


async def brought_by(session: AsyncSession, event: InquiryEvent) -> Brought:
    """Of an event that has joined an inquiry."""
    if event.kind.startswith("call"):
        return await _call(session, event)
    if event.channel.startswith(CHAT):
        return await _chat(session, event)
    return await (_letter(session, event) if event.kind == "letter" else _submission(session, event))


async def _call(session: AsyncSession, event: InquiryEvent) -> Brought:
    linkedid = event.fact["linkedid"]
    query = select(CallRecord).where(CallRecord.channel == event.channel, CallRecord.linkedid == linkedid)
    call = (await session.exec(query)).one()
    steps = select(InquiryEvent).where(InquiryEvent.inquiry_id == event.inquiry_id)
    steps = steps.where(InquiryEvent.channel == event.channel)
    same = [one for one in await session.exec(steps) if one.fact.get("linkedid") == linkedid]
    missed = call.number if call.ended_at and call.outcome is not Outcome.ANSWERED else None
    columns = {"sender": call.number, "sender_name": call.name, "line": call.did, "queue": call.queue}
    caller = await callers.who_is(session, call.number) if call.number else NOBODY
    own = {"channel": Channel.CALL, **columns}
    return Brought([call, *same], own, touch_keys(call.number), call.answered_at, missed, caller)


async def _letter(session: AsyncSession, event: InquiryEvent) -> Brought:
    """With the letters of its thread: answers to it belong where it goes."""
    query = select(LetterRecord).where(LetterRecord.fingerprint == event.fact["fingerprint"])
    letter = (await session.exec(query)).one()
    ids = select(LetterReference.message_id).where(LetterReference.letter_id == letter.id)
    sharing = select(LetterReference.letter_id).where(col(LetterReference.message_id).in_(ids))
    thread = select(LetterRecord).where(
        LetterRecord.inquiry_id == event.inquiry_id, col(LetterRecord.id).in_(sharing)
    )
    letters = {one.id: one for one in (letter, *await session.exec(thread))}
    box = await session.get(Mailbox, letter.mailbox_id) if letter.mailbox_id else None
    columns = {
        "channel": Channel.LETTER,
        "sender": letter.sender_email or letter.sender_phone,
        "sender_name": letter.sender_name or None,
        "subject": letter.subject[:500] or None,
        "line": box.address[:120] if box else None,
    }
    keys = touch_keys(letter.sender_email, letter.sender_phone)
    caller = await _known_as(session, keys)
    return Brought([*letters.values(), event], columns, keys, None, None, caller)


async def _submission(session: AsyncSession, event: InquiryEvent) -> Brought:
    submission = (await session.exec(select(Submission).where(Submission.event_id == event.id))).one()
    form = await session.get(WebForm, submission.form_id)
    consents = await session.exec(select(Consent).where(Consent.submission_id == submission.id))
    said = {target: _text(value) for target, value in submission.said.items()}
    phone = read_phone(said.get("phone", ""))
    keys = touch_keys(phone.e164 if phone else None, said.get("email"))
    name = said.get("name") or " ".join(filter(None, map(said.get, ("last_name", "first_name"))))
    wanted = said.get("wanted", "").strip().partition("\n")[0]
    columns = {
        "channel": Channel.FORM,
        "sender": next(iter(keys), None),
        "sender_name": name[:300] or None,
        "subject": wanted[:SUBJECT] or (form.name if form else None),
        "line": form.name if form else None,
    }
    caller = await _known_as(session, keys)
    return Brought([submission, event, *consents], columns, keys, None, None, caller)


async def _chat(session: AsyncSession, event: InquiryEvent) -> Brought:
    """With all that was said there of the inquiry: an answer to it belongs where it goes."""
    mine = select(ChatMessage).where(ChatMessage.event_id == event.id)
    message = (await session.exec(mine)).one()
    dialogue = await session.get_one(Dialogue, message.dialogue_id)
    bot = await session.get_one(Bot, dialogue.bot_id)
    said = select(ChatMessage).where(
        ChatMessage.dialogue_id == dialogue.id, ChatMessage.inquiry_id == event.inquiry_id
    )
    messages = list((await session.exec(said.order_by(col(ChatMessage.id)))).all())
    ids = [one.id for one in messages]
    consents = await session.exec(select(Consent).where(col(Consent.chat_message_id).in_(ids)))
    steps = select(InquiryEvent).where(
        InquiryEvent.inquiry_id == event.inquiry_id, InquiryEvent.channel == event.channel
    )
    same = [one for one in await session.exec(steps) if one.fact.get("chat") == event.fact.get("chat")]
    newest = [dialogue] if dialogue.inquiry_id == event.inquiry_id else []
    columns = {
        "channel": Channel.CHAT,
        "sender": dialogue.phone or dialogue.identity,
        "sender_name": dialogue.name or None,
        "subject": " ".join(message.text.split())[:SUBJECT] or None,
        "line": bot.name,
    }
    keys = (*touch_keys(dialogue.phone), *(() if dialogue.group else (dialogue.identity,)))
    caller = await owner_of(session, dialogue.identity) if not dialogue.group else NOBODY
    return Brought([*messages, *same, *newest, *consents], columns, keys, None, None, caller)


async def _known_as(session: AsyncSession, keys: Sequence[str]) -> Caller:
    for key in keys:
        found = await (callers.who_writes if "@" in key else callers.who_is)(session, key)
        if found is not NOBODY:
            return found
    return NOBODY


def _text(value: Any) -> str:
    return str(value[0] if isinstance(value, list) and value else value or "")


def own_inquiry(brought: Brought, at: datetime) -> Inquiry:
    """It has waited since the touch came."""
    caller = brought.caller
    party = {"account_id": caller.account_id, "contact_id": caller.contact_id, "lead_id": caller.lead_id}
    who: dict[str, Any] = {
        **party,
        "responsible_id": caller.responsible_id,
        "answered_at": brought.answered_at,
    }
    return Inquiry(opened_at=at, touched_at=at, **brought.columns, **who)
