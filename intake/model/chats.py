"""Messengers as frozen values: what people write to a bot, and what we write to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

IDENTITY = "chat"  # begins the key that a person of a messenger is known by: chat:telegram:123456

_PLAIN_ID = re.compile(r"[a-z0-9.-]{1,40}")


class ChatKind(StrEnum):
    """What has happened in a dialogue."""

    MESSAGE = "message"
    COMMAND = "command"  # a message that a bot is steered by: «/start promo»
    EDIT = "edit"  # `text` and `attachments` are what the message says now
    DELETE = "delete"
    BUTTON = "button"  # a button of ours was pressed; `payload` is what we had given it
    STATUS = "status"  # of a message of ours
    STARTED = "started"  # they have opened the dialogue, or allowed us to write, and said nothing yet
    BLOCKED = "blocked"  # they do not want to hear of us any more
    UNBLOCKED = "unblocked"


class AttachmentKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"  # spoken into the messenger
    AUDIO = "audio"
    FILE = "file"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    LINK = "link"  # a post, goods, a page: `title` and `url`


class ChatStatus(StrEnum):
    """How far a message of ours has come; each is further than those before it."""

    QUEUED = "queued"
    SENDING = "sending"  # being handed to the platform: too late to take it back
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """Who writes. `identity` is the same wherever the platform speaks of them; `phone` (E.164) only where
    the platform vouches that it is theirs."""

    id: str
    identity: str = ""
    name: str = ""
    username: str = ""  # without «@»
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """`ref` is what the adapter can fetch it by (a file's id or address); empty: nothing to fetch."""

    kind: AttachmentKind
    filename: str = ""
    content_type: str = ""  # as the platform says it
    size: int | None = None  # bytes, where the platform says it
    ref: str = ""
    seconds: int | None = None
    title: str = ""  # of a place or link; a contact's name; a sticker's emoji
    phone: str = ""  # of a contact, as given
    latitude: float | None = None
    longitude: float | None = None
    url: str = ""  # of a link


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One thing that happened. `external_id` is stable: the same event told again has the same one;
    `message_id` is the platform's own of the message that it is about, unique in its chat."""

    external_id: str
    kind: ChatKind
    chat_id: str
    sender: Person
    message_id: str = ""
    text: str = ""
    attachments: tuple[Attached, ...] = ()
    reply_to: str = ""  # the message_id of another one
    forwarded_from: str = ""  # whose words these are: a name
    album: str = ""  # messages of one album have the same: they are one
    sent_at: datetime | None = None  # by the platform's clock
    source: str = ""  # of a deep link: what they came by
    payload: str = ""  # of a button
    status: ChatStatus | None = None  # of a message of ours
    error: str = ""  # why it FAILED, as the platform says it
    group: bool = False  # several people write there
    chat_title: str = ""  # of a group
    edited: int = 0  # of EDIT: grows with each edit


@dataclass(frozen=True, slots=True)
class ChatsHeard:
    """What one request of a platform (or one answer to a poll) told. `ignored`: why nothing, or not all, of
    it is an event: a code, with details after a colon («unknown-kind: poll», «malformed: no chat»)."""

    bot_id: int
    at: datetime
    events: tuple[ChatEvent, ...] = ()
    ignored: str = ""
    raw: str = ""

    @property
    def channel(self) -> str:
        return channel_of(self.bot_id)


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class OutFile:
    filename: str
    content_type: str
    content: bytes = field(repr=False)
    url: str = ""  # where an adapter with `links` lets it be fetched from


@dataclass(frozen=True, slots=True)
class ChatOut:
    """A message of ours, or a part of one that is too long or has several files. `key` is the same whenever
    it is tried again; `ask_phone` is what stands on the button that gives us the person's number."""

    chat_id: str
    key: str
    text: str = ""
    files: tuple[OutFile, ...] = ()
    reply_to: str = ""
    buttons: tuple[Button, ...] = ()
    ask_phone: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """How a bot is, as its platform says it."""

    name: str  # of the bot, or of the number
    username: str = ""
    url: str = ""  # where people find it
    registered: bool = True  # it knows our address; always true of one that is polled
    waiting: int = 0  # events that it could not tell us yet
    problem: str = ""  # what it last stumbled over when it told us something


@dataclass(frozen=True, slots=True)
class BotKeys:
    """All that a bot's events are verified and read with. `secrets`: the one that is given out now, then the
    former one, which counts until the platform has taken the new one."""

    bot_id: int
    token: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    groups: bool = False  # whether what is written in groups counts


@dataclass(frozen=True, slots=True)
class Limits:
    """The platform's rules for what we write."""

    text: int = 4096  # characters of a message (UTF-16 units where `utf16`)
    caption: int = 1024  # … of what stands below a file; 0: a file has no text
    file_bytes: int = 50_000_000
    fetch_bytes: int = 20_000_000  # of what people send: more cannot be fetched
    window: timedelta | None = None  # so long after their last message they may be written to
    a_second: float = 25.0  # messages of a bot
    a_chat_second: float = 1.0  # … to one chat
    buttons: int = 3  # 0: the platform has none
    label: int = 20  # characters on one
    asks_phone: bool = False  # has a button that gives us the person's number
    utf16: bool = False


def identity_of(platform: str, *ids: str) -> str:
    """By which a person is known: chat:telegram:123456. An id that is no plain one stands there as a digest,
    so that case counts."""
    told = ".".join(ids)
    plain = told if _PLAIN_ID.fullmatch(told) else sha256(told.encode(errors="replace")).hexdigest()[:24]
    return f"{IDENTITY}:{platform}:{plain}"


def channel_of(bot_id: int | None) -> str:
    """As facts, health and rules name it."""
    return f"chat:{bot_id}"


def is_identity(text: str | None) -> bool:
    """Whether it is the key of a person of a messenger: what stands where else a phone or an address does."""
    return bool(text) and str(text).startswith(f"{IDENTITY}:")


def platform_of(identity: str) -> str:
    """«chat:telegram:123456» -> «telegram»."""
    return identity.split(":", 2)[1] if is_identity(identity) else ""
