"""Where in somebody's JSON a thing stands: «data.message.text», «items.0.id». Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_STEPS = 12

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "list": ("messages", "events", "items"),
    "id": ("id", "message_id", "external_id"),
    "chat_id": ("chat_id", "chat.id", "dialog_id", "dialogue_id", "conversation_id", "thread_id"),
    "kind": ("kind", "event", "type"),
    "sender": ("sender", "from", "user", "author"),
    "sender_id": ("sender.id", "from.id", "user.id", "author.id", "sender_id", "user_id"),
    "sender_name": ("sender.name", "from.name", "user.name", "author.name", "sender_name", "name"),
    "username": ("sender.username", "from.username", "user.username", "author.username", "username"),
    "phone": ("sender.phone", "from.phone", "user.phone", "author.phone", "phone"),
    "text": ("text", "message", "body", "content"),
    "attachments": ("attachments", "files", "media"),
    "location": ("location",),
    "contact": ("contact",),
    "reply_to": ("reply_to", "reply_to_id", "reply_to.id"),
    "forwarded_from": ("forwarded_from", "forwarded_from.name"),
    "album": ("album", "album_id"),
    "sent_at": ("sent_at", "timestamp", "date", "created_at"),
    "source": ("source", "ref"),
    "payload": ("payload", "button.payload"),
    "status": ("status",),
    "error": ("error", "error.message"),
    "group": ("group", "is_group", "chat.group"),
    "chat_title": ("chat_title", "chat.title", "chat.name"),
    "direction": ("direction",),
    "from_me": ("from_me", "is_bot", "sender.is_bot", "from.is_bot"),
}
_PAIR = re.compile(r"\s*([a-z_]+)\s*[=:]\s*([^,;\s]+)\s*")


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of each field, those of the administrator first."""

    known: Mapping[str, tuple[str, ...]]

    def find(self, of: Any, field: str, kinds: tuple[type, ...]) -> Any:
        """The first of the field's that is of one of these kinds; None where there is none."""
        for path in self.known[field]:
            found = at(of, path)
            if isinstance(found, kinds) and not (isinstance(found, bool) and bool not in kinds):
                return found
        return None


def paths(written: str) -> Paths:
    """«text = data.body, chat_id = data.room»; what is no such pair, or no field of ours, is left out."""
    known = dict(DEFAULTS)
    for pair in re.split(r"[,;\n]", written):
        found = _PAIR.fullmatch(pair)
        if found and found[1] in DEFAULTS:
            known[found[1]] = (found[2], *DEFAULTS[found[1]])
    return Paths(known)


def at(of: Any, path: str) -> Any:
    """What stands there; None where nothing does."""
    for step in path.split(".", MOST_STEPS)[:MOST_STEPS]:
        if isinstance(of, dict):
            of = of.get(step)
        elif isinstance(of, list) and step.isascii() and step.isdecimal() and len(step) < 6:
            of = of[int(step)] if int(step) < len(of) else None
        else:
            return None
    return of
