"""A letter as the service sees it, whatever its bytes were."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class LetterKind(StrEnum):
    """What it is, before anybody reads it. Only a `letter` opens an inquiry that waits for a person."""

    LETTER = "letter"
    AUTO_REPLY = "auto-reply"  # out of office, «мы получили ваше письмо» (RFC 3834)
    BOUNCE = "bounce"  # a delivery report (RFC 3464 and what servers send instead)
    LIST = "list"  # a mailing list or bulk mail (RFC 2919, RFC 2369)
    CALENDAR = "calendar"  # an invitation or its answer (RFC 5546)
    OWN = "own"  # we sent it ourselves


class SenderFrom(StrEnum):
    """Where the true sender was found: a Reply-To can lie, so it is shown."""

    FROM = "from"
    REPLY_TO = "reply-to"
    FORM_BODY = "form-body"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Address:
    """`email` is as written, in lower case; empty where none could be read."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is really asking. `phone` is E.164 where it parses; only a form's body tells one."""

    email: str
    name: str = ""
    phone: str | None = None
    why: SenderFrom = SenderFrom.FROM


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a letter, its transfer encoding undone. `content_id` is bare, without <>."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Found:
    """What text and signature say of the sender: offered in the wizard, never saved by itself.

    Phones are E.164 with «;ext=12» behind where there is an extension; the likeliest stands first.
    """

    names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    inns: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    position: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """All text is clean Unicode without control characters. Message ids are bare, without <>."""

    message_id: str
    sent_from: Address
    sender: Sender
    subject: str
    text: str  # all that can be read
    reply_text: str  # what is new in it
    html: str = field(default="", repr=False)  # as it was sent: hostile
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None  # by the sender's clock, aware
    attachments: tuple[Attached, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    kind: LetterKind = LetterKind.LETTER
    kind_reason: str = ""  # what told so: «Auto-Submitted: auto-replied»
    problems: tuple[str, ...] = ()  # stable codes of what was broken in it
    fields: dict[str, str] = field(default_factory=dict)  # a contact form's labels and values
    spam: str = ""  # what a spam filter's header said, when it said yes


@dataclass(frozen=True, slots=True)
class LetterEvent:
    """A letter as it came in. `channel` is «imap:1» or «smtp»; `external_id` is stable within it
    («INBOX/1699999999/42», the receiver's own id). `mailbox` is the address of ours it came to."""

    channel: str
    external_id: str
    at: datetime  # received, aware UTC
    raw: bytes = field(repr=False)
    mailbox: str = ""
    envelope_from: str | None = None  # MAIL FROM; "" for <>; None where nobody said
    problems: tuple[str, ...] = ()  # stable codes of what kept the channel from bringing all of it
