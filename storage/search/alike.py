"""From a typed word to the words of the vocabulary that it may stand for.

Cheap ways first, all words of a query together: equal or sounding equal, other names, one slip, a beginning.
What is dearer (two slips, pieces) is asked for only where those did not lead to anybody.
"""

from collections.abc import Collection, Iterable, Mapping
from math import log2
from typing import Any

import numpy as np
from sqlalchemy import Connection

from intake.matching.diminutives import other_names
from intake.matching.policy import POLICY
from intake.matching.slips import PIECE, pieces, slips, stem
from intake.matching.sounds import skeleton
from storage.search.candidates import LAST_LETTER, Known
from storage.search.lists import Family, Numbers, list_of, read
from storage.search.sql import Statement, inside, rows
from storage.search.vocabulary import STEM_BITS, slip_list, slip_number

STEMS = 600  # looked into for one query and slip
COLUMNS = "id, text, sound, records"  # as Known has them
STEM_MASK = (1 << STEM_BITS) - 1


def tells(word: str, records: int) -> float:
    """How much it says that a name has a word that so many names have."""
    much = min(max(POLICY.everybody - log2(records + 1), POLICY.tells_least), POLICY.tells_most)
    return much * min(len(word) / POLICY.whole_word, 1)


class Question:
    """What is to be known of the vocabulary, gathered to be asked at once: the lists, then the words."""

    def __init__(self) -> None:
        self._slips: list[tuple[dict[int, int], int]] = []
        self._pieces: list[tuple[set[int], float]] = []
        self._statement = Statement()

    def known(self, words: Collection[str]) -> None:
        """The words that equal one of these, sound like it or are other names of it."""
        sounds = {skeleton(word) for word in words}
        sounds |= {other for sound in sounds for other in other_names(sound)}
        if words:
            self._add(f"sound AMONG TEXTS {self._given(sorted(sounds))}")
            self._add(f"text AMONG TEXTS {self._given(sorted(set(words)))}")

    def beginning(self, words: Iterable[str]) -> None:
        """The commonest words that begin as one of these does, or with the same sounds."""
        for word in dict.fromkeys(word for word in words if len(word) > 1):
            self.between("text", word, POLICY.beginnings)
            self.between("sound", skeleton(word), POLICY.sound_beginnings)

    def between(self, column: str, beginning: str, most: int) -> None:
        """The commonest words whose `column` (text, sound) begins so: the index tells whose rows are worth
        reading."""
        first, last = self._given(beginning), self._given(beginning + LAST_LETTER)
        begun = f"SELECT id FROM search_word WHERE {column} >= :{first} AND {column} < :{last}"  # noqa: S608
        self._add(f"id IN ({begun} ORDER BY records DESC LIMIT :{self._given(most)})")

    def slipped(self, words: Collection[str], most: int) -> None:
        """The words whose beginning differs by up to `most` slips, roughly."""
        stems = {stem(skeleton(word)) for word in words if len(word) >= PIECE and not word.isdigit()}
        if stems:
            self._slips.append(
                ({slip: left for one in stems for slip, left in slips(one, most).items()}, most)
            )

    def with_pieces(self, word: str, share: float) -> None:
        """The words that have at least this share of a word's runs of three letters."""
        self._pieces.append((pieces(word), share))

    def answer(self, connection: Connection) -> list[Known]:
        """The words that any of it finds, each once."""
        lists = read(
            connection,
            {one for asked, _ in self._slips for one in map(slip_list, asked)}
            | {list_of(Family.PIECES, piece) for asked, _ in self._pieces for piece in asked},
        )
        for slip, most in self._slips:
            self._add_ids("stem_id", _nearest(slip, most, lists))
        for piece, share in self._pieces:
            self._add_ids("id", _sharing(piece, share, lists))
        return list(dict.fromkeys(map(Known._make, self._statement.rows(connection))))

    def _given(self, value: object) -> str:
        return self._statement.given(value)

    def _add_ids(self, column: str, ids: list[int]) -> None:
        if ids:
            self._add(f"{column} AMONG NUMBERS {self._given(ids)}")

    def _add(self, where: str) -> None:
        self._statement.add(f"SELECT {COLUMNS} FROM search_word WHERE {where}")  # noqa: S608


def _nearest(asked: Mapping[int, int], most: int, lists: Mapping[int, Numbers]) -> list[int]:
    """The stems that have one of these slips, those first that lack the fewest sounds."""
    found: dict[int, int] = {}  # stem -> sounds left out, of either
    for slip, left in asked.items():
        numbers = lists.get(slip_list(slip))
        if numbers is None:
            continue
        for other in range(most + 1):
            first, last = numbers.searchsorted((slip_number(slip, other, 0), slip_number(slip, other + 1, 0)))
            for one in (numbers[first:last] & STEM_MASK).tolist():
                found[one] = min(found.get(one, 4), left + other)
    return sorted(found, key=found.__getitem__)[: STEMS * most]


def _sharing(asked: Collection[int], share: float, lists: Mapping[int, Numbers]) -> list[int]:
    """The words that have most of these pieces."""
    having = [lists[one] for piece in asked if (one := list_of(Family.PIECES, piece)) in lists]
    if not having:
        return []
    ids, counts = np.unique(np.concatenate(having), return_counts=True)
    few = counts >= max(len(asked) * share, 1)
    best: list[int] = ids[few][np.argsort(-counts[few], kind="stable")[: POLICY.literal_words]].tolist()
    return best


def equal(connection: Connection, word: str) -> list[Known]:
    """The known word itself."""
    return _asked(connection, "text = :1", word)


def containing(connection: Connection, word: str) -> list[Known]:
    """The commonest known words with this inside."""
    if len(word) >= PIECE:
        question = Question()
        question.with_pieces(word, 1.0)
        return [one for one in question.answer(connection) if word in one.text]
    where = "text LIKE :1 ESCAPE '/' ORDER BY records DESC LIMIT :2"
    return _asked(connection, where, inside(word), POLICY.literal_words)


def _asked(connection: Connection, where: str, *parameters: Any) -> list[Known]:
    query = f"SELECT {COLUMNS} FROM search_word WHERE {where}"  # noqa: S608
    return list(map(Known._make, rows(connection, query, *parameters)))
