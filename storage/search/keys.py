"""Ways to reach somebody and company numbers: exact keys by their index, pieces of them by the mode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from intake.model.wizard import Mode, PartyKind
from storage.access import Actor
from storage.search.candidates import LAST_LETTER
from storage.search.seen import seen
from storage.search.sql import Statement, inside, rows
from storage.tables.interests import Interest
from storage.tables.parties import Account, Lead, PointKind

MAX_KEYED = 200  # hits of each question


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question: which points of a kind have one of these values, tails, beginnings or parts."""

    code: str  # the reason it gives
    kind: PointKind
    values: tuple[str, ...]
    how: str = "value"  # value, tail, beginning, part, former


@dataclass(frozen=True, slots=True)
class PointHit:
    code: str
    id: int
    owner: PartyKind
    owner_id: int
    value: str
    extension: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class NumberHit:
    """An account or a lead by its ИНН, or anybody by the number of an interest."""

    code: str
    owner: PartyKind
    owner_id: int
    value: str
    kpp: str | None = None


def by_points(connection: Connection, questions: Sequence[Wanted]) -> list[PointHit]:
    """Who can be reached so. Owners are not checked for scope here: their cards are."""
    asked = [question for question in questions if question.values]
    if not asked:
        return []
    statement = Statement()
    for place, question in enumerate(asked):
        table = _FORMER if question.how == "former" else _PRESENT
        _add(statement, f"SELECT {place} AS place, {_OWNED}, {table} WHERE {_answers(statement, question)}")
    return [_point_hit(asked[place].code, *row) for place, *row in statement.rows(connection)]


_OWNED = "id, account_id, contact_id, lead_id, value"
_PRESENT = "extension, shared FROM contact_point"
_FORMER = "NULL AS extension, false AS shared FROM former_point"
_MODES = {"value": Mode.EXACT, "former": Mode.EXACT, "beginning": Mode.BEGINNING, "part": Mode.PART}


def _answers(statement: Statement, question: Wanted) -> str:
    if question.how == "tail":  # of phones; the kind besides would lead SQLite to the wrong index
        return _holds(statement, "tail", question.values, Mode.EXACT)
    where = _holds(statement, "value", question.values, _MODES[question.how])
    return f"kind = '{question.kind.value}' AND {where}"


def of_nicks(connection: Connection, nicks: Sequence[str]) -> tuple[str, ...]:
    """By which keys messengers know the people who call themselves so there now."""
    if not nicks:
        return ()
    query = f"SELECT DISTINCT identity FROM dialogue WHERE username AMONG TEXTS 1 LIMIT {MAX_KEYED}"  # noqa: S608
    return tuple(row[0] for row in rows(connection, query, list(nicks)))


def people_at(connection: Connection, hits: Sequence[PointHit]) -> dict[str, int]:
    """How many different contacts and leads have each phone and address that was found, seen or not."""
    people: dict[str, set[tuple[PartyKind, int]]] = {}
    exact = [hit for hit in hits if hit.code in ("phone", "email")]
    for hit in exact:
        people.setdefault(hit.value, set())
        if hit.owner is not PartyKind.ACCOUNT:
            people[hit.value].add((hit.owner, hit.owner_id))
    if len(exact) >= MAX_KEYED:  # there may be more than were told
        return _counted(connection, sorted(people))
    return {value: len(owners) for value, owners in people.items()}


def _counted(connection: Connection, values: list[str]) -> dict[str, int]:
    count = (
        "SELECT value, count(DISTINCT contact_id) + count(DISTINCT lead_id) FROM contact_point "
        "WHERE kind IN ('phone', 'email') AND value AMONG TEXTS 1 GROUP BY value"
    )
    return dict(list(row) for row in rows(connection, count, values))


def by_inn(connection: Connection, inn: str, mode: Mode, who: Actor) -> list[NumberHit]:
    """Accounts and leads with this ИНН, or one that begins so or has it inside."""
    found = _by_inn(connection, (inn,), mode, who)
    return [NumberHit("inn" if row[2] == inn else "inn-part", *row) for row in found]


def by_near_inns(connection: Connection, inns: Sequence[str], who: Actor) -> list[NumberHit]:
    """Accounts and leads with one of these, none of which was typed."""
    found = _by_inn(connection, inns, Mode.EXACT, who) if inns else []
    return [NumberHit("inn-near", *row) for row in found]


def _by_inn(
    connection: Connection, inns: Sequence[str], mode: Mode, who: Actor
) -> list[tuple[PartyKind, int, str, str | None]]:
    statement = Statement()
    where = _holds(statement, "inn", inns, mode)
    account, lead = seen(connection, Account, who), seen(connection, Lead, who)
    _add(statement, f"SELECT 'account' AS kind, id, inn, kpp FROM account WHERE {where} AND {account}")  # noqa: S608
    _add(statement, f"SELECT 'lead' AS kind, id, inn, NULL AS kpp FROM lead WHERE {where} AND {lead}")  # noqa: S608
    return [(PartyKind(kind), id_, value, kpp) for kind, id_, value, kpp in statement.rows(connection)]


def by_interest_number(connection: Connection, numbers: Sequence[int], who: Actor) -> list[NumberHit]:
    """Whose interests have these numbers."""
    if not numbers:
        return []
    query = (
        "SELECT id, account_id, contact_id, lead_id FROM interest "  # noqa: S608
        f"WHERE id AMONG NUMBERS 1 AND {seen(connection, Interest, who)}"
    )
    return [
        NumberHit("interest-number", kind, owner_id, str(number))
        for number, *ids in rows(connection, query, list(numbers))
        for kind, owner_id in zip(PartyKind, ids, strict=True)
        if owner_id is not None
    ]


def _add(statement: Statement, select: str) -> None:
    """With a limit of its own."""
    statement.add(f"SELECT * FROM ({select} LIMIT {MAX_KEYED}) AS limited")  # noqa: S608


def _holds(statement: Statement, column: str, values: Sequence[str], mode: Mode) -> str:
    if mode is Mode.EXACT:
        return f"{column} AMONG TEXTS {statement.given(list(values))}"
    if mode is Mode.PART:
        ways = [f"{column} LIKE :{statement.given(inside(value))} ESCAPE '/'" for value in values]
    else:
        ways = [
            f"({column} >= :{statement.given(value)} AND {column} < :{statement.given(value + LAST_LETTER)})"
            for value in values
        ]
    return f"({' OR '.join(ways)})"


def _point_hit(code: str, id_: int, *row: Any) -> PointHit:
    *owners, value, extension, shared = row
    pairs = zip(PartyKind, owners, strict=True)
    owner, owner_id = next((kind, owner_id) for kind, owner_id in pairs if owner_id is not None)
    return PointHit(code, id_, owner, owner_id, value, extension, bool(shared))
