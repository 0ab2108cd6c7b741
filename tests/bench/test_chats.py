"""Messages a second by webhooks of a messenger, over HTTP to `intake serve`: verified, looked up by account
and number among a hundred thousand clients and stored before they are answered; beside an aiohttp handler
that verifies and commits the raw body.

INTAKE_CHATS_REQUESTS and INTAKE_CHATS_CONNECTIONS say how many, and over how many connections («8,32»).
"""

import json
import os

import pytest
from sqlmodel import col, func, select

from storage.database import Database
from storage.secrets import new_key, use_keys
from storage.tables.chats import Bot, ChatMessage
from storage.tables.parties import Point, PointKind
from tests.bench.chatters import SECRET
from tests.bench.conftest import FULL
from tests.bench.pace import Race
from tests.databases import store
from tests.service import Serve

REQUESTS = int(os.environ.get("INTAKE_CHATS_REQUESTS", "3000" if FULL else "40"))
CONNECTIONS = [int(one) for one in os.environ.get("INTAKE_CHATS_CONNECTIONS", "8,32").split(",")]
CLIENTS = 1000  # who write
KEY = "bench"

pytestmark = [pytest.mark.slow, pytest.mark.real]


@pytest.mark.timeout(1800)
async def test_messages_a_second(stored: Database, serve: Serve) -> None:
    key = new_key()
    use_keys([key])
    await store(stored, a_bot())
    service = serve(stored.url, key)
    await service.start()
    clients = await _clients(stored)
    race = Race(stored, "tests.bench.chatters", "tests.bench.bare_hooks", REQUESTS, clients)
    await race.run(CONNECTIONS, f"{service.address}/hooks/whatsapp/{KEY}", service.pid)
    service.stop()
    print(f"\nchats: {race.words}")
    async with stored.reading() as session:
        assert (await session.exec(select(func.count()).select_from(ChatMessage))).one() == race.sent


def a_bot() -> Bot:
    """WhatsApp's webhooks are signed, and vouch for the sender's number."""
    options = {"phone_number_id": "106540352242922"}
    sealed = json.dumps({"app_secret": SECRET})
    return Bot(
        key=KEY, platform="whatsapp", name="WhatsApp", token="t", options=options, sealed_options=sealed
    )


async def _clients(database: Database) -> list[str]:
    """Mobile telephones of those who write."""
    mobile = col(Point.value).startswith("+79")
    query = select(Point.value).where(Point.kind == PointKind.PHONE, col(Point.shared).is_(False), mobile)
    async with database.reading() as session:
        return list(await session.exec(query.order_by(col(Point.id)).limit(CLIENTS)))
