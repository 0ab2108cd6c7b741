"""Small writes that nobody waits for: made after the answer, and all of them before the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from aiohttp import web

log = structlog.get_logger()


class Afterwards:
    """Work that outlives the request which asked for it."""

    def __init__(self) -> None:
        self._going_on: set[asyncio.Task[None]] = set()

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """What fails is logged: the answer has gone out already."""
        task = asyncio.create_task(_surely(work))
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)

    async def finish(self) -> None:
        """Wait for all that was asked for."""
        while self._going_on:
            await asyncio.wait(self._going_on)


async def _surely(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("something was not written down after the answer")


AFTERWARDS = web.AppKey("afterwards", Afterwards)
