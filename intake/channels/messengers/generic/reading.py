"""Messages out of anybody's JSON. Pure; what cannot be read is said, and the next one goes on."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from intake.channels.messengers.base import Parsed
from intake.channels.messengers.generic.attached import attached, kind_named
from intake.channels.messengers.generic.paths import Paths, paths
from intake.channels.messengers.reading import MOST_TEXT, Odd, identity, line, moment, text, told, word
from intake.letters.plain import storable
from intake.matching.phones import read_phone
from intake.model.chats import Attached, AttachmentKind, BotKeys, ChatEvent, ChatKind, ChatStatus, Person

MOST = 1000  # messages of one body
NO = ("no", "0", "false", "off", "нет")

_KINDS = {
    **{kind.value: kind for kind in ChatKind},
    **dict.fromkeys(
        ("text", "new", "created", "message_new", "message.new", "new_message"), ChatKind.MESSAGE
    ),
    **dict.fromkeys(("edited", "update", "updated", "message_edit", "message_edited"), ChatKind.EDIT),
    **dict.fromkeys(("deleted", "removed", "message_delete", "message_deleted"), ChatKind.DELETE),
    **dict.fromkeys(("callback", "button_reply", "press", "pressed"), ChatKind.BUTTON),
    **dict.fromkeys(("start", "opened"), ChatKind.STARTED),
    **dict.fromkeys(("message_status", "receipt"), ChatKind.STATUS),
}
_STATUSES = {
    "sent": ChatStatus.SENT,
    "delivered": ChatStatus.DELIVERED,
    "read": ChatStatus.READ,
    "seen": ChatStatus.READ,
    "failed": ChatStatus.FAILED,
    "error": ChatStatus.FAILED,
}
_OF_ANOTHER = (ChatKind.EDIT, ChatKind.DELETE, ChatKind.STATUS)  # they are told by the id of a message


def read(body: bytes, keys: BotKeys) -> Parsed:
    """Any bytes at all."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Parsed(ignored="malformed: no JSON")
    where = paths(keys.options.get("paths", ""))
    listed = found if isinstance(found, list) else where.find(found, "list", (list,)) or [found]
    events: list[ChatEvent] = []
    ignored: list[str] = []
    for number, one in enumerate(listed[:MOST]):
        got = _one(one, where, keys, f"{hashlib.sha256(body).hexdigest()[:32]}.{number}")
        ignored.append(got) if isinstance(got, str) else events.append(got)
    return told(events, ignored or ([] if events else ["empty"]))


def keyed(parsed: Parsed, key: str) -> Parsed:
    """Told with a key: that is what the events are known by."""
    named = (key if number == 0 else f"{key}:{number}" for number in range(len(parsed.events)))
    return Parsed(
        tuple(replace(one, external_id=name) for one, name in zip(parsed.events, named, strict=True)),
        parsed.ignored,
    )


def _one(of: Any, where: Paths, keys: BotKeys, mark: str) -> ChatEvent | str:
    """`mark` is the same when the same body is told again."""
    if not isinstance(of, dict):
        return "malformed: no JSON object"
    name = storable(where.find(of, "kind", (str,)) or "").strip().lower()
    kind = ChatKind.MESSAGE if not name or kind_named(name) else _KINDS.get(name)
    if kind is None:
        return f"unknown-kind: {name[:60]}"
    if _is_ours(of, where) and kind is not ChatKind.STATUS:
        return "own"
    if _is_group(of, where) and not keys.groups:
        return "group"
    try:
        return _event(of, where, kind, keys, mark)
    except Odd as error:
        return f"malformed: {error.args[0]}"


