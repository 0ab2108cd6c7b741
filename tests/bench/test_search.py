"""What a key pressed in the wizard's search costs, with the whole world stored, on both engines."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from intake.model.wizard import Criteria, Mode
from intake.wizard.search import search
from storage.access import Actor
from storage.database import Database
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import Scope
from tests.bench.conftest import FULL, told

PEOPLE = 60 if FULL else 4
SEED = 11

pytestmark = pytest.mark.slow

OPERATORS = {"all": Actor(1, "Анна"), "own": Actor(1, "Анна", scope=Scope.OWN)}


@pytest.mark.parametrize("scope", OPERATORS)
async def test_search_as_you_type(stored: Database, scope: str) -> None:
    spent = defaultdict(list)
    for kind, criteria in await _questions(stored):
        begun = time.perf_counter()
        await search(stored, criteria, OPERATORS[scope])
        spent[kind].append((time.perf_counter() - begun) * 1000)

    print(f"\nsearch on {stored.url.get_backend_name()}, sees {scope}")
    for kind, milliseconds in spent.items():
        told(kind, milliseconds)
    told("all of them", [one for milliseconds in spent.values() for one in milliseconds])
    assert len(spent) > 6


async def _questions(database: Database) -> list[tuple[str, Criteria]]:
    async with database.reading() as session:
        people = list(await session.exec(select(Contact).order_by(col(Contact.id)).limit(5 * PEOPLE)))
        companies = list(await session.exec(select(Account).order_by(col(Account.id)).limit(5 * PEOPLE)))
        points = list(await session.exec(select(Point).order_by(col(Point.id)).limit(15 * PEOPLE)))
    chance = random.Random(SEED)
    phones = [point.value for point in points if point.kind is PointKind.PHONE]
    emails = [point.value for point in points if point.kind is PointKind.EMAIL]
    asked = [
        *_typed(chance.sample(people, PEOPLE), chance.sample(companies, PEOPLE)),
        *(("a caller", Criteria(phone=phone)) for phone in chance.sample(phones, PEOPLE)),
        *(("an e-mail", Criteria(email=email)) for email in chance.sample(emails, PEOPLE)),
        *(("an e-mail, begun", Criteria(email=email[:5])) for email in chance.sample(emails, PEOPLE)),
        *(("a phone, begun", Criteria(phone=phone[:7])) for phone in chance.sample(phones, PEOPLE)),
        *(
            ("a phone, a part", Criteria(phone=phone[-5:], mode=Mode.PART))
            for phone in chance.sample(phones, PEOPLE)
        ),
    ]
    chance.shuffle(asked)
    return asked


def _typed(people: list[Contact], companies: list[Account]) -> Iterator[tuple[str, Criteria]]:
    for person, company in zip(people, companies, strict=True):
        last, first = person.last_name, person.first_name
        yield "two letters of a surname", Criteria(name=last[:2])
        yield "a surname, begun", Criteria(name=last[:4])
        yield "a surname, its middle", Criteria(name=last[1:5], mode=Mode.PART)
        yield "a full name", Criteria(name=f"{last} {first}")
        yield "a common first name", Criteria(name=first)
        yield "a company", Criteria(name=company.name)
        yield "a company, a part", Criteria(name=company.name[2:6], mode=Mode.PART)
        yield (
            "all fields at once",
            Criteria(name=last, phone="8 916 123-45-67", inn=company.inn or "7707083893"),
        )
        yield "an INN, begun", Criteria(inn=(company.inn or "7707")[:5])
