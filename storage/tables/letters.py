"""Mail: the mailboxes, the letters that came and went, what was attached to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from intake.model.letters import LetterKind
from storage.columns import Sealed, choice, json_dict, json_list, now


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"  # for a server on the same machine


class MailLogin(StrEnum):
    PASSWORD = "password"  # noqa: S105
    OAUTH2 = "oauth2"


class AfterStoring(StrEnum):
    """What becomes of a letter on its server once it is stored here."""

    KEEP = "keep"
    FLAG = "flag"
    MOVE = "move"


class Mailbox(SQLModel, table=True):
    """An address of ours. Its IMAP channel is `imap:{id}`; without an IMAP server letters to it come by
    the SMTP receiver, which takes in letters for every enabled mailbox."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    address: str = Field(max_length=320, unique=True)  # lower case
    aliases: list[str] = json_list()  # further addresses that lead here
    enabled: bool = True
    updated_at: datetime = Field(default_factory=now)

    imap_host: str = Field(default="", max_length=253)
    imap_port: int = 993
    imap_security: Security = Field(default=Security.TLS, sa_type=choice(Security))
    folders: list[str] = json_list()  # empty: INBOX
    after_storing: AfterStoring = Field(default=AfterStoring.KEEP, sa_type=choice(AfterStoring))
    move_to: str = Field(default="", max_length=200)
    scan_from: datetime | None = None  # the first scan begins here; None: with everything there is
    most_bytes: int = 40_000_000  # of a letter; of a larger one only the head is taken in

    smtp_host: str = Field(default="", max_length=253)  # for answers; empty: this mailbox cannot answer
    smtp_port: int = 465
    smtp_security: Security = Field(default=Security.TLS, sa_type=choice(Security))

    login: MailLogin = Field(default=MailLogin.PASSWORD, sa_type=choice(MailLogin))
    username: str = Field(default="", max_length=320)
    secret: str = Field(default="", sa_type=Sealed)  # password, or OAuth2's refresh token
    oauth_token_url: str = Field(default="", max_length=500)
    oauth_client_id: str = Field(default="", max_length=300)
    oauth_client_secret: str = Field(default="", sa_type=Sealed)
    oauth_scope: str = Field(default="", max_length=500)
    ca_file: str = Field(default="", max_length=500)  # of a server with a certificate of one's own

    from_name: str = Field(default="", max_length=120)  # in front of the address in answers
    signature_ru: str = Field(default="", sa_type=Text)
    signature_en: str = Field(default="", sa_type=Text)
    form_labels: dict[str, Any] = json_dict()  # a contact form's label -> field, learned from a sample


class MailboxPlace(SQLModel, table=True):
    """Up to where a folder has been taken in (RFC 3501: UIDs count only within one UIDVALIDITY)."""

    __tablename__ = "mailbox_place"

    mailbox_id: int = Field(primary_key=True, foreign_key="mailbox.id", ondelete="CASCADE")
    folder: str = Field(primary_key=True, max_length=200)
    uidvalidity: int = Field(default=0, sa_type=BigInteger)
    uid: int = Field(default=0, sa_type=BigInteger)  # the last one stored


class LetterWay(StrEnum):
    IN = "in"
    OUT = "out"


class Sending(StrEnum):
    """Of a letter that goes out."""

    QUEUED = "queued"
    SENDING = "sending"  # being handed to the server: too late to take it back
    SENT = "sent"
    FAILED = "failed"  # given up, or refused for good
    CANCELLED = "cancelled"


