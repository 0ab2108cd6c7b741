"""Waiting before the next try: longer each time, and never in step with others."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds before the first try again and at most; each pause doubles, up to half of it left to chance."""

    first: float
    longest: float

    def after(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row, counted from one."""
        whole: float = min(self.longest, self.first * 2 ** min(failures - 1, 30))
        return whole * random.uniform(0.5, 1)  # noqa: S311 - spreads the load, guards nothing
