import asyncio
from dataclasses import replace

import pytest
from sqlmodel import col, select

from intake.duplicates.choosing import Merging, Side, version
from intake.duplicates.marks import say_two
from intake.duplicates.merge import merge, undo_merge
from intake.errors import Conflict, IntakeError, NotFound, Rejected
from intake.model.wizard import Criteria, Existing, Mode, PartyKind
from intake.wizard.search import search
from storage import merging
from storage.database import Database
from storage.history import journal, referring
from storage.tables import metadata
from storage.tables.duplicates import DuplicatePair, MergedParty, NotDuplicate
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Point
from storage.tables.work import Task
from tests.storage.doubles import PHONE, card, first_of, laden, look_through
from tests.storage.wizard_world import MARINA, World, populate

pytestmark = pytest.mark.slow

KINDS = list(PartyKind)


@pytest.fixture
async def world(database: Database) -> World:
    return await populate(database)


def of(kind: PartyKind, one: int, other: int, **values) -> Merging:
    return Merging(kind, one, other, **({"survivor_id": one} | values))


@pytest.mark.parametrize("kind", KINDS)
async def test_everything_that_referred_to_a_card_refers_to_the_survivor(
    world: World, kind: PartyKind
) -> None:
    kept, gone = first_of(world, kind), await laden(world, kind)

    await merge(world.database, of(kind, kept, gone), world.boss)

    assert await card(world, kind, gone) is None
    for table, column in referring(metadata.tables[kind.value]):
        rows = await world.all(merging._model_of(table))
        assert [row for row in rows if getattr(row, column.name) == gone] == [], table.name
    for model in (Interest, Inquiry, Task):
        assert getattr((await world.all(model))[-1], f"{kind.value}_id") == kept


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("survivor", ["older", "younger"])
async def test_undo_of_a_merge_puts_everything_back(world: World, kind: PartyKind, survivor: str) -> None:
    one, other = first_of(world, kind), await laden(world, kind, description="Что-то ещё")
    await look_through(world)
    before = await world.dump()
    keep = one if survivor == "older" else other
    action = await merge(world.database, of(kind, one, other, survivor_id=keep), world.boss)
    assert await world.dump() != before

    await undo_merge(world.database, action, world.boss)

    assert await world.dump() == before


async def test_merging_twice_in_a_row_is_undone_from_the_end_only(world: World) -> None:
    kind = PartyKind.CONTACT
    first, second, third = (
        world.marina,
        await laden(world, kind),
        await laden(world, kind, first_name="Мария"),
    )
    await look_through(world)
    before = await world.dump()
    one = await merge(world.database, of(kind, second, third), world.boss)
    middle = await world.dump()
    two = await merge(world.database, of(kind, first, second), world.boss)

    with pytest.raises(Conflict) as refused:
        await undo_merge(world.database, one, world.boss)
    assert refused.value.code == "cannot-undo"
    async with world.database.reading() as session:
        for gone in (second, third):
            ref = await merging.survivor_of(session, Existing(kind, gone), world.boss)
            assert ref == Existing(kind, first), "an old link leads to where it is now"

    await undo_merge(world.database, two, world.boss)
    assert await world.dump() == middle
    await undo_merge(world.database, one, world.boss)
    assert await world.dump() == before


async def test_a_phone_that_both_have_stays_once_with_both_notes(world: World) -> None:
    async with world.database.transaction() as session:
        point = (await session.exec(select(Point).where(Point.value == MARINA))).one()
        point.note, point.main = "личный", True
    other = await laden(world, PartyKind.CONTACT)

    await merge(world.database, of(PartyKind.CONTACT, world.marina, other), world.boss)

    mine = [point for point in await world.all(Point) if point.contact_id == world.marina]
    phones = {point.value: (point.note, point.main) for point in mine if point.kind == "phone"}
    assert phones == {MARINA: ("личный; дача", True), PHONE: (None, False)}


