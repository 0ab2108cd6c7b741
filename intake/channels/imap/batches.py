"""How many letters are asked for at once, and what is done about one that breaks every answer."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from intake.channels.imap.session import Told

MOST_LETTERS = 50  # a crash brings at most so many again
MOST_BYTES = 4_000_000  # and twice so much is in memory at once, but for a single larger letter
TRIES = 3  # of a letter that cannot be fetched; as many again of its head


class Stumbles:
    """How often it went wrong to fetch which letters; a key is a folder, its UIDVALIDITY and a UID."""

    def __init__(self) -> None:
        self._times: Counter[Hashable] = Counter()

    def over(self, keys: Sequence[Hashable]) -> None:
        self._times.update(keys)

    def past(self, keys: Sequence[Hashable]) -> None:
        for key in keys:
            self._times.pop(key, None)

    def alone(self, key: Hashable) -> bool:
        """Whether it must not be asked for together with others: one of them is at fault."""
        return self._times[key] > 0

    def only_head(self, key: Hashable) -> bool:
        return self._times[key] >= TRIES

    def given_up(self, key: Hashable) -> bool:
        return self._times[key] >= 2 * TRIES


def batches(
    letters: Sequence[Told], alone: frozenset[int], most_bytes: int = MOST_BYTES
) -> Iterator[list[Told]]:
    """In order; the UIDs in `alone` by themselves."""
    batch: list[Told] = []
    for one in letters:
        size = sum(each.size for each in batch) + one.size
        lonely = one.uid in alone or (batch and batch[-1].uid in alone)
        if batch and (lonely or size > most_bytes or len(batch) >= MOST_LETTERS):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch
