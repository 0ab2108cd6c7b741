"""The lists of the search: packing changes nothing, built anew it says the same, a check finds faults."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from intake.model.wizard import Mode
from storage.database import Database
from storage.search import lists
from storage.search.lists import Family, list_of, pack, read, unpacked, write
from storage.search.packing import ENOUGH, _pack
from storage.search.rebuild import rebuild
from storage.tables import metadata
from storage.tables.parties import Account, Contact
from tests.storage.naming import company, found, keep, lead, packed, person, wrong

NUMBERS = st.integers(0, 60) | st.integers(2**32 - 20, 2**32 + 20) | st.integers(-(2**62), 2**62)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.tuples(st.integers(1, 4), NUMBERS), max_size=30)),
        st.tuples(st.just("pack"), st.integers(1, 40)),
    ),
    max_size=15,
)
SURNAMES = ["Щербаков", "Кржижановский", "Иванов", "Иваново", "Петров", "Сомов"]
FIRST = ["Иван", "Пётр", "Александр", "Мария", "Саша", "Ян"]


@contextmanager
def empty_lists() -> Iterator[Connection]:
    engine = sa.create_engine("sqlite://")
    tables = [metadata.tables[name] for name in ("search_fresh", "search_chunk", "search_word")]
    try:
        with engine.begin() as connection:
            metadata.create_all(connection, tables=tables)
            yield connection
    finally:
        engine.dispose()


@given(STEPS, st.integers(2, 8))
@settings(max_examples=settings().max_examples // 5)
def test_whatever_is_packed_whenever_a_list_is_the_set_of_what_was_put_into_it(steps, size):
    kept = lists.CHUNK
    lists.CHUNK = size  # many chunks out of few numbers
    try:
        with empty_lists() as connection:
            _play(connection, steps, size)
    finally:
        lists.CHUNK = kept


def _play(connection: Connection, steps: list[Any], size: int) -> None:
    truth: dict[int, set[int]] = {}
    for what, with_ in steps:
        if what == "write":
            write(connection, with_)
            for number, value in with_:
                truth.setdefault(number, set()).add(value)
        else:
            pack(connection, with_)
        there = read(connection, [1, 2, 3, 4, 5])
        assert {number: set(values.tolist()) for number, values in there.items()} == truth
        assert all(values.tolist() == sorted(values.tolist()) for values in there.values())
    chunks = connection.execute(sa.text("SELECT list, first, size, packed FROM search_chunk ORDER BY 1, 2"))
    last: dict[int, int] = {}
    for number, first, count, blob in chunks:
        values = unpacked(first, count, blob).tolist()
        assert (values[0], len(values)) == (first, count)
        assert count <= size
        assert last.get(number, -(2**63)) < first, "chunks overlap"
        last[number] = values[-1]


async def test_what_is_written_is_read_in_order_before_and_after_packing(database: Database) -> None:
    truth = random.Random(3).sample(range(10**12), 9_000)
    await database.write(lambda connection: write(connection, [(7, value) for value in truth[:100]]))
    await database.write(lambda connection: write(connection, [(7, value) for value in truth]))
    fresh = await database.ask(lambda connection: read(connection, [7, 8]))

    assert await packed(database) == 9_000
    after = await database.ask(lambda connection: read(connection, [7, 8]))

    assert list(fresh) == list(after) == [7]
    assert fresh[7].tolist() == after[7].tolist() == sorted(truth)


def made(seed: int, number: int, accounts: list[int]) -> list[Contact]:
    rnd = random.Random(seed)
    return [
        person(f"{rnd.choice(SURNAMES)} {rnd.choice(FIRST)}", account_id=rnd.choice([*accounts, None]))
        for _ in range(number)
    ]


async def listed(database: Database) -> dict[str, list[int]]:
    """What each word leads to, whatever the word's number is."""

    def ask(connection: Connection) -> dict[str, list[int]]:
        words = {
            word: number for number, word in connection.execute(sa.text("SELECT id, text FROM search_word"))
        }
        there = read(connection, [list_of(Family.RECORDS, number) for number in words.values()])
        return {
            word: sorted(set(there[list_of(Family.RECORDS, number)].tolist()))
            for word, number in words.items()
            if list_of(Family.RECORDS, number) in there
        }

    return await database.ask(ask)


async def test_packing_while_others_write_loses_nothing(database: Database) -> None:
    accounts = await keep(database, company("Ромашка"), company("Кипарис"))
    done = asyncio.Event()

    async def go_on_packing() -> None:
        while not done.is_set():
            await packed(database, 150)
            await asyncio.sleep(0)

    async def go_on_writing(seed: int) -> None:
        for number in range(6):
            await keep(database, *made(seed * 10 + number, 5, accounts))

    packers = [asyncio.create_task(go_on_packing()) for _ in range(2)]
    await asyncio.gather(*(go_on_writing(seed) for seed in range(4)))
    done.set()
    await asyncio.gather(*packers)

    assert await wrong(database) == []
    assert sum(len(numbers) for numbers in (await listed(database)).values()) > 200


