"""What happened in a chat, as columns of its tables."""

from typing import Any

from intake.model.chats import Attached, ChatEvent, ChatKind
from intake.reception.chat_tidy import Told
from intake.reception.tidy import clean, length_of
from storage.callers import Caller
from storage.events import Fact
from storage.tables.chats import ChatWay, Dialogue, FileState
from storage.tables.inquiries import Channel, Inquiry

SUBJECT = 200  # characters of the first line of what somebody says


def fact_of(told: Told, inquiry_id: int | None, ignored_by: int | None) -> Fact:
    """What was understood stands in the message; here is what came, and of whom."""
    event = told.event
    said: dict[str, Any] = {
        "chat": event.chat_id,
        "message": event.message_id,
        "identity": told.identity,
        "sender": event.sender.id,
    }
    if event.status is not None:
        said |= {"status": event.status.value, "error": event.error}
    return Fact(
        told.channel, event.external_id, event.kind.value, told.at, said, told.raw, inquiry_id, ignored_by
    )


def dialogue_of(told: Told) -> Dialogue:
    """A new one."""
    return Dialogue(
        bot_id=told.bot.id,
        chat_id=told.event.chat_id,
        identity=told.identity,
        group=told.event.group,
        started_at=told.at,
        last_at=told.at,
    )


def message_columns(told: Told, dialogue_id: int, event_id: int, inquiry_id: int | None) -> dict[str, Any]:
    """Of ChatMessage, always the same."""
    event = told.event
    edited = event.kind is ChatKind.EDIT
    return {
        "dialogue_id": dialogue_id,
        "inquiry_id": inquiry_id,
        "event_id": event_id,
        "way": ChatWay.IN,
        "kind": ChatKind.MESSAGE if edited else event.kind,
        "at": told.at,
        "sent_at": event.sent_at,
        "author": event.sender.name or event.sender.username if event.group else "",
        "text": event.text,
        "forwarded_from": event.forwarded_from,
        "album": event.album,
        "payload": event.payload,
        "edited_at": told.at if edited else None,
        "edited": event.edited if edited else 0,
    }


def file_columns(file: Attached, message_id: int, position: int) -> dict[str, Any]:
    """Of ChatFile, always the same."""
    return {
        "message_id": message_id,
        "position": position,
        "kind": file.kind,
        "filename": file.filename,
        "content_type": file.content_type or "application/octet-stream",
        "size": file.size or 0,
        "state": FileState.WAITING if file.ref else FileState.NONE,
        "ref": file.ref,
        "seconds": file.seconds,
        "title": file.title,
        "phone": file.phone,
        "latitude": file.latitude,
        "longitude": file.longitude,
        "url": file.url,
    }


def inquiry_columns(told: Told, phone: str | None, caller: Caller) -> dict[str, Any]:
    """Of the inquiry that it opens."""
    return {
        "channel": Channel.CHAT,
        **said_columns(told, phone),
        "account_id": caller.account_id,
        "contact_id": caller.contact_id,
        "lead_id": caller.lead_id,
        "responsible_id": caller.responsible_id,
    }


def said_columns(told: Told, phone: str | None) -> dict[str, str | None]:
    """What they say, as it stands in an inquiry."""
    return {
        "sender": clean(phone or told.identity, length_of(Inquiry, "sender")) or None,
        "sender_name": clean(told.name, length_of(Inquiry, "sender_name")) or None,
        "subject": subject_of(told.event.text),
        "line": clean(told.bot.name, length_of(Inquiry, "line")) or None,
    }


def subject_of(text: str) -> str | None:
    """Its first line."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return next(filter(None, lines), "")[:SUBJECT] or None


def first_kind(event: ChatEvent) -> str:
    """Of what came with it."""
    return next((file.kind.value for file in event.attachments), "")


def shown(event: ChatEvent) -> str:
    """How it begins, in a list."""
    named = (file.filename or file.title for file in event.attachments)
    return " ".join(event.text[: 4 * SUBJECT].split())[:SUBJECT] or next(filter(None, named), "")[:SUBJECT]
