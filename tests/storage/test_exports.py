"""What leaves as a file is the list: the same records, in the same order."""

from collections.abc import AsyncIterator

import pytest

from intake.model.wizard import PartyKind
from storage import exports
from storage.access import Actor
from storage.exports import COLUMNS, exported
from storage.fields import CardKind
from storage.lists import Wanted, listed
from storage.tables.parties import Account, Contact, Lead
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow

NUMBER = COLUMNS[PartyKind.ACCOUNT].index("number")


@pytest.fixture(autouse=True)
async def town(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """More records than are read at once; some without what lists are sorted by."""
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for name, city in (("Янтарь", "Тула"), ("Астра", None), ("Ива", "Псков"), ("Клён", None)):
        await world.keep(Account(name=name, city=city, responsible_id=world.alice.user_id))
        await world.keep(Contact(last_name=name, account_id=world.account))
        await world.keep(Lead(last_name=name, city=city))


async def leaving(world: World, kind: PartyKind, wanted: Wanted, who: Actor | None = None) -> list[int]:
    rows: AsyncIterator[list[list[str]]] = exported(world.database, kind, who or world.boss, wanted)
    return [int(row[NUMBER]) async for some in rows for row in some]


async def shown(world: World, kind: PartyKind, wanted: Wanted) -> list[int]:
    async with world.database.reading() as session:
        found = await listed(session, CardKind(kind.value), world.boss, wanted)
    return [line.record.id for line in found.lines]


@pytest.mark.parametrize("kind", list(PartyKind))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["", "name", "account", "city", "touched"])
async def test_an_export_is_in_the_order_of_the_list(
    world: World, kind: PartyKind, sort: str, descending: bool
) -> None:
    wanted = Wanted(sort=sort, descending=descending)

    found = await leaving(world, kind, wanted)

    assert len(found) > 4
    assert found == await shown(world, kind, wanted)


async def test_an_export_holds_what_the_list_is_filtered_to_whatever_page_is_shown(world: World) -> None:
    mine = Wanted(mine=True, sort="name", page=7)

    found = await leaving(world, PartyKind.ACCOUNT, mine, world.alice)
    some = await leaving(world, PartyKind.ACCOUNT, Wanted(text="кл"))

    names = [(await world.get(Account, id_)).name for id_ in found]
    assert names == ["Астра", "Ива", "Клён", "Северный свет", "Янтарь"]
    assert [(await world.get(Account, id_)).name for id_ in some] == ["Клён"]


async def test_whoever_is_deleted_while_a_file_is_made_is_left_out(world: World) -> None:
    rows = exported(world.database, PartyKind.LEAD, world.boss, Wanted(sort="name"))
    first = [int(row[NUMBER]) for row in await anext(rows)]
    last = max(id_ for id_ in await shown(world, PartyKind.LEAD, Wanted()) if id_ not in first)
    async with world.database.transaction() as session:
        await session.delete(await session.get(Lead, last))

    rest = [int(row[NUMBER]) async for some in rows for row in some]

    assert last not in rest
    assert len(first) + len(rest) == 4
