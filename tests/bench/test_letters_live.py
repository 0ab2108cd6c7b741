"""From a letter that reaches the mail server to its row in the list of inquiries, in a real Chromium.

The service waits in IDLE at a real Dovecot, through a relay that notes when the server says «* 7 EXISTS».
The clock stops after the frame in which the row was painted.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from playwright.async_api import Page

from storage.database import Database
from storage.secrets import new_key, use_keys
from storage.tables.letters import Mailbox, Security
from storage.tables.people import User
from tests.bench.conftest import FULL, told
from tests.bench.painted import watch
from tests.bench.senders import letter
from tests.bench.test_screen import signed_in
from tests.house import PEOPLE
from tests.real.chromium import Desk
from tests.real.dovecot import PASSWORD, USER, Dovecot
from tests.service import Serve

LETTERS, PAUSE = (50, 1.5) if FULL else (3, 1.0)  # seconds between two: the service waits in IDLE again
PATIENCE = 60  # seconds until the last is to be there

WATCH = watch("rows", r"node.textContent.match(/объект (\d+)/)?.[1]")

pytestmark = [pytest.mark.real, pytest.mark.slow]


class Relay:
    """Passes on what a mail server and its clients say; `noticed` is when (ms of the epoch) it first spoke
    of so many letters in the folder."""

    EXISTS = re.compile(rb"^\* (\d+) EXISTS", re.MULTILINE)

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self.noticed: dict[int, float] = {}
        self._passing: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        await self._server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_connection("127.0.0.1", self._to_port)
        self._passing |= {
            asyncio.create_task(self._pass(reader, questions)),
            asyncio.create_task(self._pass(answers, writer)),
        }

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                while said := await reader.read(65_536):
                    now = time.time() * 1000
                    for found in self.EXISTS.finditer(said):
                        self.noticed.setdefault(int(found[1]), now)
                    writer.write(said)
                    await writer.drain()
        finally:
            writer.close()


@pytest.fixture
async def relay(dovecot: Dovecot) -> AsyncIterator[Relay]:
    made = Relay(dovecot.port)
    yield made
    await made.stop()


@pytest.mark.timeout(600)
async def test_from_the_notice_to_the_painted_row(
    loaded_url: str, dovecot: Dovecot, relay: Relay, desk: Desk, serve: Serve
):
    key = new_key()
    use_keys([key])
    await _furnish(loaded_url, await relay.start())
    service = serve(loaded_url, key)
    await service.start()
    await service.until_ready()
    page = await signed_in(desk, service.address, "anna")
    await page.goto(f"{service.address}/inquiries?sort=newest")
    await page.wait_for_selector("html[data-leader]")
    await page.evaluate(WATCH)
    appended = await _deliver(dovecot)
    seen = await _painted(page)
    service.stop()
    told("IDLE notice → row painted", [seen[number] - relay.noticed[number] for number in seen])
    told("APPEND's OK → row painted", [seen[number] - appended[number] for number in seen])
    told("APPEND's OK → IDLE notice", [relay.noticed[number] - appended[number] for number in seen])
    assert desk.problems == []


async def _painted(page: Page) -> dict[int, float]:
    """When each letter's row was painted, ms of the epoch; all of them."""
    async with asyncio.timeout(PATIENCE):
        while True:
            seen: dict[str, float] = await page.evaluate("window.seen")
            if len(seen) == LETTERS and all(seen.values()):
                return {int(number): at for number, at in seen.items()}
            await asyncio.sleep(0.2)


async def _furnish(url: str, port: int) -> None:
    database = Database(url)
    box = Mailbox(
        name="Заявки", address=USER, imap_host="127.0.0.1", imap_port=port,
        imap_security=Security.NONE, username=USER, secret=PASSWORD,
    )  # fmt: skip
    async with database.transaction() as session:
        session.add_all([box, *(User(**person.model_dump(exclude={"id"})) for person in PEOPLE)])
    await database.close()


async def _deliver(dovecot: Dovecot) -> dict[int, float]:
    """Letters 1, 2 …; when the server had said that it has each."""
    appended: dict[int, float] = {}
    client = await asyncio.to_thread(dovecot.client)
    for number in range(1, LETTERS + 1):
        await asyncio.sleep(PAUSE)
        await asyncio.to_thread(client.append, "INBOX", letter(number))
        appended[number] = time.time() * 1000
    await asyncio.to_thread(client.logout)
    return appended
