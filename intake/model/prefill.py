"""What page 2 of the wizard shows before anybody has typed into it."""

from dataclasses import dataclass, field
from decimal import Decimal

from intake.model.hits import InterestHit
from intake.model.wizard import Choice, Criteria, Existing, PartyKind


@dataclass(frozen=True, slots=True)
class Stored:
    """A value on a card; `point_id` where it is a phone or an address."""

    text: str
    point_id: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What was said and what is stored, side by side. `field`: phone, email, or a card's field."""

    of: PartyKind
    field: str
    said: str
    stored: tuple[Stored, ...]
    suggested: Choice


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Somebody stored has the newcomer's ИНН (with the same КПП), phone or address. `ref` and `name` are
    None for one that the asker may not see."""

    reason: str  # inn, phone, email
    value: str
    ref: Existing | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """The client or the contact person: stored when `ref` is known, else as it was typed."""

    ref: Existing | None = None
    fields: dict[str, str] = field(default_factory=dict)  # name, legal_form, inn … or last_name, position …
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Found in a letter's text, or said otherwise in a later request. It fills `field` (name, company, phone,
    inn, email, position, site) when somebody takes it, and counts for nothing before."""

    field: str
    value: str  # a phone as E.164
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Custom:
    """What a form asked beyond the records' own fields, and of whom: account, contact or interest."""

    owner: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an inquiry of any channel says before anybody types."""

    criteria: Criteria = field(default_factory=Criteria)  # of the sender: their number, address, name
    company: str = ""  # … as a form says it
    position: str = ""
    city: str = ""
    wish: str = ""  # what the title begins with
    wanted: str = ""
    amount: Decimal | None = None
    given: str = "oral"  # how they would agree to something: ConsentGiven.given
    source: str = ""  # what the line brings, the mailbox's or the form's name
    utm: tuple[tuple[str, str], ...] = ()
    custom: tuple[Custom, ...] = ()
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Prefill:
    client: Side
    contact: Side
    newcomer: PartyKind  # what an unknown party becomes, by the administrator's setting
    differences: tuple[Difference, ...]
    duplicates: tuple[Duplicate, ...]
    interests: tuple[InterestHit, ...]  # open ones, to link to
    person: str  # «Ковалёва М. С.»: the end of the title
    title: str
    source: str
    status_id: int | None
    responsible_id: int | None
    responsible: str
    because: str  # own, last, me
    consent_text_id: int | None
    said: Said = field(default_factory=Said)  # by hand: nothing
