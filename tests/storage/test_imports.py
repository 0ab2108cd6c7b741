"""Imports on both engines: what is made, what is found there already, what a kill leaves, what undo takes."""

from pathlib import Path

import pytest
from sqlmodel import func, select

from intake.model.imports import Found
from intake.model.wizard import Criteria, PartyKind
from intake.wizard.search import search
from storage import imports
from storage.access import COMMAND_LINE, Actor
from storage.database import Database
from storage.tables.history import Change
from storage.tables.imports import ImportPart
from storage.tables.parties import Account, Contact, Lead, Point
from storage.tables.people import Role, Scope, User
from tests.storage.importing import KOTOV, ROMASHKA, counts, every, run

pytestmark = pytest.mark.slow  # each starts the process that reads


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
