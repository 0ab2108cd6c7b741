"""Which records answer a query as it was meant: the bench's own plain index of whole words, no engine's."""

import re
from array import array
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from intake.model.wizard import PartyKind
from tests.bench.names.facts import Record, Ref

_KINDS = tuple(PartyKind)
_WORD = re.compile(r"[^\W_]+")
FEW = 500  # records that are looked at one by one
LAST_LETTER = "\U0010ffff"
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
        self._refs = array("q")
        self._words, self._ends = array("I"), array("I")

    def add(self, record: Record) -> None:
        numbers = self._numbers
        for word in words(record.whole):
            self._words.append(numbers.setdefault(word, len(numbers)))
        for word in words(record.company):
            self._words.append(numbers.setdefault(OF_COMPANY + word, len(numbers)))
        self._ends.append(len(self._words))
        self._refs.append(record.id * len(_KINDS) + _KINDS.index(record.kind))

    def finish(self) -> None:
        """All records are in."""
        self._texts = list(self._numbers)
        self._sorted = sorted((text, number) for text, number in self._numbers.items())
        self._joined = "\n".join(self._texts)
        self._begins = list(accumulate((len(text) + 1 for text in self._texts[:-1]), initial=0))
        self._in = np.frombuffer(self._words, dtype=np.uint32)
        self._last = np.frombuffer(self._ends, dtype=np.uint32)
        self._order = np.argsort(self._in, kind="stable")
        self._starts = np.searchsorted(self._in[self._order], np.arange(len(self._texts) + 1))

    def answers(self, needs: Sequence[Need]) -> frozenset[Ref]:
        """The records that have a word of its own for each need."""
        return frozenset(self._ref(place) for place in self._places(needs))

    def _places(self, needs: Sequence[Need]) -> list[int]:
        numbers = sorted((self._numbers_of(need) for need in needs), key=self._count)
        found: Any = None
        for some in numbers:
            if found is None or len(found) > FEW:
                having = self._having(some)
                found = having if found is None else np.intersect1d(found, having, assume_unique=True)
        places = [] if found is None else found.tolist()
        return [place for place in places if _own(needs, self._of(place))]

    def literally(self, text: str) -> bool:
        """Whether some record has all these words as they stand."""
        return bool(self.answers(whole(text)))

    def rivalled(self, text: str, meant: Sequence[Need], answers: frozenset[Ref]) -> bool:
        """Whether a spoilt text stands as near to another name as to what was meant, by plain edits, so that
        nobody could tell. Only where at most one word of it is spoilt; the others say whom to compare."""
        wanted = {text for need in meant for text in need.texts}
        spoilt = [word for word in words(text) if word not in wanted]
        intact = [word for word in words(text) if word in wanted]
        missing = wanted.difference(intact)
        if len(spoilt) != 1 or len(missing) != 1:
            return False
        edits = OSA.distance(spoilt[0], missing.pop())
        if not intact:
            near = cdist(spoilt, self._texts, scorer=OSA.distance, score_cutoff=edits)[0]
            return int((near <= edits).sum()) > 1
        others = self._places(whole(" ".join(intact)))
        return any(
            self._ref(place) not in answers and _edits(spoilt[0], self._of(place), intact) <= edits
            for place in others
        )

    def _numbers_of(self, need: Need) -> list[int]:
        """Of all different words that satisfy it."""
        if need.how == "whole":
            return [self._numbers[text] for text in need.texts if text in self._numbers]
        find = self._begun if need.how == "begins" else self._containing
        return sorted({number for text in need.texts for number in find(text)})

    def _begun(self, start: str) -> list[int]:
        after = start + LAST_LETTER
        return [
            number
            for _, number in self._sorted[bisect(self._sorted, (start,)) : bisect(self._sorted, (after,))]
        ]

    def _containing(self, part: str) -> Iterator[int]:
        for match in re.finditer(re.escape(part), self._joined):
            number = bisect(self._begins, match.start()) - 1
            if self._texts[number][0] != OF_COMPANY:
                yield number

    def _count(self, numbers: Sequence[int]) -> int:
        return sum(int(self._starts[number + 1] - self._starts[number]) for number in numbers)

    def _having(self, numbers: Sequence[int]) -> Any:
        """The places of the records with any of these words."""
        parts = [self._order[self._starts[number] : self._starts[number + 1]] for number in numbers]
        if not parts:
            return np.empty(0, dtype=np.int64)
        return np.unique(np.searchsorted(self._last, np.concatenate(parts), side="right"))

    def _ref(self, place: int) -> Ref:
        number, kind = divmod(self._refs[place], len(_KINDS))
        return Ref(_KINDS[kind], number)

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


def _edits(spoilt: str, having: Sequence[str], intact: Sequence[str]) -> int:
    """To one of the record's other words; or to nothing, as if the word were one too many."""
    others = (word for word in having if word not in intact and word[0] != OF_COMPANY)
    return min((OSA.distance(spoilt, word) for word in others), default=len(spoilt) + 1)
