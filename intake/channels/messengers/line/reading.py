"""What LINE's webhook tells. Pure; raises nothing but Odd."""

from collections.abc import Callable
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
    parts,
    text,
    told,
    whole,
    word,
)
from intake.model.chats import Attached, AttachmentKind, ChatEvent, ChatKind, Person

PLATFORM = "line"
MOST = 1000  # events of one body

_FILES = {
    "image": AttachmentKind.PHOTO,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.VOICE,  # LINE has no other sound than what is spoken into it
    "file": AttachmentKind.FILE,
}


def read(body: Json, *, groups: bool) -> Parsed:
    """Each event of a body by itself, in their order. A console that tries us out sends none."""
    if not isinstance(body.get("events"), list):
        raise Odd("no events")
    events: list[ChatEvent] = []
    ignored: list[str] = []
    for one in parts(body, "events")[:MOST]:
        try:
            got = _event(one, groups)
        except Odd as error:
            got = f"malformed: {error.args[0]}"
        ignored.append(got) if isinstance(got, str) else events.append(got)
    return told(events, ignored or ([] if events else ["empty"]))


def _event(one: Json, groups: bool) -> ChatEvent | str:
    kind, source = text(one, "type", 60), part(one, "source")
    if word(one, "mode") == "standby":
        return "standby"  # somebody else answers now
    group = word(source, "groupId") or word(source, "roomId")
    if group and not groups:
        return "group"
    if kind not in _READ:
        return f"unknown-kind: {kind or 'none'}"
    who = word(source, "userId") or group
    if not who:
        raise Odd("no userId")
    event = ChatEvent(
        external_id=needed(one, "webhookEventId"),  # the same when it is told again
        kind=ChatKind.MESSAGE,
        chat_id=group or who,
        sender=Person(who, identity(PLATFORM, who)),
        sent_at=moment(whole(one, "timestamp")),
        group=bool(group),
    )
    return _READ[kind](event, part(one, kind))


def _message(event: ChatEvent, one: Json) -> ChatEvent | str:
    kind = text(one, "type", 60)
    event = replace(
        event,
        message_id=needed(one, "id"),
        reply_to=word(one, "quotedMessageId"),
        album=word(part(one, "imageSet"), "id"),
    )
    if kind == "text":
        return replace(event, text=text(one, "text"))
    attached = _file(one, kind) if kind in _FILES else _other(one, kind)
    return replace(event, attachments=(attached,)) if attached else f"unknown-kind: message.{kind}"


def _file(one: Json, kind: str) -> Attached:
    """LINE keeps it, unless whoever sent it has it on a server of their own."""
    theirs = text(part(one, "contentProvider"), "type") == "external"
    length = whole(one, "duration")
    return Attached(
        _FILES[kind],
        filename=line(one, "fileName", 255),
        size=whole(one, "fileSize"),
        ref="" if theirs else needed(one, "id"),
        seconds=None if length is None else round(length / 1000),
    )


def _other(one: Json, kind: str) -> Attached | None:
    if kind == "sticker":
        words = one.get("keywords")
        first = words[0] if isinstance(words, list) and words else ""
        return Attached(AttachmentKind.STICKER, title=line(one, "text") or line({"": first}, ""))
    if kind != "location":
        return None
    latitude, longitude = decimal(one, "latitude", -90, 90), decimal(one, "longitude", -180, 180)
    if latitude is None or longitude is None:
        raise Odd("no place")
    title = ", ".join(filter(None, (line(one, "title"), line(one, "address"))))
    return Attached(AttachmentKind.LOCATION, title=title, latitude=latitude, longitude=longitude)


def _unsend(event: ChatEvent, one: Json) -> ChatEvent:
    return replace(event, kind=ChatKind.DELETE, message_id=needed(one, "messageId"))


def _postback(event: ChatEvent, one: Json) -> ChatEvent:
    return replace(event, kind=ChatKind.BUTTON, payload=word(one, "data"))


def _follow(event: ChatEvent, one: Json) -> ChatEvent:
    """Added for the first time, or let in again."""
    again = one.get("isUnblocked") is True
    return replace(event, kind=ChatKind.UNBLOCKED if again else ChatKind.STARTED)


def _unfollow(event: ChatEvent, _: Json) -> ChatEvent:
    return replace(event, kind=ChatKind.BLOCKED)


_READ: dict[str, Callable[[ChatEvent, Json], ChatEvent | str]] = {
    "message": _message,
    "unsend": _unsend,
    "postback": _postback,
    "follow": _follow,
    "unfollow": _unfollow,
}
