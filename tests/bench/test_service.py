"""What the service costs: to start, in memory, to track calls, to tell five hundred browsers."""

import asyncio
import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import psutil
import pytest
from sqlmodel import select

from intake.channels.asterisk.calls import CallTracker
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.wire import Decoder
from storage.database import Database
from storage.secrets import new_key, use_keys
from storage.tables.people import User, WebSession
from tests.bench.conftest import FULL, told
from tests.house import furnish
from tests.service import Serve, ServiceProcess
from web.session import digest

TRACES = Path(__file__).parent.parent / "corpus" / "calls"
CLIENTS, CLICKS = (500, 40) if FULL else (50, 5)
FOR_EVER = aiohttp.ClientTimeout(total=None)

pytestmark = pytest.mark.slow


def test_events_a_second_that_the_tracker_takes():
    streams = [path.read_bytes() for path in sorted(TRACES.glob("*.ami"))]
    rounds = 20 if FULL else 1
    at, events = datetime(2026, 11, 21, tzinfo=UTC), 0
    begun = time.perf_counter()
    for _ in range(rounds):
        for stream in streams:
            tracker = CallTracker("asterisk:1", Lines(trunks=frozenset({"trunk"})))
            for message in Decoder().feed(stream):
                tracker.hear(message, at)
                events += 1
    print(
        f"\ntracker, bytes to calls: {events / (time.perf_counter() - begun):,.0f} events/s ({events} events)"
    )
    assert events > 0


async def test_starting_and_what_it_weighs(loaded_url: str, serve: Serve):
    service = serve(loaded_url, new_key())
    seconds = await service.start()
    memory = psutil.Process(service.pid).memory_info().rss / 2**20
    service.stop()
    print(f"\nstart to first answer: {seconds:.2f} s, resident memory: {memory:.0f} MB")


@pytest.mark.timeout(300)
async def test_telling_many_browsers(loaded_url: str, serve: Serve):
    """Somebody goes on a break and comes back; every browser hears of it. From the click to each browser."""
    key = new_key()
    use_keys([key])
    database = Database(loaded_url)
    await furnish(database, port=1)
    cookies = await _sign_in(database, CLIENTS)
    await database.close()
    service = serve(loaded_url, key)
    await service.start()
    before = psutil.Process(service.pid).memory_info().rss
    heard: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        listeners = [asyncio.create_task(_listen(client, service, cookie, heard)) for cookie in cookies]
        await asyncio.sleep(3)
        weight = (psutil.Process(service.pid).memory_info().rss - before) / CLIENTS / 1024
        delays = [delay for _ in range(CLICKS) for delay in await _click(client, service, cookies[0], heard)]
        for task in listeners:
            task.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
    service.stop()
    assert len(delays) == CLIENTS * CLICKS
    told(f"click → heard by each of {CLIENTS} browsers", delays)
    print(f"{weight:.0f} kB a browser")


async def _sign_in(database: Database, count: int) -> list[str]:
    """As many browsers of the house's people."""
    keys = [secrets.token_urlsafe(24) for _ in range(count)]
    async with database.transaction() as session:
        people = [user.id for user in await session.exec(select(User))]
        until = datetime.now(UTC) + timedelta(days=1)
        for place, key in enumerate(keys):
            session.add(WebSession(id=digest(key), user_id=people[place % len(people)], expires_at=until))
    return keys


async def _listen(
    client: aiohttp.ClientSession, service: ServiceProcess, key: str, heard: list[float]
) -> None:
    headers = {"Cookie": f"intake={key}"}
    async with client.get(f"{service.address}/live", headers=headers, timeout=FOR_EVER) as stream:
        async for line in stream.content:
            if line.startswith(b"data: ") and json.loads(line[6:])["topic"] == "presence":
                heard.append(time.perf_counter())


async def _click(
    client: aiohttp.ClientSession, service: ServiceProcess, key: str, heard: list[float]
) -> list[float]:
    """Milliseconds to each browser."""
    heard.clear()
    begun = time.perf_counter()
    headers = {"Cookie": f"intake={key}", "Sec-Fetch-Site": "same-origin"}
    await client.post(f"{service.address}/me/presence", data={"state": "break"}, headers=headers)
    async with asyncio.timeout(10):
        while len(heard) < CLIENTS:
            await asyncio.sleep(0.01)
    return [(at - begun) * 1000 for at in heard]
