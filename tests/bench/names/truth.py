"""Which records answer a query as it was meant: the bench's own plain index of whole words, no engine's."""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tests.bench.names.facts import Record, Ref

_WORD = re.compile(r"[^\W_]+")
OF_COMPANY = "@"  # before a word of a contact's company


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower().replace("ё", "е")))


@dataclass(frozen=True, slots=True)
class Need:
    """A word that a record must have: one of `texts`, as a whole, at its beginning or inside."""

    texts: frozenset[str]
    how: str = "whole"  # whole, begins, inside

    def holds(self, word: str) -> bool:
        if self.how == "whole":
            return word in self.texts
        if self.how == "begins":
            return any(word.startswith(text) for text in self.texts)
        return word[:1] != OF_COMPANY and any(text in word for text in self.texts)


def whole(text: str) -> tuple[Need, ...]:
    return tuple(Need(frozenset((word,))) for word in words(text))


class Truth:
    """Every record's words. 4 + 4 bytes for each, and the vocabulary."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._refs: list[Ref] = []
        self._words, self._ends = array("I"), array("I")

    def add(self, record: Record) -> None:
        numbers = self._numbers
        for word in words(record.whole):
            self._words.append(numbers.setdefault(word, len(numbers)))
        for word in words(record.company):
            self._words.append(numbers.setdefault(OF_COMPANY + word, len(numbers)))
        self._ends.append(len(self._words))
        self._refs.append(record.ref)

    def finish(self) -> None:
        """All records are in."""
        self._texts = list(self._numbers)
        self._in = np.frombuffer(self._words, dtype=np.uint32)
        self._last = np.frombuffer(self._ends, dtype=np.uint32)
        self._order = np.argsort(self._in, kind="stable")
        self._starts = np.searchsorted(self._in[self._order], np.arange(len(self._texts) + 1))

    def answers(self, needs: Sequence[Need]) -> frozenset[Ref]:
        """The records that have a word of its own for each need."""
        found: Any = None
        for need in needs:
            having = self._having(need)
            found = having if found is None else np.intersect1d(found, having, assume_unique=True)
            if not len(found):
                return frozenset()
        return frozenset(self._refs[place] for place in found.tolist() if _own(needs, self._of(place)))

    def literally(self, text: str) -> bool:
        """Whether some record has all these words as they stand."""
        return bool(self.answers(whole(text)))

    def _having(self, need: Need) -> Any:
        if need.how == "whole":
            numbers: Iterable[int] = (self._numbers[text] for text in need.texts if text in self._numbers)
        else:
            numbers = (number for number, text in enumerate(self._texts) if need.holds(text))
        parts = [self._order[self._starts[number] : self._starts[number + 1]] for number in numbers]
        if not parts:
            return np.empty(0, dtype=np.int64)
        return np.unique(np.searchsorted(self._last, np.concatenate(parts), side="right"))

    def _of(self, place: int) -> list[str]:
        start = int(self._last[place - 1]) if place else 0
        return [self._texts[number] for number in self._in[start : int(self._last[place])].tolist()]


def _own(needs: Sequence[Need], having: Sequence[str]) -> bool:
    """Whether each need can be given a word that no other has."""
    if not needs:
        return True
    rest = needs[1:]
    return any(
        needs[0].holds(word) and _own(rest, [*having[:place], *having[place + 1 :]])
        for place, word in enumerate(having)
    )
