"""From a typed word to the words of the vocabulary that it may stand for.

Cheap ways first, all words of a query together: equal or sounding equal, other names, one slip, a beginning.
What is dearer (two slips, pieces) is asked for only where those did not lead to anybody.
"""

from collections.abc import Collection
from math import log2
from typing import Any

import numpy as np
from sqlalchemy import Connection

from intake.matching.diminutives import other_names
from intake.matching.policy import POLICY
from intake.matching.slips import PIECE, pieces, slips, stem
from intake.matching.sounds import skeleton
from storage.search.candidates import LAST_LETTER, Known
from storage.search.lists import Family, list_of, read
from storage.search.sql import inside, rows
from storage.search.vocabulary import STEM_BITS, slip_list, slip_number

STEMS = 600  # looked into for one query and slip
STEM_MASK = (1 << STEM_BITS) - 1


def tells(word: str, records: int) -> float:
    """How much it says that a name has a word that so many names have."""
    much = min(max(POLICY.everybody - log2(records + 1), POLICY.tells_least), POLICY.tells_most)
    return much * min(len(word) / POLICY.whole_word, 1)


def known(connection: Connection, words: Collection[str]) -> list[Known]:
    """The known words that equal one of these, sound like it or are other names of it."""
    sounds = {skeleton(word) for word in words}
    sounds |= {other for sound in sounds for other in other_names(sound)}
    return _asked(connection, "sound AMONG TEXTS 1 OR text AMONG TEXTS 2", sorted(sounds), sorted(set(words)))


def beginning(connection: Connection, words: Collection[str]) -> list[Known]:
    """The commonest known words that begin as one of these does, or with the same sounds."""
    found = []
    for word in dict.fromkeys(word for word in words if len(word) > 1):
        found += between(connection, "text", word, POLICY.beginnings)
        found += between(connection, "sound", skeleton(word), POLICY.sound_beginnings)
    return found


def between(connection: Connection, column: str, beginning: str, most: int) -> list[Known]:
    """The commonest known words whose `column` (text, sound) begins so."""
    begun = f"SELECT id FROM search_word WHERE {column} >= :1 AND {column} < :2"  # noqa: S608
    where = f"id IN ({begun} ORDER BY records DESC LIMIT :3)"  # the index tells whose rows are worth reading
    return _asked(connection, where, beginning, beginning + LAST_LETTER, most)


def slipped(connection: Connection, words: Collection[str], most: int) -> list[Known]:
    """The known words whose beginning differs by up to `most` slips, roughly."""
    stems = {stem(skeleton(word)) for word in words if len(word) >= PIECE and not word.isdigit()}
    asked = {slip: left for one in stems for slip, left in slips(one, most).items()}
    lists = read(connection, {slip_list(slip) for slip in asked})
    found: dict[int, int] = {}  # stem -> sounds left out, of either
    for slip, left in asked.items():
        numbers = lists.get(slip_list(slip))
        if numbers is None:
            continue
        for other in range(most + 1):
            first, last = numbers.searchsorted((slip_number(slip, other, 0), slip_number(slip, other + 1, 0)))
            for one in (numbers[first:last] & STEM_MASK).tolist():
                found[one] = min(found.get(one, 4), left + other)
    nearest = sorted(found, key=found.__getitem__)[: STEMS * most]
    return _asked(connection, "stem_id AMONG NUMBERS 1", nearest) if nearest else []


def with_pieces(connection: Connection, word: str, share: float) -> list[Known]:
    """The known words that have at least this share of a word's runs of three letters."""
    asked = pieces(word)
    lists = read(connection, {list_of(Family.PIECES, piece) for piece in asked})
    if not lists:
        return []
    ids, counts = np.unique(np.concatenate(list(lists.values())), return_counts=True)
    few = counts >= max(len(asked) * share, 1)
    best = ids[few][np.argsort(-counts[few], kind="stable")[: POLICY.literal_words]]
    return _asked(connection, "id AMONG NUMBERS 1", best.tolist())


def equal(connection: Connection, word: str) -> list[Known]:
    """The known word itself."""
    return _asked(connection, "text = :1", word)


def containing(connection: Connection, word: str) -> list[Known]:
    """The commonest known words with this inside."""
    if len(word) >= PIECE:
        return [one for one in with_pieces(connection, word, 1.0) if word in one.text]
    where = "text LIKE :1 ESCAPE '/' ORDER BY records DESC LIMIT :2"
    return _asked(connection, where, inside(word), POLICY.literal_words)


def _asked(connection: Connection, where: str, *parameters: Any) -> list[Known]:
    query = f"SELECT id, text, sound, records FROM search_word WHERE {where}"  # noqa: S608
    return list(map(Known._make, rows(connection, query, *parameters)))
