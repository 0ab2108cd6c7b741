"""One message that somebody sent to the number. Pure."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from intake.channels.messengers.reading import (
    MOST_TEXT,
    Json,
    Odd,
    decimal,
    identity,
    line,
    moment,
    needed,
    part,
    parts,
    text,
    whole,
    word,
)
from intake.letters.plain import storable
from intake.model.chats import Attached, AttachmentKind, ChatEvent, ChatKind, Person

MOST_CONTACTS = 20
MOST_LINES = 100  # of an order or a form
FORWARDED = "WhatsApp"  # it says that, and not whose words they are

_MEDIA = {
    "image": AttachmentKind.PHOTO,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
    "document": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
}


class Nothing(Exception):
    """It is no event; `args[0]` says why."""


def person(who: str, name: str = "", username: str = "") -> Person:
    """WhatsApp vouches for the number that somebody writes from; who hides it has another kind of id."""
    is_number = who.isascii() and who.isdecimal() and 7 <= len(who) <= 15
    found = Person(who, identity("whatsapp", who), phone=f"+{who}" if is_number else "")
    return replace(found, name=" ".join(name.split())[:200], username=username.removeprefix("@")[:200])


def message(one: Json, sender: Person, groups: bool) -> ChatEvent:
    """Raises Odd for what cannot be read, Nothing for what is no event."""
    group = word(one, "group_id")
    if group and not groups:
        raise Nothing("group")
    kind = text(one, "type", 60)
    context = part(one, "context")
    event = ChatEvent(
        external_id=needed(one, "id"),
        kind=ChatKind.MESSAGE,
        chat_id=group or sender.id,
        sender=sender,
        message_id=needed(one, "id"),
        reply_to="" if _is_forwarded(context) else word(context, "id"),
        forwarded_from=FORWARDED if _is_forwarded(context) else "",
        sent_at=moment(whole(one, "timestamp")),
        source=_source(part(one, "referral"), part(context, "referred_product")),
        group=bool(group),
    )
    if kind not in _READ:
        raise Nothing(kind if kind in ("reaction", "unsupported") else f"unknown-kind: {kind or 'none'}")
    return _READ[kind](event, one)


def _text(event: ChatEvent, one: Json) -> ChatEvent:
    return replace(event, text=text(part(one, "text"), "body"))


def _media(event: ChatEvent, one: Json) -> ChatEvent:
    """A file; what stands below it is the text."""
    name = text(one, "type")
    file = part(one, name)
    kind = AttachmentKind.VOICE if name == "audio" and file.get("voice") is True else _MEDIA[name]
    attached = Attached(
        kind,
        filename=line(file, "filename", 255),
        content_type=line(file, "mime_type", 127),
        size=whole(file, "file_size"),
        ref=needed(file, "id"),
    )
    return replace(event, text=text(file, "caption"), attachments=(attached,))


def _location(event: ChatEvent, one: Json) -> ChatEvent:
    place = part(one, "location")
    latitude, longitude = decimal(place, "latitude", -90, 90), decimal(place, "longitude", -180, 180)
    if latitude is None or longitude is None:
        raise Odd("no place")
    title = ", ".join(filter(None, (line(place, "name"), line(place, "address"))))
    return replace(event, attachments=(_at(latitude, longitude, title, line(place, "url", 2000)),))


def _at(latitude: float, longitude: float, title: str, url: str) -> Attached:
    return Attached(AttachmentKind.LOCATION, title=title, latitude=latitude, longitude=longitude, url=url)


def _contacts(event: ChatEvent, one: Json) -> ChatEvent:
    found = []
    for each in parts(one, "contacts")[:MOST_CONTACTS]:
        number = next(iter(parts(each, "phones")), {})
        phone = line(number, "phone", 40) or line(number, "wa_id", 40)
        title = line(part(each, "name"), "formatted_name")
        found.append(Attached(AttachmentKind.CONTACT, title=title, phone=phone))
    if not found:
        raise Odd("no contacts")
    return replace(event, attachments=tuple(found))


def _interactive(event: ChatEvent, one: Json) -> ChatEvent:
    """A button of ours, a row of a list, or a form that was filled in inside the messenger."""
    inside = part(one, "interactive")
    kind = text(inside, "type", 60)
    if kind == "nfm_reply":
        return replace(event, text=_filled_in(part(inside, kind)))
    if kind not in ("button_reply", "list_reply"):
        raise Nothing(f"unknown-kind: interactive.{kind}")
    reply = part(inside, kind)
    return replace(event, kind=ChatKind.BUTTON, payload=word(reply, "id"), text=text(reply, "title"))


def _filled_in(form: Json) -> str:
    """A line a field. Tokens of the form's flow say nothing."""
    try:
        answers = json.loads(text(form, "response_json"))
    except (ValueError, RecursionError):
        answers = None
    if not isinstance(answers, dict):
        return text(form, "body")
    named = ((name, _told(answers, name)) for name in list(answers)[:MOST_LINES] if name != "flow_token")
    return storable("\n".join(f"{name}: {value}" for name, value in named if value))[:MOST_TEXT]


