"""Requests a second by a form, over HTTP to `intake serve`, each stored before its number is told: with a
hundred thousand clients and twenty rules, beside an aiohttp handler that only commits the raw body.

INTAKE_FORMS_REQUESTS and INTAKE_FORMS_CONNECTIONS say how many, and over how many connections («8,32»).
"""

import asyncio
import os
import statistics
from typing import Any

import aiohttp
import pytest
from sqlmodel import col, func, select

from intake.model.rules import Do
from storage.database import Database
from storage.deciding import DECIDE
from storage.secrets import new_key, use_keys
from storage.tables.automation import RuleDecision
from storage.tables.forms import Submission
from storage.tables.history import Job
from storage.tables.inquiries import InquiryEvent
from storage.tables.parties import Point, PointKind
from tests.bench.conftest import FULL, told
from tests.bench.pace import Race
from tests.bench.shop import KEY, open_shop
from tests.bench.visitors import visit_of
from tests.service import Serve

REQUESTS = int(os.environ.get("INTAKE_FORMS_REQUESTS", "3000" if FULL else "40"))
CONNECTIONS = [int(one) for one in os.environ.get("INTAKE_FORMS_CONNECTIONS", "8,32").split(",")]
PATIENCE = 600.0  # seconds until the rules have seen all of them
CLIENTS = 1000  # that come again
DECIDED = 200 if FULL else 20
JSON = {"Accept": "application/json"}
OUTCOMES: dict[str, dict[str, Any]] = {
    "asked": {"do": Do.HOLD, "reason": "Проверить"},
    "made": {"do": Do.LINK_OR_CREATE},
}

pytestmark = [pytest.mark.slow, pytest.mark.real]


@pytest.mark.parametrize("outcome", OUTCOMES if FULL else ["made"])
@pytest.mark.timeout(1800)
async def test_requests_a_second(stored: Database, serve: Serve, outcome: str) -> None:
    """`asked`: the rules leave each to a person; `made`: they make an interest of each, on a newcomer."""
    key = new_key()
    use_keys([key])
    await open_shop(stored, **OUTCOMES[outcome])
    service = serve(stored.url, key)
    await service.start()
    clients = await _clients(stored)
    race = Race(stored, "tests.bench.visitors", "tests.bench.bare_forms", REQUESTS, clients)
    await race.run(CONNECTIONS, f"{service.address}/f/{KEY}", service.pid)
    seconds = await until_decided(stored)
    service.stop()
    print(f"\nforms, {outcome}: {race.words}")
    print(f"the rules had seen all {race.sent} of them {seconds:.1f} s later")
    async with stored.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Submission))).one() == race.sent


@pytest.mark.timeout(600)
async def test_how_soon_an_inquiry_is_decided(stored: Database, serve: Serve) -> None:
    """While requests come one after another, as on a good day: from the commit to what the rules do."""
    key = new_key()
    use_keys([key])
    await open_shop(stored, do=Do.LINK_OR_CREATE)
    service = serve(stored.url, key)
    await service.start()
    async with aiohttp.ClientSession() as client:
        for number in range(DECIDED):
            sending = client.post(f"{service.address}/f/{KEY}", data=visit_of(number, []), headers=JSON)
            async with sending as answer:
                assert answer.status == 200
            await asyncio.sleep(0.1)
    await until_decided(stored)
    service.stop()
    async with stored.reading() as session:
        query = select(RuleDecision.at, InquiryEvent.heard_at).join(InquiryEvent)
        spent = [(at - heard).total_seconds() * 1000 for at, heard in await session.exec(query)]
    told(f"{stored.url.get_backend_name()}: commit → decided", spent)
    assert len(spent) == DECIDED
    assert not FULL or statistics.median(spent) < 1000


async def _clients(database: Database) -> list[str]:
    """Telephones of those who come again."""
    query = select(Point.value).where(Point.kind == PointKind.PHONE, col(Point.shared).is_(False))
    async with database.reading() as session:
        return list(await session.exec(query.order_by(col(Point.id)).limit(CLIENTS)))


async def until_decided(database: Database) -> float:
    """How many seconds the rules lag behind at the end."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    waiting = select(func.count()).where(Job.kind == DECIDE, col(Job.done_at).is_(None))
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as session:
                if (await session.exec(waiting)).one() == 0:
                    return loop.time() - begun
            await asyncio.sleep(0.2)
