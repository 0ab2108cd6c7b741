"""A table as a file: CSV as its rows come, XLSX made by a process of its own; sent, or written."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from intake.errors import Deferred
from intake.importing.csv_lines import MARK, csv_lines
from intake.importing.workbook import MOST_ROWS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 256 * 1024  # bytes

Rows = AsyncIterator[list[list[str]]]
"""Some at a time; the first of all are the headings."""


async def send_csv(request: web.Request, name: str, rows: Rows) -> web.StreamResponse:
    """With `;` and a byte order mark: Excel in Russian opens it by a double click."""
    response = _attachment(name, "text/csv")
    response.charset = "utf-8"
    await response.prepare(request)
    await response.write(MARK.encode())
    async for some in rows:
        await response.write(csv_lines(some).encode())
    return response


async def send_workbook(request: web.Request, name: str, rows: Rows) -> web.StreamResponse:
    """Raises Deferred("no-workbook")."""
    with tempfile.TemporaryDirectory(prefix="intake-export-") as folder:
        path = Path(folder) / "file"
        await _write_workbook(path, rows)
        response = _attachment(name, XLSX)
        await response.prepare(request)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                await response.write(piece)
    return response


async def write_file(path: Path, rows: Rows) -> None:
    """CSV or, by its ending, XLSX. A file that is there is replaced at the end."""
    write = _write_workbook if ending(path) == "xlsx" else _write_csv
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".intake-export-") as folder:
        fresh = Path(folder) / "file"
        await write(fresh, rows)
        fresh.replace(path)


def ending(path: Path) -> str:
    """Of a file's name, without the dot."""
    return path.suffix.lstrip(".").lower()[:10]


async def _write_csv(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(MARK)
        async for some in rows:
            file.write(csv_lines(some))


async def _write_workbook(path: Path, rows: Rows) -> None:
    """Raises Deferred("no-workbook")."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "intake.importing.worker", "workbook", str(path),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    if process.stdin is None:
        raise RuntimeError("a process without pipes")
    left = MOST_ROWS + 1
    try:
        async for some in rows:
            await _feed(process.stdin, some[:left])
            left -= len(some[:left])
        process.stdin.close()
        await process.wait()
    except ConnectionError:
        raise Deferred("no-workbook") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode or not path.exists():  # noqa: ASYNC240
        raise Deferred("no-workbook")


async def _feed(pipe: asyncio.StreamWriter, rows: list[list[str]]) -> None:
    pipe.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
    await pipe.drain()


def _attachment(name: str, type_: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Disposition": f'attachment; filename="{name}"'})
    response.content_type = type_
    return response
