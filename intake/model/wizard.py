"""What goes into the wizard: the search of step one and the decision of step two, as frozen values.

Words that the records' own enums hold (a point's kind, a task's kind …) are plain strings here, since the
records stand on a higher floor; `accept` refuses a word that it does not know.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    """How the search looks: three literal ways, and one that forgives."""

    BEGINNING = "beginning"  # each word of the query begins a word of the record
    PART = "part"  # each word of the query is inside a word of the record
    EXACT = "exact"  # equal after folding
    INEXACT = "inexact"  # as people misspell: slips, sounds, layouts, diminutives, words glued and parted


class Shown(StrEnum):
    """Which interests the third pane lists."""

    ACTIVE = "active"
    CLOSED = "closed"
    ALL = "all"


class PartyKind(StrEnum):
    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Existing:
    """A party that is stored: an account, a contact or a lead."""

    kind: PartyKind
    id: int


@dataclass(frozen=True, slots=True)
class Criteria:
    """Everything that was typed or came with the call, as typed; all that is filled counts at once."""

    name: str = ""
    inn: str = ""  # with the КПП after a space, slash or comma, if known
    phone: str = ""  # may hold several numbers and an extension
    extension: str = ""
    email: str = ""
    other: str = ""  # a messenger's nick, a site, a contract's number
    mode: Mode = Mode.INEXACT
    interests: Shown = Shown.ACTIVE
    area_code: str | None = None  # of the line that was called, for numbers of seven digits
    limit: int = 30  # hits a pane

    @property
    def empty(self) -> bool:
        texts = (self.name, self.inn, self.phone, self.email, self.other)
        return not any(text.strip() for text in texts)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the operator has clicked: the other panes narrow to it."""

    client: Existing | None = None  # an account or a lead
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A way to reach somebody, as given. `kind`: phone, email, messenger or site."""

    kind: str
    text: str
    extension: str = ""
    note: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A client or a potential client to be registered.

    `kind` ACCOUNT or LEAD; None leaves it to the administrator's setting. A newcomer without a company's
    name is a private person, named after the contact person.
    """

    kind: PartyKind | None = None
    name: str = ""  # of the company, with or without its legal form
    account_kind: str = "company"  # company, sole-trader, person
    legal_form: str = ""
    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    city: str = ""
    points: tuple[NewPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPerson:
    """The contact person, when it is nobody stored. For a lead: the lead's own person."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    position: str = ""
    points: tuple[NewPoint, ...] = ()


Party = Existing | Newcomer
Person = Existing | NewPerson


@dataclass(frozen=True, slots=True)
class LinkInterest:
    """It is about an interest that exists."""

    id: int


@dataclass(frozen=True, slots=True)
class CreateInterest:
    """A new interest. What is empty is chosen: the title by the rule «the service wanted — the person's
    name», the status as the first of the first pipeline, the responsible by `prefill`'s suggestion."""

    title: str = ""
    wanted: str = ""
    status_id: int | None = None
    source: str = ""
    utm: tuple[tuple[str, str], ...] = ()
    amount: Decimal | None = None
    responsible_id: int | None = None
    due: datetime | None = None
    members: tuple[int, ...] = ()  # co-executors


Wanted = LinkInterest | CreateInterest


class Choice(StrEnum):
    """What becomes of a stored value that differs from what was said."""

    KEEP = "keep"
    ADD = "add"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class PointDecision:
    """A phone or address that was typed and is not on the card. REPLACE needs the stored point's id."""

    of: PartyKind
    point: NewPoint
    choice: Choice
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class FieldDecision:
    """Any other field that was typed and differs: `name`, `inn`, `last_name` … ADD fills an empty one."""

    of: PartyKind
    field: str
    value: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """They agreed to a version of a text. `given`: oral, form, letter, chat."""

    text_id: int
    given: str = "oral"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next. `kind`: call, letter, task. Nobody named: whoever is responsible for the interest."""

    kind: str
    title: str = ""
    due: datetime | None = None
    responsible_id: int | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """All that page 2 says. `request_key` is the form's own token: the same one twice is one acceptance."""

    party: Party | None
    interest: Wanted
    contact: Person | None = None
    points: tuple[PointDecision, ...] = ()
    fields: tuple[FieldDecision, ...] = ()
    note: str = ""
    labels: tuple[str, ...] = ()
    consent: ConsentGiven | None = None
    next_step: NextStep | None = None
    request_key: str = ""
    call_id: int | None = None  # by hand from a call
    criteria: Criteria = field(default_factory=Criteria)  # what was searched: kept on an inquiry by hand


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of it. `warnings` are codes of doubts that did not stop it: bad-inn, bad-ogrn …"""

    inquiry_id: int
    interest_id: int
    action_id: int
    created: bool  # an interest was made, not linked
    account_id: int | None = None
    contact_id: int | None = None
    lead_id: int | None = None
    warnings: tuple[str, ...] = ()
    repeated: bool = False  # the same request was heard before; nothing was done now
