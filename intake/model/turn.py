"""Whose turn it is, so that after any number of items nobody is more than one away from their share.

Earliest eligible virtual deadline first (Stoica and Abdel-Wahab, 1995): plain strides drift further when
weights differ much. `passed` is how far somebody has come: each item brings them SCALE / weight further.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_WEIGHT = 20
SCALE = 232_792_560  # divided by every weight up to MAX_WEIGHT without a rest


@dataclass(frozen=True, slots=True)
class Place:
    user_id: int
    weight: int
    passed: int

    @property
    def next_passed(self) -> int:
        """How far they have come with one item more."""
        return self.passed + SCALE // self.weight


def next_of(there: Sequence[Place]) -> Place:
    """Whose turn it is among those who are there: of those who are not ahead of the others the one who would
    be behind soonest, then by id."""
    total = sum(place.weight for place in there)
    come = sum(place.weight * place.passed for place in there)
    return min(
        (place for place in there if place.passed * total <= come),
        key=lambda place: (place.next_passed, place.user_id),
    )


def moment(there: Sequence[Place]) -> int:
    """How far those who are there have come together: where the others come in again, with nothing to catch
    up on."""
    total = sum(place.weight for place in there)
    return -(-sum(place.weight * place.passed for place in there) // total) if total else 0
