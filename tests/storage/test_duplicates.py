import asyncio
from datetime import timedelta
from typing import Any

import pytest

from intake.duplicates.choosing import Merging
from intake.duplicates.following import heed_changes
from intake.duplicates.look import duplicates_of
from intake.duplicates.marks import say_two, take_mark_back, undo_mark
from intake.duplicates.merge import merge
from intake.duplicates.progress import current
from intake.duplicates.search import keep_finding, search_all, start, step
from intake.errors import Conflict, NotFound
from intake.model.duplicates import Likelihood
from intake.model.wizard import Existing, NewPoint, PartyKind
from storage import edits
from storage.database import Database
from storage.duplicates import marked, next_pair, pairs
from storage.fields import CardKind
from storage.history import note
from storage.newcomers import Newborn, make
from storage.tables.duplicates import DuplicatePair, DuplicateSearch
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from tests.storage.doubles import look_through
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.slow

CONTACT, ACCOUNT, LEAD = PartyKind.CONTACT, PartyKind.ACCOUNT, PartyKind.LEAD
PHONE = "+79035550001"


@pytest.fixture
async def world(database: Database) -> World:
    return await populate(database)


async def reached(world: World, row: Any, value: str = PHONE, **values: Any) -> int:
    """A card with a phone or an address."""
    id_ = await world.keep(row)
    owner: Any = {f"{row.__tablename__}_id": id_}
    kind = PointKind.EMAIL if "@" in value else PointKind.PHONE
    await world.keep(Point(kind=kind, value=value, raw=value, tail=value[-7:], **owner, **values))
    return id_


async def found(world: World) -> dict[tuple[str, int, int], DuplicatePair]:
    return {(row.kind.value, row.one_id, row.other_id): row for row in await world.all(DuplicatePair)}


async def test_whoever_has_the_same_phone_and_name_is_probably_one(world: World) -> None:
    one = await reached(world, Contact(last_name="Кржижановский", first_name="Глеб"))
    other = await reached(world, Contact(last_name="Krzhizhanovskiy", first_name="Gleb"))
    await look_through(world)
    row = (await found(world))[("contact", one, other)]
    assert row.likelihood is Likelihood.PROBABLE
    assert {each["code"] for each in row.evidence} == {"phone", "name-like"}


async def test_nearly_equal_names_are_found_without_any_key(world: World) -> None:
    wanted = set()
    for names in (
        ("Иванов Пётр Ильич", "Иванов Петр Ильич"),
        ("Щербаков Глеб Олегович", "Shcherbakov Gleb Olegovich"),
        ("Кржижановский Глеб Олегович", "Кржижановсий Глеб Олегович"),
        ("Зильберштейн Саша", "Зильберштейн Александр Ильич"),
        ("Ухтомский И И", "Ухтомский Иван Ильич"),
        ("Глеб Титович Дроздов", "Дроздов Глеб Титович"),
    ):
        parts = [[*name.split(), ""][:3] for name in names]
        rows = [
            Contact(last_name=last, first_name=first, middle_name=middle) for last, first, middle in parts
        ]
        wanted.add(("contact", *[await world.keep(row) for row in rows]))
    await look_through(world)
    pairs = await found(world)
    assert set(pairs) == wanted
    assert {row.likelihood for row in pairs.values()} == {Likelihood.POSSIBLE}


async def test_companies_of_nearly_one_name_are_found(world: World) -> None:
    wanted = set()
    for names in (
        ("Ромашка", "РОМАШКА"),
        ("Торговый дом Бирюза", "Бирюза"),
        ("Балтийский путь", "Балтийскийпуть"),
        ("Электропромремонт", "Электропормремонт"),
        ("Вектор", "Ветор"),
        ("Технострой Сервис", "Tekhnostroy service"),
    ):
        wanted.add(("account", *[await world.keep(Account(name=name)) for name in names]))
    await look_through(world)
    assert set(await found(world)) == wanted


async def test_another_kpp_is_a_branch_and_another_inn_another_company(world: World) -> None:
    await world.keep(Account(name="Северный свет", inn="7801234567", kpp="780101002"))
    await world.keep(Account(name="Северный свет", inn="7707083893"))
    same = await world.keep(Account(name="Северсвет", inn="7801234567"))
    await look_through(world)
    assert {key[1:] for key in await found(world) if world.account in key} == {(world.account, same)}


async def test_a_phone_of_many_says_little(world: World) -> None:
    names = ("Абрамов", "Борисов", "Власов", "Громов", "Дроздов")
    ids = [await reached(world, Contact(last_name=name)) for name in names]
    named = [await reached(world, Contact(last_name="Ухтомский", first_name="Глеб")) for _ in range(2)]
    await look_through(world)
    mine = {key[1:] for key in await found(world) if set(key[1:]) & {*ids, *named}}
    assert mine == {tuple(named)}


