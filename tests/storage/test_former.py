"""Numbers that were somebody's once, and several in one field."""

import pytest

from intake.errors import Conflict
from intake.model.hits import Found, Level
from intake.model.wizard import (
    Acceptance,
    Choice,
    CreateInterest,
    Criteria,
    Existing,
    NewPoint,
    PartyKind,
    PointDecision,
)
from intake.wizard.accept import accept
from intake.wizard.search import search
from intake.wizard.undo import undo
from storage import edits
from storage.cards import party_card
from storage.search.rebuild import rebuild
from storage.tables.parties import FormerPoint, Point, PointKind
from tests.storage.wizard_world import MARINA, STRANGER, World, populate

pytestmark = pytest.mark.slow

NEW = "+79035556677"


@pytest.fixture
async def world(database) -> World:
    return await populate(database)


async def called(world: World, number: str) -> Found:
    return await search(world.database, Criteria(phone=number), world.boss)


async def marinas_phone(world: World) -> int:
    points = [one for one in await world.all(Point) if one.contact_id == world.marina]
    return int(next(one.id for one in points if one.value == MARINA))


async def test_a_phone_taken_off_the_card_still_finds_its_person_as_a_former_one(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    async with world.database.transaction() as session:
        action = await edits.drop_point(session, owner, await marinas_phone(world), world.boss)

    found = await called(world, MARINA)
    marina = found.contacts[0]
    assert (marina.id, marina.level) == (world.marina, Level.POSSIBLE)
    reason = next(reason for reason in marina.reasons if reason.code == "former-phone")
    assert reason.params["value"] == MARINA
    assert (found.best_client, found.best_contact_id) == (None, None)

    async with world.database.transaction() as session:
        await edits.take_back(session, action, world.boss)

    assert await world.all(FormerPoint) == []
    assert (await called(world, MARINA)).contacts[0].level is Level.EXACT


async def test_a_number_changed_on_the_card_finds_by_the_new_one_and_by_the_old(
    world: World,
) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    async with world.database.transaction() as session:
        given = NewPoint("phone", NEW, note="новый")
        await edits.keep_point(session, owner, given, world.boss, await marinas_phone(world))

    assert (await called(world, NEW)).contacts[0].level is Level.EXACT
    assert (await called(world, MARINA)).contacts[0].level is Level.POSSIBLE


async def test_the_hit_shows_the_former_number_beside_those_of_now(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    async with world.database.transaction() as session:
        await edits.drop_point(session, owner, await marinas_phone(world), world.boss)

    points = (await called(world, MARINA)).contacts[0].points

    assert (points[0].id, points[0].value, points[0].former, points[0].matched) == (None, MARINA, True, True)
    assert [(point.kind, point.former) for point in points[1:]] == [("email", False)]


async def test_the_card_keeps_former_numbers_each_once_until_they_are_its_own_again(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    for _ in range(2):
        async with world.database.transaction() as session:
            await edits.drop_point(session, owner, await marinas_phone(world), world.boss)
        assert await former(world, owner) == [MARINA]
        async with world.database.transaction() as session:
            await edits.keep_point(session, owner, NewPoint("phone", MARINA), world.boss)
        assert await former(world, owner) == []


async def former(world: World, owner: Existing) -> list[str]:
    async with world.database.reading() as session:
        return [one.value for one in (await party_card(session, owner, world.boss)).former]


async def test_a_note_on_a_number_makes_no_former_one(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    async with world.database.transaction() as session:
        given = NewPoint("phone", MARINA, note="после шести")
        await edits.keep_point(session, owner, given, world.boss, await marinas_phone(world))

    assert await world.all(FormerPoint) == []


async def test_whoever_has_the_number_now_comes_before_whoever_had_it(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    async with world.database.transaction() as session:
        await edits.drop_point(session, owner, await marinas_phone(world), world.boss)
        other = Existing(PartyKind.CONTACT, world.pyotr)
        await edits.keep_point(session, other, NewPoint("phone", MARINA), world.boss)

    found = await called(world, MARINA)

    assert [(hit.id, hit.level) for hit in found.contacts] == [
        (world.pyotr, Level.EXACT),
        (world.marina, Level.POSSIBLE),
    ]
    assert found.best_contact_id == world.pyotr


async def test_what_the_wizard_replaces_is_former_too_until_it_is_undone(world: World) -> None:
    inquiry = await world.inquiry()
    decision = PointDecision(
        PartyKind.CONTACT, NewPoint("phone", STRANGER), Choice.REPLACE, await marinas_phone(world)
    )
    acceptance = Acceptance(
        party=Existing(PartyKind.ACCOUNT, world.account),
        contact=Existing(PartyKind.CONTACT, world.marina),
        interest=CreateInterest(title="Прожекторы"),
        points=(decision,),
    )
    accepted = await accept(world.database, inquiry, acceptance, world.alice)

    assert [one.value for one in await world.all(FormerPoint)] == [MARINA]
    assert (await called(world, STRANGER)).contacts[0].level is Level.EXACT

    await undo(world.database, accepted.action_id, world.alice)
    assert await world.all(FormerPoint) == []


async def test_two_phones_in_one_field_are_two_and_both_find(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    text = "+7 903 555-66-77 / 8 (495) 111-22-33 доб. 12"
    async with world.database.transaction() as session:
        action = await edits.keep_point(session, owner, NewPoint("phone", text), world.boss)

    for number in (NEW, f"{STRANGER} доб. 12"):
        assert (await called(world, number)).contacts[0].level is Level.EXACT, number
    with pytest.raises(Conflict, match="same-point"):
        async with world.database.transaction() as session:
            await edits.keep_point(session, owner, NewPoint("phone", NEW), world.boss)
    async with world.database.transaction() as session:
        await edits.take_back(session, action, world.boss)
    assert (await called(world, NEW)).contacts == ()


async def test_a_former_number_outlives_a_rebuild_of_the_index(world: World) -> None:
    await world.keep(FormerPoint(contact_id=world.marina, kind=PointKind.EMAIL, value="m@old.example"))
    async with world.database.transaction() as session:
        await (await session.connection()).run_sync(rebuild)

    [marina] = (await search(world.database, Criteria(email="M@Old.Example"), world.boss)).contacts

    assert [reason.code for reason in marina.reasons] == ["former-email"]
