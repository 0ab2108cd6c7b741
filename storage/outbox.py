"""Jobs asked for in a transaction and done after it, at least once, by whichever process is free.

A job is claimed for a while (`LEASE`), and for as long again while it is being done: when its process dies,
another does it again. One that fails is tried
again after growing pauses and given up after `ATTEMPTS`, with its error kept for a person to see. One that
is not to be done yet (`Deferred` with `after`: seconds) is put off exactly so long, and this is no attempt.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlmodel import col
from sqlmodel import select as select_record
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Deferred
from intake.metrics import JOBS_GIVEN_UP
from storage.columns import now
from storage.database import Database, announce
from storage.insert import insert_for, insert_into
from storage.live import Announcement
from storage.tables.history import Job

ATTEMPTS = 10
LEASE = timedelta(seconds=30)  # a job whose process died waits so long
LONGEST = timedelta(seconds=27)  # a job takes less, or is cut off, unless its outbox says otherwise
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 3600))  # the last one repeats
LOOK_SECONDS = 5.0  # between looks, where nobody announced a job
POLITE, LOOKS = 0.2, 20  # seconds that a job lets more urgent things pass; how often it looks meanwhile
KEPT = timedelta(days=30)  # done jobs
MOST_ERROR = 2000  # letters

Handler = Callable[[dict[str, Any]], Awaitable[None]]
"""Does one kind of job from its payload; may be called again with the same one."""

IsBusy = Callable[[], bool]
"""Whether something more urgent goes on just now."""


def never() -> bool:
    return False


_job = Job.__table__  # type: ignore[attr-defined]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int  # this one included


async def add_job(
    session: AsyncSession,
    kind: str,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Ask for it, if the transaction commits; False when the same (by `key`) was asked before."""
    query = (
        insert_into(session, Job)
        .values(kind=kind, payload=payload, key=key, due_at=due_at or now())
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(_job.c.id)
    )
    fresh = (await (await session.connection()).execute(query)).first() is not None
    if fresh:
        announce(session, "job", kind=kind)
    return fresh


