"""What MAX tells: https://dev.max.ru/docs-api/objects/Update. Pure."""

from dataclasses import replace

from intake.channels.messengers.base import Parsed
from intake.channels.messengers.max.attachments import attached, own_phone
from intake.channels.messengers.reading import (
    Json,
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
from intake.model.chats import BotKeys, ChatEvent, ChatKind, Person

TO_USER = "user:"  # begins the chat_id of a dialogue whose own number nobody has told
GONE = {"bot_stopped", "dialog_removed"}


def read(told: Json, keys: BotKeys) -> Parsed:
    """By `update_type`."""
    kind = needed(told, "update_type")
    match kind:
        case "message_created" | "message_edited":
            return _message(told, keys, edit=kind == "message_edited")
        case "message_callback":
            return _pressed(told, keys)
        case "message_removed":
            return _removed(told)
        case "bot_started":
            return _of_dialogue(told, ChatKind.STARTED)
    if kind in GONE:
        return _of_dialogue(told, ChatKind.BLOCKED)
    return Parsed(ignored=f"unknown-kind: {kind}")


def _message(told: Json, keys: BotKeys, *, edit: bool) -> Parsed:
    message = part(told, "message")
    author, body = part(message, "sender"), part(message, "body")
    mid, sender = needed(body, "mid"), needed(author, "user_id")
    if author.get("is_bot") is True:
        return Parsed(ignored="own")
    if (group := _is_group(message)) and not keys.groups:
        return Parsed(ignored="group")
    version = whole(told, "timestamp") or 0
    event = ChatEvent(
        external_id=f"{mid}:edited:{version}" if edit else mid,
        kind=ChatKind.EDIT if edit else ChatKind.MESSAGE,
        chat_id=_chat(message, sender),
        sender=replace(_person(author), phone=own_phone(body, sender, keys)),
        message_id=mid,
        text=text(body, "text"),
        attachments=attached(body),
        sent_at=moment(whole(message, "timestamp") or whole(told, "timestamp")),
        group=group,
        edited=version if edit else 0,
    )
    return Parsed((_steered(_with_link(event, part(message, "link"))),))


def _with_link(event: ChatEvent, link: Json) -> ChatEvent:
    """What it answers, or whose words it passes on."""
    other = part(link, "message")
    match word(link, "type"):
        case "reply":
            return replace(event, reply_to=word(other, "mid"))
        case "forward":
            own, said = event.text, text(other, "text")
            both = "\n\n".join((own, "\n".join(f"> {row}" for row in said.splitlines())))
            return replace(
                event,
                text=both if own and said else own or said,
                attachments=event.attachments + attached(other),
                forwarded_from=_name(part(link, "sender")) or "?",
            )
    return event


def _steered(event: ChatEvent) -> ChatEvent:
    """«/start promo» is a command, and says by what they came."""
    if event.kind is not ChatKind.MESSAGE or not event.text.startswith("/") or event.forwarded_from:
        return event
    words = event.text.split(maxsplit=1)
    started = words[0].lower() == "/start" and len(words) > 1
    return replace(event, kind=ChatKind.COMMAND, source=line({"said": words[1]}, "said") if started else "")


def _pressed(told: Json, keys: BotKeys) -> Parsed:
    """A button below a message of ours; the message may be gone by now."""
    pressed, message = part(told, "callback"), part(told, "message")
    author = part(pressed, "user")
    sender, payload = needed(author, "user_id"), line(pressed, "payload")
    if (group := _is_group(message)) and not keys.groups:
        return Parsed(ignored="group")
    event = ChatEvent(
        external_id=needed(pressed, "callback_id"),
        kind=ChatKind.BUTTON,
        chat_id=_chat(message, sender),
        sender=_person(author),
        message_id=word(part(message, "body"), "mid"),
        text=_label(part(message, "body"), payload),
        sent_at=moment(whole(pressed, "timestamp")),
        payload=payload,
        group=group,
    )
    return Parsed((event,))


def _label(body: Json, payload: str) -> str:
    """What stands on the button."""
    for keyboard in parts(body, "attachments"):
        rows = part(keyboard, "payload").get("buttons")
        for row in rows if isinstance(rows, list) else ():
            for button in parts({"row": row}, "row"):
                if line(button, "payload") == payload:
                    return line(button, "text")
    return ""


def _removed(told: Json) -> Parsed:
    mid = needed(told, "message_id")
    event = ChatEvent(
        external_id=f"{mid}:removed",
        kind=ChatKind.DELETE,
        chat_id=needed(told, "chat_id"),
        sender=_numbered(word(told, "user_id")),
        message_id=mid,
        sent_at=moment(whole(told, "timestamp")),
    )
    return Parsed((event,))


def _of_dialogue(told: Json, kind: ChatKind) -> Parsed:
    author = part(told, "user")
    sender, at = needed(author, "user_id"), word(told, "timestamp")
    chat = word(told, "chat_id") or f"{TO_USER}{sender}"
    event = ChatEvent(
        external_id=f"{word(told, 'update_type')}:{chat}:{sender}:{at}",
        kind=kind,
        chat_id=chat,
        sender=_person(author),
        sent_at=moment(whole(told, "timestamp")),
        source=line(told, "payload"),
    )
    return Parsed((event,))


def _chat(message: Json, sender: str) -> str:
    return word(part(message, "recipient"), "chat_id") or f"{TO_USER}{sender}"


def _is_group(message: Json) -> bool:
    """A chat or a channel."""
    return word(part(message, "recipient"), "chat_type") not in ("", "dialog")


def _person(user: Json) -> Person:
    return replace(
        _numbered(word(user, "user_id")), name=_name(user), username=line(user, "username").lstrip("@")
    )


def _numbered(number: str) -> Person:
    return Person(id=number, identity=identity("max", number))


def _name(user: Json) -> str:
    """`name` is going to be dropped; whole names are made of both parts."""
    return f"{line(user, 'first_name')} {line(user, 'last_name')}".strip() or line(user, "name")
