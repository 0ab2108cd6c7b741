"""The whole index anew, and whether it is as it should be."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update
from sqlmodel import col

from intake.matching.slips import stem
from storage.batches import batches
from storage.search import mentions
from storage.search.lists import Family, Numbers, alone, count_all, keep_unpacked, list_of, merge
from storage.search.records import TABLES, Names, entries, names_of, naming, whole
from storage.search.vocabulary import piece_numbers, slip_numbers, sound_of
from storage.tables.search import Chunk, Fresh, Stem, Word

BATCH = 5_000  # rows read at once
PASS = 400_000  # records whose lists are held in memory together
ROWS = 20_000  # written at once


@dataclass(slots=True)
class _Numbering:
    """Texts and the numbers they were given."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers) + 1)


def rebuild(connection: Connection) -> int:
    """Index every record anew, `folded` included, in the caller's transaction; says how many there were.
    Whoever saves names meanwhile waits."""
    mentions.rebuild(connection)
    alone(connection)
    keep_unpacked(connection)
    for table in (Chunk, Fresh, Word, Stem):
        connection.execute(delete(table))
    words = _Numbering()
    total = 0
    everything = _folded(connection)
    while some := list(islice(everything, PASS)):
        total += len(some)
        listed = (
            (list_of(Family.RECORDS, words.of(word)), number)
            for names in some
            for word, number in entries(names)
        )
        merge(connection, _lists(listed))
    _write_words(connection, words)
    return total


def every_record(connection: Connection) -> Iterator[tuple[Names, str]]:
    """The names of all records as they are now, and what their `folded` says."""
    for kind, table in enumerate(TABLES):
        number, last = col(table.id), 0  # type: ignore[attr-defined]
        while rows := _some(connection, naming(kind).where(number > last).order_by(number)):
            yield from ((names_of(kind, row), row["folded"]) for row in rows)
            last = rows[-1]["id"]


def _some(connection: Connection, query: Select[Any]) -> Sequence[RowMapping]:
    return connection.execute(query.limit(BATCH)).mappings().all()


def _folded(connection: Connection) -> Iterator[Names]:
    """The names of all records, whose `folded` is put right on the way: companies come before their people,
    who are found by it."""
    for names, folded in every_record(connection):
        if folded != whole(names.own):
            table: Any = TABLES[names.kind].__table__  # type: ignore[attr-defined]
            connection.execute(update(table).where(table.c.id == names.id).values(folded=whole(names.own)))
        yield names


def _write_words(connection: Connection, words: _Numbering) -> None:
    stems = _Numbering()
    rows = []
    for text_, number in words.numbers.items():
        sound = sound_of(text_)
        rows.append(
            {"id": number, "text": text_, "sound": sound, "stem_id": stems.of(stem(sound)), "records": 0}
        )
    _insert(connection, Stem, [{"id": number, "text": one} for one, number in stems.numbers.items()])
    _insert(connection, Word, rows)
    merge(
        connection,
        _lists(pair for one, number in stems.numbers.items() for pair in slip_numbers(one, number)),
    )
    merge(
        connection,
        _lists(pair for one, number in words.numbers.items() for pair in piece_numbers(one, number)),
    )
    count_all(connection)


def _insert(connection: Connection, table: type[Word] | type[Stem], rows: list[dict[str, Any]]) -> None:
    target: Any = table.__table__  # type: ignore[union-attr]
    for some in batches(rows, ROWS):
        connection.execute(insert(target), some)
    if connection.dialect.name == "postgresql":
        last = max((row["id"] for row in rows), default=1)
        sequence = func.pg_get_serial_sequence(target.name, "id")
        connection.execute(select(func.setval(sequence, last)))


def _lists(pairs: Iterable[tuple[int, int]]) -> dict[int, Numbers]:
    """(list, number) pairs as whole lists, ascending."""
    flat = array("q")
    for pair in pairs:
        flat.extend(pair)
    if not flat:
        return {}
    table = np.frombuffer(flat, dtype=np.int64).reshape(-1, 2)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    lists, firsts = np.unique(table[:, 0], return_index=True)
    return dict(zip(lists.tolist(), np.split(table[:, 1], firsts[1:]), strict=True))
