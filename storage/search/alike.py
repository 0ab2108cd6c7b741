"""From a typed word to the words of the vocabulary that it may stand for.

Cheap ways first, all words of a query together: equal or sounding equal, other names, one slip, a beginning.
What is dearer (two slips, pieces) is asked for only where those did not lead to anybody.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection

from intake.matching.diminutives import other_names
from intake.matching.likeness import Kind, Likeness, likeness
from intake.matching.policy import POLICY
from intake.matching.slips import PIECE, pieces, slips, stem
from intake.matching.sounds import skeleton
from storage.search.lists import Family, list_of, read
from storage.search.sql import rows
from storage.search.vocabulary import STEM_BITS, slip_list, slip_number

LAST_LETTER = "\U0010ffff"
STEMS = 600  # looked into for one query and slip
STEM_MASK = (1 << STEM_BITS) - 1


@dataclass(frozen=True, slots=True)
class Known:
    """A word of the vocabulary. `records`: in how many names it stood when its list was last packed."""

    id: int
    text: str
    sound: str
    records: int


@dataclass(frozen=True, slots=True)
class Alike:
    """A known word that a typed one may stand for."""

    word: Known
    likeness: Likeness


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
    where = f"{column} >= :1 AND {column} < :2 ORDER BY records DESC LIMIT :3"
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
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    where = "text LIKE :1 ESCAPE '\\' ORDER BY records DESC LIMIT :2"
    return _asked(connection, where, f"%{escaped}%", POLICY.literal_words)


def likest(typed: str, words: Sequence[Known], most: int = POLICY.alike_words) -> list[Alike]:
    """Those of them that may be meant, the likest first: `most`, and beginnings besides."""
    heard = skeleton(typed)
    near = process.extract(
        heard,
        [word.sound for word in words],
        scorer=OSA.distance,
        score_cutoff=_mistakes(heard),
        limit=2 * most,
    )
    chosen = {place for _, _, place in near} | set(_otherwise(typed, heard, words))
    alike = [Alike(words[place], likeness(typed, words[place].text)) for place in chosen]
    found = [one for one in alike if one.likeness.worth >= POLICY.least_alike]
    found.sort(key=_likeness_first)
    begun = [one for one in found if one.likeness.kind is Kind.BEGINNING]
    others = [one for one in found if one.likeness.kind is not Kind.BEGINNING]
    return sorted([*others[:most], *begun[: 2 * most]], key=_likeness_first)


def _likeness_first(alike: Alike) -> tuple[float, int]:
    return -alike.likeness.worth, -alike.word.records


def _mistakes(sound: str) -> int:
    return int(len(sound) / POLICY.letters_a_mistake)


def _otherwise(typed: str, heard: str, words: Sequence[Known]) -> Iterable[int]:
    """Words that many letters part and that are meant all the same."""
    others = other_names(heard)
    for place, word in enumerate(words):
        if word.sound.startswith(heard) or word.sound in others or typed in word.text:
            yield place


def _asked(connection: Connection, where: str, *parameters: Any) -> list[Known]:
    query = f"SELECT id, text, sound, records FROM search_word WHERE {where}"  # noqa: S608
    return [Known(*row) for row in rows(connection, query, *parameters)]
