"""What two cards are compared by, and what came out: facts in, a verdict with its evidence out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from intake.model.wizard import PartyKind


class Likelihood(StrEnum):
    """How likely two cards are of one party."""

    PROBABLE = "probable"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Reach:
    """A phone, an address, a nick or a site: `value` is its key, `extension` of a phone."""

    kind: str
    value: str
    extension: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one party, folded; empty where nothing is. A lead may have a person and a company."""

    kind: PartyKind
    id: int
    last: str = ""
    first: str = ""
    middle: str = ""
    company: str = ""  # without its legal form
    inn: str = ""
    kpp: str = ""
    city: str = ""
    account_id: int | None = None
    points: tuple[Reach, ...] = ()


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many have the same: points by (kind, value), names by their key."""

    points: dict[tuple[str, str], int] = field(default_factory=dict)
    names: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for (`bits` above nought) or against its being the same party.

    Codes: phone, email, messenger, site, shared (people), switchboard, other-extension, inn, name,
    name-part, name-like (how, mistakes), same-account, city; against: other-inn, other-kpp,
    other-patronymic, other-name, unlike-name, other-city.
    """

    code: str
    bits: float
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What a «not a duplicate» mark remembers of it."""
        return f"{self.code}:{self.params.get('value', '')}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of two parties of one kind; `one_id` is the older. `likelihood` is None when they are different."""

    kind: PartyKind
    one_id: int
    other_id: int
    bits: float
    likelihood: Likelihood | None
    evidence: tuple[Evidence, ...]
