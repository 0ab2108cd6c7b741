"""What VK tells of a community's messages. Pure."""

import json

from intake.channels.messengers.base import Parsed
from intake.channels.messengers.reading import (
    Json,
    Odd,
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
from intake.channels.messengers.vk.attachments import attached
from intake.channels.messengers.vk.sending import READ_BY
from intake.model.chats import Attached, ChatEvent, ChatKind, ChatStatus, Person

CONVERSATIONS = 2_000_000_000  # chats of several people are numbered from here
DEEPEST = 3  # forwarded within forwarded
_SILENT = {"message_reply": "own", "confirmation": "confirmation"}


def read(told: Json, *, groups: bool) -> Parsed:
    """`groups`: whether what is said in conversations counts."""
    kind, about = needed(told, "type"), part(told, "object")
    match kind:
        case "message_new" | "message_edit":
            # Before 5.103 the message was the object itself
            return _message(told, part(about, "message") or about, groups, edit=kind == "message_edit")
        case "message_event":
            return _pressed(told, about, groups)
        case "message_allow" | "message_deny":
            started = kind == "message_allow"
            return _of_person(told, about, ChatKind.STARTED if started else ChatKind.BLOCKED)
        case "message_read":
            return _seen(told, about)
    return Parsed(ignored=_SILENT.get(kind, f"unknown-kind: {kind}"))


def _message(told: Json, message: Json, groups: bool, *, edit: bool) -> Parsed:
    peer, author = needed(message, "peer_id"), needed(message, "from_id")
    number = word(message, "conversation_message_id") or word(message, "id")
    if author.startswith("-") or message.get("out") == 1 or whole(message, "admin_author_id"):
        return Parsed(ignored="own")
    if (group := _is_group(peer)) and not groups:
        return Parsed(ignored="group")
    if service := word(part(message, "action"), "type"):
        return Parsed(ignored=f"unknown-kind: action {service}")
    said, payload = _said(message), _payload(message.get("payload"))
    version = whole(message, "update_time") or 0
    event = ChatEvent(
        external_id=_id(told, peer, number, str(version) if edit else ""),
        kind=ChatKind.EDIT if edit else _kind(said, payload),
        chat_id=peer,
        sender=_person(author),
        message_id=number,
        text=said,
        attachments=_attached(message),
        reply_to=_reply_to(message),
        forwarded_from=_whose(next(iter(parts(message, "fwd_messages")), {})),
        sent_at=moment(whole(message, "date")),
        source=_source(message, said),
        payload=payload.ours or payload.told,
        group=group,
        edited=version if edit else 0,
    )
    return Parsed((event,))


def _pressed(told: Json, about: Json, groups: bool) -> Parsed:
    """A button of the «callback» kind."""
    peer = needed(about, "peer_id")
    if (group := _is_group(peer)) and not groups:
        return Parsed(ignored="group")
    payload = _payload(about.get("payload"))
    event = ChatEvent(
        external_id=_id(told, peer, word(about, "event_id"), ""),
        kind=ChatKind.BUTTON,
        chat_id=peer,
        sender=_person(needed(about, "user_id")),
        message_id=word(about, "conversation_message_id"),
        payload=payload.ours or payload.told,
        group=group,
    )
    return Parsed((event,))


def _of_person(told: Json, about: Json, kind: ChatKind) -> Parsed:
    """They let us write to them, or forbid it. `key` is what the page that asked for it gave."""
    user = needed(about, "user_id")
    event = ChatEvent(_id(told, user, "", ""), kind, user, _person(user), source=line(about, "key"))
    return Parsed((event,))


def _seen(told: Json, about: Json) -> Parsed:
    """How far they have read what we wrote."""
    peer = needed(about, "peer_id")
    if _is_group(peer):
        return Parsed(ignored="group")
    number = needed(about, "read_message_id")
    event = ChatEvent(
        external_id=_id(told, peer, number, ""),
        kind=ChatKind.STATUS,
        chat_id=peer,
        sender=_person(word(about, "from_id") or peer),
        message_id=f"{READ_BY}{number}",
        status=ChatStatus.READ,
    )
    return Parsed((event,))


class _Payload:
    """Of a button: `ours` is what we had put into it; `told` what somebody else has, as it came."""

    def __init__(self, raw: str, found: object) -> None:
        self.command = word(found, "command")
        self.ours = word(found, "button")
        self.told = "" if self.ours else line({"raw": raw}, "raw")


def _payload(given: object) -> _Payload:
    """Written as JSON, in text or as it is."""
    raw = given if isinstance(given, str) else json.dumps(given) if isinstance(given, dict) else ""
    try:
        return _Payload(raw, json.loads(raw))
    except (ValueError, RecursionError):
        return _Payload(raw, None)


def _kind(said: str, payload: _Payload) -> ChatKind:
    """«Начать», which everybody presses once, is a command; so is what begins as one."""
    if payload.ours:
        return ChatKind.BUTTON
    return ChatKind.COMMAND if payload.command == "start" or said.startswith("/") else ChatKind.MESSAGE


def _source(message: Json, said: str) -> str:
    """Of the link vk.me/…?ref=…&ref_source=…, which comes with each message after it."""
    if ref := line(message, "ref"):
        return ref
    words = said.split(maxsplit=1)
    if len(words) > 1 and words[0].lower() == "/start":
        return line({"said": words[1]}, "said")
    return line(message, "ref_source")


def _said(message: Json, deep: int = 0) -> str:
    """Their own words; below them, marked, those that they forward."""
    own = text(message, "text")
    if deep == DEEPEST:
        return own
    others = [said for one in parts(message, "fwd_messages") if (said := _said(one, deep + 1))]
    if not own or not others:
        return own or "\n\n".join(others)
    return "\n\n".join((own, *("\n".join(f"> {row}" for row in said.splitlines()) for said in others)))


def _attached(message: Json, deep: int = 0) -> tuple[Attached, ...]:
    """Of the message, and of those that it forwards."""
    found = attached(message)
    if deep < DEEPEST:
        for one in parts(message, "fwd_messages"):
            found += _attached(one, deep + 1)
    return found


def _reply_to(message: Json) -> str:
    about = part(message, "reply_message")
    return word(about, "conversation_message_id") or word(about, "id")


def _whose(message: Json) -> str:
    """VK says only the number, of a person or, below zero, of a community."""
    number = word(message, "from_id")
    return f"club{number[1:]}" if number.startswith("-") else f"id{number}" if number else ""


def _person(number: str) -> Person:
    return Person(id=number, identity=identity("vk", number))


def _is_group(peer: str) -> bool:
    if not peer.lstrip("-").isdecimal():
        raise Odd("peer_id is no number")
    return int(peer) > CONVERSATIONS


def _id(told: Json, peer: str, number: str, version: str) -> str:
    """`event_id` is the same when it is told again; what came before 5.103 has none."""
    made = ":".join(one for one in (word(told, "type"), peer, number, version) if one)
    return word(told, "event_id") or made
