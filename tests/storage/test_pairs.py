"""`intake duplicates …`: the whole base looked through at once, and every pair in a file."""

import csv
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import event

from intake.duplicates.progress import current
from intake.duplicates.search import start
from intake.errors import Rejected
from intake.model.duplicates import Likelihood
from intake.model.wizard import PartyKind
from intake.pairs import export_pairs, find
from intake.settings import Settings
from storage import duplicates
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.tables.duplicates import DuplicatePair
from storage.tables.history import Action
from storage.tables.parties import Contact
from tests.storage.doubles import laden
from tests.storage.wizard_world import World, populate


@pytest.fixture
async def world(database: Database) -> World:
    return await populate(database)


def settings(world: World) -> Settings:
    return Settings(database_url=SecretStr(world.database.url.render_as_string(hide_password=False)))


async def alike(world: World, number: int) -> None:
    for row in range(number):
        pair = DuplicatePair(
            kind=PartyKind.CONTACT, one_id=world.marina, bits=70 + row % 2, likelihood=Likelihood.POSSIBLE,
            other_id=await world.keep(Contact(last_name="Ковалёва", first_name=f"Марина {row}")),
        )  # fmt: skip
        await world.keep_link(pair)


async def test_the_whole_base_is_looked_through_and_what_is_known_is_counted(world):
    await laden(world, PartyKind.CONTACT)
    told: list[str] = []
    assert await find(settings(world), told.append) == {
        PartyKind.ACCOUNT: 0, PartyKind.CONTACT: 1, PartyKind.LEAD: 0,
    }  # fmt: skip
    async with world.database.reading() as session:
        search = await current(session)
    assert search is not None
    assert search.finished_at
    assert told[0].endswith(" %")
    assert "find-duplicates" in [action.kind for action in await world.all(Action)]


async def test_a_look_that_is_under_way_is_brought_to_its_end(world):
    await start(world.database, world.boss)
    await find(settings(world), lambda text: None)
    searches = [action for action in await world.all(Action) if action.kind == "find-duplicates"]
    assert len(searches) == 1


async def test_every_pair_is_exported_once_in_the_order_of_the_list(world, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(duplicates, "AT_ONCE", 2)
    await alike(world, 5)
    path = tmp_path / "pairs.csv"
    assert await export_pairs(settings(world), "contact", path) == 5
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    async with world.database.reading() as session:
        listed = (await duplicates.pairs(session, PartyKind.CONTACT, COMMAND_LINE)).shown
    assert len(head) == 6
    assert [int(row[3]) for row in rows] == [pair.other.id for pair in listed]
    assert rows[0][2] == "Ковалёва Марина Сергеевна"
    (action,) = [action for action in await world.all(Action) if action.kind == "export"]
    assert (action.details["of"], action.details["records"]) == ("contact-duplicates", 5)


async def test_a_kind_that_there_is_not_is_refused(world, tmp_path: Path):
    with pytest.raises(Rejected, match="no-such-choice"):
        await export_pairs(settings(world), "house", tmp_path / "x.csv")


async def test_pairs_are_counted_without_a_loop_over_every_two_cards(world: World) -> None:
    """With a million cards that took SQLite for ever; the plan is the same for a few."""
    if not world.database.is_sqlite:
        pytest.skip("about SQLite's plans")
    asked: list[str] = []
    event.listen(
        world.database.engine.sync_engine, "before_cursor_execute", lambda *said: asked.append(said[2])
    )
    async with world.database.reading() as session:
        await duplicates.how_many(session, PartyKind.ACCOUNT, COMMAND_LINE)
        connection = await session.connection()
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}", ("account",))
    assert not any("other_id=?" in str(step) for step in plan)
