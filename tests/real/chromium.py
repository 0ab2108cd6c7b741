"""The system's real Chromium, driven by Playwright, as an operator of ours has it on the desk.

Each test launches its own (about half a second): what Playwright hands out belongs to the event loop that it
was made in, and every test here has a loop of its own. A browser shared by all would tie all browser tests,
and every fixture they use, to one loop.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

NAMES = ("chromium", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: dict[str, Any] = {
    "viewport": {"width": 1366, "height": 768},
    "locale": "ru-RU",
    "timezone_id": "Europe/Moscow",
    "permissions": ["notifications"],
}
WAIT_MS = 10_000


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A Chromium of one's own, gone at the end. Without one on PATH, that of Playwright's own folder."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Desk:
    """Somebody at a desk: a browser profile of its own, whose pages note what went wrong in them."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.problems: list[str] = []  # uncaught errors and console errors: refused scripts, failed loads

    async def page(self, url: str | None = None) -> Page:
        """A new tab, at `url` if given."""
        page = await self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        if url:
            await page.goto(url)
        return page


async def sit_down(browser: Browser, **differences: Any) -> Desk:
    """A new desk; `differences` are Playwright's context options, such as `viewport` or `color_scheme`."""
    return Desk(await browser.new_context(**{**DESK, **differences}))
