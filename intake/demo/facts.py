"""What the demonstration's world is made of: plain facts, free of how they are stored.

Things point to one another by their places in the world's tuples. Times are aware UTC, sums roubles.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to reach somebody. `kind`: phone, email, messenger, site; `value` is the exact key."""

    kind: str
    value: str
    raw: str
    extension: str | None = None
    note: str | None = None
    shared: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    last: str
    first: str
    middle: str
    position: str = ""
    department: str = ""
    reaches: tuple[Reach, ...] = ()
    touched_at: datetime | None = None  # the last talk

    @property
    def full(self) -> str:
        return f"{self.last} {self.first} {self.middle}"

    @property
    def short(self) -> str:
        """«Ковалёва М. С.»"""
        return f"{self.last} {self.first[0]}. {self.middle[0]}."


@dataclass(frozen=True, slots=True)
class Company:
    """A client. A private person (`kind` person) has no people of their own and no papers."""

    kind: str  # company, sole-trader, person
    name: str  # without the legal form
    legal_form: str | None
    inn: str | None
    kpp: str | None
    ogrn: str | None
    city: str
    address: str
    industry: str
    type: str
    source: str
    responsible: str  # login
    employees: int | None
    revenue: int | None
    description: str | None
    do_not_call: bool
    created_at: datetime
    touched_at: datetime | None
    reaches: tuple[Reach, ...]
    people: tuple[Person, ...]
    parent: int | None = None  # place of the head office


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who is not a client yet."""

    person: Person
    organisation: str | None
    inn: str | None
    city: str
    industry: str
    source: str
    rating: str
    responsible: str
    created_at: datetime
    touched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Whose:
    """Places of a company and one of its people, or of a prospect."""

    company: int | None = None
    person: int | None = None
    prospect: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An interest: what somebody wants, and how far it has come."""

    whose: Whose
    title: str
    wanted: str
    amount: int | None
    pipeline: str
    status: str
    source: str
    responsible: str
    inquired_at: datetime
    due: datetime | None
    closed_at: datetime | None = None
    lost_reason: str | None = None
    labels: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """A past call. `by` is the extension that talked, None when nobody answered."""

    whose: Whose
    number: str  # E.164
    name: str | None
    did: str
    direction: str  # in, out
    by: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    wish: int | None = None  # the one it brought about


@dataclass(frozen=True, slots=True)
class Remark:
    whose: Whose
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """A task for somebody of ours."""

    whose: Whose
    wish: int
    kind: str  # call, letter, task
    title: str
    responsible: str
    due: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worker:
    """One of ours, who signs in. `role`: operator, manager, administrator."""

    login: str
    name: str
    role: str
    team: str
    extension: str | None
    mobile: str
    email: str


@dataclass(frozen=True, slots=True)
class Line:
    """A number of ours that people dial."""

    did: str
    name: str
    area_code: str
    source: str


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of ours."""

    address: str
    name: str
    signature: str


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    kind: str  # open, won, lost


@dataclass(frozen=True, slots=True)
class Path:
    """A pipeline."""

    name: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    now: datetime
    companies: tuple[Company, ...]
    prospects: tuple[Prospect, ...]
    wishes: tuple[Wish, ...]
    talks: tuple[Talk, ...]
    waiting: tuple[Talk, ...]  # calls of this morning that nobody answered, nor called back
    remarks: tuple[Remark, ...]
    errands: tuple[Errand, ...]
    teams: tuple[str, ...]
    workers: tuple[Worker, ...]
    lines: tuple[Line, ...]
    paths: tuple[Path, ...]
