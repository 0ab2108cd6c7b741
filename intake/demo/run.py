"""`intake demo`: a made-up world, a PBX that keeps ringing, and the service over both. Nothing is kept."""

import asyncio
import contextlib
import random
import secrets
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from argon2 import PasswordHasher
from pydantic import SecretStr

from intake.demo.callers import callers
from intake.demo.facts import World
from intake.demo.loading import load_lines, load_world
from intake.demo.pbx import SECRET, TRUNK, Pbx
from intake.demo.script import keep_ringing
from intake.demo.world import make_world
from intake.log import set_up_logging
from intake.service.run import service
from intake.settings import Settings
from storage import schema
from storage.database import Database
from storage.secrets import use_keys
from storage.tables.calls import Pbx as PbxTable

SEED = 2026
USERNAME = "intake"


async def demo(port: int, companies: int, pace: float) -> None:
    """Until SIGTERM or SIGINT. Signs in and address are printed once it answers."""
    set_up_logging("warning", "text")
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    typer.echo(f"Making a world of {companies} companies …")
    with tempfile.TemporaryDirectory(prefix="intake-demo-") as folder:
        world = make_world(SEED, companies, datetime.now(UTC))
        password = secrets.token_urlsafe(6)
        async with demonstration(Path(folder), _free(port), world, password) as (address, pbx):
            _greet(address, world, password)
            ringing = asyncio.create_task(keep_ringing(pbx, callers(world, random.Random()), pace))
            await stop.wait()
            ringing.cancel()
            typer.echo("\nStopping …")


@asynccontextmanager
async def demonstration(
    folder: Path, port: int, world: World, password: str
) -> AsyncIterator[tuple[str, Pbx]]:
    """The service on this port of 127.0.0.1 and its PBX, both over a database in `folder`."""
    pbx = Pbx(USERNAME, SECRET, folder / "Master.csv")
    await pbx.start()
    settings = Settings.model_construct(  # nobody's intake.toml or environment shall matter here
        database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'intake.db'}"),
        secret_key_path=folder / "intake.key",
        port=port,
        log_level="warning",
        log_format="text",
    )
    await _furnish(settings, world, pbx, PasswordHasher(time_cost=1, memory_cost=8192).hash(password))
    try:
        async with service(settings) as address:
            yield address, pbx
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pbx.stop(), 5)


async def _furnish(settings: Settings, world: World, pbx: Pbx, password_hash: str) -> None:
    use_keys(settings.secret_keys())
    url = settings.database_url.get_secret_value()
    await schema.upgrade(url)
    database = Database(url)
    try:
        async with database.transaction() as session:
            row = PbxTable(
                name="АТС", host="127.0.0.1", port=pbx.port, username=USERNAME, secret=SECRET, trunks=[TRUNK],
                area_code="495", cdr=str(settings.secret_key_path.parent / "Master.csv"),
            )  # fmt: skip
            session.add(row)
            await session.flush()
            await load_world(session, world, password_hash)
            await load_lines(session, world, row.id or 0)
    finally:
        await database.close()


def _greet(address: str, world: World, password: str) -> None:
    typer.echo(f"\n  Open {address}\n\n  Sign in with the password  {password}  as:")
    for worker in world.workers:
        phone = f"phone {worker.extension}" if worker.extension else "no phone"
        typer.echo(f"    {worker.login:<10} {worker.name}, {worker.role}, {phone}")
    typer.echo("\n  The first call rings in a few seconds. Ctrl+C stops it; nothing is kept.\n")


def _free(port: int) -> int:
    """The port asked for, or any free one when somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
