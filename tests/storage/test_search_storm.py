"""Four processes write at once and are killed at random moments: not one name is lost."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter

import pytest

from storage.database import Database
from storage.search.rebuild import every_record
from storage.search.records import TABLES
from storage.tables.people import Role, User
from tests.storage.naming import found, keep, packed, wrong

FULL = os.environ.get("INTAKE_BENCH") in ("full", "10m")
PROCESSES = 4
WAVES, DEEDS, ASKED = (6, 120, 400) if FULL else (1, 40, 40)
MANY = 20  # of one name: not all are shown

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900 if FULL else 120)]


async def run(url: str, seed: int, killed_after: int | None) -> list[str]:
    """What the process said, until its end or until it was killed."""
    command = [sys.executable, "-m", "tests.storage.search_storm", url, str(seed), str(DEEDS)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    said = []
    while line := await process.stdout.readline():
        said.append(line.decode().strip())
        if len(said) == killed_after:
            await asyncio.sleep(random.Random(seed).uniform(0, 0.05))  # wherever it is then
            process.send_signal(signal.SIGKILL)
    assert await process.wait() == (-signal.SIGKILL if killed_after else 0), said
    return said


async def test_after_a_storm_with_kills_every_record_is_found_by_its_name(
    database: Database, database_url: str
) -> None:
    await keep(database, User(login="storm", name="Буря", password_hash="-", role=Role.MANAGER))

    rnd = random.Random(5)
    said: list[str] = []
    for wave in range(WAVES):
        kills = [None, None, rnd.randrange(1, DEEDS // 2), rnd.randrange(1, DEEDS // 2)]
        seeds = range(wave * PROCESSES, (wave + 1) * PROCESSES)
        outs = await asyncio.gather(*(run(database_url, *one) for one in zip(seeds, kills, strict=True)))
        said += [line for out in outs for line in out]

    assert [line for line in said if line != "done" and not line.startswith("refused")] == []
    assert said.count("done") > 2 * WAVES * DEEDS * 0.7
    assert await wrong(database) == []
    await _all_are_found(database)
    while await packed(database, 5_000):
        pass
    assert await wrong(database) == []
    await _all_are_found(database)


async def _all_are_found(database: Database) -> None:
    """Unless so many have the name that not all are shown."""
    names = await database.ask(lambda connection: [names for names, _ in every_record(connection)])
    assert len(names) > 20
    shared = Counter(" ".join(one.own) for one in names)
    for one in random.Random(6).sample(names, min(ASKED, len(names))):
        called = " ".join(one.own)
        if called.strip() and shared[called] < MANY:
            record = (str(TABLES[one.kind].__tablename__), one.id)
            assert record in await found(database, called), (called, record)
