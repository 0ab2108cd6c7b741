"""The database locked, full, read-only or gone; renderers that break; browsers that lag or vanish."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.database import announce
from storage.trouble import is_trouble
from tests.site import Site
from tests.web.attacked import Attacked, attacked, routes
from tests.web.test_live import listening
from web.keys import LIVE

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

BUSY = "The database is busy."


def full() -> OperationalError:
    return OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


async def fails(site: Site, monkeypatch: Any, error: Exception) -> None:
    """From now on whatever is written fails like this."""

    class Broken:
        async def __aenter__(self) -> None:
            raise error

        async def __aexit__(self, *_what: object) -> None: ...

    monkeypatch.setattr(site.database, "transaction", Broken)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("x", {}, sqlite3.OperationalError("database is locked")),
        OperationalError("x", {}, sqlite3.OperationalError("attempt to write a readonly database")),
        full(),
        PoolTimeout("QueuePool limit reached"),
        ConnectionRefusedError("Connect call failed"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.CannotConnectNowError("the database system is shutting down"),
        asyncpg.ConnectionDoesNotExistError("connection was closed"),
    ],
    ids=lambda error: f"{type(error).__name__} {error}"[:40].replace("\n", " "),
)
async def test_trouble_with_the_database_is_said_with_what_to_do(attacked: Attacked, monkeypatch, error):
    alice = await attacked.site.enter("alice")
    await fails(attacked.site, monkeypatch, error)
    card = f"/accounts/{attacked.world.account}"
    answer = await alice.post(f"{card}/comments", data={"text": "Важное"})
    assert answer.status == 503
    assert BUSY in await answer.text()
    toast = await alice.post(f"{card}/comments", data={"text": "x"}, headers={"HX-Request": "true"})
    assert (toast.status, toast.headers["HX-Retarget"]) == (503, "#toasts")
    program = await alice.post("/api/v1/inquiries", json={})
    assert program.status == 503
    assert (await program.json())["error"]["code"] == "database-busy"


async def test_every_change_survives_a_full_disk(attacked: Attacked, monkeypatch):
    """No page says that something was done, and none falls over."""
    alice = await attacked.site.enter("alice")
    await fails(attacked.site, monkeypatch, full())
    for route in routes(attacked.site.app):
        if route.method != "POST" or route.path.startswith("/settings"):
            continue
        address = route.at(**attacked.parts(route.path, 1))
        answer = await alice.post(address, data=attacked.form(), allow_redirects=False)
        assert answer.status < 500 or answer.status == 503, f"{address}: {answer.status}"
        said = answer.headers.get("HX-Trigger", "")
        assert "Saved" not in said, address


@pytest.mark.parametrize(
    "error", [IntegrityError("x", {}, Exception("unique")), ValueError("x"), KeyError("x")]
)
def test_a_mistake_of_ours_is_not_taken_for_the_databases_trouble(error):
    assert not is_trouble(error)


def test_only_some_answers_of_postgresql_are_trouble():
    def told(kind: type[Any]) -> DBAPIError:
        error = Exception("x")
        error.sqlstate = kind.sqlstate  # type: ignore[attr-defined]
        return DBAPIError("x", {}, error)

    assert is_trouble(told(asyncpg.DiskFullError))
    assert is_trouble(told(asyncpg.AdminShutdownError))
    assert is_trouble(told(asyncpg.ReadOnlySQLTransactionError))
    assert is_trouble(told(asyncpg.DeadlockDetectedError))
    assert not is_trouble(told(asyncpg.StringDataRightTruncationError))
    assert not is_trouble(told(asyncpg.UndefinedColumnError))


async def test_a_database_that_somebody_else_has_locked_is_waited_for_and_then_said(
    attacked: Attacked, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr("storage.database.PRAGMAS", ("journal_mode=WAL", "busy_timeout=100"))
    await attacked.world.database.engine.dispose()
    alice = await attacked.site.enter("alice")
    other = sqlite3.connect(tmp_path / "intake.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    card = f"/accounts/{attacked.world.account}"
    refused = await alice.post(f"{card}/fields/city", data={"value": "Тула"})
    looked = await alice.get("/accounts")
    other.execute("ROLLBACK")
    other.close()
    assert refused.status == 503
    assert looked.status == 200, "who only looks does not wait for who writes"
    again = await alice.post(f"{card}/fields/city", data={"value": "Тула"}, allow_redirects=False)
    assert again.status == 303


async def test_without_its_tables_the_site_is_alive_not_ready_and_says_so(site: Site):
    browser = await site.browser()
    async with site.database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE channel_health")
    ready = await browser.get("/readyz")
    assert (ready.status, (await ready.json())["ready"]) == (503, False)
    assert (await browser.get("/healthz")).status == 200


async def test_a_renderer_that_breaks_silences_nobody(attacked: Attacked):
    from aiohttp import web

    async def broken(*_what: object) -> str:
        raise RuntimeError("broken")

    app: web.Application = attacked.site.app
    alice = await attacked.site.enter("alice")
    app[LIVE].register("task", broken)
    async with listening(alice) as stream:
        async with attacked.world.database.transaction() as session:
            announce(session, "task", id=1)
            announce(session, "record", kind="account", id=1)
        heard = await stream.next()
        if heard["topic"] == "task":
            assert "html" not in heard
            heard = await stream.next()
        assert heard["topic"] == "record"


async def test_a_database_in_trouble_ends_no_stream(attacked: Attacked, monkeypatch):
    alice = await attacked.site.enter("alice")
    database = attacked.world.database
    async with listening(alice) as stream:
        with monkeypatch.context() as patched:

            def gone() -> None:
                raise full()

            async with database.transaction() as session:
                announce(session, "task", id=1)
                patched.setattr(database, "reading", gone)
            await asyncio.sleep(0.1)
        async with database.transaction() as session:
            announce(session, "record", kind="account", id=1)
        heard = await stream.next()
        while heard["topic"] != "record":
            heard = await stream.next()


async def test_many_streams_of_one_person_end_when_the_browser_does(attacked: Attacked):
    alice = await attacked.site.enter("alice")
    live = attacked.site.app[LIVE]
    answers = [await alice.get("/live") for _ in range(20)]
    assert live.clients == 20
    for answer in answers:
        answer.close()
    async with asyncio.timeout(30):
        while live.clients:
            await asyncio.sleep(0.02)
