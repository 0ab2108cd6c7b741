"""Many things, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

ASKED = 400  # values in one question to the database

Thing = TypeVar("Thing")


def batches(things: Iterable[Thing], size: int = ASKED) -> Iterator[list[Thing]]:
    """All of them in their order, `size` in each list but the last."""
    left = iter(things)
    while some := list(islice(left, size)):
        yield some
