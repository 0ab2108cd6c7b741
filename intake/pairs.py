"""Duplicates from the command line: the whole base looked through at once, and the pairs in a file."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from intake.duplicates.progress import current
from intake.duplicates.search import search_all, start
from intake.errors import Conflict
from intake.model.wizard import PartyKind
from intake.opening import choice, opened
from intake.settings import Settings
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.duplicates import how_many
from storage.exports import begin_export
from web.pages.duplicates import percent
from web.pages.duplicates_table import of_pairs, pair_table
from web.table_files import ending, write_file

LOOK_SECONDS = 0.5  # between looks at how far it is

Say = Callable[[str], None]


async def find(settings: Settings, say: Say) -> dict[PartyKind, int]:
    """Look through the whole base without the rests that a service takes; says how many pairs are known then.

    A look that is under way is brought to its end, together with a service that is up. Killed on the way, it
    goes on when a service or another of these starts.
    """
    async with opened(settings) as database:
        with suppress(Conflict):
            await start(database, COMMAND_LINE)
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(search_all(database))
            await _watched(database, looking, say)
        async with database.reading() as session:
            return {kind: await how_many(session, kind, COMMAND_LINE) for kind in PartyKind}


async def export_pairs(settings: Settings, kind: str, path: Path) -> int:
    """CSV or, by its ending, XLSX; says how many pairs. A file that is there is replaced at the end."""
    party = choice(PartyKind, kind)
    async with opened(settings) as database:
        async with database.transaction() as session:
            number = await how_many(session, party, COMMAND_LINE)
            await begin_export(session, of_pairs(party), COMMAND_LINE, ending(path), number)
        await write_file(path, pair_table(database, party, COMMAND_LINE))
    return number


async def _watched(database: Database, looking: "asyncio.Task[None]", say: Say) -> None:
    """Until it is over."""
    told = -1
    while not looking.done():
        async with database.reading() as session:
            search = await current(session)
        if search and (done := percent(search)) != told:
            say(f"{done} %")
            told = done
        await asyncio.wait({looking}, timeout=LOOK_SECONDS)
