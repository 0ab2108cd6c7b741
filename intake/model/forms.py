"""Web forms as frozen values: how a form is drawn, and what a visitor sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# What a field may fill: on the party's card, on the contact's, on the interest. Anything else that a form
# asks is a custom value of one of them: «account.custom», «contact.custom», «interest.custom».
TARGETS = (
    "name", "last_name", "first_name", "middle_name", "phone", "email", "messenger", "site", "position",
    "company", "inn", "kpp", "city", "wanted", "amount", "source",
    "account.custom", "contact.custom", "interest.custom",
)  # fmt: skip


class FieldKind(StrEnum):
    TEXT = "text"
    LONG = "long"
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"  # one of `options`
    CHOICES = "choices"  # any of `options`
    FILE = "file"
    CONSENT = "consent"  # a tick under the newest text of `purpose`; never ticked beforehand
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field, as WebForm.fields keeps it. `name` is what is sent."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    target: str = "interest.custom"  # of TARGETS
    required: bool = False
    default: str = ""
    hint: str = ""
    options: tuple[str, ...] = ()
    purpose: str = ""  # of a consent (ConsentText.purpose)
    many: bool = False  # several files


class Suspicion(StrEnum):
    """Why a submission is held until somebody has looked at it."""

    HONEYPOT = "honeypot"  # a field that people do not see was filled in
    TOO_QUICK = "too-quick"
    TOO_OLD = "too-old"  # the form was rendered more than a day ago
    UNSIGNED = "unsigned"  # it was not rendered by us, though the form asks for that
    TOO_MANY = "too-many"  # from this address within an hour
    NO_CHALLENGE = "no-challenge"  # not solved, or solved once already
    LINKS = "links"  # more links than a person writes
    LOOP = "loop"  # our own address, or our own page, asks
    UNREADABLE = "unreadable"  # we stumbled over it: it stands there as it came


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is kept already, by its digest."""

    field: str
    filename: str
    content_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """Agreed to a version of a text (ConsentText.id)."""

    field: str
    text_id: int


@dataclass(frozen=True, slots=True)
class FormEvent:
    """What a visitor sent, understood by the form as it was drawn then. Complete or not, it is kept."""

    channel: str  # form:{id}
    external_id: str  # the sender's idempotency key, else the content's fingerprint within its window
    earlier: str  # what the same content would have been called one window before; empty with a key
    same_minutes: int  # that window
    at: datetime
    form_id: int
    form_name: str
    values: tuple[tuple[str, str, str], ...]  # field's name, label, value; unknown fields have no label
    said: tuple[tuple[str, str], ...]  # target -> value; several of one target in turn
    ticks: tuple[Ticked, ...] = ()
    files: tuple[Upload, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()  # field's name -> code
    held: tuple[Suspicion, ...] = ()
    via: str = "html"  # script, html, json, tilda
    address: str = ""
    agent: str = ""
    page: str = ""
    referrer: str = ""
    utm: tuple[tuple[str, str], ...] = ()
    raw: str = ""  # the body as it came, files left out
    rendering: str = ""  # once the form was shown: what comes of it again corrects what had problems


@dataclass(frozen=True, slots=True)
class Taken:
    """What the visitor is told: their number. `fresh` is False for what was here already."""

    number: int
    fresh: bool
    inquiry_id: int | None = None
