"""Strangers' programs, by the thousand: whatever they send, they are answered as openapi.json says."""

import asyncio
import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from limits import RateLimitItemPerSecond

from storage.tables.people import ApiToken, Role
from tests.databases import store
from tests.site import Site
from tests.storage.wizard_world import populate
from tests.web.visiting import FIELDS, KEY, draw
from web.api import endpoint
from web.visitors import turnstile

pytestmark = pytest.mark.slow

TOKEN = "token-of-a-program"
MANY = RateLimitItemPerSecond(1_000_000)
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
)  # fmt: skip


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measure would answer 429 to everything but the first minute's."""
    monkeypatch.setattr(endpoint, "PER_PROGRAM", MANY)
    monkeypatch.setattr(turnstile, "FLOOD", 1_000_000)
    monkeypatch.setattr(turnstile, "SHOWN", 1_000_000)


@pytest.mark.usefixtures("patient")
async def test_no_program_gets_an_answer_that_is_not_described(site: Site, tmp_path: Path) -> None:
    world = await populate(site.database)
    for _ in range(5):
        await world.inquiry()
    await draw(site, *(replace(field, required=False) for field in FIELDS))
    (tmp_path / "schemathesis.toml").write_text(f'[parameters]\nkey = "{KEY}"\n')
    boss = await site.user("program", role=Role.ADMINISTRATOR)
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store(site.database, ApiToken(user_id=boss.id or 0, name="1С", hash=digest))

    code, said = await _schemathesis(site.url("/api/v1/openapi.json"), tmp_path)

    assert code == 0, said


async def _schemathesis(address: str, folder: Path) -> tuple[int | None, str]:
    """In a process of its own, for it has no patience with our loop."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", address),
        *("--header", f"Authorization: Bearer {TOKEN}", "--checks", ",".join(CHECKS)),
        *("--max-examples", "40", "--no-color", "--generation-deterministic"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