def _event(of: Any, where: Paths, kind: ChatKind, keys: BotKeys, mark: str) -> ChatEvent:
    group = _is_group(of, where)
    sender = _sender(of, where, keys)
    chat = _word(of, where, "chat_id") or sender.id
    if not chat:
        raise Odd("no chat_id")
    status = _status(of, where) if kind is ChatKind.STATUS else None
    message = _word(of, where, "id")
    if not message and kind in _OF_ANOTHER:
        raise Odd("no id")
    event = ChatEvent(
        external_id=_known_by(message, kind, status, mark),
        kind=kind,
        chat_id=chat,
        sender=sender if sender.id else replace(sender, id=chat, identity=_identity(keys, chat)),
        message_id=message,
        text=_text(of, where),
        attachments=_attachments(of, where),
        reply_to=_word(of, where, "reply_to"),
        forwarded_from=_line(of, where, "forwarded_from"),
        album=_word(of, where, "album"),
        sent_at=_moment(where.find(of, "sent_at", (int, float, str))),
        source=_line(of, where, "source"),
        payload=_word(of, where, "payload"),
        status=status,
        error=_line(of, where, "error") if status is ChatStatus.FAILED else "",
        group=group,
        chat_title=_line(of, where, "chat_title") if group else "",
    )
    return _trusted(replace(event, edited=_when(event)), keys)


def _known_by(message: str, kind: ChatKind, status: ChatStatus | None, mark: str) -> str:
    """The same when it is told again. A message may be edited often."""
    if status:
        return f"{message}:{status}"
    if message and kind is not ChatKind.EDIT:
        return message if kind is ChatKind.MESSAGE else f"{message}:{kind}"
    return f"{message}:{kind}:{mark}" if message else mark


def _is_group(of: Any, where: Paths) -> bool:
    return where.find(of, "group", (bool,)) is True


def _sender(of: Any, where: Paths, keys: BotKeys) -> Person:
    """An object, or the id alone."""
    alone = where.find(of, "sender", (str, int))
    who = _word(of, where, "sender_id") or word({"": alone}, "")
    number = word({"": where.find(of, "phone", (str, int))}, "")
    phone = read_phone(number)
    return Person(
        who,
        _identity(keys, who) if who else "",
        _line(of, where, "sender_name"),
        _line(of, where, "username").removeprefix("@"),
        phone.e164 if phone and phone.valid else "",
    )


def _identity(keys: BotKeys, who: str) -> str:
    """Two partners may call two people the same."""
    return identity("generic", str(keys.bot_id), who)


def _trusted(event: ChatEvent, keys: BotKeys) -> ChatEvent:
    """Whoever has the secret vouches for the number, unless the administrator has said that people type it
    there themselves: then it is something that they say, like a contact that they send."""
    phone = event.sender.phone
    if not phone or keys.options.get("trust_phone", "").strip().lower() not in NO:
        return event
    said = Attached(AttachmentKind.CONTACT, title=event.sender.name, phone=phone)
    opened = event.kind in (ChatKind.MESSAGE, ChatKind.COMMAND)
    return replace(
        event,
        sender=replace(event.sender, phone=""),
        attachments=(*event.attachments, said) if opened else event.attachments,
    )


def _text(of: Any, where: Paths) -> str:
    found = where.find(of, "text", (str, dict))
    return text(found, "text") if isinstance(found, dict) else storable(found or "")[:MOST_TEXT]


def _attachments(of: Any, where: Paths) -> tuple[Attached, ...]:
    found = where.find(of, "attachments", (list, dict, str))
    return attached(found, where.find(of, "location", (dict,)), where.find(of, "contact", (dict,)))


def _status(of: Any, where: Paths) -> ChatStatus:
    name = _word(of, where, "status").lower()
    if name not in _STATUSES:
        raise Odd("no status")
    return _STATUSES[name]


def _is_ours(of: Any, where: Paths) -> bool:
    way = _word(of, where, "direction").lower()
    return way in ("out", "outgoing", "outbound") or where.find(of, "from_me", (bool,)) is True


def _word(of: Any, where: Paths, field: str) -> str:
    return word({"": where.find(of, field, (str, int))}, "")


def _line(of: Any, where: Paths, field: str) -> str:
    return line({"": where.find(of, field, (str,))}, "")


def _moment(told: Any) -> datetime | None:
    """A day without a clock, or a time without a zone, is UTC."""
    if isinstance(told, str) and not told.strip().isdecimal():
        try:
            found = datetime.fromisoformat(told.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    try:
        seconds = int(told) if told is not None else -1
    except (ValueError, OverflowError):
        return None
    return moment(seconds) if seconds >= 0 else None


def _when(event: ChatEvent) -> int:
    """Of an edit, in milliseconds: people correct themselves quickly."""
    told = event.sent_at if event.kind is ChatKind.EDIT else None
    return max(int(told.timestamp() * 1000), 0) if told else 0
