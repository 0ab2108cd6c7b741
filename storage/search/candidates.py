"""Words of the vocabulary that were found for a query, and which of them each typed word may stand for."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intake.matching.diminutives import other_names
from intake.matching.likeness import Kind, Likeness, likeness
from intake.matching.policy import POLICY
from intake.matching.sounds import skeleton

LAST_LETTER = "\U0010ffff"


class Known(NamedTuple):
    """A word of the vocabulary. `records`: in how many names it stood when its list was last packed."""

    id: int
    text: str
    sound: str
    records: int


class Alike(NamedTuple):
    """A known word that a typed one may stand for."""

    word: Known
    likeness: Likeness


class Candidates:
    """Known words, laid out to be compared with one typed word after the other."""

    def __init__(self, words: Iterable[Known]) -> None:
        self._words = sorted(set(words), key=lambda word: word.sound)
        self._sounds = [word.sound for word in self._words]
        self._texts = [word.text for word in self._words]
        commonest = sorted(range(len(self._words)), key=lambda place: -self._words[place].records)
        self._commonest_first = {place: self._sounds[place] for place in commonest}

    def sounding(self, sound: str) -> list[Known]:
        """Those with exactly this skeleton."""
        return self._words[slice(*self._range(sound, sound + "\0"))]

    def likest(self, typed: str, most: int = POLICY.alike_words) -> list[Alike]:
        """Those that may be meant, the likest first: `most`, and beginnings besides."""
        alike = [
            Alike(self._words[place], likeness(typed, self._texts[place])) for place in self._near(typed)
        ]
        found = sorted(
            (one for one in alike if one.likeness.worth >= POLICY.least_alike), key=_likeness_first
        )
        begun = [one for one in found if one.likeness.kind is Kind.BEGINNING]
        if not begun:
            return found[:most]
        others = [one for one in found if one.likeness.kind is not Kind.BEGINNING]
        return sorted([*others[:most], *begun[: 2 * most]], key=_likeness_first)

    def _near(self, typed: str) -> set[int]:
        """The places of words that are worth a closer look."""
        heard = skeleton(typed)
        mistakes = int(len(heard) / POLICY.letters_a_mistake)
        near = process.extract(
            heard, self._commonest_first, scorer=OSA.distance, score_cutoff=mistakes, limit=POLICY.near_words
        )
        return {place for _, _, place in near}.union(self._otherwise(typed, heard))

    def _otherwise(self, typed: str, heard: str) -> Iterator[int]:
        """Words that many letters part and that are meant all the same."""
        yield from range(*self._range(heard, heard + LAST_LETTER))
        for other in other_names(heard):
            yield from range(*self._range(other, other + "\0"))
        yield from (place for place, text in enumerate(self._texts) if typed in text)

    def _range(self, first: str, last: str) -> tuple[int, int]:
        return bisect_left(self._sounds, first), bisect_left(self._sounds, last)


def _likeness_first(alike: Alike) -> tuple[float, int]:
    return -alike.likeness.worth, -alike.word.records
