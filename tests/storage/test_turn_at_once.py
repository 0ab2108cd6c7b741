"""Four processes ask for the next of one team: everybody gets their share, to one item."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from fractions import Fraction

import pytest
from sqlmodel import select

from storage.database import Database
from storage.tables.people import Team, User
from storage.tables.routing import Seat
from tests.databases import store

PROCESSES = 4
WEIGHTS = (7, 5, 3, 2, 1, 1)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def run(url: str, team: int, items: int) -> list[int]:
    command = [sys.executable, "-m", "tests.storage.turn_storm", url, str(team), str(items)]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    out, trouble = await process.communicate()
    assert process.returncode == 0, trouble.decode()[-2000:]
    return [int(line) for line in out.split()]


async def test_shares_are_exact_to_one_item(database: Database, database_url: str) -> None:
    items = 2_000 if database.is_sqlite else 10_000
    (team,) = await store(database, Team(name="Продажи"))
    users = [User(login=f"u{one}", name=f"U{one}", password_hash="-") for one in range(len(WEIGHTS))]
    ids = await store(database, *users)
    seats = [Seat(team_id=team, user_id=id_, weight=weight) for id_, weight in zip(ids, WEIGHTS, strict=True)]
    await store(database, *seats)

    outs = await asyncio.gather(*(run(database_url, team, items // PROCESSES) for _ in range(PROCESSES)))

    had = Counter(user for out in outs for user in out)
    assert had.total() == items
    for id_, weight in zip(ids, WEIGHTS, strict=True):
        assert abs(had[id_] - Fraction(items * weight, sum(WEIGHTS))) <= 1
    async with database.reading() as session:
        assert {seat.user_id: seat.given for seat in await session.exec(select(Seat))} == dict(had)
