"""What a step of a call costs from hearing to commit, by step, with the whole world stored."""

import time
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlmodel import select

from intake.reception import Reception
from storage.database import Database
from storage.tables.parties import Point, PointKind
from tests.bench.conftest import FULL, told
from tests.storage.calling import START, Talk

CALLS = 1000 if FULL else 20

pytestmark = pytest.mark.slow


async def test_taking_calls_in(loaded_url: str) -> None:
    database = Database(loaded_url)
    async with database.reading() as session:
        known = select(Point.value).where(Point.kind == PointKind.PHONE).limit(CALLS)
        numbers = list(await session.exec(known))
    events = []
    for number, caller in enumerate(numbers):
        talk = Talk(caller, START + timedelta(minutes=number), name="Имя", linkedid=f"1.{number}")
        events += talk.whole_answered() if number % 2 else talk.whole_missed()
    reception = Reception(database)
    spent = defaultdict(list)

    begun = time.perf_counter()
    for event in events:
        start = time.perf_counter()
        await reception.receive(event)
        spent[event.step].append((time.perf_counter() - start) * 1000)
    seconds = time.perf_counter() - begun

    print(f"\nreception: {len(events) / seconds:.0f} steps of calls a second, one after another")
    for step, milliseconds in spent.items():
        told(f"a call {step}, heard to committed", milliseconds)
    assert len(spent) == 4
    await database.close()
