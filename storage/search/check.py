"""Whether every record is found by each of its words, and every word by its slips and pieces."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection

from storage.batches import batches
from storage.search import mentions
from storage.search.lists import Family, list_of, read
from storage.search.rebuild import every_record
from storage.search.records import TABLES, Names, entries, whole
from storage.search.sql import rows
from storage.search.vocabulary import piece_numbers, slip_numbers, sound_of

BATCH = 2_000


def problems(connection: Connection) -> Iterator[str]:
    """One line for each thing that would not be found; nothing when all is well."""
    for some in batches(every_record(connection), BATCH):
        wrong = (names for names, folded in some if folded != whole(names.own))
        yield from (f"{_called(names)}: its folded names are not its names" for names in wrong)
        yield from _unlisted(connection, [names for names, _ in some])
    words = rows(connection, "SELECT id, text, sound FROM search_word ORDER BY id")
    heard = (text for _, text, sound in words if sound != sound_of(text))
    yield from (f"word {text!r}: it sounds otherwise by now" for text in heard)
    yield from _missing(
        connection, ((f"word {text!r}", piece_numbers(text, number)) for number, text, _ in words)
    )
    stems = rows(connection, "SELECT id, text FROM search_stem ORDER BY id")
    yield from _missing(
        connection, ((f"stem {text!r}", slip_numbers(text, number)) for number, text in stems)
    )
    orphans = "SELECT text FROM search_word WHERE stem_id NOT IN (SELECT id FROM search_stem)"
    yield from (f"word {text!r} has no stem" for (text,) in rows(connection, orphans))
    yield from mentions.problems(connection)


def _unlisted(connection: Connection, names: Sequence[Names]) -> Iterator[str]:
    found = [(one, word, number) for one in names for word, number in entries(one)]
    texts = sorted({word for _, word, _ in found})
    ids = {
        text: id_
        for id_, text in rows(connection, "SELECT id, text FROM search_word WHERE text AMONG TEXTS 1", texts)
    }
    for one, word, _ in found:
        if word not in ids:
            yield f"{_called(one)}: the word {word!r} is not known"
    listed = (
        (f"{_called(one)} by {word!r}", [(list_of(Family.RECORDS, ids[word]), number)])
        for one, word, number in found
        if word in ids
    )
    yield from _missing(connection, listed)


def _called(names: Names) -> str:
    return f"{TABLES[names.kind].__tablename__} {names.id}"


def _missing(
    connection: Connection, wanted: Iterable[tuple[str, Iterable[tuple[int, int]]]]
) -> Iterator[str]:
    for some in batches(((what, list(pairs)) for what, pairs in wanted), BATCH):
        lists = read(connection, {number for _, pairs in some for number, _ in pairs})
        for what, pairs in some:
            for number, value in pairs:
                there = lists.get(number)
                place = int(np.searchsorted(there, value)) if there is not None else 0
                if there is None or place == len(there) or int(there[place]) != value:
                    yield f"{what} is not in list {number}"
