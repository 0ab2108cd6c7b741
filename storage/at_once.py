"""A session whose statements answer at once, for a transaction that is done in one go in another thread.

With SQLite each statement of an AsyncSession crosses to a thread and back, which costs three times what the
statement does. Whoever takes in thousands of letters writes them so: the same functions, awaiting things
that never wait, are run through in the thread from beginning to end.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self, TypeVar, cast

from sqlalchemy import Connection
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

Result = TypeVar("Result")

Work = Callable[[AsyncSession], Awaitable[Result]]
"""Asks nothing but the session; it can be begun anew."""


class AtOnce:
    """What our functions ask of an AsyncSession, and of its connection."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.info = session.info
        self.add, self.add_all = session.add, session.add_all
        self.get_bind, self.expire_all = session.get_bind, session.expire_all

    async def connection(self) -> Self:
        return self

    async def execute(self, *arguments: Any) -> Any:
        return self._session.connection().execute(*arguments)

    async def run_sync(self, work: Callable[..., Result], *arguments: Any) -> Result:
        return work(self._session.connection(), *arguments)

    async def exec(self, *arguments: Any, **options: Any) -> Any:
        return self._session.exec(*arguments, **options)

    async def get(self, *arguments: Any, **options: Any) -> Any:
        return self._session.get(*arguments, **options)

    async def get_one(self, *arguments: Any, **options: Any) -> Any:
        return self._session.get_one(*arguments, **options)

    async def flush(self) -> None:
        self._session.flush()


def done_at_once(connection: Connection, work: Work[Result]) -> tuple[Result, list[Any]]:
    """Its result and what it has announced. The connection's transaction is the caller's."""
    with Session(connection, expire_on_commit=False) as session:
        result = _run_through(work(cast(AsyncSession, AtOnce(session))))
        announcements: list[Any] = session.info.get("announcements", [])
        session.commit()  # of the session: what listens to it writes now
    return result, announcements


def _run_through(waiting: Awaitable[Result]) -> Result:
    """Raises RuntimeError when it waits for anything but the session."""
    coroutine = cast(Coroutine[Any, Any, Result], waiting)
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return cast(Result, finished.value)
    coroutine.close()
    raise RuntimeError("this waits for something")
