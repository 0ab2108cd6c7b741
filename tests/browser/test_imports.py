"""Importing as a manager sees it: a file chosen, a column corrected, the end without a reload."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from intake.importing.running import run_imports
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site

pytestmark = pytest.mark.real

CLIENTS = "Название;ИНН;Тел.;Город\nООО «Ромашка»;7707083893;8 495 123-45-67;Тула\nООО «Плохая»;123;;\n"


async def fits(page: Page) -> bool:
    """Nothing stands over the right edge."""
    return bool(
        await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    )


async def test_a_file_is_chosen_corrected_and_imported_before_ones_eyes(
    site: Site, desk: Desk, tmp_path: Path
):
    path = tmp_path / "clients.csv"
    path.write_bytes(CLIENTS.encode("cp1251"))
    page = await signed_in(site, desk, role=Role.MANAGER)
    await page.goto(site.url("/accounts"))
    await page.get_by_label("Импорт и экспорт").click()
    await page.get_by_role("link", name="Импорт…").click()
    assert await findings(page) == []
    await page.set_input_files("input[type=file]", path)
    await page.get_by_role("button", name="Посмотреть").click()

    preview = page.locator(".previewed")
    await expect(preview).to_contain_text("Город: Тула")
    await expect(preview).to_contain_text("В ИНН 10 или 12 цифр")
    assert await findings(page) == []
    await page.get_by_label("Город", exact=True).select_option("")
    await expect(preview).not_to_contain_text("Город: Тула")
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await fits(page)

    await page.get_by_role("button", name="Импорт", exact=True).click()
    await expect(page.locator("#import-progress")).to_contain_text("идёт")
    runs = asyncio.create_task(run_imports(site.database, 0.1))
    await expect(page.locator("#import-progress")).to_contain_text("готово")
    await expect(page.get_by_role("link", name="Скачать с причинами")).to_be_visible()
    assert await fits(page)
    assert await findings(page) == []
    await page.get_by_role("link", name="Открыть список").click()
    await expect(page.locator("#list")).to_contain_text("Ромашка")
    runs.cancel()
    assert desk.problems == []
