"""From a key to the painted answer while somebody types a name into the wizard and into the field that
searches everything, in a real Chromium, over many records.

The clock starts with the browser's own time of the key and stops after the frame in which an answer to it was
painted; a letter whose question was given up for the next one waits for the answer to that one.
INTAKE_BENCH=full: a million records (or INTAKE_BENCH_RECORDS), where the bench of names keeps its worlds.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("russiannames", reason="the extra «bench» is not installed; make bench does it")

from alembic import command
from playwright.async_api import Page
from sqlalchemy import Connection

from storage.database import Database
from storage.schema import config
from storage.secrets import new_key, use_keys
from storage.tables import metadata
from tests.bench.conftest import FULL, told
from tests.bench.names import kept, slips
from tests.bench.names.facts import Record
from tests.bench.names.generated import BLOCK, Generated
from tests.bench.test_screen import signed_in
from tests.house import furnish
from tests.real.chromium import Desk
from tests.service import Serve

SIZE, NAMES = (int(os.environ.get("INTAKE_BENCH_RECORDS", "1000000")), 40) if FULL else (800, 3)
WARMING = 5 if FULL else 1  # names whose times are left out
BETWEEN = 0.11  # seconds between two keys: somebody types quickly
SEED = 1

# Every letter waits until the next answer is painted: an answer to less than all letters is never shown.
WATCH = """(field) => {
  window.waiting = []; window.times = [];
  document.querySelector(field).addEventListener("keydown", (key) => window.waiting.push(key.timeStamp));
  const shown = () => {
    const answered = window.waiting.splice(0);
    requestAnimationFrame(() => setTimeout(() => {
      const now = performance.now();
      window.times.push(...answered.map((at) => now - at));
    }));
  };
  document.addEventListener("wizard:found", shown);
  new MutationObserver(shown).observe(document.getElementById("found"), { childList: true });
}"""

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def many_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole world in it."""
    folder = tmp_path_factory.mktemp("typing")
    stored = kept.sqlite_url(kept.CACHE if FULL else folder, Generated(SIZE, SEED))
    path = folder / "intake.db"
    shutil.copy(stored.removeprefix("sqlite+aiosqlite:///"), path)
    return path


@pytest.mark.timeout(1200)
async def test_from_a_key_to_the_painted_answer(many_file: Path, desk: Desk, serve: Serve):
    key, url = new_key(), f"sqlite+aiosqlite:///{many_file}"
    use_keys([key])
    await in_service(url)
    service = serve(url, key)
    await service.start()
    page = await signed_in(desk, service.address, "anna")
    texts = list(typed())
    for name, address, field in (
        ("wizard: key → painted panes", "/wizard", "#w-name"),
        ("search everything: key → painted list", "/", ".omni input"),
    ):
        await page.goto(service.address + address)
        await page.evaluate(WATCH, field)
        await type_all(page, field, texts[:WARMING])
        await page.evaluate("window.times = []")
        await type_all(page, field, texts[WARMING:])
        told(f"{name}, {SIZE} records", await page.evaluate("window.times"))
    service.stop()
    assert desk.problems == []


async def in_service(url: str) -> None:
    """The schema's version, and people who may sign in."""

    def stamp(connection: Connection) -> None:
        metadata.create_all(connection)
        command.stamp(config(connection), "head")

    database = Database(url)
    async with database.transaction() as session:
        await (await session.connection()).run_sync(stamp)
    await furnish(database, 1)
    await database.close()


def typed() -> Iterator[str]:
    """Companies and people as they are said, every other one with a slip of the finger."""
    chance = Random(SEED)
    records = list(islice(Generated(SIZE, SEED), BLOCK))
    for place, record in enumerate(chance.sample(records, WARMING + NAMES)):
        yield slips.typed(said(record), chance) if place % 2 else said(record)


def said(record: Record) -> str:
    return record.name or f"{record.last} {record.first}"


async def type_all(page: Page, field: str, texts: list[str]) -> None:
    """Key by key, which Playwright does only for letters of the American keyboard."""
    keys = await page.context.new_cdp_session(page)
    for text in texts:
        await page.fill(field, "")
        await page.focus(field)
        await asyncio.sleep(0.3)
        for letter in text:
            await keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": letter, "text": letter})
            await keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter})
            await asyncio.sleep(BETWEEN)
        await asyncio.sleep(0.5)
    await keys.detach()