async def test_each_field_is_what_was_chosen(world: World) -> None:
    other = await laden(
        world,
        PartyKind.ACCOUNT,
        inn="7707083893",
        description="Берут оптом",
        do_not_call=True,
        country="Россия",
    )
    async with world.database.transaction() as session:
        (await session.get_one(Account, world.account)).description = "Платят в срок"
    choices = {"city": Side.OTHER, "inn": Side.ONE, "name": Side.OTHER, "do_not_call": Side.ONE}

    await merge(world.database, of(PartyKind.ACCOUNT, world.account, other, choices=choices), world.boss)

    kept = await card(world, PartyKind.ACCOUNT, world.account)
    assert (kept.city, kept.inn, kept.name, kept.do_not_call) == (
        "Псков",
        "7801234567",
        "Северный Свет",
        False,
    )
    assert kept.description == "Платят в срок\n\nБерут оптом"
    assert kept.country == "Россия", "what only the other had is not lost"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"choices": {"id": Side.OTHER}}, "no-such-field"),
        ({"choices": {"city": Side.BOTH}}, "no-such-choice"),
        ({"survivor_id": 987}, "no-such-choice"),
        (
            {"choices": {"last_name": Side.OTHER, "first_name": Side.OTHER, "middle_name": Side.OTHER}},
            "name-missing",
        ),
    ],
)
async def test_choices_that_make_no_sense_change_nothing(world: World, values, code) -> None:
    nameless = await world.keep(Contact(account_id=world.account))
    before = await world.dump()

    with pytest.raises(Rejected) as refused:
        await merge(world.database, of(PartyKind.CONTACT, world.marina, nameless, **values), world.boss)

    assert refused.value.code == code
    assert await world.dump() == before


async def test_a_card_is_not_merged_with_itself(world: World) -> None:
    with pytest.raises(Rejected):
        await merge(world.database, of(PartyKind.LEAD, world.lead, world.lead), world.boss)


async def test_of_two_who_merge_the_same_pair_one_wins_and_the_other_is_told(world: World) -> None:
    other = await laden(world, PartyKind.CONTACT)
    forth = of(PartyKind.CONTACT, world.marina, other)
    back = of(PartyKind.CONTACT, other, world.marina)

    answers = await asyncio.gather(
        merge(world.database, forth, world.boss),
        merge(world.database, back, replace(world.boss, name="другая вкладка")),
        return_exceptions=True,
    )

    won = [answer for answer in answers if isinstance(answer, int)]
    (told,) = [answer for answer in answers if isinstance(answer, IntakeError)]
    assert len(won) == 1
    assert (told.code, told.params["who"]) == ("already-merged", "Вера Павловна")
    assert len(await world.all(MergedParty)) == 1


async def test_many_merges_in_a_ring_leave_one_card(world: World) -> None:
    ids = [world.marina, *[await laden(world, PartyKind.CONTACT) for _ in range(3)]]
    pairs = [(one, ids[(place + 1) % 4]) for place, one in enumerate(ids)]

    for _ in range(4):
        await asyncio.gather(
            *(merge(world.database, of(PartyKind.CONTACT, *pair), world.boss) for pair in pairs),
            return_exceptions=True,
        )

    left = [row.id for row in await world.all(Contact) if row.id in ids]
    async with world.database.reading() as session:
        into = {
            await merging.survivor_of(session, Existing(PartyKind.CONTACT, id_), world.boss)
            for id_ in set(ids) - set(left)
        }
    assert into <= {Existing(PartyKind.CONTACT, id_) for id_ in left}
    assert len(await world.all(MergedParty)) == 4 - len(left)
    assert {task.contact_id for task in await world.all(Task)} <= set(left)


async def test_what_changed_since_one_looked_is_told(world: World) -> None:
    other = await laden(world, PartyKind.CONTACT)
    seen = version(await world.get(Contact, world.marina), await world.get(Contact, other))
    async with world.database.transaction() as session, journal(session, "change-contact", world.boss) as j:
        await j.change(await session.get_one(Contact, other), city="Тула")

    with pytest.raises(Conflict) as refused:
        await merge(world.database, of(PartyKind.CONTACT, world.marina, other, seen=seen), world.boss)

    assert refused.value.code == "changed-since"


async def test_one_merges_only_what_one_may_change(world: World) -> None:
    theirs = await laden(world, PartyKind.LEAD, responsible_id=world.alice.user_id)
    before = await world.dump()
    for pair in ((world.lead, theirs), (theirs, world.lead)):
        for survivor in pair:
            with pytest.raises(NotFound):
                await merge(world.database, of(PartyKind.LEAD, *pair, survivor_id=survivor), world.charlie)
    assert await world.dump() == before
    assert await merge(world.database, of(PartyKind.LEAD, world.lead, theirs), world.alice)


async def test_cards_of_different_kinds_are_not_one(world: World) -> None:
    lead = await laden(world, PartyKind.LEAD)
    assert await world.get(Contact, lead) is None or lead != world.marina
    with pytest.raises(NotFound):
        await merge(world.database, of(PartyKind.ACCOUNT, world.account, 987), world.boss)


async def test_undo_is_refused_when_what_was_moved_has_moved_on(world: World) -> None:
    other = await laden(world, PartyKind.CONTACT)
    action = await merge(world.database, of(PartyKind.CONTACT, world.marina, other), world.boss)
    async with world.database.transaction() as session:
        query = select(Interest).where(col(Interest.contact_id) == world.marina, Interest.title == "Люстры")
        async with journal(session, "change-interest", world.boss) as j:
            await j.change((await session.exec(query)).one(), contact_id=world.pyotr)
    before = await world.dump()

    with pytest.raises(Conflict) as refused:
        await undo_merge(world.database, action, world.boss)

    assert refused.value.code == "cannot-undo"
    assert refused.value.params["what"] == "interest"
    assert await world.dump() == before


