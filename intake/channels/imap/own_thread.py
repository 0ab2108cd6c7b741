"""A thread of one's own for a library that blocks.

Not `asyncio.to_thread`: whoever waits in IDLE keeps one of its few threads, which name look-ups need too.
Not an executor either: its threads are waited for when the process ends, however long a name server takes.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_Work = tuple[Callable[[], Any], asyncio.Future[Any] | None]


class OwnThread:
    """Does one thing after another; a daemon, so nobody has to wait for it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._work: queue.SimpleQueue[_Work] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. When cancelled it goes on, and nobody hears what came of it."""
        return await self.begin(work)

    def begin(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """As `do`, to be awaited later, or never."""
        future: asyncio.Future[T] = self._loop.create_future()
        future.add_done_callback(_known)
        self._work.put((work, future))
        return future

    def end(self, last: Callable[[], None]) -> None:
        """Do one more thing, then be gone; returns at once."""
        self._work.put((last, None))

    def _run(self) -> None:
        while True:
            work, future = self._work.get()
            if future is None:
                work()
                return
            try:
                result, error = work(), None
            except BaseException as raised:  # noqa: BLE001 - whoever asked shall have it
                result, error = None, raised
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(_settle, future, result, error)
            del result, error, work, future  # letters are large, and the next work may be long in coming


def _known(future: asyncio.Future[Any]) -> None:
    """An error that nobody waits for any more is nothing for the log."""
    if not future.cancelled():
        future.exception()


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
