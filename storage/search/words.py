"""Keeps `folded` and the words of names in step with the records, in the transaction that writes them.

Whatever writes a party through a session is indexed by the listeners at the end of this file, so nobody can
forget to. What goes past the session (an import in bulk) calls `reindex` in its own transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, event, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper
from sqlmodel import col

from intake.matching.companies import fold_company
from intake.matching.names import fold
from intake.model.wizard import PartyKind
from storage.tables import metadata
from storage.tables.parties import Account, Contact, Lead
from storage.tables.words import MAX_WORD, NamePosting, NameWord

MAX_FOLDED = 600  # letters, as long as the column
CHUNK = 500  # words asked for at once: SQLite takes so many parameters
BATCH = 5000  # records indexed at once

KINDS: dict[str, PartyKind] = {
    "account": PartyKind.ACCOUNT,
    "contact": PartyKind.CONTACT,
    "lead": PartyKind.LEAD,
}
_PERSON = ("last_name", "first_name", "middle_name")
_WORDS, _POSTINGS = metadata.tables["name_word"], metadata.tables["name_posting"]


def folded_names(kind: PartyKind, values: Mapping[str, Any]) -> str:
    """What a party's `folded` column holds, from its other columns: its names without legal forms."""
    person = fold(" ".join(values[part] or "" for part in _PERSON)) if kind is not PartyKind.ACCOUNT else ""
    company = {PartyKind.ACCOUNT: "name", PartyKind.LEAD: "organisation"}.get(kind)
    organisation = fold_company(values[company] or "") if company else ""
    return f"{person} {organisation}".strip()[:MAX_FOLDED]


def index(connection: Connection, kind: PartyKind, rows: Iterable[tuple[int, str]]) -> None:
    """Write down the words of (id, folded) pairs that are not indexed yet."""
    split = [(row_id, {word[:MAX_WORD] for word in folded.split()}) for row_id, folded in rows]
    ids = _word_ids(connection, set().union(*(words for _, words in split)))
    postings = [
        {"word_id": ids[word], "kind": kind, "row_id": row_id} for row_id, words in split for word in words
    ]
    if postings:
        connection.execute(insert(_POSTINGS), postings)


def forget(connection: Connection, kind: PartyKind, row_id: int) -> None:
    """The record is gone or is about to be indexed anew."""
    mine = and_(col(NamePosting.kind) == kind, col(NamePosting.row_id) == row_id)
    connection.execute(delete(_POSTINGS).where(mine))


def refresh(connection: Connection, kind: PartyKind, row_id: int) -> None:
    """Index one record as it now is, or forget it when it is gone."""
    table = metadata.tables[kind.value]
    forget(connection, kind, row_id)
    row = connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
    if row is not None:
        folded = folded_names(kind, dict(row))
        connection.execute(update(table).where(table.c.id == row_id).values(folded=folded))
        index(connection, kind, [(row_id, folded)])


def reindex(connection: Connection) -> None:
    """Index everything anew, `folded` included: after an import in bulk."""
    connection.execute(delete(_POSTINGS))
    for kind in PartyKind:
        table = metadata.tables[kind.value]
        last = 0
        while batch := _batch(connection, table, last):
            folded = [(row["id"], folded_names(kind, row), row["folded"]) for row in batch]
            _write_folded(connection, table, [(id_, new) for id_, new, old in folded if new != old])
            index(connection, kind, [(id_, new) for id_, new, _ in folded])
            last = folded[-1][0]


def _batch(connection: Connection, table: Table, after: int) -> list[Mapping[str, Any]]:
    names = [
        column for column in table.c if column.name in {"id", "folded", "name", "organisation", *_PERSON}
    ]
    query = select(*names).where(table.c.id > after).order_by(table.c.id).limit(BATCH)
    return [dict(row) for row in connection.execute(query).mappings()]


def _write_folded(connection: Connection, table: Table, rows: list[tuple[int, str]]) -> None:
    for row_id, folded in rows:
        connection.execute(update(table).where(table.c.id == row_id).values(folded=folded))


def _word_ids(connection: Connection, words: set[str]) -> dict[str, int]:
    found = _known(connection, words)
    missing = sorted(words - found.keys())  # in one order, so that two writers do not wait for each other
    if not missing:
        return found
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(_WORDS).on_conflict_do_nothing()
    connection.execute(statement, [{"text": word} for word in missing])
    return found | _known(connection, set(missing))


def _known(connection: Connection, words: set[str]) -> dict[str, int]:
    ordered = sorted(words)
    found: dict[str, int] = {}
    for start in range(0, len(ordered), CHUNK):
        query = select(col(NameWord.text), col(NameWord.id)).where(
            col(NameWord.text).in_(ordered[start : start + CHUNK])
        )
        found.update({text: word_id for text, word_id in connection.execute(query) if word_id is not None})
    return found


def _values(row: Any) -> dict[str, Any]:
    return {part: getattr(row, part, None) for part in ("name", "organisation", *_PERSON)}


def _listen(table: type[Account] | type[Contact] | type[Lead], kind: PartyKind) -> None:
    def fold_names(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
        folded = folded_names(kind, _values(row))
        if row.folded != folded:
            row.folded = folded

    def inserted(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        index(connection, kind, [(row.id, row.folded)])

    def updated(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        if inspect(row).attrs.folded.history.has_changes():
            forget(connection, kind, row.id)
            index(connection, kind, [(row.id, row.folded)])

    def deleted(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        forget(connection, kind, row.id)

    handlers: dict[str, Callable[..., None]] = {
        "before_insert": fold_names,
        "before_update": fold_names,
        "after_insert": inserted,
        "after_update": updated,
        "after_delete": deleted,
    }
    for name, handler in handlers.items():
        event.listen(table, name, handler)


_listen(Account, PartyKind.ACCOUNT)
_listen(Contact, PartyKind.CONTACT)
_listen(Lead, PartyKind.LEAD)
