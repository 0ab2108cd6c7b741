"""The words of this bench: a record, a query with its truth, and what an engine must be able to do."""

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
    """`truth` are the numbers (place in the world) of all records that answer the query as it was meant;
    `meant` is it before it was spoilt, `about` the record it was made from."""

    category: str
    text: str
    meant: str
    about: int
    truth: frozenset[Ref] = frozenset()
    phone: str = ""
    email: str = ""
    inn: str = ""


class Engine(Protocol):
    name: str

    def find(self, query: Query) -> list[Ref]:
        """Up to ten, the best first."""
        ...

    def close(self) -> None: ...
