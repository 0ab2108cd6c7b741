"""The one kind of transaction, and who is told afterwards."""

import asyncio
import signal
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage import notify
from storage.database import Database, announce
from storage.live import Announcement, Hub
from storage.notify import relaying
from storage.tables.people import Team, User

END_THE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid != pg_backend_pid() AND datname = current_database()
"""


def user(login: str) -> User:
    return User(login=login, name=login, password_hash="-")


async def logins(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.exec(select(User.login).order_by(User.login)))


async def test_what_was_announced_is_heard_after_the_commit(database: Database) -> None:
    async with database.hub.subscribe() as heard:
        async with database.transaction() as session:
            announce(session, "inquiry", inquiry=1)
            assert heard.empty()

        assert heard.get_nowait() == Announcement("inquiry", {"inquiry": 1})


async def begin_and_fail(database: Database) -> None:
    async with database.transaction() as session:
        session.add(user("anna"))
        announce(session, "inquiry", inquiry=1)
        raise ZeroDivisionError


async def test_a_transaction_that_fails_leaves_nothing_and_tells_nobody(database: Database) -> None:
    async with database.hub.subscribe() as heard:
        with pytest.raises(ZeroDivisionError):
            await begin_and_fail(database)

        assert heard.empty()
    assert await logins(database) == []


async def test_read_then_write_loses_no_update_on_sqlite(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add(user("0"))

    async def count_up() -> None:
        async with database.transaction() as session:
            found = (await session.exec(select(User))).one()
            found.login = str(int(found.login) + 1)

    await asyncio.gather(*(count_up() for _ in range(50)))

    assert await logins(database) == ["50"]
    await database.close()


@pytest.mark.real
async def test_every_process_hears_what_one_announces(postgres_url: str) -> None:
    here, there = Database(postgres_url), Database(postgres_url, Hub())
    async with (
        relaying(here.url, here.hub),
        relaying(there.url, there.hub),
        here.hub.subscribe() as own,
        there.hub.subscribe() as other,
    ):
        async with here.transaction() as session:
            for number in range(500):  # more than one payload holds
                announce(session, "inquiry", inquiry=number, state="новое")

        for heard in (own, other):
            for number in range(500):
                announcement = await asyncio.wait_for(heard.get(), 5)
                assert announcement == Announcement("inquiry", {"inquiry": number, "state": "новое"})
            assert heard.empty()
    assert not here.hub.relayed
    await here.close()
    await there.close()


@pytest.mark.real
async def test_a_lost_connection_is_made_again_and_listeners_look_afresh(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "PING_SECONDS", 0.1)
    monkeypatch.setattr(notify, "AGAIN_SECONDS", 0.1)
    database = Database(postgres_url)
    async with relaying(database.url, database.hub), database.hub.subscribe() as heard:
        async with database.reading() as session:
            connection = await session.connection()
            await connection.execute(text(END_THE_OTHERS))

        assert (await asyncio.wait_for(heard.get(), 5)).topic == "resync"

        async with database.transaction() as session:
            announce(session, "inquiry", inquiry=1)
        assert await asyncio.wait_for(heard.get(), 5) == Announcement("inquiry", {"inquiry": 1})
    await database.close()


@pytest.mark.real
async def test_connections_that_the_server_ended_are_not_used_again(postgres_url: str) -> None:
    database, admin = Database(postgres_url), Database(postgres_url)

    async def used() -> tuple[int, int, list[str]]:
        asked = await database.ask(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
        async with database.transaction() as session:
            written = (await session.exec(select(2))).one()
        return asked, written, await logins(database)

    for _ in range(3):
        assert await used() == (1, 2, [])
        async with admin.reading() as session:
            await (await session.connection()).execute(text(END_THE_OTHERS))
        await asyncio.sleep(0.1)  # until it is known here
    assert await used() == (1, 2, [])
    await database.close()
    await admin.close()


HALF_DONE = """
    import asyncio, os, signal, sys
    from storage.database import Database
    from storage.tables.people import User

    async def main() -> None:
        async with Database(sys.argv[1]).transaction() as session:
            session.add(User(login="half", name="half", password_hash="-"))
            await session.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(main())
"""


async def test_a_process_killed_in_a_transaction_leaves_nothing_half(
    database: Database, database_url: str
) -> None:
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(HALF_DONE), database_url, stderr=subprocess.PIPE
    )
    assert await killed.wait() == -signal.SIGKILL

    assert await logins(database) == []
    async with database.transaction() as session:
        session.add(user("anna"))
    assert await logins(database) == ["anna"]


async def test_the_number_of_a_removed_row_is_never_given_again(database: Database) -> None:
    async with database.transaction() as session:
        session.add(first := Team(name="first"))
        await session.flush()
        await session.delete(first)
    async with database.transaction() as session:
        session.add(second := Team(name="second"))
    assert (second.id or 0) > (first.id or 0)
