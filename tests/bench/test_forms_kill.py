"""SIGKILL at random moments while visitors send requests by a form, again and again until each has its
number: each is stored once, is one inquiry, is asked of the rules once, and its number never changes.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator

import aiohttp
import pytest
from sqlmodel import select

from storage.database import Database
from storage.deciding import DECIDE
from storage.secrets import new_key, use_keys
from storage.tables.forms import Submission, SubmissionState
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry, InquiryEvent
from tests.bench.conftest import FULL
from tests.bench.shop import KEY, open_shop
from tests.service import Serve, ServiceProcess

REQUESTS, KILLS, VISITORS = (20_000, 10, 16) if FULL else (300, 2, 4)
PAUSE = 0.0 if FULL else 0.02  # seconds between two requests of a visitor
AGAIN = 10  # each so many is sent again though it was answered: a double click, a reload

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.real)

pytestmark = [pytest.mark.slow, pytest.mark.real]


@pytest.mark.parametrize("database_url", ["sqlite", POSTGRESQL], indirect=True)
@pytest.mark.timeout(3600 if FULL else 300)
async def test_each_request_is_there_once_and_keeps_its_number(database: Database, serve: Serve) -> None:
    key = new_key()
    use_keys([key])
    await open_shop(database, do="hold", reason="Проверить")
    service = serve(database.url, key)
    await service.start()

    numbers: dict[int, int] = {}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
        waiting = iter(range(REQUESTS))
        visitors = (_visit(client, service, waiting, numbers) for _ in range(VISITORS))
        await asyncio.gather(_trouble(service, numbers), *visitors)
    service.kill()

    await _each_is_there_once(database, numbers)


async def _trouble(service: ServiceProcess, numbers: dict[int, int]) -> None:
    """Killed when a part of them was taken, while others are on their way."""
    chance = random.Random(7)
    for kill in range(1, KILLS + 1):
        while len(numbers) < REQUESTS * kill // (KILLS + 1):
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0, 0.2))
        await asyncio.to_thread(service.kill)
        await service.start()


async def _visit(
    client: aiohttp.ClientSession, service: ServiceProcess, waiting: Iterator[int], numbers: dict[int, int]
) -> None:
    """As a browser's script does it: until the number is told."""
    for one in waiting:
        numbers[one] = await _surely(client, service, one)
        if one % AGAIN == 0:
            assert await _surely(client, service, one) == numbers[one]
        await asyncio.sleep(PAUSE)


async def _surely(client: aiohttp.ClientSession, service: ServiceProcess, one: int) -> int:
    body = {"name": f"Гость {one}", "phone": phone(one), "wanted": f"{one} столов"}
    headers = {"Accept": "application/json", "Idempotency-Key": f"visit {one}"}
    while True:
        try:
            async with client.post(f"{service.address}/f/{KEY}", json=body, headers=headers) as answer:
                if answer.status == 200:
                    return int((await answer.json())["number"])
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.1)


def phone(one: int) -> str:
    return f"+7958{one:07}"


async def _each_is_there_once(database: Database, numbers: dict[int, int]) -> None:
    async with database.reading() as session:
        submissions = list(await session.exec(select(Submission)))
        facts = list(await session.exec(select(InquiryEvent.id, InquiryEvent.inquiry_id)))
        inquiries = list(await session.exec(select(Inquiry.id, Inquiry.sender)))
        jobs = list(await session.exec(select(Job.payload).where(Job.kind == DECIDE)))
    stored = {submission.said["phone"]: submission for submission in submissions}
    assert len(submissions) == len(stored) == len(numbers) == REQUESTS
    assert {one: stored[phone(one)].id for one in numbers} == numbers, "the number that was told"
    assert {one.state for one in submissions} == {SubmissionState.TAKEN}
    assert Counter(facts) == Counter((one.event_id, one.inquiry_id) for one in submissions)
    assert Counter(inquiries) == Counter((stored[one].inquiry_id, one) for one in stored)
    assert Counter(job["inquiry"] for job in jobs) == Counter(inquiry for inquiry, _ in inquiries)
