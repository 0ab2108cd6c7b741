"""Sorted lists of numbers, written one by one with the record they belong to and packed together later.

A number is in its list from the moment its transaction commits, whatever happens then; packing moves
numbers, it never changes what a list holds. Nothing is taken out: a list says where to look, and what stands
there now is for the reader to see. `intake search rebuild` leaves out what is no longer true.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select, text, tuple_
from sqlmodel import col

from storage.batches import batches
from storage.search.sql import rows
from storage.tables.search import Chunk, Fresh

Numbers = NDArray[np.int64]

CHUNK = 4096  # numbers in one row at most: 16 or 32 kB, which are read at once and written at once
NEAR = 2**32  # as far apart numbers of 32 bits can tell
_FRESH, _CHUNK = Fresh.__table__, Chunk.__table__  # type: ignore[attr-defined]


class Family:
    """What the lists of a family are about, and what stands in them. Plain numbers: an enumeration's take ten
    times as long to reckon with."""

    RECORDS = 0  # of a word: the records in whose names it stands (records.py)
    SLIPS = 1  # of the upper half of a slip's hash: vocabulary.slip_number
    PIECES = 2  # of the hash of three letters: the words that have them


def list_of(family: int, number: int) -> int:
    return number << 2 | family


def read(connection: Connection, lists: Collection[int]) -> dict[int, Numbers]:
    """Each list, ascending; those with nothing in them are left out."""
    if not lists:
        return {}
    parts: dict[int, list[Numbers]] = {}
    singles: dict[int, list[int]] = {}
    for number, first, size, chunk in rows(connection, _READ, sorted(set(lists))):
        if chunk is None:
            singles.setdefault(number, []).append(first)
        else:
            parts.setdefault(number, []).append(unpacked(first, size, chunk))
    for number, values in singles.items():
        parts.setdefault(number, []).append(np.array(sorted(values), dtype=np.int64))
    return {number: _joined(found) for number, found in parts.items()}


def packed(values: Numbers) -> bytes:
    """Ascending numbers, little-endian: how far each is from the first, in 32 bits; themselves, in 64, where
    that is too far."""
    near = int(values[-1]) - int(values[0]) < NEAR
    told: Numbers = (values - values[0]).astype("<u4") if near else values.astype("<i8")
    return told.tobytes()


def unpacked(first: int, size: int, chunk: bytes) -> Numbers:
    """What `packed` made."""
    if len(chunk) == 4 * size:
        return np.frombuffer(chunk, dtype="<u4") + np.int64(first)
    return np.frombuffer(chunk, dtype="<i8")


def alone(connection: Connection) -> None:
    """Until this transaction ends nobody else puts names into the index (on SQLite nobody writes anyway).

    Asked for last, when no row is left to wait for: so nobody waits crosswise, and whoever comes second sees
    what the first has committed: an account renamed, a person added to it."""
    if connection.dialect.name == "postgresql":
        rows(connection, "SELECT pg_advisory_xact_lock(:1)", WRITING)


def write(connection: Connection, numbers: Iterable[tuple[int, int]]) -> None:
    """Put (list, number) pairs down; what is in a list already stays in it once."""
    pairs = sorted(set(numbers))
    if not pairs:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT OR IGNORE INTO search_fresh (list, value) VALUES (?, ?)", pairs)
        return
    sent = "SELECT * FROM unnest(CAST(:lists AS bigint[]), CAST(:values AS bigint[]))"
    query = text(f"INSERT INTO search_fresh (list, value) {sent} ON CONFLICT DO NOTHING")
    connection.execute(query, {"lists": [pair[0] for pair in pairs], "values": [pair[1] for pair in pairs]})


def waiting(connection: Connection, enough: int) -> bool:
    """Whether `enough` numbers or more wait to be packed."""
    return connection.execute(select(1).select_from(_FRESH).offset(enough - 1).limit(1)).first() is not None


def pack(connection: Connection, most: int) -> int:
    """Move up to `most` fresh numbers into chunks, in the caller's transaction; says how many were moved.

    On PostgreSQL one at a time packs: whoever comes second waits for the first to commit.
    """
    keep_unpacked(connection)
    key = tuple_(_FRESH.c.list, _FRESH.c.value)
    oldest = select(_FRESH.c.list, _FRESH.c.value).order_by(_FRESH.c.list, _FRESH.c.value).limit(most)
    taken = connection.execute(delete(_FRESH).where(key.in_(oldest)).returning(_FRESH.c.list, _FRESH.c.value))
    moved = sorted((number, value) for number, value in taken)
    added = {
        number: np.array([value for _, value in group], dtype=np.int64)
        for number, group in groupby(moved, key=lambda pair: pair[0])
    }
    merge(connection, added)
    count(connection, added)
    return len(moved)


def keep_unpacked(connection: Connection) -> None:
    """Nobody else packs until this transaction ends."""
    if connection.dialect.name == "postgresql":
        rows(connection, "SELECT pg_advisory_xact_lock(:1)", PACKING)


def merge(connection: Connection, added: Mapping[int, Numbers]) -> None:
    """Put ascending numbers into the chunks of their lists."""
    for some in batches(sorted(added), BATCH):
        _merge(connection, {number: added[number] for number in some})


def count(connection: Connection, lists: Iterable[int]) -> None:
    """Tell the words of these lists in how many records they are."""
    words = [{"word": number >> 2, "list": number} for number in lists if number & 3 == Family.RECORDS]
    if words:
        sizes = "SELECT coalesce(sum(size), 0) FROM search_chunk WHERE list = :list"
        connection.execute(text(f"UPDATE search_word SET records = ({sizes}) WHERE id = :word"), words)  # noqa: S608


def count_all(connection: Connection) -> None:
    """Tell all words in how many records they are."""
    sizes = "SELECT coalesce(sum(size), 0) FROM search_chunk WHERE list = search_word.id * 4"
    connection.execute(text(f"UPDATE search_word SET records = ({sizes})"))  # noqa: S608


_READ = (
    "SELECT list, first, size, packed FROM search_chunk WHERE list AMONG NUMBERS 1 "
    "UNION ALL SELECT list, value, 1, NULL FROM search_fresh WHERE list AMONG NUMBERS 1"
)
PACKING, WRITING = 0x7365_6172, 0x7365_6173  # PostgreSQL's advisory locks
BATCH = 400  # lists


def _merge(connection: Connection, added: Mapping[int, Numbers]) -> None:
    known: dict[int, list[tuple[int, int]]] = {}
    sizes = select(col(Chunk.list), col(Chunk.first), col(Chunk.size)).where(col(Chunk.list).in_(list(added)))
    for number, first, size in connection.execute(sizes.order_by(col(Chunk.list), col(Chunk.first))):
        known.setdefault(number, []).append((first, size))
    touched = [
        (number, first) for number in added for first in _touched(added[number], known.get(number, []))
    ]
    parts = {number: [values] for number, values in added.items()}
    key = tuple_(_CHUNK.c.list, _CHUNK.c.first)
    for some in batches(touched, BATCH):
        gone = delete(_CHUNK).where(key.in_(some))
        for number, *chunk in connection.execute(gone.returning(*_CHUNK.c)):
            parts[number].append(unpacked(*chunk))
    whole = {number: np.unique(np.concatenate(found)) for number, found in parts.items()}
    connection.execute(
        insert(_CHUNK), [row for number, values in whole.items() for row in _rows(number, values)]
    )


def _touched(values: Numbers, chunks: list[tuple[int, int]]) -> list[int]:
    """The chunks that the values fall into or between: each reaches up to where the next one begins."""
    firsts = [first for first, _ in chunks]
    start = max(bisect_right(firsts, int(values[0])) - 1, 0)
    return firsts[start : bisect_right(firsts, int(values[-1]))]


def _rows(number: int, values: Numbers) -> Iterable[dict[str, Any]]:
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        yield {
            "list": number,
            "first": int(part[0]),
            "size": len(part),
            "packed": packed(part),
        }


def _joined(parts: list[Numbers]) -> Numbers:
    if len(parts) == 1:
        return parts[0]
    return np.sort(np.concatenate(parts), kind="stable")
