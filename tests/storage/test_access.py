import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from intake.errors import Conflict, NotFound, Rejected
from intake.model.wizard import Chosen, Existing, PartyKind
from intake.wizard import holding
from intake.wizard.decline import decline
from storage.access import Actor, visible
from storage.columns import now
from storage.database import Database
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest, InterestMember
from storage.tables.parties import Account, Contact
from storage.tables.people import Role, Scope
from tests.storage.wizard_world import MARINA, World


async def seen_by(world: World, who: Actor, table: Any) -> set[int]:
    async with world.database.reading() as session:
        return {row.id for row in await session.exec(visible(select(table), who, table))}


async def test_a_card_is_seen_by_its_owner_their_team_and_whoever_sees_all(world: World) -> None:
    for table, id_ in ((Account, world.account), (Interest, world.interest)):
        seen = [id_ in await seen_by(world, who, table) for who in people(world)]
        assert seen == [True, True, False, True], table


def people(world: World) -> list[Actor]:
    return [world.alice, world.bob, world.charlie, world.boss]


async def test_a_contact_without_an_owner_belongs_to_its_accounts(world: World) -> None:
    assert world.marina in await seen_by(world, world.alice, Contact)
    assert world.marina not in await seen_by(world, world.charlie, Contact)

    async with world.database.transaction() as session:
        (await session.get_one(Contact, world.marina)).responsible_id = world.charlie.user_id

    assert world.marina in await seen_by(world, world.charlie, Contact)
    assert world.marina not in await seen_by(world, world.alice, Contact)


async def test_a_co_executor_sees_the_interest(world: World) -> None:
    assert world.interest not in await seen_by(world, world.charlie, Interest)

    await world.keep_link(InterestMember(interest_id=world.interest, user_id=world.charlie.user_id or 0))

    assert world.interest in await seen_by(world, world.charlie, Interest)


async def test_whoever_has_an_inquiry_open_sees_it_and_nobodys_is_everybodys(world: World) -> None:
    nobodys = await world.inquiry()
    alices = await world.inquiry(responsible_id=world.alice.user_id, holder_id=world.charlie.user_id)
    bobs = await world.inquiry(responsible_id=world.bob.user_id)

    assert await seen_by(world, world.alice, Inquiry) == {nobodys, alices}
    assert await seen_by(world, world.bob, Inquiry) == {nobodys, alices, bobs}
    assert await seen_by(world, world.charlie, Inquiry) == {nobodys, alices}
    assert await seen_by(world, world.boss, Inquiry) == {nobodys, alices, bobs}


async def test_somebody_without_a_team_sees_only_their_own(world: World) -> None:
    loner = Actor(world.charlie.user_id, "Чарли", scope=Scope.TEAM, team_id=None)

    assert await seen_by(world, loner, Account) == set()


def test_a_role_may_do_what_the_lower_ones_may() -> None:
    may = [Actor(1, "x", role).may("undo-others") for role in Role]

    assert may == [False, True, True]
    with pytest.raises(KeyError):
        Actor(1, "x").may("fly")


async def test_who_has_it_open_is_known_and_a_colleague_is_told(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)

    await holding.take(world.database, inquiry_id, world.alice)
    with pytest.raises(Conflict) as refused:
        await holding.take(world.database, inquiry_id, world.bob)

    assert (refused.value.code, refused.value.params["who"]) == ("held", "Алиса Орлова")
    inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.state, inquiry.holder_id) == (InquiryState.IN_WORK, world.alice.user_id)


async def test_of_five_who_open_it_at_once_one_has_it(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)

    takers = [world.alice, world.bob, world.charlie, world.boss]
    answers = await asyncio.gather(
        *(holding.take(world.database, inquiry_id, who) for who in takers), return_exceptions=True
    )

    assert len([answer for answer in answers if isinstance(answer, Inquiry)]) == 1
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) == 3


