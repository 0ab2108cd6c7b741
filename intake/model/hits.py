"""What the wizard's search answers: hits that say why they were found and how sure that is."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from intake.model.wizard import Chosen, Existing, PartyKind


class Level(StrEnum):
    """How sure it is."""

    EXACT = "exact"  # a key that belongs to nobody else
    PROBABLE = "probable"
    POSSIBLE = "possible"
    RELATED = "related"  # did not match: stands here because of the hit or choice beside it


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code and what fills in its sentence.

    phone, phone-tail, phone-part, email, email-part, messenger, messenger-part, site, inn, inn-kpp, inn-part,
    phone-near, email-near, inn-near (one sign parts it from what was typed), former-phone, former-email (it
    was on the card once), mentioned-phone, mentioned-email, mentioned-inn (it stands in the description or in
    a note), other-inn (speaks against it),
    name-exact, name-beginning, name-part, and what the inexact search found alike: name-words (all typed
    words are there), name-typo (mistakes: letters), name-translit, name-layout, name-other (a diminutive),
    name-glued, name-sound, name-initial; each with `contact-` before it when an account was found by its
    contact; shared-number (people: how many, number); other-extension (extension: the stored one);
    of-account, of-contact for what is only related. `value` is the stored value that matched.
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PointShown:
    """A phone or address on a hit. `matched`: it is why the hit is here. `former`: it was on the card once,
    is shown because it was asked for and has no id."""

    id: int | None
    kind: str
    value: str
    extension: str | None = None
    note: str | None = None
    shared: bool = False
    matched: bool = False
    former: bool = False


@dataclass(frozen=True, slots=True)
class PartyHit:
    """What every hit on a party says about it."""

    id: int
    name: str
    level: Level
    score: float
    reasons: tuple[Reason, ...]
    touched_at: datetime | None
    responsible_id: int | None
    responsible: str | None
    open_interests: int
    points: tuple[PointShown, ...]
    shared: bool  # found by a number of many people
    do_not_call: bool


@dataclass(frozen=True, slots=True)
class ClientHit(PartyHit):
    """An account or a lead («potential client»)."""

    kind: PartyKind
    legal_form: str | None = None
    inn: str | None = None
    kpp: str | None = None
    city: str | None = None
    person: str | None = None  # a lead's person, when it also has an organisation

    @property
    def ref(self) -> Existing:
        return Existing(self.kind, self.id)


@dataclass(frozen=True, slots=True)
class ContactHit(PartyHit):
    position: str | None = None
    account_id: int | None = None
    account: str | None = None

    @property
    def ref(self) -> Existing:
        return Existing(PartyKind.CONTACT, self.id)


@dataclass(frozen=True, slots=True)
class InterestHit:
    id: int
    title: str
    status: str
    pipeline: str
    open: bool
    amount: Decimal | None
    due: datetime | None
    inquired_at: datetime
    updated_at: datetime
    responsible_id: int | None
    responsible: str | None
    account_id: int | None
    contact_id: int | None
    lead_id: int | None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The three panes, best first. `best_…` is the one that may stand chosen: the only exact hit, and
    never one of several people on a number."""

    clients: tuple[ClientHit, ...] = ()
    contacts: tuple[ContactHit, ...] = ()
    interests: tuple[InterestHit, ...] = ()
    active: int = 0  # interests of those shown, whatever the switch says
    closed: int = 0
    best_client: Existing | None = None
    best_contact_id: int | None = None
    more: bool = False  # more was found than is shown
    chosen: Chosen = field(default_factory=Chosen)  # … as they are now: merged ones are the card left
