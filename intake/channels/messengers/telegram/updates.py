"""Updates of the Bot API as events. Pure."""

import re
from collections.abc import Callable
from dataclasses import replace

from intake.channels.messengers.base import Parsed
from intake.channels.messengers.reading import (
    Json,
    Odd,
    identity,
    line,
    moment,
    needed,
    part,
    text,
    whole,
    word,
)
from intake.channels.messengers.telegram.content import attachments, is_forwarded, own_phone
from intake.model.chats import BotKeys, ChatEvent, ChatKind, Person

PLATFORM = "telegram"
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")  # that we ask to be told

_GROUPS = ("group", "supergroup")
_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,64})(?:@\w{1,64})?(?:\s+(?P<rest>.*))?", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What any message may have: whatever else it has says what kind of one it is
_ENVELOPE = frozenset(
    "message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count"
    " sender_business_bot sender_tag date business_connection_id chat forward_origin forward_from"
    " forward_from_chat forward_from_message_id forward_signature forward_sender_name forward_date"
    " is_topic_message is_automatic_forward reply_to_message external_reply quote reply_to_story via_bot"
    " edit_date has_protected_content is_from_offline is_paid_post media_group_id author_signature"
    " paid_star_count entities link_preview_options suggested_post_info effect_id caption caption_entities"
    " show_caption_above_media has_media_spoiler reply_markup reply_to_checklist_task_id text".split()
)

_ABOUT_PRESS = frozenset(("id", "from", "message", "inline_message_id", "chat_instance"))


def read_update(update: Json, keys: BotKeys) -> Parsed:
    """Raises Odd for what no update can be."""
    number = needed(update, "update_id")
    for name, read in _READERS.items():
        if name in update:
            return read(number, part(update, name), keys)
    return _unknown(update, frozenset(("update_id",)))


def _message(number: str, message: Json, keys: BotKeys) -> Parsed:
    refused = _refused(message, keys)
    if refused:
        return Parsed(ignored=refused)
    event = _event(number, ChatKind.MESSAGE, message)
    if "write_access_allowed" in message:
        return Parsed((replace(event, kind=ChatKind.STARTED),))
    if not event.text and not event.attachments:
        return _unknown(message, _ENVELOPE)
    command = _COMMAND.fullmatch(event.text) if "text" in message else None
    rest = line(command.groupdict(""), "rest") if command else ""
    if command is None or (
        command["name"].lower() != "start" and rest
    ):  # «/order шкаф» says what somebody wants
        return Parsed((event,))
    source = rest if command["name"].lower() == "start" else ""
    return Parsed((replace(event, kind=ChatKind.COMMAND, source=source),))


def _edit(number: str, message: Json, keys: BotKeys) -> Parsed:
    """Whoever shows where they are going edits that place every few seconds: it tells us nothing."""
    refused = _refused(message, keys)
    if not refused and "live_period" in part(message, "location"):
        refused = "unknown-kind: live_location"
    if refused:
        return Parsed(ignored=refused)
    event = _event(number, ChatKind.EDIT, message)
    if not event.text and not event.attachments:
        return _unknown(message, _ENVELOPE)
    edited = whole(message, "edit_date")
    return Parsed((replace(event, edited=edited or 0, sent_at=moment(edited) or event.sent_at),))


def _press(number: str, query: Json, keys: BotKeys) -> Parsed:
    """Telegram does not say when it was pressed; the message is ours, and an old one is hardly described."""
    message, who = part(query, "message"), part(query, "from")
    if not message or "data" not in query:
        return _unknown(query, _ABOUT_PRESS)
    pressed = {"chat": message.get("chat"), "from": who, "message_id": message.get("message_id")}
    refused = _refused(pressed, keys)
    if refused:
        return Parsed(ignored=refused)
    return Parsed((replace(_event(number, ChatKind.BUTTON, pressed), payload=line(query, "data")),))


def _standing(number: str, change: Json, keys: BotKeys) -> Parsed:
    """Whether we may write there; in a group, whether we are in it."""
    refused = _refused(change, keys)
    if refused:
        return Parsed(ignored=refused)
    gone = word(part(change, "new_chat_member"), "status") in ("kicked", "left")
    kind = ChatKind.BLOCKED if gone else ChatKind.UNBLOCKED
    return Parsed((replace(_event(number, kind, {**change, "message_id": "-"}), message_id=""),))


_READERS: dict[str, Callable[[str, Json, BotKeys], Parsed]] = {
    "message": _message,
    "edited_message": _edit,
    "callback_query": _press,
    "my_chat_member": _standing,
}


def _refused(message: Json, keys: BotKeys) -> str:
    """Why what was written there does not count; empty when it does."""
    chat = part(message, "chat")
    if not word(chat, "id"):
        raise Odd("no chat")
    if chat.get("type") in _GROUPS and not keys.groups:
        return "group"
    if chat.get("type") == "channel":
        return "unknown-kind: channel_post"
    by_bot = part(message, "from").get("is_bot") is True and not part(message, "sender_chat")
    return "own" if by_bot else ""


def _event(number: str, kind: ChatKind, message: Json) -> ChatEvent:
    """Whatever a message says, as an event of this kind."""
    chat = part(message, "chat")
    group = chat.get("type") in _GROUPS
    answered = part(message, "reply_to_message")
    return ChatEvent(
        external_id=number,
        kind=kind,
        chat_id=word(chat, "id"),
        sender=_sender(message),
        message_id=needed(message, "message_id"),
        text=text(message, "text") or text(message, "caption"),
        attachments=attachments(message),
        # What is written in a topic of a group answers, by name, the message that began the topic
        reply_to="" if "forum_topic_created" in answered else word(answered, "message_id"),
        forwarded_from=_forwarded_from(message),
        album=word(message, "media_group_id"),
        sent_at=moment(whole(message, "date")),
        group=group,
        chat_title=line(chat, "title") if group else "",
    )


def _sender(message: Json) -> Person:
    """Who writes in a group in a channel's name is that channel."""
    writer = part(message, "sender_chat") or part(message, "from") or part(message, "chat")
    number = needed(writer, "id")
    name = " ".join(filter(None, (line(writer, "first_name"), line(writer, "last_name"))))
    return Person(
        id=number,
        identity=identity(PLATFORM, number),
        name=name or line(writer, "title"),
        username=line(writer, "username"),
        phone=own_phone(message),
    )


def _forwarded_from(message: Json) -> str:
    """A user, one who does not want to be named, a group, a channel; as it was before version 7.0, too."""
    if not is_forwarded(message):
        return ""
    origin = part(message, "forward_origin")
    user = part(origin, "sender_user") or part(message, "forward_from")
    place = part(origin, "sender_chat") or part(origin, "chat") or part(message, "forward_from_chat")
    hidden = line(origin, "sender_user_name") or line(message, "forward_sender_name")
    name = " ".join(filter(None, (line(user, "first_name"), line(user, "last_name"))))
    signature = line(origin, "author_signature") or line(message, "forward_signature")
    title = line(place, "title")
    return name or hidden or (f"{title} ({signature})" if title and signature else title) or "?"


def _unknown(of: Json, known: frozenset[str]) -> Parsed:
    """Named by the first field that says what it is."""
    name = next((one for one in of if one not in known), "empty")
    return Parsed(ignored=f"unknown-kind: {name if _NAME.fullmatch(name) else 'other'}")