class LetterRecord(SQLModel, table=True):
    """A letter in or out. `fingerprint` is the same by whatever way it came, so it is taken in once."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_inquiry_id_at", "inquiry_id", "at"),
        Index("ix_letter_kind_at", "kind", "at"),
        # of ours only, so that taking letters in costs nothing
        Index(
            "ix_letter_sending",
            "sending",
            sqlite_where=sql("sending IS NOT NULL"),
            postgresql_where=sql("sending IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id")
    mailbox_id: int | None = Field(default=None, foreign_key="mailbox.id", index=True, ondelete="SET NULL")
    way: LetterWay = Field(default=LetterWay.IN, sa_type=choice(LetterWay))
    at: datetime = Field(default_factory=now)  # received, or written
    fingerprint: str = Field(max_length=64, unique=True)  # SHA-256, hex
    # The entry of the ignore list for which it waits for nobody
    ignored_by: int | None = Field(default=None, foreign_key="ignore_entry.id", ondelete="SET NULL")
    message_id: str = Field(default="", max_length=998, index=True)
    in_reply_to: str = Field(default="", max_length=998)
    from_email: str = Field(default="", max_length=320, index=True)
    from_name: str = Field(default="", max_length=300)
    sender_email: str = Field(default="", max_length=320, index=True)  # the true sender; of ours: for whom
    sender_name: str = Field(default="", max_length=300)
    sender_phone: str | None = Field(default=None, max_length=40)
    sender_why: str = Field(default="from", max_length=20)  # intake.model.letters.SenderFrom
    recipients: list[dict[str, str]] = json_list()  # {"role": "to" | "cc" | "reply-to", "email", "name"}
    subject: str = Field(default="", max_length=998)
    sent_at: datetime | None = None  # by the sender's clock
    text: str = Field(default="", sa_type=Text)
    reply_text: str = Field(default="", sa_type=Text)
    html: str = Field(default="", sa_type=Text)  # as it was sent: hostile
    kind: LetterKind = Field(default=LetterKind.LETTER, sa_type=choice(LetterKind))
    kind_reason: str = Field(default="", max_length=300)
    problems: list[str] = json_list()
    fields: dict[str, Any] = json_dict()  # a contact form's labels and values
    spam: str = Field(default="", max_length=300)
    quarantined: bool = Field(default=False, index=True)  # could not be read: only the raw bytes are there
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)  # deflated; a large one is in `raw_file`
    raw_file: str | None = Field(default=None, max_length=64)
    raw_size: int = 0
    # Of a letter that goes out
    author_id: int | None = Field(default=None, foreign_key="user_account.id")
    answers_id: int | None = Field(default=None, foreign_key="letter.id", index=True)
    sending: Sending | None = Field(default=None, sa_type=choice(Sending))
    send_at: datetime | None = None  # not before
    attempts: int = 0
    error: str = Field(default="", max_length=2000)


class LetterReference(SQLModel, table=True):
    """The ids a letter names: its own, those it answers. Two letters that share one are of one thread."""

    __tablename__ = "letter_reference"

    letter_id: int = Field(primary_key=True, foreign_key="letter.id", ondelete="CASCADE")
    message_id: str = Field(primary_key=True, max_length=998, index=True)


class Attachment(SQLModel, table=True):
    """A file of a letter; its bytes are kept once, by hash, outside the database (storage/files.py)."""

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letter.id", index=True, ondelete="CASCADE")
    position: int = 0
    filename: str = Field(default="", max_length=255)
    content_type: str = Field(default="application/octet-stream", max_length=127)
    size: int = 0
    digest: str = Field(max_length=64, index=True)  # SHA-256, hex; names the file
    content_id: str = Field(default="", max_length=300)
    inline: bool = False
    removed_at: datetime | None = None  # by retention: the name stays, the bytes are gone


class LetterDraft(SQLModel, table=True):
    """An answer that somebody writes. `about`: «inquiry/5», «contact/3»."""

    __tablename__ = "letter_draft"

    author_id: int = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    about: str = Field(primary_key=True, max_length=40)
    fields: dict[str, Any] = json_dict()  # as typed
    files: list[dict[str, Any]] = json_list()  # {"digest", "filename", "content_type", "size"}
    updated_at: datetime = Field(default_factory=now)


class LetterTemplate(SQLModel, table=True):
    """An answer that is written often. Its fields stand in {braces}."""

    __tablename__ = "letter_template"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    language: str = Field(default="ru", max_length=5)
    subject: str = Field(default="", max_length=300)
    text: str = Field(default="", sa_type=Text)
    position: int = 0
