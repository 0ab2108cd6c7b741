"""A world of N made-up records, the same for the same seed, in blocks so that ten million need no memory.

Of a hundred records 35 are accounts, 50 contacts and 15 leads; each kind is numbered from one. A contact's
account is in the contact's own block.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from intake.model.wizard import PartyKind
from tests.bench.names import companies, frequencies
from tests.bench.names.facts import Record

BLOCK = 20_000  # records
SOLE_TRADER, PRIVATE = 0.16, 0.03  # shares of the accounts
HAS_COMPANY = 0.8  # share of the contacts
ORGANISED = 0.5  # share of the leads
NO_MIDDLE = 0.15  # share of the people
_WEIGHTS_10 = np.array((2, 4, 10, 3, 5, 9, 4, 6, 8))
_WEIGHTS_11 = np.array((7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
_WEIGHTS_12 = np.array((3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
_CODES = np.array(
    [903, 905, 906, 909, 910, 912, 915, 916, 917, 921, 922, 925, 926, 929, 937, 950, 961, 985, 999]
)
_HOSTS = ("mail.example", "yandex.example", "bk.example", "inbox.example", "list.example")
_LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziiklmnoprstufhye", strict=True))
    | {
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ю": "yu",
        "я": "ya",
        "ъ": "",
        "ь": "",
        " ": ".",
        "-": "",
    }
)

_NOT_HOST = re.compile(r"[^a-z0-9.]")

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Person = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Generated:
    """`surnames`: «frequent» draws them as often as they are borne, «list» each as often as any other."""

    size: int
    seed: int

    code = ("generated", "companies", "frequencies")

    @property
    def name(self) -> str:
        return f"{self.size}-{self.seed}"

    def __iter__(self) -> Iterator[Record]:
        for number in range((self.size + BLOCK - 1) // BLOCK):
            yield from self.block(number)

    def block(self, number: int) -> Iterator[Record]:
        count = min(BLOCK, self.size - number * BLOCK)
        accounts, contacts = count * 35 // 100, count * 50 // 100
        numbers = np.random.default_rng((self.seed, number))
        chance = Random(self.seed << 24 | number)
        first_account = number * (BLOCK * 35 // 100)
        stored = list(_accounts(accounts, numbers, chance, first_account))
        yield from stored
        yield from _contacts(contacts, numbers, chance, number * (BLOCK * 50 // 100), stored)
        leads = count - accounts - contacts
        yield from _leads(leads, numbers, chance, number * (BLOCK * 15 // 100))


def _accounts(count: int, numbers: np.random.Generator, chance: Random, after: int) -> Iterator[Record]:
    people, phones = _people(count, numbers), _phones(count, numbers)
    founders = frequencies.surnames()[0].draw(numbers, count)
    ten, twelve = _company_inns(count, numbers), _person_inns(count, numbers)
    kinds = numbers.random(count).tolist()
    for place in range(count):
        if kinds[place] < SOLE_TRADER + PRIVATE:
            name, inn = " ".join(part for part in people[place] if part), twelve[place]
            form = "ИП" if kinds[place] < SOLE_TRADER else None
        else:
            name, inn = companies.company_name(chance, founders[place]), ten[place]
            form = chance.choice(companies.FORMS)
        email = f"info@{_latin(name)[:24].strip('.')}{after + place}.example"
        yield Record(
            PartyKind.ACCOUNT, after + place + 1, name, form, "", "", "", inn, phones[place], email, None, ""
        )


def _contacts(
    count: int, numbers: np.random.Generator, chance: Random, after: int, accounts: list[Record]
) -> Iterator[Record]:
    people, phones = _people(count, numbers), _phones(count, numbers)
    employed = numbers.random(count) < HAS_COMPANY
    for place, (last, first, middle) in enumerate(people):
        at: tuple[int | None, str] = (None, "")
        if employed[place] and accounts:
            company = accounts[int(chance.random() ** 2 * len(accounts))]
            at = (company.id, company.name)
        yield Record(
            PartyKind.CONTACT, after + place + 1, "", None, last, first, middle, None, phones[place],
            _mailbox(chance, last, first, after + place), *at,
        )  # fmt: skip


def _leads(count: int, numbers: np.random.Generator, chance: Random, after: int) -> Iterator[Record]:
    people, phones = _people(count, numbers), _phones(count, numbers)
    inns = _company_inns(count, numbers)
    for place, (last, first, middle) in enumerate(people):
        organised = chance.random() < ORGANISED
        name = companies.company_name(chance, last) if organised else ""
        form = chance.choice(companies.FORMS) if organised else None
        inn = inns[place] if organised and chance.random() < 0.6 else None
        yield Record(
            PartyKind.LEAD, after + place + 1, name, form, last, first, middle, inn, phones[place],
            _mailbox(chance, last, first, after + place), None, "",
        )  # fmt: skip


def _people(count: int, numbers: np.random.Generator) -> list[Person]:
    """Surname, first name and patronymic, of a man or a woman."""
    tables = (frequencies.surnames(), frequencies.first_names(), frequencies.patronymics())
    men, women = ([table[sex].draw(numbers, count) for table in tables] for sex in (0, 1))
    woman = (numbers.random(count) < 0.5).tolist()
    named = (numbers.random(count) >= NO_MIDDLE).tolist()
    found = []
    for place in range(count):
        last, first, middle = (part[place] for part in (women if woman[place] else men))
        found.append((last, first, middle if named[place] else ""))
    return found


def _phones(count: int, numbers: np.random.Generator) -> list[str]:
    codes, rest = numbers.choice(_CODES, count), numbers.integers(0, 10**7, count)
    return [f"+7{number}" for number in (codes * 10**7 + rest).tolist()]


def _mailbox(chance: Random, last: str, first: str, number: int) -> str:
    start = _latin(first)[:1] + "." if chance.random() < 0.5 else ""
    return f"{start}{_latin(last)}{number}@{chance.choice(_HOSTS)}"


def _latin(text: str) -> str:
    latin = text.lower().translate(_LATIN)
    return ".".join(part for part in _NOT_HOST.sub("", latin).split(".") if part)


def _company_inns(count: int, numbers: np.random.Generator) -> list[str]:
    digits = _digits(count, 9, numbers)
    return _strings(_checked(digits, _WEIGHTS_10))


def _person_inns(count: int, numbers: np.random.Generator) -> list[str]:
    digits = _digits(count, 10, numbers)
    return _strings(_checked(_checked(digits, _WEIGHTS_11), _WEIGHTS_12))


def _digits(count: int, length: int, numbers: np.random.Generator) -> Numbers:
    digits = numbers.integers(0, 10, (count, length))
    digits[:, 0] = numbers.integers(1, 10, count)
    return digits


def _checked(digits: Numbers, weights: Numbers) -> Numbers:
    check = (digits[:, : len(weights)] @ weights) % 11 % 10
    return np.hstack((digits, check[:, None]))


def _strings(digits: Numbers) -> list[str]:
    powers = 10 ** np.arange(digits.shape[1] - 1, -1, -1, dtype=np.int64)
    return [str(number) for number in (digits @ powers).tolist()]
