"""The real parts as fixtures. Servers live as long as the test session; each ends only what it started."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.real import chromium as real_chromium
from tests.real.asterisk import Asterisk
from tests.real.chromium import ChromiumServer, Desk
from tests.real.dovecot import Dovecot
from tests.real.postgres import Postgres, roomy_folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; see `postgres_database` for what most tests want."""
    folder = roomy_folder()  # pytest's own folders are closed to other users
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[str]:
    """The address `postgresql+asyncpg://…` of a fresh, empty database."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def asterisk_server() -> Iterator[Asterisk]:
    folder = Path(tempfile.mkdtemp(prefix="intake-asterisk-"))
    server = Asterisk(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def asterisk(asterisk_server: Asterisk) -> Iterator[Asterisk]:
    """A running Asterisk with no calls, no call records and no phones; a test may stop or kill it."""
    asterisk_server.cdr_csv.unlink(missing_ok=True)
    if not asterisk_server.running:
        asterisk_server.start()
    yield asterisk_server
    asterisk_server.hang_up_everything()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A running mail server with empty mailboxes; a test may stop it and start it again."""
    folder = Path(tempfile.mkdtemp(prefix="intake-dovecot-"))  # reachable for the user it runs as
    server = Dovecot(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def chromium_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromiumServer]:
    server = ChromiumServer(tmp_path_factory.mktemp("chromium"))
    yield server
    server.stop()


@pytest.fixture
async def chromium(chromium_server: ChromiumServer) -> AsyncIterator[Browser]:
    async with real_chromium.connected(chromium_server) as browser:
        yield browser


@pytest.fixture
async def desk(chromium: Browser) -> Desk:
    """A Russian-speaking operator's desk: 1366×768, Moscow time, notifications allowed."""
    return await real_chromium.sit_down(chromium)


@pytest.fixture
def new_desk(chromium: Browser) -> Callable[..., Awaitable[Desk]]:
    """Makes further desks: other people, other screens."""
    return lambda **differences: real_chromium.sit_down(chromium, **differences)


@pytest.fixture
async def page(desk: Desk) -> Page:
    return await desk.page()