async def test_what_is_new_on_the_survivor_stays_with_it(world: World) -> None:
    other = await laden(world, PartyKind.CONTACT)
    action = await merge(world.database, of(PartyKind.CONTACT, world.marina, other), world.boss)
    new = await world.keep(Task(title="после", contact_id=world.marina))

    await undo_merge(world.database, action, world.boss)

    assert (await world.get(Task, new)).contact_id == world.marina
    assert await world.get(Contact, other) is not None


async def test_only_those_who_may_undo_a_merge_do(world: World) -> None:
    other = await laden(world, PartyKind.LEAD)
    action = await merge(world.database, of(PartyKind.LEAD, world.lead, other), world.alice)
    with pytest.raises(IntakeError):
        await undo_merge(world.database, action, world.charlie)
    await undo_merge(world.database, action, world.boss)
    with pytest.raises(Conflict):
        await undo_merge(world.database, action, world.boss)


async def test_the_search_finds_the_survivor_by_what_the_other_was_found_by(world: World) -> None:
    other = await laden(world, PartyKind.CONTACT, last_name="Кржижановская")
    action = await merge(world.database, of(PartyKind.CONTACT, world.marina, other), world.boss)

    by_phone = await search(world.database, Criteria(phone=PHONE), world.boss)
    by_name = await search(world.database, Criteria(name="Кржижановская"), world.boss)
    assert [hit.id for hit in by_phone.contacts] == [world.marina]
    assert by_name.contacts == ()

    await undo_merge(world.database, action, world.boss)
    by_name = await search(world.database, Criteria(name="Кржижановская"), world.boss)
    assert [hit.id for hit in by_name.contacts] == [other]


async def test_people_are_found_by_the_company_that_stayed(world: World) -> None:
    other = await laden(world, PartyKind.ACCOUNT, name="Кржижановское")
    (third,) = [row.id for row in await world.all(Contact) if row.last_name == "Третий"]
    told = Criteria(name="Третий Северный", mode=Mode.INEXACT)
    before = (await search(world.database, told, world.boss)).contacts
    action = await merge(world.database, of(PartyKind.ACCOUNT, world.account, other), world.boss)

    (merged, *_) = (await search(world.database, told, world.boss)).contacts
    assert merged.id == third
    assert merged.score > max((hit.score for hit in before if hit.id == third), default=0)

    await undo_merge(world.database, action, world.boss)
    assert (await search(world.database, told, world.boss)).contacts == before


async def test_companies_above_one_another_never_make_a_ring(world: World) -> None:
    """Мать > дочь > внучка; мать and внучка turn out to be one."""
    mother = await world.keep(Account(name="Мать"))
    daughter = await world.keep(Account(name="Дочь", parent_id=mother))
    grandchild = await world.keep(Account(name="Внучка", parent_id=daughter))

    action = await merge(world.database, of(PartyKind.ACCOUNT, grandchild, mother), world.boss)

    assert (await world.get(Account, daughter)).parent_id == grandchild
    assert (await world.get(Account, grandchild)).parent_id is None
    await undo_merge(world.database, action, world.boss)
    assert (await world.get(Account, grandchild)).parent_id == daughter


async def test_what_was_said_of_the_one_holds_for_the_survivor(world: World) -> None:
    kind = PartyKind.CONTACT
    other, third = await laden(world, kind), await laden(world, kind, first_name="Мария")
    await say_two(world.database, kind, (other, third), world.boss)
    await say_two(world.database, kind, (world.marina, other), world.boss)
    await look_through(world)
    before = await world.dump()

    action = await merge(world.database, of(kind, world.marina, other), world.boss)

    (mark,) = await world.all(NotDuplicate)
    assert (mark.one_id, mark.other_id) == (world.marina, third)
    assert await world.all(DuplicatePair) == []
    await undo_merge(world.database, action, world.boss)
    assert await world.dump() == before


async def test_a_merge_is_written_down_with_who_and_whom(world: World) -> None:
    other = await laden(world, PartyKind.CONTACT)
    action = await merge(world.database, of(PartyKind.CONTACT, world.marina, other), world.boss)
    written = await world.get(Action, action)
    assert (written.kind, written.user_id) == ("merge-contact", world.boss.user_id)
    assert written.details["about"] == ["contact", world.marina]
    assert (written.details["gone"], written.details["name"]) == (other, "Ковалева Марина")
