import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text

from intake.errors import Deferred
from storage import leader
from storage.database import Database
from storage.leader import leadership


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "TRY_SECONDS", 0.02)
    monkeypatch.setattr(leader, "PING_SECONDS", 0.2)


async def test_one_leads_and_the_next_takes_over_when_it_ends(database: Database) -> None:
    order: list[str] = []
    inside = asyncio.Event()

    async def lead(name: str) -> None:
        async with leadership(database, "asterisk:1"):
            order.append(f"{name} in")
            inside.set()
            await asyncio.sleep(0.1)
            order.append(f"{name} out")

    first = asyncio.create_task(lead("first"))
    await inside.wait()
    await asyncio.gather(first, lead("second"))

    assert order == ["first in", "first out", "second in", "second out"]


async def test_different_channels_are_led_at_the_same_time(database: Database) -> None:
    async with asyncio.timeout(30), leadership(database, "asterisk:1"), leadership(database, "asterisk:2"):
        pass


async def test_a_leader_that_is_cancelled_lets_go(database: Database) -> None:
    async def lead_for_ever() -> None:
        async with leadership(database, "asterisk:1"):
            await asyncio.sleep(60)

    task = asyncio.create_task(lead_for_ever())
    await asyncio.sleep(0.1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert task.cancelled()
    async with asyncio.timeout(30), leadership(database, "asterisk:1"):
        pass


@pytest.mark.real
async def test_a_leader_that_loses_the_database_stops(postgres_url: str) -> None:
    database = Database(postgres_url)

    async def end_its_connection() -> None:
        await asyncio.sleep(0.3)
        async with database.reading() as session:
            await (await session.connection()).execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            )

    ending = asyncio.create_task(end_its_connection())
    with pytest.raises(Deferred) as lost:
        async with leadership(database, "asterisk:1"):
            await asyncio.sleep(30)

    assert lost.value.code == "leadership-lost"
    await ending
    await database.close()
