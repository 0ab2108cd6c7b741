"""The process that reads, asked from here. Its standard output is all that is believed of it."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from intake.errors import Rejected
from intake.importing.files import Inspected
from intake.model.imports import BadRow, Draft, Options, Party, Point, Reading, reading_of
from intake.model.wizard import PartyKind

LONGEST_LINE = 256 * 1024 * 1024  # bytes: two hundred rows with all cells full
INSPECT_SECONDS = 60.0
AHEAD = 50  # lines of it that are read before they are asked for
MOST_SAID = 2000  # letters of what the process said when it died

log = logging.getLogger(__name__)

Rows = list[Draft | BadRow]


async def inspect_file(path: Path, wished: Reading | None = None) -> Inspected:
    """As `files.inspect`, which also says what it raises."""
    async with _reading("inspect", path, {"reading": asdict(wished) if wished else None}) as lines:
        try:
            async with asyncio.timeout(INSPECT_SECONDS):
                told = await anext(lines, None)
        except TimeoutError:
            raise Rejected("too-large-inside") from None
    if told is None:
        raise Rejected("too-large-inside")
    return Inspected(**(told | {"reading": reading_of(told["reading"])}))


@asynccontextmanager
async def drafts_of(
    path: Path, kind: PartyKind, reading: Reading, told: dict[str, Any], options: Options
) -> AsyncIterator[AsyncIterator[Rows]]:
    """The rows of a file after the first `seen`, some at a time. `told`: columns, headings, seen.

    Raises as `inspect_file`; Rejected("too-large-inside") also when the process came to an end by itself.
    """
    asked = {"kind": kind.value, "reading": asdict(reading), "options": asdict(options)} | told
    async with _reading("read", path, asked) as lines:
        read: asyncio.Queue[Rows | Exception | None] = asyncio.Queue(AHEAD)
        ahead = asyncio.create_task(_read_ahead(lines, read))
        try:
            yield _taken(read)
        finally:
            ahead.cancel()
            await asyncio.wait([ahead])


async def _read_ahead(lines: AsyncIterator[Any], read: asyncio.Queue[Rows | Exception | None]) -> None:
    """While rows are written to the disk the next ones are made ready."""
    try:
        async for rows in _rows(lines):
            await read.put(rows)
        await read.put(None)
    except Exception as error:  # noqa: BLE001 - whoever takes the rows is told
        await read.put(error)


async def _taken(read: asyncio.Queue[Rows | Exception | None]) -> AsyncIterator[Rows]:
    while (found := await read.get()) is not None:
        if isinstance(found, Exception):
            raise found
        yield found


async def _rows(lines: AsyncIterator[Any]) -> AsyncIterator[Rows]:
    async for told in lines:
        if isinstance(told, dict):
            return
        yield [unpacked(one) for one in told]
    raise Rejected("too-large-inside")


def unpacked(told: list[Any]) -> Draft | BadRow:
    """What `worker.packed` made."""
    if len(told) == 4:
        line, cells, code, params = told
        return BadRow(line, code, params, tuple(cells))
    line, cells, parties = told
    return Draft(line, {kind: _party(*party) for kind, party in parties.items()}, tuple(cells))


def _party(
    fields: dict[str, Any], names: list[str], points: list[list[Any]], number: int | None, responsible: str
) -> Party:
    return Party(fields, tuple(names), tuple(Point(*point) for point in points), number, responsible)


@asynccontextmanager
async def _reading(what: str, path: Path, told: dict[str, Any]) -> AsyncIterator[AsyncIterator[Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "intake.importing.worker", what, str(path),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )  # fmt: skip
    try:
        yield _told(process, told)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        _, said = await process.communicate()
        if said:
            log.error("reading %s ended: %s", what, said.decode(errors="replace")[-MOST_SAID:])


async def _told(process: asyncio.subprocess.Process, asked: dict[str, Any]) -> AsyncIterator[Any]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a process without pipes")
    with suppress(ConnectionError):
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        await process.stdin.drain()
    async for line in process.stdout:
        told = json.loads(line)
        if isinstance(told, dict) and "error" in told:
            raise Rejected(told["error"], **told["params"])
        yield told