async def test_taking_over_is_allowed_and_written_down(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    await holding.take(world.database, inquiry_id, world.alice)

    await holding.take_over(world.database, inquiry_id, world.bob)
    await holding.release(world.database, inquiry_id, world.alice)  # her page closes: not hers any more

    assert (await world.get(Inquiry, inquiry_id)).holder_id == world.bob.user_id
    assert [(one.kind, one.user_id) for one in await world.all(Action)] == [("take", 1), ("take-over", 2)]


async def test_a_holder_who_was_not_heard_of_holds_nothing(world: World) -> None:
    long_ago = now() - holding.HELD_FOR - timedelta(seconds=1)
    values: dict[str, Any] = {"holder_id": world.alice.user_id, "held_at": long_ago}
    first = await world.inquiry(MARINA, state=InquiryState.IN_WORK, **values)
    second = await world.inquiry(MARINA, state=InquiryState.IN_WORK, **values)

    await holding.take(world.database, first, world.bob)

    assert await holding.release_stale(world.database) == 1
    inquiry = await world.get(Inquiry, second)
    assert (inquiry.state, inquiry.holder_id) == (InquiryState.NEW, None)
    assert (await world.get(Inquiry, first)).holder_id == world.bob.user_id


async def test_a_database_that_is_away_for_a_while_does_not_end_the_releasing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "RELEASE_EVERY", 0.01)
    outages, real = [ConnectionRefusedError("nobody there")], holding.release_stale

    async def release(database: Database) -> int:
        if outages:
            raise outages.pop()
        return await real(database)

    monkeypatch.setattr(holding, "release_stale", release)
    held = {"holder_id": world.alice.user_id, "held_at": now() - 2 * holding.HELD_FOR}
    id_ = await world.inquiry(MARINA, **held)
    task = asyncio.create_task(holding.keep_releasing(world.database))
    async with asyncio.timeout(30):
        while (await world.get(Inquiry, id_)).holder_id is not None:
            await asyncio.sleep(0.01)
    assert not outages
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stale_holders_are_released_again_and_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "RELEASE_EVERY", 0.01)
    task = asyncio.create_task(holding.keep_releasing(world.database))
    for _ in range(2):
        long_ago = now() - 2 * holding.HELD_FOR
        id_ = await world.inquiry(MARINA, holder_id=world.alice.user_id, held_at=long_ago)
        async with asyncio.timeout(30):
            while (await world.get(Inquiry, id_)).holder_id is not None:
                await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_whoever_still_has_it_open_is_heard_of_again(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    first = await holding.take(world.database, inquiry_id, world.alice)

    again = await holding.take(world.database, inquiry_id, world.alice)

    assert first.held_at is not None
    assert again.held_at is not None
    assert again.held_at > first.held_at
    assert len(await world.all(Action)) == 1


async def test_later_puts_it_back_with_the_draft(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    await holding.take(world.database, inquiry_id, world.alice)

    await holding.later(world.database, inquiry_id, {"name": "Ковалёва"}, world.alice)

    inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.state, inquiry.holder_id) == (InquiryState.NEW, None)
    assert inquiry.draft == {"name": "Ковалёва"}


async def test_a_draft_is_kept_while_it_is_open_and_refused_afterwards(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    await holding.save_draft(world.database, inquiry_id, {"name": "Ков"}, world.alice)
    with pytest.raises(Rejected):
        await holding.save_draft(world.database, inquiry_id, {"name": "К" * 30_000}, world.alice)
    await decline(world.database, inquiry_id, "test", "", world.alice)

    with pytest.raises(Conflict):
        await holding.save_draft(world.database, inquiry_id, {"name": "Ковалёва"}, world.alice)

    assert (await world.get(Inquiry, inquiry_id)).draft == {"name": "Ков"}


async def test_what_the_operator_chose_is_remembered_for_this_call(world: World) -> None:
    inquiry_id = await world.inquiry()
    chosen = Chosen(Existing(PartyKind.ACCOUNT, world.account), world.marina)

    await holding.choose(world.database, inquiry_id, chosen, world.alice)

    inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.account_id, inquiry.contact_id, inquiry.lead_id) == (world.account, world.marina, None)
    with pytest.raises(NotFound):
        await holding.choose(world.database, inquiry_id, chosen, world.charlie)
    await holding.choose(world.database, inquiry_id, Chosen(Existing(PartyKind.LEAD, world.lead)), world.bob)
    inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.account_id, inquiry.contact_id, inquiry.lead_id) == (None, None, world.lead)


async def test_handing_over_gives_it_to_the_responsible_person(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    await holding.take(world.database, inquiry_id, world.charlie)

    await holding.hand_over(world.database, inquiry_id, world.alice.user_id or 0, world.charlie)

    inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.responsible_id, inquiry.holder_id) == (world.alice.user_id, None)
    assert inquiry.state is InquiryState.NEW
    with pytest.raises(Rejected):
        await holding.hand_over(world.database, inquiry_id, 999, world.alice)


async def test_charlie_cannot_open_what_is_alices(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA, responsible_id=world.alice.user_id)

    for act in (holding.take, holding.take_over, holding.release):
        with pytest.raises(NotFound):
            await act(world.database, inquiry_id, world.charlie)
