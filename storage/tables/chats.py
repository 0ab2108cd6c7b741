"""Messengers: our bots, the dialogues with people, what was said and sent in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from intake.model.chats import AttachmentKind, ChatKind, ChatStatus
from storage.columns import Sealed, choice, json_dict, json_list, now


class Bot(SQLModel, table=True):
    """Our account with a platform. Its channel is `chat:{id}`; the platform knows it by its `key`."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=32, unique=True)  # in the address that is told to the platform
    platform: str = Field(max_length=20)  # of intake.channels.messengers.registry
    name: str = Field(max_length=120, unique=True)  # for us: the source of its interests
    enabled: bool = True
    updated_at: datetime = Field(default_factory=now)

    token: str = Field(default="", sa_type=Sealed)
    secret: str = Field(default="", sa_type=Sealed)  # made here; verifies what the platform tells us
    former_secret: str = Field(default="", sa_type=Sealed)  # counts until the platform has taken the new one
    options: dict[str, Any] = json_dict()  # what else the platform asks for, as Adapter.settings names it
    sealed_options: str = Field(default="", sa_type=Sealed)  # those of them that are secret, as JSON

    api_base: str = Field(default="", max_length=500)  # empty: the platform's own
    proxy: str = Field(default="", sa_type=Sealed)  # http://, socks5://; it may hold a password
    ca_file: str = Field(default="", max_length=500)
    file_hosts: list[str] = json_list()  # from which files are fetched besides the API's own
    polling: bool = False  # events are asked for: nobody can reach us
    place: str = Field(default="", max_length=500)  # up to where they have been asked for

    groups: bool = False  # what is written in groups counts
    answers: bool = True  # False: we receive and do not answer there
    instead: str = Field(default="", sa_type=Text)  # … and say this, once a dialogue; empty: nothing
    away: str = Field(default="", sa_type=Text)  # said outside working hours, once a dialogue; empty: nothing

    title: str = Field(default="", max_length=200)  # what the platform calls it
    username: str = Field(default="", max_length=200)
    link: str = Field(default="", max_length=500)  # where people find it
    connected_at: datetime | None = None
    heard_at: datetime | None = None  # the last thing that came
    problem: str = Field(default="", max_length=500)  # what the platform last stumbled over
    waiting: int = 0  # events that the platform could not tell us yet


class BotIgnored(SQLModel, table=True):
    """How often something came that is no event, by its reason."""

    __tablename__ = "bot_ignored"

    bot_id: int = Field(primary_key=True, foreign_key="bot.id", ondelete="CASCADE")
    reason: str = Field(primary_key=True, max_length=120)
    count: int = 0
    last_at: datetime = Field(default_factory=now)