async def test_an_index_built_anew_says_the_same(database: Database) -> None:
    accounts = await keep(database, company("Ромашка", legal_form="ООО"), company("Кипарис"))
    await keep(database, *made(1, 60, accounts), lead("Озеров Глеб", "АО Дубрава"))
    await packed(database, 100)
    await keep(database, *made(2, 20, accounts))
    queries = ["щербоков", "иванов кипарис", "дубрава", "саша", "кржижановски", "bdfyjd"]
    answers = [sorted(await found(database, query, mode)) for query in queries for mode in Mode]
    lists_were = await listed(database)

    assert await database.write(rebuild) == 2 + 60 + 1 + 20

    assert await listed(database) == lists_were
    assert [sorted(await found(database, query, mode)) for query in queries for mode in Mode] == answers
    assert await wrong(database) == []
    [id_] = await keep(database, person("Новосельцев"))
    assert await found(database, "навосельцев") == [("contact", id_)]


async def test_what_was_never_indexed_is_after_a_rebuild_companies_and_their_people_included(
    database: Database,
) -> None:
    [account] = await keep(database, company("Ромашка"))
    [id_] = await keep(database, person("Новосельцев", account_id=account))
    async with database.transaction() as session:
        connection = await session.connection()
        for table in ("search_fresh", "search_chunk", "search_word", "search_stem"):
            await connection.execute(metadata.tables[table].delete())
        for table in ("account", "contact"):
            await connection.execute(metadata.tables[table].update().values(folded=""))
    assert await found(database, "новосельцев ромашка") == []

    await database.write(rebuild)

    assert await found(database, "новосельцев ромашка", Mode.BEGINNING) == [("contact", id_)]
    assert await wrong(database) == []


async def test_what_no_name_has_any_more_is_left_out_of_a_rebuild(database: Database) -> None:
    [id_] = await keep(database, company("Ромашка"))
    async with database.transaction() as session:
        (await session.get_one(Account, id_)).name = "Кипарис"
    assert {"ромашка", "кипарис"} <= set(await listed(database))

    await database.write(rebuild)

    assert set(await listed(database)) == {"кипарис"}


async def test_an_empty_base_is_rebuilt_and_has_no_faults(database: Database) -> None:
    assert await database.write(rebuild) == 0
    assert await wrong(database) == []


BROKEN = {
    "UPDATE contact SET folded = 'сидоров'": "its folded names are not its names",
    "DELETE FROM search_word WHERE text = 'новосельцев'": "the word 'новосельцев' is not known",
    "DELETE FROM search_fresh WHERE list % 4 = 0": "contact 1 by 'новосельцев' is not in list",
    "DELETE FROM search_fresh WHERE list % 4 = 1": "stem 'novosel' is not in list",
    "DELETE FROM search_fresh WHERE list % 4 = 2": "word 'новосельцев' is not in list",
    "UPDATE search_word SET stem_id = 99 WHERE text = 'новосельцев'": "has no stem",
    "UPDATE account SET folded = 'дуб'": "account 1",
}


@pytest.mark.parametrize("statement", BROKEN)
async def test_a_check_finds_what_was_broken_on_purpose(database: Database, statement: str) -> None:
    [account] = await keep(database, company("Ромашка"))
    await keep(database, person("Новосельцев", account_id=account))
    assert await wrong(database) == []

    async with database.transaction() as session:
        await (await session.connection()).execute(sa.text(statement))

    assert any(BROKEN[statement] in problem for problem in await wrong(database))


async def test_who_was_packed_and_lost_is_found_missing(database: Database) -> None:
    await keep(database, person("Новосельцев"))
    await packed(database)
    assert await wrong(database) == []
    async with database.transaction() as session:
        await (await session.connection()).execute(sa.text("DELETE FROM search_chunk WHERE list % 4 = 0"))

    assert any("contact 1 by 'новосельцев'" in problem for problem in await wrong(database))


async def test_packing_waits_until_there_is_enough_of_it(database: Database) -> None:
    await keep(database, person("Новосельцев"))
    assert not await _pack(database)
    await database.write(lambda connection: write(connection, [(7, value) for value in range(ENOUGH + 10)]))

    assert await _pack(database)
    assert not await _pack(database)
    left = await database.ask(
        lambda connection: connection.scalar(sa.text("SELECT count(*) FROM search_fresh"))
    )
    assert 0 < left < ENOUGH
