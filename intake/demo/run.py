"""`intake demo`: a made-up world, a PBX that keeps ringing, people who write and fill in forms, and the
service over all of it. Nothing is kept."""

import asyncio
import contextlib
import random
import secrets
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from argon2 import PasswordHasher
from pydantic import SecretStr

from intake.demo.callers import callers
from intake.demo.chat_past import furnish_bots, write_chats
from intake.demo.chats import Chats, keep_chatting
from intake.demo.facts import World
from intake.demo.form_past import write_requests
from intake.demo.house import MAILBOX
from intake.demo.letter_past import write_past
from intake.demo.loading import load_lines, load_world
from intake.demo.messengers.max import FakeMax
from intake.demo.messengers.telegram import FakeTelegram
from intake.demo.pbx import SECRET, TRUNK, Pbx
from intake.demo.post import HOST, Post
from intake.demo.rules import write_answer_times, write_rules
from intake.demo.script import keep_ringing
from intake.demo.visitors import Visitors, keep_visiting
from intake.demo.world import make_world
from intake.log import set_up_logging
from intake.reception import Reception
from intake.service.run import service
from intake.settings import Settings
from storage import schema
from storage.database import Database
from storage.files import Files
from storage.secrets import use_keys
from storage.tables.calls import Pbx as PbxTable
from storage.tables.letters import Mailbox, Security

SEED = 2026
LETTERS = 2.0  # pauses between letters, in those between calls
VISITORS = 2.5  # … and between visitors who send a form
CHATS = 2.2  # … and between people who begin to chat
USERNAME = "intake"
BOT_SECRET = "demonstration"  # noqa: S105 - between two servers of one process


@dataclass(frozen=True, slots=True)
class Town:
    """The service at its address, and the world around it."""

    address: str
    pbx: Pbx
    post: Post
    telegram: FakeTelegram
    max: FakeMax
    forms: list[str]  # their keys

    async def live(self, world: World, pace: float) -> None:
        """People call, write, chat and fill in forms, until cancelled."""
        chance = random.Random()
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_ringing(self.pbx, callers(world, chance), pace))
            visitors = Visitors(world, chance)
            group.create_task(keep_visiting(self.address, self.forms, visitors, VISITORS * pace))
            group.create_task(self.post.keep_writing(LETTERS * pace))
            group.create_task(keep_chatting((self.telegram, self.max), Chats(world, chance), CHATS * pace))


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
        async with demonstration(Path(folder), _free(port) or unused(), world, password) as town:
            _greet(town.address, world, password)
            living = asyncio.create_task(town.live(world, pace))
            await stop.wait()
            living.cancel()
            typer.echo("\nStopping …")


@asynccontextmanager
async def demonstration(folder: Path, port: int, world: World, password: str) -> AsyncIterator[Town]:
    """The service on this port of 127.0.0.1 over a database in `folder`, and all that is around it."""
    pbx, post = Pbx(USERNAME, SECRET, folder / "Master.csv"), Post(world, random.Random())
    post.receiver = unused()
    await pbx.start()
    settings = Settings.model_construct(  # nobody's intake.toml or environment shall matter here
        database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'intake.db'}"),
        secret_key_path=folder / "intake.key",
        files_path=folder / "files",
        smtp_host=HOST,
        smtp_port=post.receiver,
        smtp_name="our.example",
        port=port,
        public_url=f"http://{HOST}:{port}",
        log_level="warning",
        log_format="text",
    )
    try:
        async with post.open(), FakeTelegram() as telegram, FakeMax() as max_:
            hashed = PasswordHasher(time_cost=1, memory_cost=8192).hash(password)
            forms = await _furnish(settings, world, pbx, post, (telegram, max_), hashed)
            telegram.hooked(f"{settings.public_url}/hooks/telegram/telegram", BOT_SECRET, [])
            max_.hook, max_.secret = f"{settings.public_url}/hooks/max/max", BOT_SECRET
            async with service(settings) as address:
                yield Town(address, pbx, post, telegram, max_, forms)
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pbx.stop(), 5)


async def _furnish(
    settings: Settings,
    world: World,
    pbx: Pbx,
    post: Post,
    platforms: tuple[FakeTelegram, FakeMax],
    password_hash: str,
) -> list[str]:
    """Returns the keys of the forms."""
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
            session.add_all([row, _mailbox(post)])
            await session.flush()
            await load_world(session, world, password_hash)
            await load_lines(session, world, row.id or 0)
            bot = await furnish_bots(session, *platforms, BOT_SECRET)
        files = Files(settings.files_path)
        reception = Reception(database, files)
        await write_past(database, reception, world)
        keys = await write_requests(database, reception, files, world)
        await write_chats(database, reception, world, bot.id or 0)
        async with database.transaction() as session:
            await write_answer_times(session, random.Random(world.seed))
            await write_rules(session)
        return keys
    finally:
        await database.close()


def _mailbox(post: Post) -> Mailbox:
    """Letters to it come by the SMTP receiver; answers go to the post office of the demonstration."""
    return Mailbox(
        name=MAILBOX.name, address=MAILBOX.address, smtp_host=HOST, smtp_port=post.port,
        smtp_security=Security.NONE, from_name="Отдел продаж", signature_ru=MAILBOX.signature,
    )  # fmt: skip


def _greet(address: str, world: World, password: str) -> None:
    typer.echo(f"\n  Open {address}\n\n  Sign in with the password  {password}  as:")
    for worker in world.workers:
        phone = f"phone {worker.extension}" if worker.extension else "no phone"
        typer.echo(f"    {worker.login:<10} {worker.name}, {worker.role}, {phone}")
    typer.echo("\n  The first call rings in a few seconds. Ctrl+C stops it; nothing is kept.\n")


def _free(port: int) -> int:
    """The port asked for, or 0 when somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
    return port


def unused() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
