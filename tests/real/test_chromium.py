from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from tests.real.chromium import Desk

pytestmark = pytest.mark.real


async def test_the_browser_is_a_russian_operators_in_moscow(page: Page) -> None:
    about = "[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth, innerHeight]"

    assert await page.evaluate(about) == ["ru-RU", "Europe/Moscow", 1366, 768]


async def test_a_desk_notes_what_goes_wrong_in_its_pages(desk: Desk) -> None:
    page = await desk.page()
    await page.evaluate("console.error('нет картинки'); setTimeout(() => { throw new Error('упало') })")
    await page.wait_for_timeout(50)

    assert [problem.splitlines()[0] for problem in desk.problems] == ["нет картинки", "упало"]


async def test_another_desk_may_be_a_small_dark_screen(new_desk: Callable[..., Awaitable[Desk]]) -> None:
    small = await new_desk(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = await small.page()

    assert await page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [
        360,
        True,
    ]
