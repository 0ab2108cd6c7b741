"""The process of heavy work: `python -m intake.service.worker`. Started and ended by `background.py`.

Lines of JSON on standard input: first the settings it needs, then announcements that concern it. What it
announces goes to standard output in the same way; with PostgreSQL both travel by NOTIFY instead. It ends
when standard input does, so also when the service was killed.
"""

import asyncio
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import structlog

from storage.live import Announcement, Hub

if TYPE_CHECKING:
    from storage.database import Database

NICE = 5  # whoever answers telephones goes first; more, and it would hold the write lock too long
SWITCH_SECONDS = 0.0005  # between threads: one that computes must not hold up one that has the write lock
LAST_SECONDS = 0.8  # for what is under way when the end comes; then it is cut off

# Without a buffer, whose lock Python would want at the end while a thread waits with it
TOLD = cast(BinaryIO, open(0, "rb", buffering=0, closefd=False))  # noqa: SIM115
log = structlog.get_logger()

_Job = Coroutine[Any, Any, None]


class TellingHub(Hub):
    """Hands what is announced here to the service, which tells it everywhere; hears what comes from there."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def hand_out(self, announcement: Announcement) -> None:
        with suppress(BrokenPipeError):  # nobody is left to be told; standard input ends as well
            print(json.dumps([announcement.topic, announcement.data]), file=self._out, flush=True)

    def hear(self, announcement: Announcement) -> None:
        super().hand_out(announcement)


def main() -> None:
    os.nice(NICE)
    sys.setswitchinterval(SWITCH_SECONDS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the service, which ends us
    told = TOLD.readline()
    if told:
        asyncio.run(_work(json.loads(told), _only_ours()))


def _only_ours() -> TextIO:
    """Standard output, and nobody else can print to it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


async def _work(settings: dict[str, str], out: TextIO) -> None:
    hub, stop = TellingHub(out), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    threading.Thread(target=_listen, args=(asyncio.get_running_loop(), hub, stop), daemon=True).start()

    from intake.log import set_up_logging  # noqa: PLC0415 - takes a while, in which the end may come
    from storage.database import Database  # noqa: PLC0415
    from storage.notify import relaying  # noqa: PLC0415

    set_up_logging(settings["log_level"], settings["log_format"])
    structlog.contextvars.bind_contextvars(process="background")
    database = Database(settings["database_url"])
    if database.is_sqlite:
        database.hub = hub
    try:
        async with relaying(database.url, database.hub):
            await _until(stop, _jobs(database))
    finally:
        await database.close()


def _jobs(database: "Database") -> tuple[_Job, ...]:
    from intake.duplicates.search import keep_finding  # noqa: PLC0415
    from intake.importing.running import run_imports  # noqa: PLC0415
    from storage.checkpoints import keep_checkpointing  # noqa: PLC0415
    from storage.search.packing import keep_packing  # noqa: PLC0415

    jobs = (keep_packing(database), keep_finding(database), run_imports(database))
    return (*jobs, keep_checkpointing(database)) if database.is_sqlite else jobs


async def _until(stop: asyncio.Event, jobs: tuple[_Job, ...]) -> None:
    """All at once; none of them ever ends, so the first that does takes the process with it."""
    tasks = [asyncio.create_task(work) for work in (stop.wait(), *jobs)]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        logging.disable()  # connections that are cut off now complain, and there is nothing to be done
    for task in rest:
        task.cancel()
    await asyncio.wait(rest)
    await _put_away()
    for task in done:
        if error := task.exception():
            log.error("background work fell over", exc_info=error)
            sys.exit(1)


async def _put_away() -> None:
    """Sessions that were cut off close their connections in tasks of their own."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        await asyncio.wait(left, timeout=LAST_SECONDS / 2)


def _listen(loop: asyncio.AbstractEventLoop, hub: TellingHub, stop: asyncio.Event) -> None:
    """In a thread of its own, which notices the end whatever the others are busy with."""
    for line in TOLD:
        loop.call_soon_threadsafe(hub.hear, Announcement(*json.loads(line)))
    with suppress(RuntimeError):  # the loop is over by itself
        loop.call_soon_threadsafe(stop.set)
    time.sleep(LAST_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
