"""Numbers in free text: in descriptions and in notes, found as such and never sure."""

import asyncio
from typing import Any

import pytest

from intake.duplicates.choosing import Merging
from intake.duplicates.merge import merge, undo_merge
from intake.model.hits import Found, Level, PartyHit
from intake.model.wizard import Criteria, Existing, Mode, NewPoint, PartyKind
from intake.wizard.search import search
from storage import edits
from storage.fields import CardKind
from storage.search.check import problems
from storage.search.rebuild import rebuild
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.search import Mention
from tests.storage.doubles import laden
from tests.storage.wizard_world import MARINA, World

pytestmark = pytest.mark.slow

PHONE, EMAIL, INN = "+79035556677", "olga@mail.example", "7707083893"
TEXT = f"дача 8 903 555-66-77, жена {EMAIL}, платит ИНН {INN}"


async def describe(world: World, kind: CardKind, id_: int, text: str) -> int:
    async with world.database.transaction() as session:
        action = await edits.change_field(session, kind, id_, "description", text, world.boss)
    assert action is not None
    return action


async def asked(world: World, **criteria: Any) -> Found:
    return await search(world.database, Criteria(**criteria), world.boss)


async def all_problems(world: World) -> list[str]:
    return await world.database.ask(lambda connection: list(problems(connection)))


@pytest.mark.parametrize("kind", [CardKind.ACCOUNT, CardKind.CONTACT, CardKind.LEAD])
@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ({"phone": "8 (903) 555 66 77"}, "mentioned-phone"),
        ({"email": EMAIL.upper()}, "mentioned-email"),
        ({"inn": INN}, "mentioned-inn"),
        ({"other": f"мой ИНН {INN}"}, "mentioned-inn"),
        ({"other": "т. 8 903 555-66-77"}, "mentioned-phone"),
    ],
)
async def test_what_stands_in_a_description_finds_its_card_and_is_never_sure(
    world: World, kind: CardKind, criteria: dict[str, str], code: str
) -> None:
    ids = {CardKind.ACCOUNT: world.account, CardKind.CONTACT: world.marina, CardKind.LEAD: world.lead}
    await describe(world, kind, ids[kind], TEXT)

    for mode in Mode:
        found = await asked(world, **criteria, mode=mode)
        hits: dict[Existing, PartyHit] = {hit.ref: hit for hit in found.clients}
        hits |= {hit.ref: hit for hit in found.contacts}
        hit = hits[Existing(PartyKind(kind.value), ids[kind])]
        assert (hit.level, [reason.code for reason in hit.reasons][:1]) == (Level.POSSIBLE, [code])
        assert (found.best_client, found.best_contact_id) == (None, None)


async def test_with_the_very_name_beside_it_a_mention_is_still_not_sure(world: World) -> None:
    await describe(world, CardKind.CONTACT, world.marina, TEXT)

    found = await asked(world, name="Ковалёва Марина Сергеевна", phone=PHONE)

    assert (found.contacts[0].id, found.contacts[0].level) == (world.marina, Level.PROBABLE)
    assert found.best_contact_id is None


async def test_whoever_has_the_number_comes_before_whoever_mentions_it(world: World) -> None:
    await describe(world, CardKind.CONTACT, world.pyotr, f"жена: {MARINA}")

    found = await asked(world, phone=MARINA)

    assert [(hit.id, hit.level) for hit in found.contacts] == [
        (world.marina, Level.EXACT),
        (world.pyotr, Level.POSSIBLE),
    ]
    assert found.best_contact_id == world.marina


async def test_a_number_in_a_note_on_a_point_finds_too(world: World) -> None:
    owner = Existing(PartyKind.CONTACT, world.marina)
    point = next(one for one in await world.all(Point) if one.value == MARINA)
    async with world.database.transaction() as session:
        given = NewPoint("phone", MARINA, note=f"не отвечает — {EMAIL}")
        action = await edits.keep_point(session, owner, given, world.boss, point.id)
    assert (await asked(world, email=EMAIL)).contacts[0].id == world.marina

    async with world.database.transaction() as session:
        await edits.take_back(session, action, world.boss)
    assert (await asked(world, email=EMAIL)).contacts == ()
    assert await all_problems(world) == []


async def test_a_text_that_changes_finds_by_what_it_says_now_and_undo_by_what_it_said(world: World) -> None:
    await describe(world, CardKind.LEAD, world.lead, TEXT)
    action = await describe(world, CardKind.LEAD, world.lead, "ничего")
    assert await world.all(Mention) == []

    async with world.database.transaction() as session:
        await edits.take_back(session, action, world.boss)

    assert {one.value for one in await world.all(Mention)} == {PHONE, EMAIL, INN}
    assert await all_problems(world) == []


async def test_a_merge_takes_mentions_along_and_its_undo_gives_them_back(world: World) -> None:
    kind = PartyKind.CONTACT
    gone = await laden(world, kind, description=TEXT)
    before = (await world.dump())["search_mention"]

    action = await merge(world.database, Merging(kind, world.marina, gone, world.marina), world.boss)
    assert await all_problems(world) == []

    await undo_merge(world.database, action, world.boss)
    assert (await world.dump())["search_mention"] == before
    assert (await asked(world, phone=PHONE)).contacts[0].id == gone


async def test_many_who_write_at_once_leave_what_the_card_says_in_the_end(world: World) -> None:
    texts = [f"8 903 555-66-{number:02}, {EMAIL}" for number in range(12)]
    whom = (CardKind.CONTACT, world.marina), (CardKind.LEAD, world.lead)

    await asyncio.gather(*(describe(world, kind, id_, text) for text in texts for kind, id_ in whom))

    assert await all_problems(world) == []
    assert len(await world.all(Mention)) == 4


async def test_whoever_is_deleted_leaves_nothing_behind(world: World) -> None:
    lead = await world.keep(Lead(last_name="Ветер", description=TEXT))
    async with world.database.transaction() as session:
        await session.delete(await session.get(Lead, lead))

    assert await world.all(Mention) == []


async def test_what_is_not_theirs_to_see_is_not_found_by_a_mention_either(world: World) -> None:
    await describe(world, CardKind.ACCOUNT, world.account, TEXT)

    found = await search(world.database, Criteria(phone=PHONE), world.charlie)

    assert (found.clients, found.contacts) == ((), ())


async def test_a_rebuild_makes_them_anew_and_the_check_tells_what_is_wrong(world: World) -> None:
    await world.keep(Account(name="Ива", description=TEXT))
    kept = await world.keep(Contact(last_name="Ива"))
    await world.keep(
        Point(kind=PointKind.PHONE, value="1234", raw="1234", note=f"или {EMAIL}", contact_id=kept)
    )
    right = await world.all(Mention)
    async with world.database.transaction() as session:
        for one in right[:2]:
            await session.delete(one)
        session.add(Mention(value=MARINA, party=world.marina << 2 | 1))
        session.add(Mention(value=MARINA, party=999_999 << 2 | 1))
    assert len(await all_problems(world)) == 4

    async with world.database.transaction() as session:
        await (await session.connection()).run_sync(rebuild)

    assert await all_problems(world) == []
    assert {(one.value, one.party) for one in await world.all(Mention)} == {
        (one.value, one.party) for one in right
    }
