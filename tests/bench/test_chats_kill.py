"""SIGKILL at random moments in a storm of redeliveries, a third of them told twice: each message is stored
once, in its dialogue in the order it was told, and each dialogue is one inquiry that the rules are asked
about once.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence

import aiohttp
import pytest
from sqlmodel import col, select

from storage.database import Database
from storage.deciding import DECIDE
from storage.secrets import new_key, use_keys
from storage.tables.chats import Bot, ChatMessage, ChatPart, Dialogue
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry, InquiryEvent
from tests.bench.conftest import FULL
from tests.databases import store
from tests.service import Serve, ServiceProcess

DELIVERIES, KILLS, PEOPLE, CONNECTIONS = (50_000, 10, 500, 16) if FULL else (400, 2, 12, 4)
PAUSE = 0.0 if FULL else 0.01  # seconds between two deliveries of a connection
KEY, SECRET = "storm", "secret-of-the-storm"

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.real)

pytestmark = [pytest.mark.slow, pytest.mark.real]


@pytest.mark.parametrize("database_url", ["sqlite", POSTGRESQL], indirect=True)
@pytest.mark.timeout(3600 if FULL else 300)
async def test_each_message_is_there_once_and_in_order(database: Database, serve: Serve) -> None:
    key = new_key()
    use_keys([key])
    await store(database, Bot(key=KEY, platform="telegram", name="Бот", token="1:x", secret=SECRET))
    service = serve(database.url, key)
    await service.start()

    chance = random.Random(7)
    written = DELIVERIES * 3 // 4  # a third of them comes again
    told: Counter[int] = Counter()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
        queues = [_deliveries(range(who, PEOPLE, CONNECTIONS), written, chance) for who in range(CONNECTIONS)]
        platform = (_tell(client, service, queue, told) for queue in queues)
        await asyncio.gather(_trouble(service, told), *platform)
    service.kill()

    assert told.total() >= DELIVERIES * 0.95
    await _each_is_there_once(database, written)


def _deliveries(people: Sequence[int], written: int, chance: random.Random) -> list[int]:
    """The numbers of messages in the order in which their people wrote them; a third comes a second time,
    at once or a while later."""
    found: list[int] = []
    later: list[int] = []
    for number in (one for one in range(written) if one % PEOPLE in people):
        found.append(number)
        if number % 3 == 0:
            (found if chance.random() < 0.5 else later).append(number)
        if later and chance.random() < 0.3:
            found.append(later.pop(0))
    return found + later


async def _trouble(service: ServiceProcess, told: Counter[int]) -> None:
    """Killed when a part of them was taken, while others are on their way."""
    chance = random.Random(11)
    for kill in range(1, KILLS + 1):
        while told.total() < DELIVERIES * kill // (KILLS + 1):
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0, 0.2))
        await asyncio.to_thread(service.kill)
        await service.start()


async def _tell(
    client: aiohttp.ClientSession, service: ServiceProcess, queue: Sequence[int], told: Counter[int]
) -> None:
    """As a platform does it: the next one when this one was answered, again and again."""
    for number in queue:
        while not await _is_taken(client, service, number):
            await asyncio.sleep(0.1)
        told[number] += 1
        await asyncio.sleep(PAUSE)


async def _is_taken(client: aiohttp.ClientSession, service: ServiceProcess, number: int) -> bool:
    who = number % PEOPLE + 1
    person = {"id": who, "is_bot": False, "first_name": f"Гость {who}"}
    chat = {"id": who, "type": "private", "first_name": f"Гость {who}"}
    message = {"message_id": number + 1, "from": person, "chat": chat, "date": 1_767_000_000 + number}
    update = {"update_id": 5_000_000 + number, "message": {**message, "text": f"сообщение {number}"}}
    try:
        async with client.post(
            f"{service.address}/hooks/telegram/{KEY}",
            json=update,
            headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
        ) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _each_is_there_once(database: Database, written: int) -> None:
    async with database.reading() as session:
        messages = list(await session.exec(select(ChatMessage).order_by(col(ChatMessage.id))))
        dialogues = {one.id: one for one in await session.exec(select(Dialogue))}
        facts = Counter(await session.exec(select(InquiryEvent.external_id)))
        parts = list(await session.exec(select(ChatPart.message_id)))
        inquiries = list(await session.exec(select(Inquiry.id)))
        jobs = Counter(
            one["inquiry"] for one in await session.exec(select(Job.payload).where(Job.kind == DECIDE))
        )
    said: dict[int, list[int]] = defaultdict(list)
    for one in messages:
        said[int(dialogues[one.dialogue_id].chat_id)].append(int(one.text.removeprefix("сообщение ")))
    everything = {
        who + 1: [number for number in range(written) if number % PEOPLE == who] for who in range(PEOPLE)
    }
    assert said == everything, "each once and in order"
    assert len(facts) == facts.total() == len(parts) == written
    assert len(inquiries) == len(dialogues) == PEOPLE
    assert jobs == Counter(inquiries)
    assert {one.unread for one in dialogues.values()} == {len(numbers) for numbers in everything.values()}
    assert {one.inquiry_id for one in messages} == set(inquiries)
