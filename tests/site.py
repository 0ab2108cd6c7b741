"""The whole web side over a real database, with people who can sign in: for tests of pages and the API.

async def test_x(site: Site):
    browser = await site.sign_in("anna", role=Role.MANAGER)
    answer = await browser.get("/")
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from intake.settings import Settings
from storage.database import Database
from storage.tables.people import User
from web.app import make_app
from web.mailboxes import Mailboxes
from web.messengers import Messengers
from web.passwords import Passwords
from web.telephony import Telephony

PASSWORD = "correct horse"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)


class Site:
    """A running application; every `browser` has cookies of its own."""

    def __init__(self, database: Database, stack: AsyncExitStack, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self._stack = stack
        self.server: TestServer

    async def start(
        self,
        telephony: Telephony | None = None,
        mailboxes: Mailboxes | None = None,
        messengers: Messengers | None = None,
        **settings: Any,
    ) -> None:
        settings.setdefault("files_path", self.folder / "files")
        app = make_app(
            self.database,
            Settings(**settings),
            telephony,
            Passwords(CHEAP),
            mailboxes,
            messengers=messengers,
        )
        self.server = TestServer(app)
        await self._stack.enter_async_context(self.server)

    @property
    def app(self) -> Any:
        return self.server.app

    def url(self, path: str = "/") -> str:
        return str(self.server.make_url(path))

    async def user(self, login: str = "anna", **values: Any) -> User:
        """Stored, with PASSWORD; English unless told otherwise, so that tests read plainly."""
        person = User(
            **{"login": login, "name": login.title(), "password_hash": HASH, "locale": "en", **values}
        )
        async with self.database.transaction() as session:
            session.add(person)
        return person

    async def browser(self) -> TestClient[Any, Any]:
        """Nobody is signed in."""
        return await self._stack.enter_async_context(TestClient(self.server))

    async def enter(self, login: str, password: str = PASSWORD) -> TestClient[Any, Any]:
        """A browser in which a user who exists has tried to sign in."""
        browser = await self.browser()
        data = {"login": login, "password": password}
        await browser.post("/signin", data=data, allow_redirects=False)
        return browser

    async def sign_in(self, login: str = "anna", **values: Any) -> TestClient[Any, Any]:
        """A new user and a browser in which they are signed in."""
        await self.user(login, **values)
        return await self.enter(login)


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on SQLite, ready to be asked."""
    database = Database(sqlite_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        made = Site(database, stack, tmp_path)
        await made.start()
        yield made
