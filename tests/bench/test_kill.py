"""SIGKILL at random moments while a PBX goes on ringing: nothing heard is lost, nothing is doubled.

With the PBX's call records every call is there in the end; without them, every call that is not there came
and went inside a gap that stands on the desk.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from intake.demo.caller import Caller
from intake.demo.pbx import Pbx
from storage.database import Database
from storage.secrets import new_key, use_keys
from storage.tables.calls import CallRecord, ChannelGap, ChannelHealth
from storage.tables.history import Job
from storage.tables.inquiries import InquiryEvent
from tests.bench.conftest import FULL
from tests.house import furnish
from tests.service import Serve, ServiceProcess

CALLS, KILLS, PER_SECOND = (1000, 25, 10.0) if FULL else (60, 4, 10.0)
CLOCK = timedelta(seconds=1)  # the PBX's ids count whole seconds

SQLITE, POSTGRESQL = "sqlite", pytest.param("postgresql", marks=pytest.mark.real)

pytestmark = pytest.mark.slow


def on(engine: Any) -> pytest.MarkDecorator:
    """Each takes about twenty seconds: both engines are for `make bench`, one for the gate."""
    return pytest.mark.parametrize("database_url", [SQLITE, POSTGRESQL] if FULL else [engine], indirect=True)


@pytest.fixture
async def pbx(tmp_path: Path) -> AsyncIterator[Pbx]:
    simulator = Pbx(master_csv=tmp_path / "Master.csv")
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def key() -> str:
    made = new_key()
    use_keys([made])
    return made


@on(POSTGRESQL)
@pytest.mark.timeout(900 if FULL else 600)
async def test_with_call_records_every_call_is_there_once(
    database: Database, pbx: Pbx, key: str, serve: Serve, tmp_path: Path
):
    await furnish(database, pbx.port, cdr=str(tmp_path / "Master.csv"))
    made = await _ring_and_kill(database, pbx, key, serve)
    assert await _linkedids(database) == made


@on(SQLITE)
@pytest.mark.timeout(900 if FULL else 600)
async def test_without_them_the_gap_itself_is_told(database: Database, pbx: Pbx, key: str, serve: Serve):
    await furnish(database, pbx.port)
    made = await _ring_and_kill(database, pbx, key, serve)
    found = await _linkedids(database)
    assert found.keys() <= made.keys()
    async with database.reading() as session:
        gaps = list(await session.exec(select(ChannelGap)))
    assert len(gaps) >= 1
    for linkedid in made.keys() - found.keys():
        begun = datetime.fromtimestamp(int(linkedid.partition(".")[0]), UTC)
        assert any(gap.since - CLOCK <= begun <= gap.until for gap in gaps), f"{linkedid} is lost in silence"


async def _ring_and_kill(database: Database, pbx: Pbx, key: str, serve: Serve) -> dict[str, bool]:
    """Linked ids of all calls that were made, and whether a person answered. All of them are over at the end,
    and the service has said all it knows."""
    chance = random.Random(7)
    service = serve(database.url, key)
    await service.start()
    await service.until_ready()
    killing = asyncio.create_task(_kill_now_and_then(service, chance))
    made = await _ring(pbx, chance)
    killing.cancel()
    await asyncio.wait([killing])
    service.kill()
    killed_at = datetime.now(UTC)
    await service.start()
    await _until_settled(database, killed_at)
    await _nothing_is_doubled(database)
    service.stop()
    return made


async def _kill_now_and_then(service: ServiceProcess, chance: random.Random) -> None:
    pause = CALLS / PER_SECOND / (KILLS + 1)
    while True:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
        await asyncio.to_thread(service.kill)
        await asyncio.sleep(chance.uniform(0, 1))
        await service.start()


async def _ring(pbx: Pbx, chance: random.Random) -> dict[str, bool]:
    rides = []
    for number in range(CALLS):
        answered = chance.random() < 0.7
        caller = Caller(f"+7916{number:07}", None, "74951000101")
        plan: dict[str, Any] = {
            "answer_after": chance.uniform(0.1, 2) if answered else None,
            "talk": chance.uniform(0.1, 3),
        }
        ride = await pbx.call(caller, agents=("101", "102"), give_up_after=chance.uniform(2, 3), **plan)
        rides.append((ride, answered))
        await asyncio.sleep(1 / PER_SECOND)
    await pbx.over()
    return {ride.outside.linkedid: answered for ride, answered in rides if ride.outside}


async def _until_settled(database: Database, killed_at: datetime) -> None:
    """The PBX is heard again, no call is open, and what there was to recover has been looked for."""
    async with asyncio.timeout(240):
        while (
            await _heard_until(database) < killed_at
            or await _count_open(database)
            or await _count_due(database)
        ):
            await asyncio.sleep(0.2)


async def _heard_until(database: Database) -> datetime:
    """A link that was up when the service was killed is stored as up: this tells whether it is again."""
    async with database.reading() as session:
        heard = (await session.exec(select(ChannelHealth.heard_at))).one()
    assert heard is not None
    return heard


async def _count_open(database: Database) -> int:
    query = select(func.count()).select_from(CallRecord).where(col(CallRecord.ended_at).is_(None))
    async with database.reading() as session:
        return (await session.exec(query)).one()


async def _count_due(database: Database) -> int:
    due = (col(Job.done_at).is_(None), Job.due_at < datetime.now(UTC))
    async with database.reading() as session:
        return (await session.exec(select(func.count()).select_from(Job).where(*due))).one()


async def _linkedids(database: Database) -> dict[str, bool]:
    async with database.reading() as session:
        return {call.linkedid: bool(call.answered_by) for call in await session.exec(select(CallRecord))}


async def _nothing_is_doubled(database: Database) -> None:
    async with database.reading() as session:
        events = list(await session.exec(select(InquiryEvent.channel, InquiryEvent.external_id)))
        inquiries = list(await session.exec(select(CallRecord.inquiry_id)))
    assert len(events) == len(set(events))
    assert len(inquiries) == len(set(inquiries)), "one inquiry a call: every caller rings once"
