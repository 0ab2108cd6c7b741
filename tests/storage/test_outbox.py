import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select, update

from intake.errors import Deferred
from intake.metrics import JOBS_GIVEN_UP
from storage import outbox
from storage.columns import now
from storage.database import Database
from storage.outbox import add_job, add_jobs, count_waiting, do_next, do_some, given_up, run_outbox
from storage.tables.history import Job

pytestmark = pytest.mark.slow


class Desk:
    """Does jobs of the kind «greet», and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.done: list[dict[str, Any]] = []
        self.failures = failures

    async def greet(self, payload: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("nobody there\0")
        self.done.append(payload)

    @property
    def handlers(self) -> dict[str, outbox.Handler]:
        return {"greet": self.greet}


async def ask(database: Database, **payload: Any) -> None:
    async with database.transaction() as session:
        await add_job(session, "greet", payload)


async def only_job(database: Database) -> Job:
    async with database.reading() as session:
        return (await session.exec(select(Job))).one()


async def test_a_job_is_done_once(database: Database) -> None:
    desk = Desk()
    await ask(database, name="Анна")

    assert await do_next(database, desk.handlers)
    assert not await do_next(database, desk.handlers)

    assert desk.done == [{"name": "Анна"}]
    assert (await only_job(database)).done_at is not None


async def test_a_job_of_a_transaction_that_fails_is_not_done(database: Database) -> None:
    async def ask_and_fail() -> None:
        async with database.transaction() as session:
            await add_job(session, "greet", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ask_and_fail()

    assert not await do_next(database, Desk().handlers)


async def test_the_same_job_asked_twice_is_one(database: Database) -> None:
    async with database.transaction() as session:
        asked = [await add_job(session, "greet", {}, key="same") for _ in range(2)]
        asked += [await add_job(session, "greet", {}) for _ in range(2)]

    assert asked == [True, False, True, True]


async def test_a_job_waits_until_it_is_due(database: Database) -> None:
    desk = Desk()
    async with database.transaction() as session:
        await add_job(session, "greet", {}, due_at=now() + timedelta(minutes=1))

    assert not await do_next(database, desk.handlers)
    with time_machine.travel(now() + timedelta(minutes=2)):
        assert await do_next(database, desk.handlers)


async def test_a_job_that_nobody_here_does_is_left_to_others(database: Database) -> None:
    await ask(database)

    assert not await do_next(database, {"write": Desk().greet})

    async with database.reading() as session:
        assert await count_waiting(session) == 1


async def test_a_job_that_fails_is_tried_again_later(database: Database) -> None:
    desk = Desk(failures=1)
    await ask(database)

    assert await do_next(database, desk.handlers)
    assert not await do_next(database, desk.handlers)
    with time_machine.travel(now() + outbox.PAUSES[0] + timedelta(seconds=1)):
        assert await do_next(database, desk.handlers)

    assert desk.done == [{}]
    assert (await only_job(database)).error is None


async def test_a_job_that_always_fails_is_given_up_shown_and_counted(database: Database) -> None:
    desk, counted = Desk(failures=100), JOBS_GIVEN_UP.labels("greet")._value
    before = counted.get()
    await ask(database)

    for day in range(outbox.ATTEMPTS):
        with time_machine.travel(now() + timedelta(days=day)):
            assert await do_next(database, desk.handlers)
    with time_machine.travel(now() + timedelta(days=100)):
        assert not await do_next(database, desk.handlers)

    async with database.reading() as session:
        (job,) = await given_up(session)
        assert await count_waiting(session) == 0
    assert (job.attempts, job.error) == (outbox.ATTEMPTS, "ConnectionError: nobody there")
    assert counted.get() == before + 1


async def test_a_job_whose_process_died_is_done_by_another(database: Database) -> None:
    desk = Desk()
    await ask(database)
    assert await outbox._claim(database, ["greet"])

    assert not await do_next(database, desk.handlers)
    with time_machine.travel(now() + outbox.LEASE + timedelta(seconds=1)):
        assert await do_next(database, desk.handlers)

    assert desk.done == [{}]


async def test_several_workers_do_each_job_once(database: Database) -> None:
    desk = Desk()
    for number in range(20):
        await ask(database, number=number)

    async def work() -> None:
        while await do_next(database, desk.handlers):
            pass

    await asyncio.gather(*(work() for _ in range(5)))

    assert sorted(job["number"] for job in desk.done) == list(range(20))


async def test_the_worker_hears_of_a_job_at_once(database: Database) -> None:
    desk = Desk()
    worker = asyncio.create_task(run_outbox(database, desk.handlers, look_seconds=60))
    await asyncio.sleep(0.1)

    await ask(database, name="Анна")

    async with asyncio.timeout(30):
        while not desk.done:
            await asyncio.sleep(0.01)
    worker.cancel()
    await asyncio.wait([worker])
    assert worker.cancelled()


async def test_a_job_that_takes_long_is_done_by_nobody_else_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=0.3))
    desk, begun = Desk(), 0

    async def slowly(payload: dict[str, Any]) -> None:
        nonlocal begun
        begun += 1
        await asyncio.sleep(1.0)
        await desk.greet(payload)

    await ask(database)
    async with asyncio.TaskGroup() as both:
        both.create_task(do_next(database, {"greet": slowly}))
        for wait in (0.4, 0.7):
            await asyncio.sleep(wait / 2)
            assert not await do_next(database, {"greet": slowly})

    assert (begun, desk.done) == (1, [{}])
    assert (await only_job(database)).locked_until is None


async def test_many_are_asked_for_at_once_and_each_of_them_is_one(database: Database) -> None:
    desk = Desk()
    for _ in range(2):
        async with database.transaction() as session:
            await add_jobs(session, "greet", [(f"greet:{number}", {"number": number}) for number in range(3)])

    while await do_next(database, desk.handlers):
        pass

    assert [job["number"] for job in desk.done] == [0, 1, 2]


async def test_of_several_that_are_done_together_each_fails_alone(database: Database) -> None:
    desk = Desk(failures=1)
    for number in range(5):
        await ask(database, number=number)

    assert await do_some(database, desk.handlers, 4) == 4
    assert await do_some(database, desk.handlers, 4) == 1
    assert await do_some(database, desk.handlers, 4) == 0

    assert [job["number"] for job in desk.done] == [1, 2, 3, 4]
    with time_machine.travel(now() + outbox.PAUSES[0] + timedelta(seconds=1)):
        assert await do_some(database, desk.handlers, 4) == 1
    assert desk.done[-1] == {"number": 0}


async def test_no_more_are_claimed_than_are_done_together(database: Database) -> None:
    for number in range(5):
        await ask(database, number=number)

    claimed = await asyncio.gather(*(outbox._claim(database, ["greet"], 2) for _ in range(2)))

    assert [len(some) for some in claimed] == [2, 2]
    assert len({job.id for some in claimed for job in some}) == 4


async def test_the_worker_does_not_look_when_jobs_of_others_are_asked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, looks, claim = Desk(), 0, outbox._claim

    async def counted(*arguments: Any) -> Any:
        nonlocal looks
        looks += 1
        return await claim(*arguments)

    monkeypatch.setattr(outbox, "_claim", counted)
    worker = asyncio.create_task(run_outbox(database, desk.handlers, look_seconds=60))
    for number in range(5):
        async with database.transaction() as session:
            await add_job(session, "write", {"number": number})
    await ask(database)
    async with asyncio.timeout(30):
        while not desk.done:
            await asyncio.sleep(0.01)
    worker.cancel()
    await asyncio.wait([worker])

    assert looks <= 3  # as it began, when it was told, and once more, for nothing


async def test_a_job_lets_more_urgent_things_pass_for_a_moment_only(database: Database) -> None:
    desk, asked = Desk(), 0

    def is_busy() -> bool:
        nonlocal asked
        asked += 1
        return True

    await ask(database)
    assert await do_some(database, desk.handlers, 1, is_busy=is_busy) == 1

    assert (desk.done, asked) == ([{}], outbox.LOOKS)


async def test_a_job_that_is_not_to_be_done_yet_is_put_off_so_long_and_that_is_no_attempt(database: Database):
    async def busy(payload: dict[str, Any]) -> None:
        raise Deferred("bot-busy", after=30.0)

    await ask(database)
    for _ in range(outbox.ATTEMPTS + 2):
        assert await do_next(database, {"greet": busy})
        left = (await only_job(database)).due_at - now()
        assert timedelta(seconds=25) < left < timedelta(seconds=31)
        async with database.transaction() as session:
            await session.exec(update(Job).values(due_at=now()))

    job = await only_job(database)
    assert (job.attempts, job.given_up_at, job.error) == (0, None, None)


async def test_it_is_done_in_its_moment_and_not_at_the_next_look(database: Database):
    done = asyncio.Event()

    async def once_busy(payload: dict[str, Any]) -> None:
        if not waited:
            waited.append(True)
            raise Deferred("bot-busy", after=0.2)
        done.set()

    waited: list[bool] = []
    await ask(database)
    running = asyncio.create_task(run_outbox(database, {"greet": once_busy}, look_seconds=60))
    async with asyncio.timeout(10):
        await done.wait()
    running.cancel()
    assert waited
