"""Heavy work in a process of its own, so that it never delays a ringing telephone: kept running from here.

Packing the search's lists, looking through the base for duplicates, and imports are done there
(`worker.py`). Settings and announcements go to it as lines of JSON, its own announcements come back.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from time import monotonic

import structlog

from intake.channels.pauses import Pauses
from intake.metrics import BACKGROUND_ENDED, BACKGROUND_UP
from intake.settings import Settings
from storage.database import Database
from storage.live import Announcement

HEARD = frozenset({"import"})  # topics that the work waits for
AGAIN = Pauses(first=1.0, longest=60.0)  # after it has ended by itself
LASTED = 60.0  # seconds after which the next end counts as the first one
END_SECONDS = 1.0  # between being asked to end and being killed

log = structlog.get_logger()


async def keep_working(settings: Settings, database: Database) -> None:
    """Until cancelled; then the process is gone as well."""
    failures = 0
    while True:
        begun = monotonic()
        status = await _once(settings, database)
        failures = 1 if monotonic() - begun > LASTED else failures + 1
        pause = AGAIN.after(failures)
        BACKGROUND_ENDED.inc()
        tell = log.warning if status else log.info  # 0: it was asked to, as systemd asks all at once
        tell("the background process has ended", status=status, again_in=round(pause, 1))
        await asyncio.sleep(pause)


async def _once(settings: Settings, database: Database) -> int | str:
    """One life of it; how it ended."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "intake.service.worker", stdin=PIPE, stdout=PIPE, process_group=0
        )
    except OSError as error:
        return type(error).__name__
    try:
        BACKGROUND_UP.set(1)
        await _attend(process, settings, database)
    finally:
        BACKGROUND_UP.set(0)
        await _end(process)
    return process.returncode or 0


async def _attend(process: Process, settings: Settings, database: Database) -> None:
    """Until it ends: what it announces reaches every screen, what others announce reaches it."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a process without pipes")
    telling = asyncio.create_task(_tell(process.stdin, settings, database))
    try:
        with suppress(ValueError):  # cut off in the middle of a line
            async for line in process.stdout:
                database.hub.hand_out(Announcement(*json.loads(line)))
    finally:
        telling.cancel()
        await asyncio.wait([telling])


async def _tell(pipe: asyncio.StreamWriter, settings: Settings, database: Database) -> None:
    told = {
        "database_url": settings.database_url.get_secret_value(),
        "log_level": settings.log_level,
        "log_format": settings.log_format,
    }
    async with database.hub.subscribe() as news:
        with suppress(ConnectionError):  # it has ended
            await _write(pipe, told)
            while database.is_sqlite:  # PostgreSQL tells it itself
                announcement = await news.get()
                if announcement.topic in HEARD:
                    await _write(pipe, [announcement.topic, announcement.data])


async def _write(pipe: asyncio.StreamWriter, what: object) -> None:
    pipe.write(json.dumps(what).encode() + b"\n")
    await pipe.drain()


async def _end(process: Process) -> None:
    """Standard input's end tells it; whoever does not listen is killed. Leaves no zombie."""
    if process.stdin is not None:
        process.stdin.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await process.communicate()
    with suppress(ProcessLookupError):
        process.kill()
    await process.communicate()
