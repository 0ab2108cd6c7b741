"""Whoever has a messenger, and what a bot has said to them: the same for platforms that number alike."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Someone:
    """`chat_id` is the bot's dialogue with them; `phone` digits without «+»."""

    id: int
    chat_id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """A chat of several people."""

    chat_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Key:
    """A button below a message of the bot."""

    chat_id: int
    message_id: str
    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot, as it stands in somebody's messenger."""

    chat_id: int
    message_id: str
    text: str = ""
    reply_to: str = ""
    buttons: tuple[Key, ...] = ()
    asks_phone: str = ""  # what stands on the button that gives it
    filename: str = ""
    content_type: str = ""
    content: bytes = field(default=b"", repr=False)
    kind: str = ""  # of the attachment, or the method, as the platform calls it
