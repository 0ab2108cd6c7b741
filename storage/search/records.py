"""What stands in the list of a word: which record it is in, and how many words the name there has.

A number is id << 10 | kind << 8 | related << 7 | words. Everything that names a record is indexed: a
contact also under the words of its company (`related`), so that «Иванов Ромашка» finds him.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, literal, select
from sqlmodel import SQLModel, col

from intake.matching.companies import fold_company
from intake.matching.names import fold
from storage.batches import batches
from storage.search import sql
from storage.search.lists import Family, list_of, write
from storage.search.vocabulary import word_ids
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead
from storage.tables.search import MAX_WORD

TABLES: tuple[type[SQLModel], ...] = (Account, Contact, Lead, Interest)  # a record's kind is its place here
KIND_OF: dict[str, int] = {str(table.__tablename__): kind for kind, table in enumerate(TABLES)}
ACCOUNT, CONTACT, LEAD, INTEREST = range(4)

MAX_FOLDED = 600  # letters, as long as the column
MOST_WORDS = 127  # of a name; the rest is not searched for
_PERSON = ("last_name", "first_name", "middle_name")


@dataclass(frozen=True, slots=True)
class Names:
    """What a record is called, folded: `own` names, each enough by itself, and its company's."""

    kind: int
    id: int
    own: tuple[str, ...]
    related: str = ""


def folded(table: str, values: Mapping[str, Any]) -> str:
    """What the `folded` column of a row holds: its names without legal forms."""
    return whole(own_names(table, values))


def whole(own: Iterable[str]) -> str:
    return " ".join(part for part in own if part)[:MAX_FOLDED]


def own_names(table: str, values: Mapping[str, Any] | RowMapping) -> tuple[str, ...]:
    """A lead's person and organisation apart, for either is enough."""
    if table == "account":
        return (fold_company(values["name"] or ""),)
    if table == "interest":
        return (fold(values["title"] or ""),)
    person = fold(" ".join(values[part] or "" for part in _PERSON))
    return (person, fold_company(values["organisation"] or "")) if table == "lead" else (person,)


def index(connection: Connection, names: Iterable[Names]) -> None:
    """Put records into the lists of their words, in the transaction that writes them, after `lists.alone`."""
    found = [entry for one in names for entry in entries(one)]
    ids = word_ids(connection, {word for word, _ in found})
    write(connection, ((list_of(Family.RECORDS, ids[word]), number) for word, number in found))


def stored(connection: Connection, kind: int, ids: Collection[int]) -> list[Names]:
    """The names of these rows as they are now; those that are gone are left out."""
    columns, query = _naming(kind)
    return [
        names_of(kind, dict(zip(columns, row, strict=True)))
        for some in batches(sorted(ids))
        for row in sql.rows(connection, query, some)
    ]


@cache
def _naming(kind: int) -> tuple[list[str], str]:
    """The columns and the statement: putting it together takes longer than its answer."""
    query = naming(kind)
    text = query.compile(compile_kwargs={"literal_binds": True})
    return query.selected_columns.keys(), f"{text} WHERE {TABLES[kind].__tablename__}.id AMONG NUMBERS 1"


def with_companies(connection: Connection, names: Iterable[Names]) -> list[Names]:
    """The same, people with the names of their companies as they are now."""
    found = list(names)
    people = sorted(one.id for one in found if one.kind == CONTACT)
    companies = dict(sql.rows(connection, _COMPANIES, people)) if people else {}
    return [replace(one, related=companies.get(one.id, "")) if one.kind == CONTACT else one for one in found]


_COMPANIES = (
    "SELECT contact.id, account.folded FROM contact JOIN account ON account.id = contact.account_id "
    "WHERE contact.id AMONG NUMBERS 1"
)


def naming(kind: int) -> Select[Any]:
    """All columns that names are made of."""
    if kind == CONTACT:
        person = (col(Contact.id), col(Contact.folded), *(col(getattr(Contact, part)) for part in _PERSON))
        query = select(*person, col(Account.folded).label("related"))
        return query.outerjoin(Account, col(Account.id) == col(Contact.account_id))
    table = TABLES[kind].__table__  # type: ignore[attr-defined]
    names = ("id", "folded", "name", "title", "organisation", *_PERSON)
    return select(*(table.c[name] for name in names if name in table.c), literal("").label("related"))


def names_of(kind: int, row: Mapping[str, Any] | RowMapping) -> Names:
    own = own_names(str(TABLES[kind].__tablename__), row)
    return Names(kind, row["id"], own, row["related"] or "")


def entries(names: Names) -> Iterable[tuple[str, int]]:
    """The words a record is listed under, and the number that stands there."""
    base = names.id << 10 | names.kind << 8
    for part in names.own:
        words = part.split()[:MOST_WORDS]
        yield from ((word[:MAX_WORD], base | len(words)) for word in words)
    related = names.related.split()[:MOST_WORDS]
    yield from ((word[:MAX_WORD], base | 1 << 7 | len(related)) for word in related)