def _told(answers: Json, name: str) -> str:
    value = answers[name]
    if isinstance(value, list):
        return ", ".join(each for each in value if isinstance(each, str))
    return text(answers, name) or word(answers, name)


def _button(event: ChatEvent, one: Json) -> ChatEvent:
    """Of a template of ours."""
    button = part(one, "button")
    return replace(event, kind=ChatKind.BUTTON, payload=word(button, "payload"), text=text(button, "text"))


def _order(event: ChatEvent, one: Json) -> ChatEvent:
    """What was put into the basket, a line each, below what they say of it."""
    order = part(one, "order")
    goods = (_goods(each) for each in parts(order, "product_items")[:MOST_LINES])
    said = "\n".join(filter(None, (text(order, "text"), *goods)))
    if not said:
        raise Odd("no goods")
    return replace(event, text=said)


def _goods(one: Json) -> str:
    price = one.get("item_price")
    costs = f"{price:g}" if isinstance(price, int | float) and abs(price) < 1e12 else word(one, "item_price")
    said = f"{word(one, 'product_retailer_id')} × {word(one, 'quantity') or '1'}"
    return f"{said} · {costs} {word(one, 'currency')}".rstrip() if costs else said


def _welcome(event: ChatEvent, _: Json) -> ChatEvent:
    """They have opened the chat for the first time."""
    return replace(event, kind=ChatKind.STARTED)


def _edit(event: ChatEvent, one: Json) -> ChatEvent:
    """What it says now stands inside as a message of its own."""
    about, now = part(one, "edit"), part(one, "edit", "message")
    kind = text(now, "type", 60)
    said = _READ[kind](event, now) if kind == "text" or kind in _MEDIA else event
    edited = whole(one, "timestamp") or 0
    return replace(
        said, kind=ChatKind.EDIT, message_id=needed(about, "original_message_id"), edited=edited, reply_to=""
    )


def _revoke(event: ChatEvent, one: Json) -> ChatEvent:
    about = needed(part(one, "revoke"), "original_message_id")
    return replace(event, kind=ChatKind.DELETE, message_id=about)


def _system(_: ChatEvent, one: Json) -> ChatEvent:
    """They have another number now, say: no words of theirs."""
    raise Nothing(f"system: {text(part(one, 'system'), 'type', 60)}".rstrip(": "))


def _source(advert: Json, goods: Json) -> str:
    """What they came by: an advertisement, a post, an article of the catalogue."""
    if advert:
        told = ":".join(filter(None, (word(advert, "source_type"), word(advert, "source_id"))))
        return (told or word(advert, "source_url"))[:200]
    article = word(goods, "product_retailer_id")
    return f"product:{article}"[:200] if article else ""


def _is_forwarded(context: Json) -> bool:
    return context.get("forwarded") is True or context.get("frequently_forwarded") is True


_Read = Callable[[ChatEvent, Json], ChatEvent]
_READ: dict[Any, _Read] = {
    "text": _text,
    **dict.fromkeys(_MEDIA, _media),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "request_welcome": _welcome,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
}
