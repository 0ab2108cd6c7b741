"""Numbers in the descriptions of an imported file: in the index with their rows, and out of it with them."""

from pathlib import Path

import pytest
from sqlmodel import select

from intake.model.imports import Found
from intake.model.wizard import Criteria
from intake.wizard.search import search
from storage import imports
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.search.check import problems
from storage.tables.parties import Account
from storage.tables.search import Mention
from tests.storage.importing import over, run

pytestmark = pytest.mark.slow  # each starts the process that reads

HEAD = "Название;ИНН;Примечание"
ROW = "ООО «Ромашка»;7707083893;жена Ольга — 8 903 555-66-77"


async def mentions(database: Database) -> list[str]:
    async with database.reading() as session:
        found = [one.value for one in await session.exec(select(Mention))]
    assert await database.ask(lambda connection: list(problems(connection))) == []
    return sorted(found)


async def test_an_imported_description_finds_and_an_undone_one_does_not(
    database: Database, tmp_path: Path
) -> None:
    done = await run(database, tmp_path / "a.csv", ROW, "АО Лютик;;", head=HEAD)
    assert await mentions(database) == ["+79035556677"]
    found = await search(database, Criteria(phone="8 903 555-66-77"), COMMAND_LINE)
    assert [hit.name for hit in found.clients] == ["Ромашка"]

    async with database.transaction() as session:
        await imports.start_undo(session, done.id or 0, COMMAND_LINE)
    await over(database, done.id or 0)

    assert await mentions(database) == []


async def test_what_an_import_changes_is_found_by_what_it_says_then_and_back_again(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as session:
        session.add(Account(name="Ромашка", inn="7707083893", description="a@old.example"))
    done = await run(database, tmp_path / "a.csv", ROW, head=HEAD, found=Found.OVERWRITE)
    assert await mentions(database) == ["+79035556677"]

    async with database.transaction() as session:
        await imports.start_undo(session, done.id or 0, COMMAND_LINE)
    await over(database, done.id or 0)

    assert await mentions(database) == ["a@old.example"]
