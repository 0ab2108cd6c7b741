"""The words of this bench: a record, a query with its truth, and what an engine must be able to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from intake.model.wizard import PartyKind

SHOWN = 10  # answers that are looked at


class Ref(NamedTuple):
    kind: PartyKind
    id: int


class Record(NamedTuple):
    """An account, a contact or a lead. `name` is the company's, without its legal form; `company` and
    `account_id` are a contact's."""

    kind: PartyKind
    id: int
    name: str
    legal_form: str | None
    last: str
    first: str
    middle: str
    inn: str | None
    phone: str
    email: str
    account_id: int | None
    company: str

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id)

    @property
    def person(self) -> str:
        return " ".join(part for part in (self.last, self.first, self.middle) if part)

    @property
    def whole(self) -> str:
        """All its own names."""
        return " ".join(part for part in (self.person, self.name) if part)


@dataclass(frozen=True, slots=True)
class Query:
    """`truth` are all records that answer the query as it was `meant`, before it was spoilt; the keys are
    given beside the name, or empty."""

    category: str
    text: str
    meant: str
    truth: frozenset[Ref]
    phone: str = ""
    email: str = ""
    inn: str = ""


class World(Protocol):
    """Records that come again in the same order, however often one asks."""

    @property
    def name(self) -> str: ...

    @property
    def code(self) -> tuple[str, ...]:
        """The modules that decide what is in it."""
        ...

    @property
    def size(self) -> int: ...

    @property
    def seed(self) -> int: ...

    def __iter__(self) -> Iterator[Record]: ...


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    def find(self, query: Query) -> list[Ref]:
        """Up to ten, the best first."""
        ...

    def close(self) -> None: ...
