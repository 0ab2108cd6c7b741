"""How an import runs: whose it is, killed, stopped, undone, written down, broken."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from intake.errors import Conflict, NotFound, Rejected
from intake.importing.csv_lines import MARK, csv_lines
from intake.importing.running import run_imports
from intake.importing.targets import BY_KEY
from intake.model.imports import Found, Options
from intake.model.wizard import Criteria, PartyKind
from intake.wizard.search import search
from storage import edits, imports
from storage.access import COMMAND_LINE, Actor
from storage.database import Database
from storage.exports import COLUMNS, exported
from storage.fields import CardKind
from storage.import_rows import MOST_BAD, write_rows
from storage.lists import Wanted
from storage.tables.history import Action
from storage.tables.imports import Import, ImportPart, ImportState
from storage.tables.parties import Account, Contact, Point
from storage.tables.people import Role, User
from tests.storage.importing import HEAD, KOTOV, ROMASHKA, counts, draft, every, over, run

pytestmark = pytest.mark.slow  # each starts the process that reads


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clients.csv"


async def test_imports_are_for_managers_and_each_sees_their_own(database: Database, path: Path):
    async with database.transaction() as session:
        session.add_all(
            [
                anna := User(login="a", name="A", password_hash=""),
                boris := User(login="b", name="B", password_hash=""),
            ]
        )
    mine = Actor(anna.id, "A", Role.MANAGER)
    import_id = await draft(database, path, f"{HEAD}\n{KOTOV}\n", who=mine)
    async with database.transaction() as session:
        assert (await imports.import_of(session, import_id, mine)).id == import_id
        assert (
            await imports.import_of(session, import_id, Actor(None, "", Role.ADMINISTRATOR))
        ).id == import_id
        with pytest.raises(NotFound):
            await imports.import_of(session, import_id, Actor(boris.id, "B", Role.MANAGER))
        assert await imports.recent_imports(session, Actor(boris.id, "B", Role.MANAGER)) == []
        with pytest.raises(Exception, match="not-allowed"):
            await imports.recent_imports(session, Actor(anna.id, "A", Role.OPERATOR))


async def test_an_import_that_was_killed_goes_on_where_it_was(database: Database, path: Path):
    rows = [f"Клиент {number};;;8 916 {number:07};;;;" for number in range(3000)]
    import_id = await draft(database, path, "\n".join((HEAD, *rows)))
    async with database.transaction() as session:
        await imports.start(session, import_id, COMMAND_LINE)
    for enough in (1, 500, 1000):
        runs = asyncio.create_task(run_imports(database, 0.05))
        seen = 0
        while seen < enough:
            await asyncio.sleep(0.01)
            async with database.reading() as session:
                seen = (await session.get_one(Import, import_id)).seen
        runs.cancel()
        with suppress(asyncio.CancelledError):
            await runs
        async with database.transaction() as session:  # a commit that was on its way is over
            found = await session.get_one(Import, import_id, with_for_update=True)
            accounts = (await session.exec(select(func.count()).select_from(Account))).one()
        assert accounts == found.seen == found.made
    assert counts(await over(database, import_id)) == (3000, 0, 0, 0)
    assert [one.name for one in await every(database, Account)] == [
        f"Клиент {number}" for number in range(3000)
    ]


async def test_a_stopped_import_writes_nothing_more(database: Database, path: Path):
    rows = [f"Клиент {number};;;8 916 {number:07};;;;" for number in range(5000)]
    import_id = await draft(database, path, "\n".join((HEAD, *rows)))
    async with database.transaction() as session:
        await imports.start(session, import_id, COMMAND_LINE)
    runs = asyncio.create_task(run_imports(database, 0.05))
    while not await every(database, Account):
        await asyncio.sleep(0.01)
    async with database.transaction() as session:
        await imports.cancel(session, import_id, COMMAND_LINE)
        there = (await session.exec(select(func.count()).select_from(Account))).one()
    await asyncio.sleep(0.3)
    runs.cancel()
    with suppress(asyncio.CancelledError):
        await runs
    assert there < 5000
    assert len(await every(database, Account)) == there


async def test_undo_takes_away_what_nobody_has_touched_and_puts_the_rest_back(database: Database, path: Path):
    await run(database, path, "ООО «Ромашка»;7707083893;;;;;;")
    found = await run(
        database,
        path,
        ROMASHKA,
        KOTOV,
        "АО Лютик;7728168971;;;;Белова Анна;8 916 000-00-01;",
        "АО Пион;;;8 495 000-00-02;;;;",
    )
    assert counts(found) == (3, 1, 0, 0)
    lyutik = next(one for one in await every(database, Account) if one.name == "Лютик")
    async with database.transaction() as session:
        await edits.change_field(session, CardKind.ACCOUNT, lyutik.id, "city", "Омск", COMMAND_LINE)
        await imports.start_undo(session, found.id or 0, COMMAND_LINE)
    undone = await over(database, found.id or 0)
    assert undone.state is ImportState.UNDONE
    left = await every(database, Account)
    assert [(one.name, one.city, one.kpp) for one in left] == [
        ("Ромашка", None, None),
        ("Лютик", "Омск", None),
    ]
    assert await every(database, Contact) == []
    assert await every(database, Point) == []
    assert undone.kept == 1
    with pytest.raises(Conflict, match="already-undone"):
        async with database.transaction() as session:
            await imports.start_undo(session, found.id or 0, COMMAND_LINE)
    result = await search(database, Criteria(name="пион"), COMMAND_LINE)
    assert result.clients == ()


async def test_an_import_is_one_line_of_the_audit_log_when_it_begins_and_one_when_it_ends(
    database: Database, path: Path
):
    found = await run(database, path, ROMASHKA, KOTOV)
    actions = await every(database, Action)
    assert [action.kind for action in actions] == ["import", "import-done"]
    assert actions[1].details["file"] == "clients.csv"
    assert (actions[1].details["made"], actions[1].details["bad"]) == (2, 0)
    assert found.action_id == actions[0].id


async def test_what_is_exported_is_recognised_when_it_comes_back(database: Database, path: Path):
    await run(database, path, ROMASHKA, KOTOV, "АО Лютик;;;8 495 000-00-02 доб. 12;;Белова Анна;;")
    before = [account.model_dump() for account in await every(database, Account)]
    for kind in (PartyKind.ACCOUNT, PartyKind.CONTACT):
        lines = [[BY_KEY[kind][key].russian[0] for key in COLUMNS[kind]]]
        async for some in exported(database, kind, COMMAND_LINE, Wanted()):
            lines += some
        head, *rows = (MARK + csv_lines(lines)).splitlines()
        found = await run(database, path, *rows, head=head, kind=kind, found=Found.OVERWRITE)
        assert counts(found) == (0, 0, len(rows), 0)
    assert [account.model_dump() for account in await every(database, Account)] == before


async def test_too_many_bad_rows_end_an_import(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("storage.import_rows.MOST_BAD", 20)
    rows = [f";{number}" for number in range(500)]
    found = await run(database, path, *rows, head="Название;ИНН")
    assert (found.state, found.error) == (ImportState.FAILED, "too-many-bad")
    assert MOST_BAD > 20


async def test_a_draft_cannot_be_started_twice_nor_without_columns(database: Database, path: Path):
    import_id = await draft(database, path, f"{HEAD}\n{KOTOV}\n")
    async with database.transaction() as session:
        await imports.correct(session, import_id, COMMAND_LINE, [""] * 8, Options())
    with pytest.raises(Rejected, match="no-columns"):
        async with database.transaction() as session:
            await imports.start(session, import_id, COMMAND_LINE)
    async with database.transaction() as session:
        await imports.correct(session, import_id, COMMAND_LINE, ["name", *[""] * 7], Options())
        await imports.start(session, import_id, COMMAND_LINE)
    with pytest.raises(Conflict, match="import-runs"):
        async with database.transaction() as session:
            await imports.start(session, import_id, COMMAND_LINE)


async def test_the_file_is_dropped_once_it_is_over(database: Database, path: Path):
    await run(database, path, KOTOV)
    await run(database, path, ROMASHKA)
    async with database.reading() as session:
        kept = list(await session.exec(select(col(ImportPart.import_id))))
    assert len(kept) <= 1


async def test_a_batch_that_breaks_leaves_nothing_of_itself(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
):
    def breaks(*args: Any, **more: Any) -> bool:
        write_rows(*args, **more)
        raise RuntimeError("as if the power had gone")

    monkeypatch.setattr("intake.importing.running.write_rows", breaks)
    found = await run(database, path, ROMASHKA, KOTOV)
    assert (found.state, found.error, found.seen) == (ImportState.FAILED, "import-fault", 0)
    assert await every(database, Account) == await every(database, Point) == []
