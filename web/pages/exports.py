"""A list as a file: CSV as it is read from the database, XLSX made by a process of its own."""

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
from intake.model.wizard import PartyKind
from storage.exports import COLUMNS, begin_export, exported
from storage.fields import CardKind
from storage.lists import how_many
from storage.tables.people import Role
from web.access import allow
from web.keys import DATABASE
from web.pages import imports_words as words
from web.pages.cards import actor
from web.pages.lists import wanted_of

KINDS = {plural: kind for kind, plural in words.PLURALS.items()}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 256 * 1024  # bytes

routes = web.RouteTableDef()


@routes.get("/accounts/export.csv", name="accounts.csv")
@routes.get("/contacts/export.csv", name="contacts.csv")
@routes.get("/leads/export.csv", name="leads.csv")
@allow(Role.MANAGER)
async def as_csv(request: web.Request) -> web.StreamResponse:
    """With `;` and a byte order mark: Excel in Russian opens it by a double click."""
    kind = KINDS[request.path.split("/")[1]]
    rows = await _begun(request, kind, "csv")
    response = _attachment(f"{words.PLURALS[kind]}.csv", "text/csv")
    response.charset = "utf-8"
    await response.prepare(request)
    await response.write(MARK.encode())
    async for some in rows:
        await response.write(csv_lines(some).encode())
    return response


@routes.get("/accounts/export.xlsx", name="accounts.xlsx")
@routes.get("/contacts/export.xlsx", name="contacts.xlsx")
@routes.get("/leads/export.xlsx", name="leads.xlsx")
@allow(Role.MANAGER)
async def as_workbook(request: web.Request) -> web.StreamResponse:
    kind = KINDS[request.path.split("/")[1]]
    rows = await _begun(request, kind, "xlsx")
    with tempfile.TemporaryDirectory(prefix="intake-export-") as folder:
        path = Path(folder) / "file.xlsx"
        await write_workbook(path, rows)
        response = _attachment(f"{words.PLURALS[kind]}.xlsx", XLSX)
        await response.prepare(request)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                await response.write(piece)
    return response


async def write_workbook(path: Path, rows: AsyncIterator[list[list[str]]]) -> None:
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


async def _begun(request: web.Request, kind: PartyKind, format_: str) -> AsyncIterator[list[list[str]]]:
    """Headings and rows, once it is written down that somebody takes them."""
    wanted, who, database = wanted_of(request), actor(request), request.app[DATABASE]
    async with database.reading() as session:
        number = await how_many(session, CardKind(kind.value), who, wanted)
    async with database.transaction() as session:
        await begin_export(session, kind, who, format_, number, wanted.text)

    async def rows() -> AsyncIterator[list[list[str]]]:
        yield [words.headings(kind, COLUMNS[kind])]
        async for some in exported(database, kind, who, wanted):
            yield some

    return rows()


def _attachment(name: str, type_: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Disposition": f'attachment; filename="{name}"'})
    response.content_type = type_
    return response
