"""Importing and exporting in the browser's way: upload, look, correct, run, look at what was left out."""

import asyncio
import csv
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from python_calamine import CalamineWorkbook
from sqlmodel import select

from intake.importing.running import run_imports
from storage.tables.history import Action
from storage.tables.imports import Import, ImportState
from storage.tables.parties import Account, AccountKind, Lead, Point, PointKind
from storage.tables.people import Role, Scope
from tests.site import Site

CLIENTS = "Название;ИНН;Тел.;Город\nООО «Ромашка»;7707083893;8 495 123-45-67;Тула\nООО «Плохая»;123;;\n"


def upload(data: bytes, name: str = "clients.csv", kind: str = "account") -> FormData:
    form = FormData()
    form.add_field("kind", kind)
    form.add_field("file", io.BytesIO(data), filename=name)
    return form


async def sent(browser: Any, data: bytes, **how: str) -> str:
    """The address of the import."""
    answer = await browser.post("/imports", data=upload(data, **how), allow_redirects=False)
    assert answer.status == 303, await answer.text()
    return str(answer.headers["Location"])


async def finish(site: Site) -> None:
    """Have every import run to its end."""
    runs = asyncio.create_task(run_imports(site.database, 0.05))
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0.05)
            async with site.database.reading() as session:
                states = set(await session.exec(select(Import.state)))
            if not states & {ImportState.RUNNING, ImportState.UNDOING}:
                break
    runs.cancel()
    with suppress(asyncio.CancelledError):
        await runs


async def test_a_file_is_looked_at_corrected_and_imported(site: Site):
    browser = await site.sign_in(role=Role.MANAGER)
    address = await sent(browser, CLIENTS.encode("cp1251"))
    page = await (await browser.get(address)).text()
    assert "ООО «Ромашка»" in page
    assert "An INN has 10 or 12 digits" in page
    page = await (await browser.post(address, data={"go": "show", "column-3": ""})).text()
    assert "City: Тула" not in page
    answer = await browser.post(address, data={"go": "start"}, allow_redirects=False)
    assert answer.status == 303
    page = await (
        await browser.get(address, params={"part": "progress"}, headers={"HX-Request": "true"})
    ).text()
    assert "<html" not in page
    assert "hx-trigger" in page
    await finish(site)
    page = await (await browser.get(address)).text()
    assert 'hx-trigger="live:import' not in page
    bad = (await (await browser.get(f"{address}/bad.csv")).text()).lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(bad), delimiter=";"))
    assert rows[0] == ["Название", "ИНН", "Тел.", "Город", "Line", "Why it was left out"]
    assert rows[1][:2] == ["ООО «Плохая»", "123"]
    assert "10 or 12 digits" in rows[1][5]
    async with site.database.reading() as session:
        (account,) = await session.exec(select(Account))
    assert (account.name, account.city) == ("Ромашка", None)


@pytest.mark.slow
async def test_an_import_is_undone_from_its_page(site: Site):
    browser = await site.sign_in(role=Role.MANAGER)
    address = await sent(browser, CLIENTS.encode())
    await browser.post(address, data={"go": "start"})
    await finish(site)
    answer = await browser.post(f"{address}/undo", allow_redirects=False)
    assert answer.status == 303
    await finish(site)
    async with site.database.reading() as session:
        assert list(await session.exec(select(Account))) == []
    assert (await browser.post(f"{address}/undo")).status == 409


@pytest.mark.slow
async def test_another_encoding_and_delimiter_change_the_columns(site: Site):
    browser = await site.sign_in(role=Role.MANAGER)
    address = await sent(browser, "Имя,Телефон\nАнна,8 916 123-45-67\n".encode("koi8-r"), kind="lead")
    page = await (await browser.post(address, data={"encoding": "cp1251", "delimiter": ";"})).text()
    assert "Анна" not in page
    page = await (await browser.post(address, data={"encoding": "koi8-r", "delimiter": ","})).text()
    assert "Анна" in page
    page = await (await browser.post(address, data={"headed": "no"})).text()
    assert "Column 1" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing in this file"),
        (b"%PDF-1.7", "This is no table"),
        (b"PK\x03\x04zip", "damaged"),
        (b";".join([b"x"] * 1000), "columns"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_words(site: Site, data: bytes, sentence: str):
    browser = await site.sign_in(role=Role.MANAGER)
    answer = await browser.post("/imports", data=upload(data))
    assert answer.status == 422
    assert sentence in await answer.text()
    async with site.database.reading() as session:
        assert list(await session.exec(select(Import))) == []


async def test_a_form_without_a_file_is_refused_in_words(site: Site):
    browser = await site.sign_in(role=Role.MANAGER)
    for data in ({"kind": "account"}, FormData({"kind": "account", "file": "no file"})):
        answer = await browser.post("/imports", data=data)
        assert answer.status == 422
        assert "Choose a file first" in await answer.text()
    nonsense = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await browser.post("/imports", data=b"--x\r\nnonsense", headers=nonsense)).status in (400, 422)


