"""A client base in and out from the command line: by the same ways as in the browser."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from intake.errors import Rejected
from intake.importing.columns import guess_columns
from intake.importing.files import Inspected
from intake.importing.reader import inspect_file
from intake.importing.running import ALONE, run_imports
from intake.importing.targets import BY_KEY
from intake.model.imports import Found, Options
from intake.model.wizard import PartyKind
from intake.opening import choice, opened
from intake.settings import Settings
from storage import imports
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.exports import begin_export
from storage.fields import CardKind
from storage.lists import Wanted, how_many
from storage.tables.imports import Import, ImportState
from web.pages import imports_words as words
from web.pages.exports import table
from web.table_files import ending, write_file

LOOK_SECONDS = 0.5  # between looks at how far it is
GOING = (ImportState.RUNNING, ImportState.UNDOING)

Say = Callable[[str], None]


async def import_file(
    settings: Settings, path: Path, kind: str, found: str, columns: dict[str, str], say: Say
) -> Import:
    """Run to the end, by whichever process runs imports: a service that is up, or this one.

    `columns`: a heading's target where the guess is wrong. Killed on the way, it goes on when a service or
    another import starts. Raises Rejected for what cannot be read or chosen.
    """
    party, policy = choice(PartyKind, kind), choice(Found, found)
    seen = await inspect_file(path)
    targets = _corrected(party, seen, columns)
    say("\n".join(_understood(party, seen, targets)))
    async with opened(settings) as database:
        new = Import(
            kind=party, file_name=path.name[:200], size=_size(path), reading=asdict(seen.reading),
            headings=seen.headings, columns=targets, total=seen.total, sheets=seen.sheets,
            options=asdict(Options(found=policy)),
        )  # fmt: skip
        import_id = await imports.keep_file(database, new, path, COMMAND_LINE)
        async with database.transaction() as session:
            await imports.start(session, import_id, COMMAND_LINE)
        runs = asyncio.create_task(run_imports(database, LOOK_SECONDS, ALONE))
        try:
            return await _watched(database, import_id, say)
        finally:
            runs.cancel()
            with suppress(asyncio.CancelledError):
                await runs


async def finish(settings: Settings, done: Import, left_out: Path) -> None:
    """Write the rows that were left out, if any, each with its reason. Raises what made the import fail."""
    if done.bad:
        async with opened(settings) as database:
            await write_file(left_out, words.left_out(database, done))
    if done.error:
        raise Rejected(done.error, **done.error_params)


async def export_file(settings: Settings, kind: str, path: Path) -> int:
    """CSV or, by its ending, XLSX; says how many records. A file that is there is replaced at the end."""
    party = choice(PartyKind, kind)
    async with opened(settings) as database:
        async with database.transaction() as session:
            number = await how_many(session, CardKind(party.value), COMMAND_LINE, Wanted())
            await begin_export(session, party.value, COMMAND_LINE, ending(path), number)
        await write_file(path, table(database, party, COMMAND_LINE, Wanted()))
    return number


async def _watched(database: Database, import_id: int, say: Say) -> Import:
    """Until it is over."""
    told = -1
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        async with database.reading() as session:
            found = await session.get_one(Import, import_id)
        if found.seen != told and found.state in GOING:
            say(f"{found.seen} / {max(found.total, found.seen)}")
            told = found.seen
        if found.state not in GOING:
            return found


def _size(path: Path) -> int:
    return path.stat().st_size


def _corrected(kind: PartyKind, seen: Inspected, columns: dict[str, str]) -> list[str]:
    targets = guess_columns(kind, seen.headings, seen.sample)
    for heading, target in columns.items():
        if heading not in seen.headings:
            raise Rejected("no-such-choice", field="column", value=heading[:40])
        if target and target not in BY_KEY[kind]:
            raise Rejected("no-such-choice", field="column", value=target[:40])
        targets[seen.headings.index(heading)] = target
    return targets


def _understood(kind: PartyKind, seen: Inspected, targets: list[str]) -> list[str]:
    how = seen.reading
    head = " ".join(
        part for part in (how.format, how.encoding, repr(how.delimiter) if how.delimiter else "") if part
    )
    lines = (
        f"  {heading or '#' + str(place)} → {words.label(BY_KEY[kind][key]) + f' ({key})' if key else '—'}"
        for place, (heading, key) in enumerate(zip(seen.headings, targets, strict=True), 1)
    )
    return [head, *lines]
