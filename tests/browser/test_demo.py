"""`intake demo` as a visitor meets it: what is printed, a card within seconds, and nothing left behind."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.real, pytest.mark.slow]

START_SECONDS = 90
STOP_SECONDS = 30
CARD_MS = 60_000  # usually two seconds; the dice may ring the other telephones first


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Process]:
    """The command with a small world and a busy PBX, where somebody has set the service itself up."""
    (tmp_path / "intake.toml").write_text('public_url = "https://intake.example"\nnonsense = true\n')
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "intake", "demo", "--port", "0", "--companies", "100", "--pace", "1",
        cwd=tmp_path, env=os.environ | {"TMPDIR": str(temporary)}, stdout=PIPE, stderr=STDOUT,
        start_new_session=True,
    )  # fmt: skip
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def told(process: Process, until: str) -> str:
    """What it has printed, up to the line with these words."""
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(START_SECONDS):
        while not lines or until not in lines[-1]:
            line = await process.stdout.readline()
            assert line, f"it ended: {lines}"
            lines.append(line.decode())
    return "".join(lines)


async def rest(process: Process) -> str:
    """What it prints until it has ended."""
    async with asyncio.timeout(STOP_SECONDS):
        printed, _ = await process.communicate()
    return printed.decode()


def one(pattern: str, text: str) -> str:
    [found] = re.findall(pattern, text)
    return str(found)


def members_of(session: int) -> list[int]:
    """Processes of a session: the first one, what it started, what they started."""
    return [pid for pid in psutil.pids() if _session_of(pid) == session]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


async def test_a_visitor_signs_in_as_told_and_is_rung_within_seconds(demo: Process, desk, tmp_path: Path):
    printed = await told(demo, until="Ctrl+C")
    address = one(r"Open (http://127\.0\.0\.1:\d+)\n", printed)
    password = one(r"password  (\S+)  as", printed)
    assert "petrova" in printed
    assert list((tmp_path / "temporary").iterdir()), "its database is somewhere else"

    page = await desk.page(address)
    await page.get_by_label("Логин").fill("petrova")
    await page.get_by_label("Пароль").fill(password)
    await page.keyboard.press("Enter")
    await expect(page.locator(".pop").first).to_be_visible(timeout=CARD_MS)
    assert desk.problems == []

    demo.send_signal(signal.SIGINT)
    assert (await rest(demo)).split() == ["Stopping", "…"]
    assert demo.returncode == 0
    assert members_of(demo.pid) == []
    assert list((tmp_path / "temporary").iterdir()) == []