@pytest.mark.slow
async def test_a_file_larger_than_a_form_may_be_is_taken(site: Site, monkeypatch: pytest.MonkeyPatch):
    browser = await site.sign_in(role=Role.MANAGER)
    many = "Название;ИНН\n" + "ООО «Ромашка»;7707083893\n" * 120_000
    assert len(many.encode()) > 3_000_000
    address = await sent(browser, many.encode())
    assert "120000" in await (await browser.get(address)).text()
    monkeypatch.setattr("web.pages.imports_upload.MOST_BYTES", 1_000_000)
    answer = await browser.post("/imports", data=upload(many.encode()))
    assert answer.status == 422
    assert "Send it in parts" in await answer.text()


async def test_imports_and_exports_are_not_for_operators(site: Site):
    browser = await site.sign_in(role=Role.OPERATOR)
    for address in (
        "/imports",
        "/imports/1",
        "/imports/1/bad.csv",
        "/accounts/export.csv",
        "/leads/export.xlsx",
    ):
        assert (await browser.get(address)).status == 403
    assert (await browser.post("/imports", data=upload(b"a;b"))).status == 403


@pytest.mark.slow
async def test_the_import_of_another_is_not_there(site: Site):
    anna = await site.sign_in("anna", role=Role.MANAGER)
    boris = await site.sign_in("boris", role=Role.MANAGER)
    address = await sent(anna, CLIENTS.encode())
    assert (await boris.get(address)).status == 404
    assert (await boris.post(address, data={"go": "start"})).status == 404
    for last in ("cancel", "undo"):
        assert (await boris.post(f"{address}/{last}")).status == 404
    assert (await boris.get(f"{address}/bad.csv")).status == 404


async def populate(site: Site, responsible_id: int | None = None) -> None:
    async with site.database.transaction() as session:
        account = Account(
            name="Ромашка",
            legal_form="ООО",
            kind=AccountKind.COMPANY,
            inn="0274062111",
            responsible_id=responsible_id,
        )
        formula = Account(name="=HYPERLINK(1)", responsible_id=responsible_id, city="@SUM(A1)")
        session.add_all([account, formula, Lead(last_name="Белова", first_name="Анна")])
        await session.flush()
        session.add_all([
            Point(account_id=account.id, kind=PointKind.PHONE, value="+79161234567", main=True),
            Point(account_id=account.id, kind=PointKind.PHONE, value="+74951234567", extension="139"),
        ])  # fmt: skip


async def test_a_list_is_exported_as_it_is_filtered(site: Site):
    browser = await site.sign_in(role=Role.MANAGER)
    await populate(site)
    answer = await browser.get("/accounts/export.csv", params={"q": "ромашка"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="accounts.csv"'
    text = await answer.text()
    assert text.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")
    found = dict(zip(head, row, strict=True))
    assert (found["Name"], found["Legal form"], found["INN"]) == ("Ромашка", "ООО", "0274062111")
    assert found["Phone"] == "+7 916 123-45-67; +7 495 123-45-67 доб. 139"
    async with site.database.reading() as session:
        (action,) = await session.exec(select(Action).where(Action.kind == "export"))
    assert {name: action.details[name] for name in ("of", "format", "records", "filter")} == {
        "of": "account", "format": "csv", "records": 1, "filter": "ромашка",
    }  # fmt: skip


@pytest.mark.slow
async def test_nothing_that_is_exported_runs(site: Site, tmp_path: Path):
    browser = await site.sign_in(role=Role.MANAGER)
    await populate(site)
    text = await (await browser.get("/accounts/export.csv")).text()
    assert ";'=HYPERLINK(1);" in text
    assert ";'@SUM(A1);" in text
    path = tmp_path / "a.xlsx"
    path.write_bytes(await (await browser.get("/accounts/export.xlsx")).read())
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["=HYPERLINK(1)", "Ромашка"]
    assert rows[2][3] == "0274062111"


async def test_an_export_holds_what_one_may_see(site: Site):
    anna = await site.user("anna")
    browser = await site.sign_in("boris", role=Role.MANAGER, scope=Scope.OWN)
    await populate(site, responsible_id=anna.id)
    assert "Ромашка" not in await (await browser.get("/accounts/export.csv")).text()
    assert "Белова" in await (await browser.get("/leads/export.csv")).text()
