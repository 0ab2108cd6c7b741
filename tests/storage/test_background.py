"""The process of heavy work beside the service: it does what it shall, is heard, and outlives nobody."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr
from sqlmodel import func, select

from intake.importing.running import LOOK_SECONDS
from intake.metrics import BACKGROUND_ENDED, BACKGROUND_UP
from intake.service import background
from intake.service.background import keep_working
from intake.settings import Settings
from storage import imports
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.notify import relaying
from storage.secrets import new_key
from storage.tables.duplicates import DuplicatePair
from storage.tables.imports import Import, ImportState
from storage.tables.parties import Account, Contact, Point, PointKind
from tests.service import Serve
from tests.storage.importing import HEAD, KOTOV, ROMASHKA, draft

pytestmark = pytest.mark.slow  # each starts a process


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[None]:
    """As the service has it."""
    url = database.url.render_as_string(hide_password=False)
    settings = Settings.model_construct(database_url=SecretStr(url))
    async with relaying(database.url, database.hub):
        task = asyncio.create_task(keep_working(settings, database))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def workers(of: int | None = None) -> list[psutil.Process]:
    """The processes of heavy work of a service, or of ours, zombies too."""
    children = psutil.Process(of).children()
    return [one for one in children if one.status() == "zombie" or "intake.service.worker" in one.cmdline()]


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not what():
            await asyncio.sleep(0.02)


async def heard(database: Database, topic: str) -> None:
    async with database.hub.subscribe() as news, asyncio.timeout(30):
        while (await news.get()).topic != topic:
            pass


async def test_an_import_is_written_there_and_told_here(database: Database, tmp_path: Path):
    async with working(database):
        import_id = await draft(database, tmp_path / "some.csv", "\n".join((HEAD, ROMASHKA, KOTOV)))
        async with database.transaction() as session:
            await imports.start(session, import_id, COMMAND_LINE)
        state = ImportState.RUNNING
        while state is ImportState.RUNNING:
            await heard(database, "import")
            async with database.reading() as session:
                state = (await session.get_one(Import, import_id)).state
    async with database.reading() as session:
        assert state is ImportState.DONE
        assert (await session.exec(select(func.count()).select_from(Account))).one() == 2


async def test_an_import_is_heard_of_there_before_the_next_look(database: Database, tmp_path: Path):
    """It looks every five seconds by itself; what is announced here it hears at once."""
    seconds = []
    async with working(database):
        for number in range(3):
            import_id = await draft(database, tmp_path / f"{number}.csv", f"{HEAD}\n{KOTOV}\n")
            async with database.transaction() as session:
                await imports.start(session, import_id, COMMAND_LINE)
            begun = time.monotonic()
            await until_over(database, import_id)
            seconds.append(time.monotonic() - begun)
    assert min(seconds[1:]) < LOOK_SECONDS - 1


async def until_over(database: Database, import_id: int) -> None:
    state = ImportState.RUNNING
    while state is ImportState.RUNNING:
        await asyncio.sleep(0.05)
        async with database.reading() as session:
            state = (await session.get_one(Import, import_id)).state


async def test_duplicates_are_found_there_and_told_here(database: Database):
    async with database.transaction() as session:
        for _ in range(2):
            contact = Contact(first_name="Иван", last_name="Кржижановский")
            session.add(contact)
            await session.flush()
            session.add(Point(kind=PointKind.PHONE, value="+79161234567", contact_id=contact.id))
    async with working(database):
        found = 0
        while not found:
            await heard(database, "duplicates")
            async with database.reading() as session:
                found = (await session.exec(select(func.count()).select_from(DuplicatePair))).one()
    assert found == 1


async def test_a_killed_one_is_missed_and_replaced(sqlite_url: str):
    database = Database(sqlite_url)
    ended = BACKGROUND_ENDED._value.get()
    async with working(database):
        await until(workers)
        [first] = workers()
        first.kill()
        await until(lambda: BACKGROUND_UP._value.get() == 0)
        await until(lambda: [one for one in workers() if one.pid != first.pid])
        assert BACKGROUND_ENDED._value.get() == ended + 1
        await until(lambda: BACKGROUND_UP._value.get() == 1)
    assert workers() == []
    await database.close()


async def test_one_that_cannot_work_is_started_more_and_more_rarely(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    monkeypatch.setattr(background, "AGAIN", Noted(asked))
    database = Database(sqlite_url)
    async with working(database):
        while len(asked) < 3:
            for one in workers():
                one.kill()
            await asyncio.sleep(0.02)
    assert asked[:3] == [1, 2, 3]
    await database.close()


class Noted:
    """Pauses that take no time."""

    def __init__(self, asked: list[int]) -> None:
        self._asked = asked

    def after(self, failures: int) -> float:
        self._asked.append(failures)
        return 0.01


async def test_one_that_is_stuck_does_not_keep_the_service_from_ending(sqlite_url: str):
    database = Database(sqlite_url)
    async with asyncio.timeout(10), working(database):
        await until(workers)
        workers()[0].send_signal(signal.SIGSTOP)
    assert workers() == []
    await database.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_it_ends_with_its_service(serve: Serve, sqlite_url: str, how: signal.Signals):
    service = serve(sqlite_url, new_key())
    await service.start()
    await until(lambda: workers(service.pid))
    [worker] = workers(service.pid)
    service.kill() if how is signal.SIGKILL else service.stop()
    gone, _ = await asyncio.to_thread(psutil.wait_procs, [worker], 5)
    assert gone == [worker]


async def test_systemd_asks_all_processes_at_once_and_nothing_is_complained_of(serve: Serve, sqlite_url: str):
    service = serve(sqlite_url, new_key())
    await service.start()
    await until(lambda: workers(service.pid))
    [worker] = workers(service.pid)
    await until(lambda: "leads imports" in service.log.read_text())
    os.kill(service.pid, signal.SIGTERM)
    worker.terminate()
    await asyncio.to_thread(service.stop)
    log = service.log.read_text()
    assert "Traceback" not in log
    assert '"level": "error"' not in log


async def test_it_is_of_low_priority_and_logs_as_the_service_does(serve: Serve, sqlite_url: str):
    service = serve(sqlite_url, new_key())
    await service.start()
    await until(lambda: "leads imports" in service.log.read_text())
    [worker] = workers(service.pid)
    assert worker.nice() > psutil.Process(service.pid).nice()
    assert '"event": "leads imports", "process": "background"' in service.log.read_text()
    assert "sqlite" not in " ".join(worker.cmdline())  # an address with a password is nobody's to see
    service.stop()
