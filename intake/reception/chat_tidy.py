"""What was heard of chats, made fit to be kept: no text is longer than its column, none is refused, nothing
comes from the future."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from intake.model.chats import (
    Attached,
    AttachmentKind,
    ChatEvent,
    ChatsHeard,
    Person,
    identity_of,
)
from intake.reception.house import Doorman
from intake.reception.tidy import clean, length_of, told_apart
from storage.columns import now
from storage.events import Fact
from storage.tables.chats import ChatFile, ChatMessage, ChatPart, Dialogue
from storage.tables.inquiries import InquiryEvent

MOST_RAW = 1_000_000  # characters of a body
MOST_EVENTS = 500  # of one body
MOST_TEXT = 20_000
MOST_FILES = 50
MOST_REASON = 120
LARGEST = 2**31 - 1  # what a column of numbers takes
MALFORMED = "malformed"

_E164 = re.compile(r"\+\d{7,15}")
_KEYS = ("chat_id", "message_id", "reply_to", "album")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened in a chat, as it may be stored."""

    channel: str
    at: datetime
    bot: Doorman
    event: ChatEvent
    identity: str  # of the person; of a group: of the chat
    raw: str

    @property
    def fact(self) -> tuple[str, str]:
        return self.channel, self.event.external_id

    @property
    def chat(self) -> tuple[int, str]:
        return self.bot.id, self.event.chat_id

    @property
    def phone(self) -> str | None:
        """The person's, where the platform vouches for it."""
        return None if self.event.group else self.event.sender.phone or None

    @property
    def name(self) -> str:
        sender = self.event.sender
        title = self.event.chat_title if self.event.group else ""
        return title or sender.name or sender.username


@dataclass(frozen=True, slots=True)
class Brought:
    """What one body brought. `malformed`: the bare fact of one that nobody understands."""

    channel: str
    told: tuple[Told, ...] = ()
    malformed: Fact | None = None


def tidy_chats(heard: ChatsHeard, bot: Doorman) -> Brought:
    """The same, tidied. Nothing comes from the future, or it would stand before all others."""
    heard = replace(heard, at=min(heard.at, now()))
    events = [one for one in heard.events[:MOST_EVENTS] if bot.groups or not one.group]
    share = MOST_RAW // max(1, len(events))
    raw = clean(heard.raw, share)
    told = tuple(_told(heard, bot, _tidy(one, heard.at), raw) for one in events)
    malformed = _malformed(heard) if heard.ignored.startswith(MALFORMED) else None
    return Brought(heard.channel, told, malformed)


def as_it_came(heard: ChatsHeard) -> Brought:
    """The bare fact, for what cannot be stored otherwise: a person looks at what came."""
    heard = replace(heard, at=min(heard.at, now()), ignored=f"{MALFORMED}: it cannot be stored")
    return Brought(heard.channel, (), _malformed(heard))


def reason_of(heard: ChatsHeard, bot: Doorman) -> str:
    """Why nothing, or not all, of it is an event; as it is counted."""
    if not bot.groups and any(one.group for one in heard.events):
        return "group"
    reason = MALFORMED if heard.ignored.startswith(MALFORMED) else heard.ignored
    return clean(" ".join(reason.split()), MOST_REASON)


def names_of(told: Sequence[Told]) -> set[str]:
    """The ids of messages that they are about, or answer."""
    return {id_ for one in told for id_ in (one.event.message_id, one.event.reply_to) if id_}


def _told(heard: ChatsHeard, bot: Doorman, event: ChatEvent, raw: str) -> Told:
    person = event.sender.identity or identity_of(bot.platform, event.sender.id or event.chat_id)
    identity = identity_of(bot.platform, event.chat_id) if event.group else person
    return Told(
        heard.channel, heard.at, bot, event, told_apart(identity, length_of(Dialogue, "identity")), raw
    )


def _malformed(heard: ChatsHeard) -> Fact:
    digest = sha256(heard.raw.encode(errors="surrogatepass")).hexdigest()
    said = {"why": clean(heard.ignored.partition(":")[2].strip(), 300)}
    raw = clean(heard.raw, MOST_RAW)
    return Fact(heard.channel, f"{MALFORMED}:{digest}", MALFORMED, heard.at, said, raw)


def _tidy(event: ChatEvent, at: datetime) -> ChatEvent:
    keys: dict[str, Any] = {
        name: told_apart(getattr(event, name), length_of(ChatPart, "external_id")) for name in _KEYS
    }
    return replace(
        event,
        external_id=told_apart(event.external_id, length_of(InquiryEvent, "external_id")),
        sender=_tidy_person(event.sender),
        text=clean(event.text, MOST_TEXT),
        attachments=tuple(_tidy_file(one) for one in event.attachments[:MOST_FILES]),
        forwarded_from=clean(event.forwarded_from, length_of(ChatMessage, "forwarded_from")),
        sent_at=_possible(event.sent_at, at),
        source=clean(event.source, length_of(Dialogue, "source")),
        payload=clean(event.payload, length_of(ChatMessage, "payload")),
        error=clean(event.error, length_of(ChatMessage, "error")),
        chat_title=clean(event.chat_title, length_of(Dialogue, "name")),
        edited=min(max(event.edited, 0), 2**53),
        **keys,
    )


def _tidy_person(person: Person) -> Person:
    phone = person.phone if _E164.fullmatch(person.phone) else ""
    return Person(
        clean(person.id, 200),
        clean(person.identity, 1000),
        clean(person.name, length_of(Dialogue, "name")),
        clean(person.username, length_of(Dialogue, "username")).lower(),  # it is looked for so
        phone,
    )


def _tidy_file(file: Attached) -> Attached:
    texts: dict[str, Any] = {
        name: clean(getattr(file, name), length_of(ChatFile, name))
        for name in ("filename", "content_type", "title", "phone", "url")
    }
    return replace(
        file,
        size=_fit(file.size),
        seconds=_fit(file.seconds),
        ref=clean(file.ref, MOST_TEXT),
        kind=AttachmentKind(file.kind),
        **texts,
    )


def _fit(number: int | None) -> int | None:
    return None if number is None else min(max(number, 0), LARGEST)


def _possible(sent_at: datetime | None, at: datetime) -> datetime | None:
    """By a clock that cannot be ahead of ours; a year that every database knows."""
    if sent_at is None or sent_at.tzinfo is None or sent_at.year < 1970:
        return None
    return min(sent_at, at)
