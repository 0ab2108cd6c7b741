"""Imports on both engines: what is made, what is found there already, what a kill leaves, what undo takes."""

import asyncio
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from intake.errors import Conflict, NotFound, Rejected
from intake.importing.columns import guess_columns
from intake.importing.csv_lines import MARK, csv_lines
from intake.importing.files import inspect
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
from storage.tables.history import Action, Change
from storage.tables.imports import Import, ImportPart, ImportState
from storage.tables.parties import Account, Contact, Lead, Point
from storage.tables.people import Role, Scope, User

HEAD = "Название;ИНН;КПП;Телефон;E-mail;Контактное лицо;Телефон контактного лица;Город"
ROMASHKA = (
    "ООО «Ромашка»;7707083893;770701001;8 495 123-45-67;info@romashka.ru;"
    "Иванов Иван Иванович;8 916 123-45-67;Тула"
)
KOTOV = "ИП Котов Пётр;500100732259;;8 916 765-43-21;;;;"
pytestmark = pytest.mark.slow  # each starts the process that reads

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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clients.csv"


async def test_a_file_becomes_clients_their_people_and_how_to_reach_them(database: Database, path: Path):
    found = await run(database, path, ROMASHKA, KOTOV, "ООО «Плохая»;123;;;;;;")
    assert counts(found) == (2, 0, 0, 1)
    romashka, kotov = await every(database, Account)
    assert (romashka.name, romashka.legal_form, romashka.inn, romashka.city) == (
        "Ромашка",
        "ООО",
        "7707083893",
        "Тула",
    )
    assert (kotov.name, kotov.kind) == ("Котов Пётр", "sole-trader")
    (person,) = await every(database, Contact)
    assert (person.last_name, person.account_id) == ("Иванов", romashka.id)
    points = await every(database, Point)
    assert [(one.account_id, one.contact_id, one.value, one.main) for one in points] == [
        (romashka.id, None, "+74951234567", True), (romashka.id, None, "info@romashka.ru", True),
        (None, person.id, "+79161234567", True), (kotov.id, None, "+79167654321", True),
    ]  # fmt: skip
    async with database.reading() as session:
        (bad,) = await imports.first_bad(session, found.id or 0, 10)
        parts = (await session.exec(select(func.count()).select_from(ImportPart))).one()
    assert (bad.line, bad.code, bad.cells[:2]) == (4, "bad-inn", ["ООО «Плохая»", "123"])
    assert parts <= 1  # until the next look


async def test_what_is_imported_is_found_by_the_search(database: Database, path: Path):
    await run(database, path, ROMASHKA, KOTOV)
    for criteria in (
        Criteria(name="ромашк"),
        Criteria(name="иванов иван"),
        Criteria(phone="8 916 123"),
        Criteria(inn="7707083893"),
    ):
        result = await search(database, criteria, COMMAND_LINE)
        assert result.clients or result.contacts, criteria


async def test_the_same_file_again_makes_nothing(database: Database, path: Path):
    for policy in Found:
        await run(database, path, ROMASHKA, KOTOV, found=policy)
        assert len(await every(database, Account)) == 2
        assert len(await every(database, Contact)) == 1
        assert len(await every(database, Point)) == 4
    assert await every(database, Change) == []


async def test_what_is_there_is_filled_replaced_or_left(database: Database, path: Path):
    await run(
        database, path, "ООО «Ромашка»;7707083893;;8 495 123-45-67;;;;Тула", "АО Лютик;7728168971;;;;;;"
    )
    row = "ООО «Ромашка Плюс»;7707083893;770701001;8 495 765-43-21;;;;Москва"
    assert counts(await run(database, path, row, found=Found.SKIP)) == (0, 0, 1, 0)
    assert counts(await run(database, path, row, found=Found.FILL)) == (0, 1, 0, 0)
    romashka = (await every(database, Account))[0]
    assert (romashka.name, romashka.kpp, romashka.city) == ("Ромашка", "770701001", "Тула")
    assert counts(await run(database, path, row, found=Found.OVERWRITE)) == (0, 1, 0, 0)
    romashka = (await every(database, Account))[0]
    assert (romashka.name, romashka.city, romashka.folded) == ("Ромашка Плюс", "Москва", "ромашка плюс")
    assert [one.value for one in await every(database, Point)] == ["+74951234567", "+74957654321"]
    result = await search(database, Criteria(name="ромашка плюс"), COMMAND_LINE)
    assert [hit.id for hit in result.clients] == [romashka.id]
    changes = await every(database, Change)
    assert [change.before.get("city") for change in changes if change.table == "account"] == [None, "Тула"]


