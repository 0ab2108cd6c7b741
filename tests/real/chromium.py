"""The system's real Chromium, driven by Playwright, as an operator of ours has it on the desk.

What Playwright hands out belongs to the event loop that it was made in, and every test here has a loop of its
own. So one Chromium serves a whole session of tests from a process of its own, and each test connects to it;
the profiles that a test made are gone when it leaves.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

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
WAIT_MS = 20_000  # for what comes within a second, on a machine with much else to do
FIRST_MS = 90_000  # for the first page of a Chromium that has just started there
STOP_SECONDS = 60  # a loaded machine

expect.set_options(timeout=WAIT_MS)


class ChromiumServer:
    """A Chromium that many may connect to, one after another or together; `folder` is for its settings."""

    def __init__(self, folder: Path) -> None:
        self._settings, self._log = folder / "chromium.json", folder / "chromium.log"
        self._process: subprocess.Popen[str] | None = None
        self._address = ""

    def address(self) -> str:
        """Where it listens; one that is not running, or died of a test, is started."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        return self._address

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.communicate(timeout=STOP_SECONDS)  # its output ends with the last of its processes

    def _start(self) -> None:
        self._settings.write_text(
            json.dumps({"host": "127.0.0.1", "args": FLAGS, "executablePath": _found()})
        )
        command = [sys.executable, "-m", "playwright", "launch-server", "--browser", "chromium"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--config", self._settings],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self._address = self._process.stdout.readline().strip()
        if not self._address:
            raise RuntimeError(f"Chromium did not start: {self._log.read_text()[-2000:]}")


@asynccontextmanager
async def connected(server: ChromiumServer) -> AsyncIterator[Browser]:
    """The server's Chromium; what was opened in it here is closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect(server.address())
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A Chromium of one's own, gone at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_found(), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


def _found() -> str | None:
    """None leaves it to Playwright, which has one in a folder of its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Desk:
    """Somebody at a desk: a browser profile of its own, whose pages note what went wrong in them."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.problems: list[str] = []  # uncaught errors and console errors: refused scripts, failed loads

    async def page(self, url: str | None = None) -> Page:
        """A new tab, at `url` if given."""
        page = await self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.set_default_navigation_timeout(FIRST_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        if url:
            await page.goto(url)
        return page


async def sit_down(browser: Browser, **differences: Any) -> Desk:
    """A new desk; `differences` are Playwright's context options, such as `viewport` or `color_scheme`."""
    return Desk(await browser.new_context(**{**DESK, **differences}))
