"""Imports from a text to their end, and what came of them."""

import asyncio
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlmodel import select

from intake.importing.columns import guess_columns
from intake.importing.files import inspect
from intake.importing.running import run_imports
from intake.model.imports import Options
from intake.model.wizard import PartyKind
from storage import imports
from storage.access import COMMAND_LINE, Actor
from storage.database import Database
from storage.tables.imports import Import, ImportState

HEAD = "Название;ИНН;КПП;Телефон;E-mail;Контактное лицо;Телефон контактного лица;Город"
ROMASHKA = (
    "ООО «Ромашка»;7707083893;770701001;8 495 123-45-67;info@romashka.ru;"
    "Иванов Иван Иванович;8 916 123-45-67;Тула"
)
KOTOV = "ИП Котов Пётр;500100732259;;8 916 765-43-21;;;;"


GOING = (ImportState.RUNNING, ImportState.UNDOING)


async def draft(
    database: Database,
    path: Path,
    text: str,
    kind: PartyKind = PartyKind.ACCOUNT,
    who: Actor = COMMAND_LINE,
    **options: Any,
) -> int:
    path.write_text(text, encoding="utf-8")
    seen = inspect(path)
    columns = guess_columns(kind, seen.headings, seen.sample)
    new = Import(kind=kind, file_name=path.name, reading=asdict(seen.reading), headings=seen.headings,
                 columns=columns, total=seen.total, options=asdict(Options(**options)))  # fmt: skip
    return await imports.keep_file(database, new, path, who)


async def over(database: Database, import_id: int) -> Import:
    """What became of it, once it is over."""
    runs = asyncio.create_task(run_imports(database, 0.05))
    try:
        async with asyncio.timeout(60):
            while True:
                async with database.reading() as session:
                    found = await session.get_one(Import, import_id)
                if found.state not in GOING:
                    return found
                await asyncio.sleep(0.05)
    finally:
        runs.cancel()
        with suppress(asyncio.CancelledError):
            await runs


async def run(database: Database, path: Path, *rows: str, head: str = HEAD, **how: Any) -> Import:
    import_id = await draft(database, path, "\n".join((head, *rows)) + "\n", **how)
    async with database.transaction() as session:
        await imports.start(session, import_id, how.get("who", COMMAND_LINE))
    return await over(database, import_id)


def counts(found: Import) -> tuple[int, int, int, int]:
    assert found.error is None, (found.error, found.error_params)
    return found.made, found.changed, found.skipped, found.bad


async def every(database: Database, table: Any) -> list[Any]:
    async with database.reading() as session:
        return list(await session.exec(select(table).order_by(table.id)))
