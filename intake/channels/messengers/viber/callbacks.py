"""Callbacks of Viber as events. Pure."""

import re
from dataclasses import replace

from intake.channels.messengers.base import Parsed
from intake.channels.messengers.reading import (
    Json,
    Odd,
    decimal,
    identity,
    line,
    moment,
    needed,
    part,
    text,
    whole,
    word,
)
from intake.model.chats import Attached, AttachmentKind, ChatEvent, ChatKind, ChatStatus, Person

PLATFORM = "viber"
MOST_TOKEN = 100  # characters of one that are told apart
PRESS = "press:"  # begins what one of our buttons writes in the person's name
WANTED = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")

_STATUSES = {
    "delivered": ChatStatus.DELIVERED,
    "seen": ChatStatus.READ,
    "failed": ChatStatus.FAILED,
}
_FILES = {
    "picture": AttachmentKind.PHOTO,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def read_callback(told: Json) -> Parsed:
    """Raises Odd for what no callback can be."""
    kind = needed(told, "event")
    if kind == "message":
        return _message(told)
    if kind in _STATUSES:
        return Parsed((_status(told, kind),))
    if kind in ("subscribed", "conversation_started"):
        return Parsed((_event(told, ChatKind.STARTED, _person(part(told, "user"))),))
    if kind == "unsubscribed":
        return Parsed((_event(told, ChatKind.BLOCKED, _by_id(told)),))
    return _unknown(kind)


def _message(told: Json) -> Parsed:
    """A button of ours writes in the person's name; whoever types the same has pressed it, too."""
    message = part(told, "message")
    event = _event(told, ChatKind.MESSAGE, _person(part(told, "sender")))
    said, attached = text(message, "text"), _attached(message)
    if said.startswith(PRESS) and not attached:
        return Parsed(
            (replace(event, kind=ChatKind.BUTTON, message_id="", payload=said.removeprefix(PRESS)[:200]),)
        )
    if not said and not attached:
        return _unknown(word(message, "type") or "empty")
    return Parsed((replace(event, text=said, attachments=attached),))


def _status(told: Json, kind: str) -> ChatEvent:
    """Of a message of ours: each of its statuses has the same token."""
    event = _event(told, ChatKind.STATUS, _by_id(told))
    return replace(
        event,
        external_id=f"{event.message_id[:MOST_TOKEN]}:{kind}",
        status=_STATUSES[kind],
        error=line(told, "desc", 500) if kind == "failed" else "",
    )


def _event(told: Json, kind: ChatKind, person: Person) -> ChatEvent:
    token = needed(told, "message_token")
    return ChatEvent(
        external_id=token,
        kind=kind,
        chat_id=person.id,
        sender=person,
        message_id=token if kind in (ChatKind.MESSAGE, ChatKind.STATUS) else "",
        sent_at=moment(whole(told, "timestamp")),
        source=line(told, "context"),
    )


def _person(who: Json) -> Person:
    number = word(who, "id")
    if not number:
        raise Odd("no sender")
    return Person(number, identity(PLATFORM, number), name=line(who, "name"))


def _by_id(told: Json) -> Person:
    return _person({"id": told.get("user_id")})


def _attached(message: Json) -> tuple[Attached, ...]:
    kind = message.get("type")
    found = _FILES.get(kind) if isinstance(kind, str) else None
    if found:
        one: Attached | None = _file(message, found)
    else:
        one = _contact(message) or _place(message) or _link(message)
    return (one,) if one else ()


def _file(message: Json, kind: AttachmentKind) -> Attached | None:
    """A sticker may come as its number only."""
    address = line(message, "media", 2000)
    if not address and kind is not AttachmentKind.STICKER:
        return None
    return Attached(
        kind,
        filename=line(message, "file_name"),
        size=whole(message, "size"),
        ref=address,
        seconds=whole(message, "duration"),
    )


def _contact(message: Json) -> Attached | None:
    """Shared by the button or picked from the address book: it looks the same, so nobody vouches for it."""
    contact = part(message, "contact")
    name, phone = line(contact, "name"), line(contact, "phone_number", 40)
    return Attached(AttachmentKind.CONTACT, title=name, phone=phone) if name or phone else None


def _place(message: Json) -> Attached | None:
    place = part(message, "location")
    latitude, longitude = decimal(place, "lat", -90, 90), decimal(place, "lon", -180, 180)
    if latitude is None or longitude is None:
        return None
    return Attached(
        AttachmentKind.LOCATION, title=line(place, "address"), latitude=latitude, longitude=longitude
    )


def _link(message: Json) -> Attached | None:
    address = line(message, "media", 2000)
    if message.get("type") != "url" or not address.lower().startswith(("http://", "https://")):
        return None
    return Attached(AttachmentKind.LINK, title=line(message, "title"), url=address)


def _unknown(kind: str) -> Parsed:
    return Parsed(ignored=f"unknown-kind: {kind if _NAME.fullmatch(kind) else 'other'}")
