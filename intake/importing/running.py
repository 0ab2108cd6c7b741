"""Runs imports, one after another, in one process of all; goes on with one whose process died.

Rows are written in batches so small that calls are not held up: SQLite has one writer. The service has it
done in a process beside it (intake/service/background.py).
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from intake.errors import Deferred, IntakeError, NotFound, Rejected
from intake.importing.reader import Rows, drafts_of
from intake.model.imports import reading_of
from storage import imports
from storage.access import COMMAND_LINE, Actor, actor_of
from storage.columns import now
from storage.database import Database
from storage.history import stored_id
from storage.import_rows import Writing, write_rows
from storage.import_undo import undo_some
from storage.leader import leadership
from storage.live import Announcement
from storage.tables.imports import Import, ImportState
from storage.tables.people import User
from storage.trouble import is_trouble

LOOK_SECONDS = 5.0  # between looks, where nobody announced an import
BREATH_SECONDS = 0.002  # between two of them: whoever waits begins within it (storage/sqlite_turn.py)
SMALLEST, FIRST = 20, 50  # rows in one transaction
SAY_SECONDS = 0.5  # between two announcements of how far it is
ABANDONED = timedelta(days=2)  # files that nobody did anything with

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one transaction should take, for which others wait, and how many rows it holds at most.

    Long ones cost less: a page of an index that many rows fall into is written once for all of them.
    """

    seconds: float
    most: int


BESIDE_CALLS = Pace(0.04, 2_000)
ALONE = Pace(2.0, 20_000)  # no service is up that would wait


async def run_imports(
    database: Database, look_seconds: float = LOOK_SECONDS, pace: Pace = BESIDE_CALLS
) -> None:
    """Until cancelled. Of all processes one does it; the others wait for their turn."""
    while True:
        try:
            async with leadership(database, "imports"), database.hub.subscribe() as news:
                while True:
                    await _run_all(database, pace)
                    with suppress(TimeoutError):  # wait_for may lose a cancellation in Python 3.11
                        async with asyncio.timeout(look_seconds):
                            await _news_of_an_import(news)
        except Deferred:
            continue  # another leads by now
        except Exception as error:
            if not is_trouble(error):
                log.exception("imports cannot be run")
            await asyncio.sleep(look_seconds)


async def _news_of_an_import(news: asyncio.Queue[Announcement]) -> None:
    while (await news.get()).topic != "import":
        pass


async def _run_all(database: Database, pace: Pace) -> None:
    while True:
        async with database.reading() as session:
            found = await imports.next_to_run(session)
            forgotten = await imports.abandoned(session, now() - ABANDONED)
            user = await session.get(User, found.user_id) if found and found.user_id else None
        for import_id in forgotten:
            await imports.drop_file(database, import_id)
        if found is None:
            return
        who = actor_of(user, found.via) if user else COMMAND_LINE
        try:
            if found.state is ImportState.UNDOING:
                await _undo(database, found, who)
            else:
                await _import(database, found, who, pace)
        except Deferred:
            raise
        except IntakeError as error:
            await _fail(database, found, who, error)
        except Exception as error:
            if is_trouble(error):
                raise
            log.exception("import %s failed", found.id)  # tried again it would fail again
            await _fail(database, found, who, Rejected("import-fault"))


async def _fail(database: Database, found: Import, who: Actor, error: IntakeError) -> None:
    async with database.transaction() as session:
        running = await imports.still(session, stored_id(found), found.state)
        if running is not None:
            await imports.fail(session, running, who, error.code, error.params)


async def _import(database: Database, found: Import, who: Actor, pace: Pace) -> None:
    import_id = stored_id(found)
    async with database.reading() as session:
        writing = await imports.writing_of(session, found, who)
    with tempfile.TemporaryDirectory(prefix="intake-import-") as folder:
        path = Path(folder) / "file"
        try:
            await imports.restore_file(database, import_id, path)
        except NotFound:
            raise Rejected("import-file-gone") from None
        told = {"columns": found.columns, "headings": found.headings, "seen": found.seen}
        reading = reading_of(found.reading)
        async with drafts_of(path, found.kind, reading, told, writing.options) as drafts:
            if not await _write_all(database, writing, drafts, pace):
                return
    async with database.transaction() as session:
        running = await imports.still(session, import_id, ImportState.RUNNING)
        if running is not None:
            await imports.close(session, running, ImportState.DONE, who)


async def _write_all(database: Database, writing: Writing, drafts: AsyncIterator[Rows], pace: Pace) -> bool:
    """False when somebody stopped it."""
    size, telling, waiting = FIRST, _Telling(writing.import_id), Rows()
    async for some in drafts:
        waiting += some
        while len(waiting) >= size:
            batch, waiting = waiting[:size], waiting[size:]
            started = time.perf_counter()
            if not await database.write(partial(write_rows, writing=writing, rows=batch), telling.now()):
                return False
            size = _next_size(len(batch), time.perf_counter() - started, pace)
            await asyncio.sleep(BREATH_SECONDS)
    return await database.write(partial(write_rows, writing=writing, rows=waiting))


def _next_size(size: int, took: float, pace: Pace) -> int:
    """Grows by half at most, shrinks at once."""
    return max(SMALLEST, min(pace.most, int(size * min(1.5, pace.seconds / max(took, 0.001)))))


class _Telling:
    """Says how far it is, but not too often."""

    def __init__(self, import_id: int) -> None:
        self._announcement = Announcement("import", {"id": import_id})
        self._said = 0.0

    def now(self) -> list[Announcement]:
        if time.perf_counter() - self._said < SAY_SECONDS:
            return []
        self._said = time.perf_counter()
        return [self._announcement]


async def _undo(database: Database, found: Import, who: Actor) -> None:
    import_id = stored_id(found)
    telling = _Telling(import_id)
    more = True
    while more:
        more = await database.write(partial(undo_some, import_id=import_id), telling.now())
        await asyncio.sleep(BREATH_SECONDS)
    async with database.transaction() as session:
        running = await imports.still(session, import_id, ImportState.UNDOING)
        if running is not None:
            await imports.close(session, running, ImportState.UNDONE, who)