async def test_an_extension_is_another_desk(world: World) -> None:
    await reached(world, Contact(last_name="Абрамов"), extension="12")
    await reached(world, Contact(last_name="Абрамова"), extension="14")
    await look_through(world)
    assert await found(world) == {}


async def test_cards_of_different_kinds_are_never_a_pair(world: World) -> None:
    for row in (Contact(last_name="Ухтомский"), Lead(last_name="Ухтомский"), Account(name="Ухтомский")):
        await reached(world, row, "a@ukhtomsky.example")
    await look_through(world)
    assert await found(world) == {}


async def test_a_pair_is_gone_when_a_card_is_changed_or_merged(world: World) -> None:
    rows = [Contact(last_name="Ухтомский", first_name="Глеб") for _ in range(3)]
    one, two, three = [await reached(world, row) for row in rows]
    await look_through(world)
    assert len(await found(world)) == 3
    await merge(world.database, Merging(CONTACT, one, two, one), world.boss)
    assert set(await found(world)) == {("contact", one, three)}
    async with world.database.transaction() as session:
        await edits.change_field(session, CardKind.CONTACT, three, "last_name", "Дроздов", world.boss)
        await edits.change_field(session, CardKind.CONTACT, three, "first_name", "Пётр", world.boss)
    await heed(world)
    assert await found(world) == {}


async def heed(world: World) -> None:
    """What the background does between looks, without its pause."""
    async with world.database.reading() as session:
        search = await current(session)
    assert search is not None
    while search.finished_at and await heed_changes(world.database, search, lag=timedelta(0)):
        async with world.database.reading() as session:
            search = await current(session)
        assert search is not None


async def test_a_new_card_is_looked_at_without_another_look_through_the_base(world: World) -> None:
    one = await reached(world, Lead(last_name="Ухтомский", first_name="Глеб"))
    await look_through(world)
    async with world.database.transaction() as session:
        fields = {"last_name": "Ухтомский", "first_name": "Глеб"}
        points = (NewPoint("phone", PHONE),)
        made = await make(session, Newborn(CardKind.LEAD, fields, points), world.boss)
    await heed(world)
    assert set(await found(world)) == {("lead", one, made.id)}
    async with world.database.transaction() as session:
        await edits.take_back(session, made.action_id, world.boss)
    await heed(world)
    assert await found(world) == {}, "what was undone is looked at as well"


async def test_after_an_import_all_cards_are_looked_through_by_themselves(world: World) -> None:
    await look_through(world)
    for _ in range(2):  # past the log, as an import writes them
        await reached(world, Lead(last_name="Ухтомский", first_name="Глеб"))
    await heed(world)
    assert await found(world) == {}
    async with world.database.transaction() as session:
        await note(session, "import-done", world.boss, number=1)
    await heed(world)
    await search_all(world.database)
    assert len(await found(world)) == 1
    assert len(await world.all(DuplicateSearch)) == 2


async def test_a_point_that_was_given_another_card_brings_them_together(world: World) -> None:
    one = await reached(world, Contact(last_name="Абрамов"), "a@abramov.example")
    other = await world.keep(Contact(first_name="Илья"))
    await look_through(world)
    async with world.database.transaction() as session:
        given = NewPoint("email", "a@abramov.example")
        await edits.keep_point(session, Existing(CONTACT, other), given, world.boss)
    await heed(world)
    assert set(await found(world)) <= {("contact", one, other)}


async def test_not_a_duplicate_is_for_everybody_until_it_is_taken_back(world: World) -> None:
    ids = [await reached(world, Contact(last_name="Ухтомский", first_name="Глеб")) for _ in range(2)]
    await look_through(world)
    await say_two(world.database, CONTACT, (ids[1], ids[0]), world.alice)
    assert await found(world) == {}
    await look_through(world)
    assert await found(world) == {}
    assert await duplicates_of(world.database, Existing(CONTACT, ids[0]), world.boss) == []
    async with world.database.reading() as session:
        (shown,) = (await marked(session, CONTACT, world.boss)).shown
    assert shown.mark is not None
    assert shown.mark.marked_by == world.alice.user_id

    action = await take_mark_back(world.database, CONTACT, (ids[0], ids[1]), world.boss)
    assert ("contact", *ids) in await found(world)
    await undo_mark(world.database, action, world.boss)
    assert await found(world) == {}
    with pytest.raises(NotFound):
        await take_mark_back(world.database, LEAD, (ids[0], ids[1]), world.boss)


