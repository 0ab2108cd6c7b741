"""The dice the world is made with, and the numbers that must not come twice."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from intake.demo.places import CITIES, MOBILE_CODES, City

T = TypeVar("T")
_CITY_WEIGHTS = list(accumulate(city.weight for city in CITIES))


class Chance:
    """Everything random about one world; the same seed gives the same world."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.random = Random(seed)
        self.now = now
        self._numbers: set[str] = set()
        self._domains: set[str] = set()

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.random.random() * len(choices))]

    def pick_early(self, choices: Sequence[T]) -> T:
        """The first ones are the frequent ones, as with surnames."""
        return choices[int(self.random.random() ** 2 * len(choices))]

    def between(self, least: int, most: int) -> int:
        return least + int(self.random.random() * (most - least + 1))

    def digits(self, count: int) -> str:
        return str(int(self.random.random() * 10**count)).zfill(count)

    def city(self) -> City:
        return self.random.choices(CITIES, cum_weights=_CITY_WEIGHTS)[0]

    def mobile(self) -> str:
        """An E.164 number of a Russian mobile. May be somebody's: nothing ever dials it."""
        return self._unused(lambda: f"+7{self.pick(MOBILE_CODES)}{self.digits(7)}")

    def landline(self, city: City) -> str:
        """An E.164 number in a city."""
        rest = 9 - len(city.area_code)
        return self._unused(lambda: f"+7{city.area_code}{self.between(2, 7)}{self.digits(rest)}")

    def domain(self, name: str) -> str:
        """A domain nobody can own, RFC 2606."""
        domain, number = f"{name}.example", 2
        while domain in self._domains:
            domain, number = f"{name}{number}.example", number + 1
        self._domains.add(domain)
        return domain

    def working_hour(self, days_ago: float) -> datetime:
        """About so long ago, between 9 and 18 o'clock in Moscow, Monday to Friday; never in the future."""
        day = self.now - timedelta(days=days_ago)
        day -= timedelta(days=max(0, day.weekday() - 4))
        at = day.replace(hour=self.between(6, 14), minute=self.between(0, 59), second=self.between(0, 59))
        return (
            at.replace(microsecond=0) if at < self.now else self.now - timedelta(minutes=self.between(5, 90))
        )

    def due(self, least: int, most: int) -> datetime:
        """A full hour of a working day, so many days from now."""
        day = self.now + timedelta(days=self.between(least, most))
        day += timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])
        return day.replace(hour=self.between(7, 15), minute=0, second=0, microsecond=0)

    def _unused(self, make: Callable[[], str]) -> str:
        while (number := make()) in self._numbers:
            pass
        self._numbers.add(number)
        return number
