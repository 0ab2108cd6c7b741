"""The keys that names are compared by, where they are kept: many are put in order before they are written."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, delete, select, text
from sqlmodel import col

from storage.insert import insert_for
from storage.tables.duplicates import DuplicateDraft, DuplicateKey

KEY_BITS = 63  # a key is not negative and fits a signed column

Key = tuple[int, int]  # the key itself, the id of the card


def keep(connection: Connection, keys: Iterable[Key]) -> None:
    """Those that are there already stay."""
    rows = [{"key": key, "row_id": row_id} for key, row_id in sorted(keys)]
    if rows:
        statement = insert_for(connection.dialect.name, DuplicateKey).on_conflict_do_nothing()
        connection.execute(statement, rows)


def part_of(key: int, parts: int) -> int:
    """In which of so many equal parts (a power of two) of all keys it is."""
    return key * parts >> KEY_BITS


def draft(connection: Connection, keys: Iterable[Key], parts: int) -> None:
    """Write them down for later; the same ones may be written again."""
    rows = [{"part": part_of(key, parts), "row_id": row_id, "key": key} for key, row_id in keys]
    if rows:
        statement = insert_for(connection.dialect.name, DuplicateDraft).on_conflict_do_nothing()
        connection.execute(statement, rows)


def drafted(connection: Connection, part: int) -> list[Key]:
    """Those of a part, in order."""
    query = select(col(DuplicateDraft.key), col(DuplicateDraft.row_id)).where(
        col(DuplicateDraft.part) == part
    )
    return sorted((key, row_id) for key, row_id in connection.execute(query))


def replace(connection: Connection, part: int, parts: int, keys: Sequence[Key]) -> None:
    """What was drafted of a part is all that there is of it."""
    first, last = (part << KEY_BITS) // parts, ((part + 1) << KEY_BITS) // parts - 1
    connection.execute(delete(DuplicateKey).where(col(DuplicateKey.key).between(first, last)))
    keep(connection, keys)


def clear_draft(connection: Connection) -> None:
    """All of it is where it belongs, or is of no use."""
    whole = "TRUNCATE TABLE duplicate_draft" if connection.dialect.name == "postgresql" else None
    connection.execute(text(whole) if whole else delete(DuplicateDraft))


def drop(connection: Connection, keys: Iterable[Key]) -> None:
    """Of cards that are gone, or are called otherwise now."""
    for key, row_id in keys:
        stale = and_(col(DuplicateKey.key) == key, col(DuplicateKey.row_id) == row_id)
        connection.execute(delete(DuplicateKey).where(stale))