async def add_jobs(session: AsyncSession, kind: str, jobs: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Ask for many of one kind, each by its key and with its payload, in one statement; those that were asked
    for before are left as they are."""
    if not jobs:
        return
    moment = now()
    rows = [{"kind": kind, "key": key, "payload": payload, "due_at": moment} for key, payload in jobs]
    await (await session.connection()).execute(_add_once(session.get_bind().dialect.name), rows)
    announce(session, "job", kind=kind)


@cache
def _add_once(dialect: str) -> Any:
    return insert_for(dialect, Job).on_conflict_do_nothing(index_elements=["key"])


async def do_again(session: AsyncSession, key: str, due_at: datetime | None = None) -> bool:
    """A job that is done, given up or waits to be tried again, as if it had just been asked for. False when
    there is none, or when it is being done right now."""
    moment = now()
    free = or_(_job.c.locked_until.is_(None), _job.c.locked_until < moment)
    query = (
        update(_job)
        .where(_job.c.key == key, free)
        .values(due_at=due_at or moment, attempts=0, done_at=None, given_up_at=None, error=None)
        .returning(_job.c.kind)
    )
    kind = (await (await session.connection()).execute(query)).scalar_one_or_none()
    if kind is not None:
        announce(session, "job", kind=kind)
    return kind is not None


async def run_outbox(
    database: Database,
    handlers: Mapping[str, Handler],
    look_seconds: float = LOOK_SECONDS,
    longest: timedelta = LONGEST,
    most: int = 1,
    is_busy: IsBusy = never,
) -> None:
    """Do the jobs of the kinds in `handlers` until cancelled, one after another. `most`: so many are claimed,
    and noted as done, together: for small jobs that come in great numbers. Each lets more urgent things pass
    for a moment (POLITE)."""
    async with database.hub.subscribe() as news:
        while True:
            try:
                while await do_some(database, handlers, most, longest, is_busy):
                    pass
            except Exception:
                log.exception("the outbox cannot be read")
            with suppress(TimeoutError):  # wait_for may lose a cancellation in Python 3.11
                async with asyncio.timeout(look_seconds):
                    await _news_of_a_job(news, handlers)


async def _news_of_a_job(news: asyncio.Queue[Announcement], kinds: Container[str]) -> None:
    """Of one of these kinds: a look for nothing is a transaction. What was told by then is told with it."""
    while not _is_of(await news.get(), kinds):
        pass
    while not news.empty():
        news.get_nowait()


def _is_of(told: Announcement, kinds: Container[str]) -> bool:
    return told.topic == "resync" or (told.topic == "job" and told.data.get("kind") in kinds)


async def do_next(database: Database, handlers: Mapping[str, Handler], longest: timedelta = LONGEST) -> bool:
    """Do the job that is due longest; False when there is none."""
    return await do_some(database, handlers, 1, longest) > 0


async def do_some(
    database: Database,
    handlers: Mapping[str, Handler],
    most: int,
    longest: timedelta = LONGEST,
    is_busy: IsBusy = never,
) -> int:
    """Do those that are due longest; how many there were. Each has `longest`, and fails alone."""
    going = await _claim(database, list(handlers), most)
    number = len(going)
    async with _held(database, going):
        for job in tuple(going):
            await _let_pass(is_busy)
            try:
                async with asyncio.timeout(longest.total_seconds()):
                    await handlers[job.kind](job.payload)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is kept with the job and logged
                going.remove(job)
                await _put_off(database, job, error)
    await _keep(database, going, done_at=now(), error=None)
    return number


async def _let_pass(is_busy: IsBusy) -> None:
    for _ in range(LOOKS):
        if not is_busy():
            return
        await asyncio.sleep(POLITE / LOOKS)


@asynccontextmanager
async def _held(database: Database, jobs: Sequence[Claimed]) -> AsyncIterator[None]:
    """Nobody else does them meanwhile, however long it takes."""
    holding = asyncio.create_task(_go_on_holding(database, jobs))
    try:
        yield
    finally:
        holding.cancel()
        await asyncio.wait([holding])


async def _go_on_holding(database: Database, jobs: Sequence[Claimed]) -> None:
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        try:
            await _keep(database, jobs, locked_until=now() + LEASE)
        except Exception:
            log.exception("jobs could not be held: %s", [job.id for job in jobs])


async def given_up(session: AsyncSession) -> list[Job]:
    """Jobs that a person must look at, the newest first."""
    query = select_record(Job).where(col(Job.given_up_at).is_not(None), col(Job.done_at).is_(None))
    return list(await session.exec(query.order_by(col(Job.given_up_at).desc())))


async def count_waiting(session: AsyncSession) -> int:
    query = select(func.count()).where(_job.c.done_at.is_(None), _job.c.given_up_at.is_(None))
    return int((await (await session.connection()).execute(query)).scalar_one())


async def _claim(database: Database, kinds: list[str], most: int = 1) -> list[Claimed]:
    moment = now()
    free = and_(
        _job.c.kind.in_(kinds),
        _job.c.done_at.is_(None),
        _job.c.given_up_at.is_(None),
        _job.c.due_at <= moment,
        or_(_job.c.locked_until.is_(None), _job.c.locked_until < moment),
    )
    first = select(_job.c.id).where(free).order_by(_job.c.due_at, _job.c.id).limit(most)
    some = first.with_for_update(skip_locked=True).cte()  # asked once, or it would lock more than are claimed
    query = (
        update(_job)
        .where(_job.c.id.in_(select(some.c.id)))
        .values(locked_until=moment + LEASE, attempts=_job.c.attempts + 1)
        .returning(_job.c.id, _job.c.kind, _job.c.payload, _job.c.attempts)
    )
    rows = await database.at_once(partial(_rows_of, query=query))
    return sorted((Claimed(*row) for row in rows), key=lambda job: job.id)


async def _rows_of(session: AsyncSession, query: Any) -> Sequence[Any]:
    return (await (await session.connection()).execute(query)).all()


async def _put_off(database: Database, job: Claimed, error: Exception) -> None:
    if (wished := put_off_for(error)) is not None:
        await _keep(database, [job], due_at=now() + wished, attempts=job.attempts - 1)
        told = Announcement("job", {"kind": job.kind})  # or it would wait for the next look
        asyncio.get_running_loop().call_later(wished.total_seconds(), database.hub.hand_out, told)
        return
    log.warning("job %d (%s) failed, attempt %d", job.id, job.kind, job.attempts, exc_info=error)
    words = f"{type(error).__name__}: {error}".replace("\0", "")[:MOST_ERROR]
    if job.attempts >= ATTEMPTS:
        await _keep(database, [job], given_up_at=now(), error=words)
        JOBS_GIVEN_UP.labels(job.kind).inc()
        return
    pause = PAUSES[min(job.attempts, len(PAUSES)) - 1]
    await _keep(database, [job], due_at=now() + pause, error=words)


def put_off_for(error: Exception) -> timedelta | None:
    """How long the job itself wants to be left alone; None: it failed."""
    after = error.params.get("after") if isinstance(error, Deferred) else None
    return timedelta(seconds=after) if isinstance(after, int | float) and after > 0 else None


async def _keep(database: Database, jobs: Sequence[Claimed], **changes: Any) -> None:
    if not jobs:
        return
    mine = _job.c.id.in_([job.id for job in jobs])
    query = update(_job).where(mine).values({"locked_until": None, **changes})

    async def keep(session: AsyncSession) -> None:
        connection = await session.connection()
        await connection.execute(query)
        await connection.execute(delete(_job).where(_job.c.done_at < now() - KEPT))
        for job in jobs if "given_up_at" in changes else ():
            announce(session, "outbox", given_up=job.id, kind=job.kind)

    await database.at_once(keep)