async def test_branches_with_their_own_kpp_are_their_own_clients(database: Database, path: Path):
    head = "ООО Банк;7707083893;770701001;;;;;", "ООО Банк;7707083893;770702002;;;;;"
    assert counts(await run(database, path, *head)) == (2, 0, 0, 0)
    assert counts(await run(database, path, *head)) == (0, 0, 2, 0)
    found = await run(database, path, "ООО Банк;7707083893;;;;;;")
    assert counts(found) == (0, 0, 0, 1)
    async with database.reading() as session:
        assert [bad.code for bad in await imports.first_bad(session, found.id or 0, 1)] == ["several-fit"]


async def test_a_name_alone_finds_nobody(database: Database, path: Path):
    assert counts(await run(database, path, "ООО Ромашка;;;;;;;", "ООО Ромашка;;;;;;;")) == (2, 0, 0, 0)


async def test_people_who_share_a_telephone_stay_apart(database: Database, path: Path):
    rows = "Иванов;Иван;8 495 123-45-67", "Петрова;Анна;8 495 123-45-67", "Иванов;И.;8 495 123-45-67"
    found = await run(database, path, *rows, head="Фамилия;Имя;Телефон", kind=PartyKind.CONTACT)
    assert counts(found) == (2, 0, 1, 0)


async def test_contacts_find_their_client_by_its_number_or_its_exact_name(database: Database, path: Path):
    await run(database, path, ROMASHKA, KOTOV)
    head = "ФИО;Компания;ИНН;Телефон"
    rows = (
        "Белова Анна;;7707083893;8 916 000-00-01", "Белов Олег;ромашка, ооо;;8 916 000-00-02",
        "Новиков Пётр;ООО Лютик;;8 916 000-00-03", "Новикова Юлия;ООО Лютик;;8 916 000-00-04",
        "Никто;;7728168971;8 916 000-00-05",
    )  # fmt: skip
    found = await run(database, path, *rows, head=head, kind=PartyKind.CONTACT)
    assert counts(found) == (4, 0, 0, 1)
    names = {account.id: account.name for account in await every(database, Account)}
    whose = {person.last_name: names[person.account_id] for person in await every(database, Contact)}
    assert whose == {
        "Иванов": "Ромашка",
        "Белова": "Ромашка",
        "Белов": "Ромашка",
        "Новиков": "Лютик",
        "Новикова": "Лютик",
    }


async def test_leads_are_found_again_by_telephone_and_address(database: Database, path: Path):
    head, rows = (
        "ФИО;Организация;Телефон;E-mail",
        ("Котов Пётр;ООО Лес;8 916 1234567;", "Белова Анна;;;anna@mail.ru"),
    )
    assert counts(await run(database, path, *rows, head=head, kind=PartyKind.LEAD)) == (2, 0, 0, 0)
    assert counts(await run(database, path, *rows, head=head, kind=PartyKind.LEAD)) == (0, 0, 2, 0)


async def test_a_telephone_of_very_many_says_nothing(database: Database, path: Path):
    rows = [f"Лид{number};8 495 123-45-67" for number in range(300)]
    found = await run(database, path, *rows, head="Фамилия;Телефон", kind=PartyKind.LEAD)
    assert counts(found) == (300, 0, 0, 0)


async def test_new_records_are_whose_the_row_or_the_importer_says(database: Database, path: Path):
    async with database.transaction() as session:
        session.add_all(
            [
                anna := User(login="anna", name="Анна Ким", password_hash=""),
                boris := User(login="boris", name="Борис", password_hash=""),
            ]
        )
    rows = "Один;Анна Ким", "Два;никто", "Три;"
    await run(
        database,
        path,
        *rows,
        head="Фамилия;Ответственный",
        kind=PartyKind.LEAD,
        responsible_id=boris.id,
        source="Выставка",
    )
    leads = await every(database, Lead)
    assert [(lead.responsible_id, lead.source) for lead in leads] == [
        (anna.id, "Выставка"), (boris.id, "Выставка"), (boris.id, "Выставка"),
    ]  # fmt: skip


async def test_what_one_may_not_see_is_neither_found_nor_changed(database: Database, path: Path):
    async with database.transaction() as session:
        anna = User(login="anna", name="Анна", password_hash="")
        boris = User(login="boris", name="Борис", password_hash="", role=Role.MANAGER, scope=Scope.OWN)
        session.add_all([anna, boris])
    await run(database, path, KOTOV, responsible_id=anna.id)
    found = await run(database, path, KOTOV + "Тверь", who=Actor(boris.id, "Борис", Role.MANAGER, Scope.OWN),
                      found=Found.OVERWRITE, responsible_id=boris.id)  # fmt: skip
    assert counts(found) == (1, 0, 0, 0)
    assert [(one.city, one.responsible_id) for one in await every(database, Account)] == [
        (None, anna.id),
        ("Тверь", boris.id),
    ]


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
