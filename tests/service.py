"""The service as its users run it: `intake serve` in a process of its own, that can be killed.

async def test_x(serve: Serve, database: Database):
    service = serve(database.url, key)
    await service.start()
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
from sqlalchemy.engine import URL, make_url

from tests.real.ports import free_port

START_SECONDS = 90.0  # one, when nothing else goes on


class ServiceProcess:
    """`log` grows with every start; `address` stays the same."""

    def __init__(self, database_url: URL | str, secret_key: str, folder: Path, **settings: object) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "service.log"
        self._folder = folder
        self._environment = os.environ | {
            "INTAKE_DATABASE_URL": make_url(database_url).render_as_string(hide_password=False),
            "INTAKE_SECRET_KEY": secret_key,
            "INTAKE_PORT": str(self.port),
            **{f"INTAKE_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> float:
        """Returns the seconds until it answered."""
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "intake", "serve"],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        async with aiohttp.ClientSession() as client:
            while not await self._answers(client):
                assert self._process.poll() is None, self.log.read_text()
                assert time.perf_counter() - begun < START_SECONDS, self.log.read_text()
                await asyncio.sleep(0.02)
        return time.perf_counter() - begun

    async def until_ready(self) -> None:
        """All its channels are heard."""
        async with aiohttp.ClientSession() as client, asyncio.timeout(START_SECONDS):
            while not await self._hears(client):
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL, as the power goes."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    async def _hears(self, client: aiohttp.ClientSession) -> bool:
        answer = await (await client.get(f"{self.address}/readyz")).json()
        return bool(answer["channels"]) and set(answer["channels"].values()) == {"up"}

    async def _answers(self, client: aiohttp.ClientSession) -> bool:
        try:
            return (await client.get(f"{self.address}/healthz")).status == 200
        except aiohttp.ClientError:
            return False


class Serve(Protocol):
    def __call__(self, database_url: URL | str, secret_key: str, **settings: object) -> ServiceProcess:
        """`settings` are named as in intake/settings.py."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Makes services over a database with a secret key; none of them outlives the test, however it ends."""
    made: list[ServiceProcess] = []

    def make(database_url: URL | str, secret_key: str, **settings: object) -> ServiceProcess:
        made.append(ServiceProcess(database_url, secret_key, tmp_path, **settings))
        return made[-1]

    yield make
    for service in made:
        service.kill()
