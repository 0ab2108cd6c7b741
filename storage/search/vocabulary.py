"""The different words of all names. Words are only ever added: one that stands in no name any more costs a
row and misleads nobody."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col

from intake.matching.slips import kept_slips, pieces, stem
from intake.matching.sounds import skeleton
from storage.search.lists import Family, list_of, write
from storage.tables.search import MAX_WORD, Stem, Word

CHUNK = 500  # words asked for at once: SQLite takes so many parameters


def word_ids(connection: Connection, words: Collection[str]) -> dict[str, int]:
    """The number of each word; those that are new are written down, with all they are found by."""
    wanted = {word[:MAX_WORD] for word in words}
    found = _known(connection, Word, wanted)
    if missing := wanted - found.keys():
        _add(connection, missing)
        found |= _known(connection, Word, missing)
    return found


def _add(connection: Connection, words: set[str]) -> None:
    sounds = {word: skeleton(word)[: 2 * MAX_WORD] for word in words}
    stems = _stem_ids(connection, {stem(sound) for sound in sounds.values()})
    rows = [
        {"text": word, "sound": sound, "stem_id": stems[stem(sound)], "records": 0}
        for word, sound in sounds.items()
    ]
    added = _insert(connection, Word, rows)
    write(connection, [pair for word, number in added.items() for pair in piece_numbers(word, number)])


def _stem_ids(connection: Connection, stems: set[str]) -> dict[str, int]:
    found = _known(connection, Stem, stems)
    if missing := stems - found.keys():
        added = _insert(connection, Stem, [{"text": one} for one in missing])
        write(connection, [pair for one, number in added.items() for pair in slip_numbers(one, number)])
        found |= added | _known(connection, Stem, missing - added.keys())
    return found


def slip_numbers(stem: str, number: int) -> Iterable[tuple[int, int]]:
    """What a stem puts into the lists of slips."""
    return ((slip_list(slip), slip << 31 | number) for slip in kept_slips(stem))


def piece_numbers(word: str, number: int) -> Iterable[tuple[int, int]]:
    """What a word puts into the lists of pieces."""
    return ((list_of(Family.PIECES, piece), number) for piece in pieces(word))


def slip_list(slip: int) -> int:
    return list_of(Family.SLIPS, slip >> 16)


def _insert(connection: Connection, table: type[SQLModel], rows: list[dict[str, Any]]) -> dict[str, int]:
    """Those that another transaction has not added first, in one order so that no two wait for each other."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    target = table.__table__  # type: ignore[attr-defined]
    added: dict[str, int] = {}
    rows = sorted(rows, key=lambda row: row["text"])
    for start in range(0, len(rows), CHUNK):
        statement = dialect.insert(target).values(rows[start : start + CHUNK]).on_conflict_do_nothing()
        rows_added = connection.execute(statement.returning(target.c.text, target.c.id))
        added.update((text, number) for text, number in rows_added)
    return added


def _known(connection: Connection, table: type[Word] | type[Stem], texts: Iterable[str]) -> dict[str, int]:
    ordered = sorted(texts)
    found: dict[str, int] = {}
    for start in range(0, len(ordered), CHUNK):
        query = select(col(table.text), col(table.id)).where(
            col(table.text).in_(ordered[start : start + CHUNK])
        )
        found.update((text, number) for text, number in connection.execute(query) if number is not None)
    return found