async def test_a_marked_pair_is_offered_again_only_when_it_has_something_new_in_common(world: World) -> None:
    ids = [await reached(world, Contact(last_name="Ухтомский", first_name="Глеб")) for _ in range(2)]
    await look_through(world)
    await say_two(world.database, CONTACT, (ids[0], ids[1]), world.boss)
    for id_ in ids:
        async with world.database.transaction() as session:
            await edits.change_field(session, CardKind.CONTACT, id_, "city", "Тула", world.boss)
    await heed(world)
    assert await found(world) == {}
    for id_ in ids:
        async with world.database.transaction() as session:
            given = NewPoint("email", "gleb@ukhtomsky.example")
            await edits.keep_point(session, Existing(CONTACT, id_), given, world.boss)
    await heed(world)
    async with world.database.reading() as session:
        (shown,) = (await pairs(session, CONTACT, world.boss)).shown
    assert shown.mark is not None, "and it is said that somebody had marked it"


async def test_a_card_also_asks_the_search_for_names_that_are_misspelled(world: World) -> None:
    """Two letters wrong, one in either half: no key is left."""
    one = await world.keep(Contact(last_name="Барклайденко", first_name="Глеб"))
    other = await world.keep(Contact(last_name="Берклайдинко", first_name="Глеб"))
    await world.keep(Contact(last_name="Барклайденко", first_name="Софья"))
    around = await duplicates_of(world.database, Existing(CONTACT, one), world.boss)
    assert [(found.one_id, found.other_id) for found in around] == [(one, other)]


async def test_only_pairs_of_which_one_may_see_both_are_listed(world: World) -> None:
    mine = await reached(world, Lead(last_name="Ухтомский", responsible_id=world.alice.user_id))
    await reached(world, Lead(last_name="Ухтомский", responsible_id=world.charlie.user_id))
    third = await reached(world, Lead(last_name="Ухтомский"))
    await look_through(world)
    async with world.database.reading() as session:
        everybody = (world.alice, world.charlie, world.boss)
        seen = {who.name: (await pairs(session, LEAD, who)).total for who in everybody}
        assert await next_pair(session, LEAD, world.alice, None) == (LEAD, mine, third)
    assert list(seen.values()) == [1, 1, 3]
    around = await duplicates_of(world.database, Existing(LEAD, mine), world.alice)
    assert [(one.one_id, one.other_id) for one in around] == [(mine, third)]
    assert await duplicates_of(world.database, Existing(LEAD, mine), world.charlie) == []
    with pytest.raises(NotFound):
        await say_two(world.database, LEAD, (mine, third), world.charlie)


async def test_the_next_pair_stands_below_this_one(world: World) -> None:
    for _ in range(3):
        await reached(world, Lead(last_name="Ухтомский", first_name="Глеб"))
    await reached(world, Lead(last_name="Лосев"), "a@losev.example")
    await reached(world, Lead(last_name="Лосев"), "a@losev.example")
    await look_through(world)
    async with world.database.reading() as session:
        listed = [(LEAD, one.one.id, one.other.id) for one in (await pairs(session, LEAD, world.boss)).shown]
        walked, here = [], None
        while (here := await next_pair(session, LEAD, world.boss, here)) is not None:
            walked.append(here)
            assert len(walked) < 9
    assert walked == listed
    assert len(walked) == 4


async def test_a_search_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    ids = [await reached(world, Contact(last_name="Ухтомский", first_name="Глеб")) for _ in range(2)]
    await start(world.database, world.boss)
    for _ in range(4):
        async with world.database.reading() as session:
            search = await current(session)
        assert search is not None
        await step(world.database, search)
    other = Database(world.database.url)  # another process
    await search_all(other)
    await other.close()
    assert ("contact", *ids) in await found(world)


async def test_of_two_that_search_at_once_each_step_is_done_once(world: World) -> None:
    for _ in range(2):
        await reached(world, Contact(last_name="Ухтомский", first_name="Глеб"))
    await start(world.database, world.boss)
    with pytest.raises(Conflict):
        await start(world.database, world.boss)
    others = [Database(world.database.url) for _ in range(2)]
    await asyncio.gather(*(search_all(one) for one in others))
    for one in others:
        await one.close()
    (search,) = await world.all(DuplicateSearch)
    assert search.seen == search.total
    assert len(await found(world)) == 1


async def test_the_background_looks_through_the_base_by_itself_once(world: World) -> None:
    for _ in range(2):
        await reached(world, Contact(last_name="Ухтомский", first_name="Глеб"))
    background = asyncio.create_task(keep_finding(world.database))
    async with asyncio.timeout(20):
        while not await found(world) or (await world.all(DuplicateSearch))[0].finished_at is None:
            await asyncio.sleep(0.05)
    background.cancel()
    await asyncio.wait([background])
    assert len(await world.all(DuplicateSearch)) == 1
