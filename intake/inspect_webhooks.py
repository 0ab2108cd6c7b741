"""How a platform's webhook is read, as `intake inspect webhook` prints it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from intake.channels.messengers.base import Adapter, Parsed
from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import Attached, BotKeys, ChatEvent, Person


def described_webhook(
    platform: str, body: bytes, options: Mapping[str, str] | None = None, *, groups: bool = False
) -> dict[str, Any]:
    """What a body tells. Nothing is verified: whoever has the file has no secret. Raises KeyError for a
    platform that nobody knows."""
    parsed = _parsed(ADAPTERS[platform], body, BotKeys(0, options=options or {}, groups=groups))
    return {"events": [_event(one) for one in parsed.events], "ignored": parsed.ignored or None}


def _parsed(adapter: Adapter, body: bytes, keys: BotKeys) -> Parsed:
    """What an adapter stumbles over is told as the door tells it."""
    try:
        return adapter.parse(body, keys)
    except Exception as error:  # noqa: BLE001 - the files behind it are to be told as well
        return Parsed(ignored=f"malformed: {type(error).__name__}")


def _event(event: ChatEvent) -> dict[str, Any]:
    """What nobody has said is null; the text is empty."""
    return {
        "external_id": event.external_id,
        "kind": event.kind,
        "chat_id": event.chat_id,
        "sender": _person(event.sender),
        "text": event.text,
        "attachments": [_attached(one) for one in event.attachments],
        "reply_to": event.reply_to or None,
        "sent_at": _iso(event.sent_at),
        "message_id": event.message_id or None,
        "forwarded_from": event.forwarded_from or None,
        "album": event.album or None,
        "source": event.source or None,
        "payload": event.payload or None,
        "status": event.status,
        "error": event.error or None,
        "group": event.group,
        "chat_title": event.chat_title or None,
        "edited": event.edited,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id or None,
        "name": person.name or None,
        "username": person.username or None,
        "phone": person.phone or None,
        "identity": person.identity or None,
    }


def _attached(file: Attached) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "filename": file.filename or None,
        "size": file.size,
        "content_type": file.content_type or None,
        "seconds": file.seconds,
        "title": file.title or None,
        "phone": file.phone or None,
        "latitude": file.latitude,
        "longitude": file.longitude,
        "url": file.url or None,
        "ref": file.ref or None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
