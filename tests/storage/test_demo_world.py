"""The demonstration's world in a real database, on both engines."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.demo.loading import load_lines, load_world
from intake.demo.world import make_world
from intake.matching.names import fold
from storage.database import Database
from storage.tables import metadata
from storage.tables.calls import Pbx
from storage.tables.interests import Interest, Status
from storage.tables.parties import Account, Contact, Point
from storage.tables.people import User

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORLD = make_world(seed=3, companies=60, now=NOW)


async def count(session: AsyncSession, table: str) -> int:
    connection = await session.connection()
    query = select(func.count()).select_from(metadata.tables[table])
    return int((await connection.execute(query)).scalar_one())


async def test_everything_of_the_world_is_there(database: Database):
    async with database.transaction() as session:
        await load_world(session, WORLD, "hash")
    async with database.reading() as session:
        people = sum(len(company.people) for company in WORLD.companies)
        reaches = sum(
            len(company.reaches) + sum(len(person.reaches) for person in company.people)
            for company in WORLD.companies
        ) + sum(len(prospect.person.reaches) for prospect in WORLD.prospects)
        assert await count(session, "account") == len(WORLD.companies)
        assert await count(session, "contact") == people
        assert await count(session, "lead") == len(WORLD.prospects)
        assert await count(session, "contact_point") == reaches
        assert await count(session, "interest") == len(WORLD.wishes)
        assert await count(session, "call") == len(WORLD.talks) + len(WORLD.waiting)
        assert await count(session, "comment") == len(WORLD.remarks)
        assert await count(session, "task") == len(WORLD.errands)
        assert await count(session, "user_account") == len(WORLD.workers)


async def test_what_belongs_together_is_together(database: Database):
    place, wish = next((p, w) for p, w in enumerate(WORLD.wishes) if w.whose.person is not None)
    company = WORLD.companies[wish.whose.company or 0]
    person = company.people[wish.whose.person or 0]
    async with database.transaction() as session:
        await load_world(session, WORLD, "hash")
    async with database.reading() as session:
        interest = await session.get_one(Interest, place + 1)
        assert interest.account_id is not None
        assert interest.contact_id is not None
        account = await session.get_one(Account, interest.account_id)
        contact = await session.get_one(Contact, interest.contact_id)
        status = await session.get_one(Status, interest.status_id)
        responsible = await session.get_one(User, interest.responsible_id)
        connection = await session.connection()
        values = await connection.execute(select(col(Point.value)).where(col(Point.contact_id) == contact.id))
        assert (account.name, account.inn) == (company.name, company.inn)
        assert (contact.last_name, contact.account_id) == (person.last, account.id)
        assert contact.folded == fold(person.full)
        assert {row[0] for row in values} == {reach.value for reach in person.reaches}
        assert (interest.title, status.name, responsible.login) == (wish.title, wish.status, wish.responsible)


async def test_a_world_can_be_loaded_into_a_database_that_has_things_in_it(database: Database):
    async with database.transaction() as session:
        session.add(Account(name="Прежний"))
        await session.flush()
        await load_world(session, WORLD, "hash")
    async with database.transaction() as session:
        await load_world(session, make_world(4, 20, NOW), "hash")
    async with database.transaction() as session:
        later = Account(name="Следующий")
        session.add(later)
        await session.flush()
        assert later.id == await count(session, "account")
        assert await count(session, "user_account") == len(WORLD.workers)
        assert await count(session, "pipeline") == len(WORLD.paths)


async def test_the_lines_belong_to_a_pbx(database: Database):
    async with database.transaction() as session:
        pbx = Pbx(name="Демо", host="127.0.0.1", username="intake", secret="s")
        session.add(pbx)
        await session.flush()
        assert pbx.id is not None
        await load_lines(session, WORLD, pbx.id)
        assert await count(session, "phone_line") == len(WORLD.lines)


@pytest.mark.slow
async def test_three_thousand_companies_are_loaded_in_seconds(sqlite_url: str, tmp_path: Path):
    world = make_world(seed=1, companies=3000, now=NOW)
    database = Database(sqlite_url)
    begun = time.perf_counter()
    async with database.transaction() as session:
        await load_world(session, world, "hash")
    await database.close()
    assert time.perf_counter() - begun < 15  # about three on an idle machine of two cores