class Dialogue(SQLModel, table=True):
    """A chat of one bot with one person, or of a group. Lasts for ever; inquiries come and go in it."""

    __table_args__ = (
        UniqueConstraint("bot_id", "chat_id"),
        Index("ix_dialogue_last_at", "last_at"),
        Index("ix_dialogue_username", "username"),
        Index(  # those that wait for us
            "ix_dialogue_waiting_since",
            "waiting_since",
            sqlite_where=sql("waiting_since IS NOT NULL"),
            postgresql_where=sql("waiting_since IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    bot_id: int = Field(foreign_key="bot.id")
    chat_id: str = Field(max_length=200)  # the platform's
    identity: str = Field(max_length=120, index=True)  # Person.identity; of a group: of the chat
    name: str = Field(default="", max_length=300)
    username: str = Field(default="", max_length=200)  # lower case: nobody minds it there
    phone: str | None = Field(default=None, max_length=20)  # E.164: the platform vouches for it
    group: bool = False
    source: str = Field(default="", max_length=200)  # of the deep link that they came by last
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)  # the newest in it
    taken_by: int | None = Field(default=None, foreign_key="user_account.id", index=True)  # who answers
    taken_at: datetime | None = None
    started_at: datetime = Field(default_factory=now)
    last_at: datetime = Field(default_factory=now)  # of the last message, in or out
    last_in_at: datetime | None = None
    last_text: str = Field(default="", max_length=200)  # how the last message begins
    last_file: str = Field(default="", max_length=12)  # AttachmentKind of what came with it
    last_way: str = Field(default="in", max_length=3)
    waiting_since: datetime | None = None  # the first message that nobody has answered yet
    unread: int = 0  # messages that nobody has looked at
    blocked_at: datetime | None = None  # they do not want to hear of us
    said_away_at: datetime | None = None  # when the words of `Bot.away` were last said
    said_instead_at: datetime | None = None
    unlinked: bool = False  # a person has said that the phone does not say whose it is


class ChatWay(StrEnum):
    IN = "in"
    OUT = "out"


class ChatMessage(SQLModel, table=True):
    """Something that was said in a dialogue, or that happened in it. An album is one message."""

    __tablename__ = "chat_message"
    __table_args__ = (
        Index("ix_chat_message_dialogue_id_id", "dialogue_id", "id"),
        Index("ix_chat_message_inquiry_id_id", "inquiry_id", "id"),
        Index(
            "ix_chat_message_album",
            "dialogue_id",
            "album",
            sqlite_where=sql("album != ''"),
            postgresql_where=sql("album != ''"),
        ),
        Index(
            "ix_chat_message_status",
            "status",
            "dialogue_id",
            sqlite_where=sql("status IN ('queued', 'sending')"),
            postgresql_where=sql("status IN ('queued', 'sending')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    dialogue_id: int = Field(foreign_key="dialogue.id")
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id")
    event_id: int | None = Field(
        default=None, foreign_key="inquiry_event.id", index=True
    )  # that told it first
    way: ChatWay = Field(default=ChatWay.IN, sa_type=choice(ChatWay))
    kind: ChatKind = Field(default=ChatKind.MESSAGE, sa_type=choice(ChatKind))
    at: datetime = Field(default_factory=now)  # heard, or written
    sent_at: datetime | None = None  # by the platform's clock
    author: str = Field(default="", max_length=300)  # in a group: who of them
    text: str = Field(default="", sa_type=Text)
    reply_to: int | None = Field(default=None, foreign_key="chat_message.id")
    forwarded_from: str = Field(default="", max_length=300)
    album: str = Field(default="", max_length=200)
    payload: str = Field(default="", max_length=200)  # of a button that was pressed
    edited_at: datetime | None = None
    edited: int = Field(default=0, sa_type=BigInteger)  # ChatEvent.edited of what it says now
    deleted_at: datetime | None = None  # by them: the text stays here
    ignored_by: int | None = Field(default=None, foreign_key="ignore_entry.id", ondelete="SET NULL")
    # Of ours
    author_id: int | None = Field(default=None, foreign_key="user_account.id")
    token: str | None = Field(
        default=None, max_length=64, unique=True
    )  # of the form: sent twice is sent once
    asks: str = Field(default="", max_length=60)  # phone, or consent:{ConsentText.id}
    by_itself: str = Field(default="", max_length=20)  # away, instead: nobody has written it
    status: ChatStatus | None = Field(default=None, sa_type=choice(ChatStatus))
    status_at: datetime | None = None
    attempts: int = 0
    sent_parts: int = 0  # that the platform has taken already
    error: str = Field(default="", max_length=500)


class ChatPart(SQLModel, table=True):
    """The ids by which the platform speaks of a message: of an album's or a split one's several."""

    __tablename__ = "chat_part"
    __table_args__ = (UniqueConstraint("dialogue_id", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    dialogue_id: int = Field(foreign_key="dialogue.id")
    external_id: str = Field(max_length=200)
    message_id: int = Field(foreign_key="chat_message.id", index=True, ondelete="CASCADE")


class ChatAhead(SQLModel, table=True):
    """What was told of a message before we knew it by that id: kept until we do."""

    __tablename__ = "chat_ahead"

    dialogue_id: int = Field(primary_key=True, foreign_key="dialogue.id", ondelete="CASCADE")
    external_id: str = Field(primary_key=True, max_length=200)
    at: datetime = Field(default_factory=now)
    status: ChatStatus | None = Field(default=None, sa_type=choice(ChatStatus))  # None: it was deleted
    error: str = Field(default="", max_length=500)


class ChatVersion(SQLModel, table=True):
    """What a message said before it was edited."""

    __tablename__ = "chat_version"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="chat_message.id", index=True, ondelete="CASCADE")
    at: datetime = Field(default_factory=now)  # until when it said so
    text: str = Field(default="", sa_type=Text)
    files: list[str] = json_list()  # names of what was attached


class FileState(StrEnum):
    WAITING = "waiting"  # to be fetched
    KEPT = "kept"
    FAILED = "failed"
    TOO_LARGE = "too-large"
    NONE = "none"  # a place, a contact, a link: nothing to fetch


class ChatFile(SQLModel, table=True):
    """Something attached to a message; bytes are kept by hash, like letters' (storage/files.py)."""

    __tablename__ = "chat_file"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="chat_message.id", index=True, ondelete="CASCADE")
    position: int = 0
    kind: AttachmentKind = Field(default=AttachmentKind.FILE, sa_type=choice(AttachmentKind))
    filename: str = Field(default="", max_length=255)
    content_type: str = Field(default="application/octet-stream", max_length=127)
    size: int = 0
    digest: str = Field(default="", max_length=64, index=True)  # SHA-256, hex; empty: not here
    state: FileState = Field(default=FileState.NONE, sa_type=choice(FileState))
    ref: str = Field(default="", sa_type=Text)  # what the adapter fetches it by
    seconds: int | None = None
    title: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=40)
    latitude: float | None = None
    longitude: float | None = None
    url: str = Field(default="", max_length=2000)
    error: str = Field(default="", max_length=300)
    removed_at: datetime | None = None  # by retention, or edited away


class ChatDraft(SQLModel, table=True):
    """An answer that somebody writes."""

    __tablename__ = "chat_draft"

    author_id: int = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    dialogue_id: int = Field(primary_key=True, foreign_key="dialogue.id", ondelete="CASCADE")
    text: str = Field(default="", sa_type=Text)
    reply_to: int | None = Field(default=None, foreign_key="chat_message.id", ondelete="SET NULL")
    files: list[dict[str, Any]] = json_list()  # {"digest", "filename", "content_type", "size"}
    updated_at: datetime = Field(default_factory=now)
