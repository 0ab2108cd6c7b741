"""The different words of all names. Words are only ever added: one that stands in no name any more costs a
row and misleads nobody."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from intake.matching.slips import kept_slips, pieces, stem
from intake.matching.sounds import skeleton
from storage.search.lists import Family, list_of, write
from storage.search.sql import rows
from storage.tables.search import MAX_WORD

STEM_BITS = 29  # of a stem's number


def word_ids(connection: Connection, words: Collection[str]) -> dict[str, int]:
    """The number of each word; those that are new are written down, with all they are found by. Nobody else
    may add words meanwhile (`lists.alone`)."""
    wanted = sorted({word[:MAX_WORD] for word in words})
    found = dict(rows(connection, _KNOWN_WORDS, wanted))
    if missing := [word for word in wanted if word not in found]:
        found |= _add(connection, missing)
    return found


def _add(connection: Connection, words: list[str]) -> dict[str, int]:
    sounds = [sound_of(word) for word in words]
    stems = _stem_ids(connection, {stem(sound) for sound in sounds})
    made = [(word, sound, stems[stem(sound)]) for word, sound in zip(words, sounds, strict=True)]
    added = _added(connection, _ADD_WORDS, made)
    write(connection, [pair for word, number in added.items() for pair in piece_numbers(word, number)])
    return added


def sound_of(word: str) -> str:
    """What is kept of a word's sound."""
    return skeleton(word)[: 2 * MAX_WORD]


def _stem_ids(connection: Connection, stems: set[str]) -> dict[str, int]:
    found = dict(rows(connection, _KNOWN_STEMS, sorted(stems)))
    if missing := sorted(stems - found.keys()):
        added = _added(connection, _ADD_STEMS, [(one,) for one in missing])
        write(connection, [pair for one, number in added.items() for pair in slip_numbers(one, number)])
        found |= added
    return found


def slip_numbers(stem: str, number: int) -> Iterable[tuple[int, int]]:
    """What a stem puts into the lists of slips."""
    return ((slip_list(slip), slip_number(slip, left, number)) for slip, left in kept_slips(stem).items())


def piece_numbers(word: str, number: int) -> Iterable[tuple[int, int]]:
    """What a word puts into the lists of pieces."""
    return ((list_of(Family.PIECES, piece), number) for piece in pieces(word))


def slip_list(slip: int) -> int:
    return list_of(Family.SLIPS, slip >> 16)


def slip_number(slip: int, left: int, stem: int) -> int:
    """Ascending by slip, then by how many sounds were left out (0 … 2)."""
    return slip << 31 | left << STEM_BITS | stem


def _added(connection: Connection, statement: str, made: Sequence[Sequence[Any]]) -> dict[str, int]:
    return dict(rows(connection, statement, json.dumps(made)))


_KNOWN_WORDS = "SELECT text, id FROM search_word WHERE text AMONG TEXTS 1"
_KNOWN_STEMS = "SELECT text, id FROM search_stem WHERE text AMONG TEXTS 1"
_ADD_WORDS = (
    "INSERT INTO search_word (text, sound, stem_id, records) "
    "SELECT value->>0, value->>1, CAST(value->>2 AS bigint), 0 FROM EACH 1 RETURNING text, id"
)
_ADD_STEMS = "INSERT INTO search_stem (text) SELECT value->>0 FROM EACH 1 RETURNING text, id"
