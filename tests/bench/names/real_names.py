"""Names that exist: Russia's largest companies and banks (the list in `mimesis`) and every surname of
`russiannames` once, however rare, with first names as frequent as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

from intake.model.wizard import PartyKind
from tests.bench.names import frequencies
from tests.bench.names.facts import Record

_WOMANS = ("а", "ая")


@dataclass(frozen=True)
class RealNames:
    """Companies first; about 361 000 records, unless fewer of the surnames are wanted."""

    seed: int
    surnames: int | None = None

    code = ("real_names", "frequencies")

    @property
    def name(self) -> str:
        return f"real-{self.seed}"

    @cached_property
    def size(self) -> int:
        return len(frequencies.real_companies()) + len(self._surnames)

    @cached_property
    def _surnames(self) -> list[str]:
        found = list(frequencies.all_surnames())
        Random(self.seed).shuffle(found)
        return found[: self.surnames]

    def __iter__(self) -> Iterator[Record]:
        for number, company in enumerate(frequencies.real_companies(), 1):
            phone, email = f"+7495{number * 7_654_321 % 10**7:07}", f"info@company{number}.example"
            yield Record(PartyKind.ACCOUNT, number, company, None, "", "", "", None, phone, email, None, "")
        surnames = self._surnames
        numbers = np.random.default_rng(self.seed)
        men, women = (
            tuple(
                table[sex].draw(numbers, len(surnames))
                for table in (frequencies.first_names(), frequencies.patronymics())
            )
            for sex in (0, 1)
        )
        for place, last in enumerate(surnames):
            first, middle = (part[place] for part in (women if last.endswith(_WOMANS) else men))
            phone, email = f"+7999{place * 7_654_321 % 10**7:07}", f"person{place}@mail.example"
            yield Record(
                PartyKind.CONTACT, place + 1, "", None, last, first, middle, None, phone, email, None, ""
            )
