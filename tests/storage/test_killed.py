"""A process that dies while it receives: what it acknowledged is kept, what it did not is brought again."""

import asyncio
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from sqlmodel import func, select

from intake.model.calls import CallEvent
from storage.database import Database
from storage.tables.inquiries import InquiryEvent
from tests.storage.calling import START, Talk, calls, inquiries, tell

pytestmark = pytest.mark.slow

RECEIVE = """
    import asyncio, sys
    from storage.database import Database
    from tests.storage.calling import tell
    from tests.storage.test_killed import heard

    async def main() -> None:
        database = Database(sys.argv[1])
        for number, event in enumerate(heard()):
            await tell(database, event)
            print(number, flush=True)

    asyncio.run(main())
"""


def heard() -> list[CallEvent]:
    """Twenty callers who ring twice each in vain, and a third time with success; the same every time."""
    events = []
    for number in range(60):
        at = START + timedelta(minutes=number)
        talk = Talk(f"+791600000{number % 20:02}", at, linkedid=f"1.{number}")
        events += talk.whole_missed() if number < 40 else talk.whole_answered()
    return events


@pytest.mark.parametrize("last", [10, pytest.param(100, marks=pytest.mark.slow)])
async def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    database: Database, database_url: str, last: int
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(RECEIVE), database_url, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = -1
    while acknowledged < last:
        acknowledged = int(await process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    acknowledged += len((await process.stdout.read()).splitlines())
    assert await process.wait() == -signal.SIGKILL

    async with database.reading() as session:
        kept = (await session.exec(select(func.count()).select_from(InquiryEvent))).one()
    assert acknowledged + 1 <= kept <= acknowledged + 2

    await tell(database, *heard())

    assert len(await calls(database)) == 60
    assert [(each.misses, each.callback) for each in await inquiries(database)] == [(2, None)] * 20
