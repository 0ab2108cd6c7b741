"""How many requests a second are stored before they are answered, by `intake serve` and, in the same run, by
a bare aiohttp handler; both are asked from a process of its own."""

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from storage.database import Database
from tests.bench.conftest import FULL, told
from tests.real.ports import free_port

ROUNDS = 3 if FULL else 1  # the better of each: the machine is shared
IN_TIME = 250.0  # milliseconds within which 99 of 100 are answered, or a round does not count
ROOT = Path(__file__).parents[2]


@dataclass
class Race:
    """`asker` and `bare`: modules of tests.bench that ask, and that only store. `clients`: a line each for
    the asker."""

    database: Database
    asker: str
    bare: str
    requests: int
    clients: Sequence[str]
    best: dict[str, float] = field(default_factory=lambda: {"bare": 0.0, "ours": 0.0})
    sent: int = 0

    async def run(self, connections: Sequence[int], url: str, pid: int) -> None:
        """`url` is answered by our process `pid`."""
        for number in connections:
            for _ in range(ROUNDS):
                await self._count_anew()
                with self._bare() as (bare_url, bare_pid):
                    await self._round("bare", bare_url, bare_pid, number)
                await self._round("ours", url, pid, number)
                self.sent += self.requests

    @property
    def words(self) -> str:
        share = self.best["ours"] / self.best["bare"] if self.best["bare"] else float("nan")
        return f"{self.best['ours']:.0f} a second, bare {self.best['bare']:.0f}, that is {share:.0%}"

    async def _count_anew(self) -> None:
        """As PostgreSQL does by itself every minute: plans made for empty tables read all of them."""
        if not self.database.is_sqlite:
            async with self.database.engine.begin() as connection:
                await connection.exec_driver_sql("ANALYZE")

    @contextmanager
    def _bare(self) -> Iterator[tuple[str, int]]:
        """Its address and process."""
        port, url = free_port(), self.database.url.render_as_string(hide_password=False)
        process = subprocess.Popen([sys.executable, "-m", self.bare, url, str(port)], cwd=ROOT)
        try:
            yield f"http://127.0.0.1:{port}/", process.pid
        finally:
            process.terminate()
            process.wait(20)

    async def _round(self, name: str, url: str, pid: int, connections: int) -> None:
        await _until_it_answers(url)
        worked = _worked(pid)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.asker, url, str(self.requests), str(connections),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        said, _ = await process.communicate("\n".join(self.clients).encode())
        assert process.returncode == 0
        found = json.loads(said)
        spent, pace = found["milliseconds"], self.requests / found["seconds"]
        told(f"{self.database.url.get_backend_name()}: {name}, {connections} connections", spent)
        in_time = statistics.quantiles(spent, n=100, method="inclusive")[98] <= IN_TIME
        cost = (_worked(pid) - worked) * 1000 / self.requests
        print(f"  {pace:.0f} a second, {cost:.2f} ms of CPU each{'' if in_time else ', not in time'}")
        if in_time:
            self.best[name] = max(self.best[name], pace)


def _worked(pid: int) -> float:
    """Seconds of CPU so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


async def _until_it_answers(url: str) -> None:
    async with aiohttp.ClientSession() as client, asyncio.timeout(30):
        while True:
            try:
                await client.get(url)
                return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
