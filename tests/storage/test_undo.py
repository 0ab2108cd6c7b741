import asyncio
from collections.abc import Awaitable, Callable

import pytest

from intake.errors import Conflict, Forbidden, NotFound
from intake.model.calls import Direction
from intake.model.wizard import (
    Criteria,
    Existing,
    LinkInterest,
    Newcomer,
    NewPerson,
    NewPoint,
    PartyKind,
)
from intake.wizard.accept import accept
from intake.wizard.decline import decline
from intake.wizard.search import search
from intake.wizard.undo import undo, undo_decision
from storage.columns import now
from storage.history import journal
from storage.tables.calls import CallRecord
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest, Label
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.work import Comment
from tests.storage.wizard_world import MARINA, STRANGER, World, whole

pytestmark = pytest.mark.slow


async def accept_known(world: World, inquiry_id: int) -> int:
    return (await accept(world.database, inquiry_id, whole(world), world.alice)).action_id


async def accept_newcomer(world: World, inquiry_id: int) -> int:
    newcomer = Newcomer(
        PartyKind.ACCOUNT, "ООО Ромашка", points=(NewPoint("email", "info@romashka.example"),)
    )
    acceptance = whole(world, party=newcomer, contact=NewPerson("Иванов", "Иван"), fields=())
    return (await accept(world.database, inquiry_id, acceptance, world.alice)).action_id


async def accept_lead(world: World, inquiry_id: int) -> int:
    acceptance = whole(
        world, party=Existing(PartyKind.LEAD, world.lead), contact=NewPerson(position="прораб")
    )
    return (await accept(world.database, inquiry_id, acceptance, world.alice)).action_id


async def link(world: World, inquiry_id: int) -> int:
    acceptance = whole(world, interest=LinkInterest(world.interest))
    return (await accept(world.database, inquiry_id, acceptance, world.alice)).action_id


async def refuse(world: World, inquiry_id: int) -> int:
    return await decline(world.database, inquiry_id, "spam", "робот", world.alice)


@pytest.mark.parametrize("decide", [accept_known, accept_newcomer, accept_lead, link, refuse])
async def test_undo_puts_everything_back(
    world: World, decide: Callable[[World, int], Awaitable[int]]
) -> None:
    inquiry_id = await world.inquiry(
        STRANGER,
        state=InquiryState.IN_WORK,
        holder_id=world.alice.user_id,
        held_at=now(),
        callback=STRANGER,
        draft={"name": "Иванов"},
        note="перезвонить",
    )
    before = await world.dump()
    action = await decide(world, inquiry_id)
    assert await world.dump() != before

    assert await undo(world.database, action, world.alice) == inquiry_id

    assert await world.dump() == before


async def test_an_inquiry_opened_by_hand_is_gone_after_undo(world: World) -> None:
    call = await world.keep(
        CallRecord(channel="asterisk:1", linkedid="1.1", direction=Direction.OUT, number=STRANGER)
    )
    before = await world.dump()
    accepted = await accept(
        world.database, None, whole(world, call_id=call, criteria=Criteria(name="Ковалёва")), world.alice
    )

    assert await undo(world.database, accepted.action_id, world.alice) is None

    assert await world.dump() == before
    assert [action.kind for action in await world.all(Action)] == ["accept", "undo-accept"]


async def test_what_was_undone_can_be_accepted_again(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    first = await accept(world.database, inquiry_id, whole(world, request_key="one"), world.alice)
    assert await undo_decision(world.database, inquiry_id, world.alice) == inquiry_id

    second = await accept(world.database, inquiry_id, whole(world, request_key="one"), world.alice)

    assert not second.repeated
    assert second.action_id != first.action_id


async def test_undo_twice_at_once_undoes_once(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    action = await accept_known(world, inquiry_id)

    answers = await asyncio.gather(
        *(undo(world.database, action, world.alice) for _ in range(4)), return_exceptions=True
    )

    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [answer for answer in answers if answer == inquiry_id] == [inquiry_id]
    assert {conflict.code for conflict in refused} == {"already-undone"}


async def test_the_search_forgets_and_remembers_with_undo(world: World) -> None:
    action = await accept_newcomer(world, await world.inquiry())
    found = await search(world.database, Criteria(name="ромашка"), world.alice)
    assert [hit.name for hit in found.clients] == ["Ромашка"]

    await undo(world.database, action, world.alice)

    assert (await search(world.database, Criteria(name="ромашка"), world.alice)).clients == ()
    renamed = await accept_known(world, await world.inquiry())
    assert (await search(world.database, Criteria(name="ковалева"), world.alice)).contacts == ()
    await undo(world.database, renamed, world.alice)
    assert len((await search(world.database, Criteria(name="ковалева"), world.alice)).contacts) == 1


async def test_nothing_is_undone_when_the_interest_has_gone_on(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    accepted = await accept(world.database, inquiry_id, whole(world), world.alice)
    async with world.database.transaction() as session:
        interest = await session.get_one(Interest, accepted.interest_id)
        async with journal(session, "move", world.alice) as log:
            await log.change(interest, status_id=world.won)
    before = await world.dump()

    with pytest.raises(Conflict) as refused:
        await undo(world.database, accepted.action_id, world.alice)

    assert refused.value.code == "cannot-undo"
    assert (refused.value.params["what"], refused.value.params["why"]) == ("interest", "changed")
    assert await world.dump() == before
    assert [action.undone_at for action in await world.all(Action)] == [None, None]


async def test_nothing_is_undone_when_somebody_has_commented_since(world: World) -> None:
    accepted = await accept(world.database, await world.inquiry(MARINA), whole(world), world.alice)
    await world.keep(Comment(text="Уже отправил КП", interest_id=accepted.interest_id))
    before = await world.dump()

    with pytest.raises(Conflict) as refused:
        await undo(world.database, accepted.action_id, world.alice)

    assert (refused.value.params["what"], refused.value.params["why"]) == ("interest", "used")
    assert await world.dump() == before


async def test_nothing_is_undone_when_a_new_number_has_been_corrected_since(world: World) -> None:
    accepted = await accept(world.database, await world.inquiry(MARINA), whole(world), world.alice)
    async with world.database.transaction() as session:
        [new] = [point for point in await world.all(Point) if point.value == STRANGER]
        (await session.get_one(Point, new.id)).note = "домашний"
    before = await world.dump()

    with pytest.raises(Conflict):
        await undo(world.database, accepted.action_id, world.alice)

    assert await world.dump() == before


async def test_nothing_is_undone_when_the_caller_has_another_callback_open(world: World) -> None:
    inquiry_id = await world.inquiry(STRANGER, callback=STRANGER)
    action = await refuse(world, inquiry_id)
    await world.inquiry(STRANGER, callback=STRANGER)

    with pytest.raises(Conflict) as refused:
        await undo(world.database, action, world.alice)

    assert (refused.value.params["what"], refused.value.params["why"]) == ("inquiry", "taken")


async def test_a_later_talk_does_not_stand_in_the_way(world: World) -> None:
    accepted = await accept(world.database, await world.inquiry(MARINA), whole(world), world.alice)
    later = now()
    async with world.database.transaction() as session:
        (await session.get_one(Contact, world.marina)).touched_at = later

    await undo(world.database, accepted.action_id, world.alice)

    assert (await world.get(Contact, world.marina)).touched_at == later


async def test_a_label_that_others_use_by_now_stays(world: World) -> None:
    first = await accept_known(world, await world.inquiry(MARINA))
    second = whole(world, labels=("Склад",), fields=(), points=())
    await accept(world.database, await world.inquiry(MARINA), second, world.alice)

    await undo(world.database, first, world.alice)

    assert [label.name for label in await world.all(Label)] == ["склад"]


async def test_own_decisions_are_undone_by_anybody_and_others_only_by_a_manager(world: World) -> None:
    action = await accept_known(world, await world.inquiry(MARINA))

    with pytest.raises(Forbidden):
        await undo(world.database, action, world.bob)
    with pytest.raises(Forbidden):
        await undo(world.database, action, world.charlie)
    await undo(world.database, action, world.boss)

    [decision, undone] = await world.all(Action)
    assert (decision.undone_by, undone.kind, undone.user_id) == (
        world.boss.user_id,
        "undo-accept",
        world.boss.user_id,
    )


async def test_only_decisions_are_undone_here(world: World) -> None:
    async with world.database.transaction() as session:
        async with journal(session, "rename", world.alice) as log:
            await log.change(await session.get_one(Account, world.account), name="Южный свет")
        renamed = log.action_id

    with pytest.raises(NotFound):
        await undo(world.database, renamed, world.alice)
    with pytest.raises(Conflict):
        await undo_decision(world.database, await world.inquiry(), world.alice)


async def test_a_deleted_row_comes_back_with_what_belonged_to_it(world: World) -> None:
    from storage.reversal import undo as put_back

    contact = await world.keep(Contact(last_name="Временный"))
    await world.keep(
        Point(contact_id=contact, kind=PointKind.PHONE, value=STRANGER, raw=STRANGER, tail="1112233")
    )
    before = await world.dump()
    async with world.database.transaction() as session, journal(session, "delete", world.alice) as log:
        await log.delete(await session.get_one(Contact, contact))
    assert STRANGER not in {point.value for point in await world.all(Point)}

    async with world.database.transaction() as session:
        await put_back(session, log.action_id, world.alice)

    assert await world.dump() == before


async def test_inquiries_are_open_again_after_undo_of_a_decline(world: World) -> None:
    inquiry_id = await world.inquiry(STRANGER)
    await refuse(world, inquiry_id)

    await undo_decision(world.database, inquiry_id, world.alice)

    inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.state, inquiry.decline_reason, inquiry.closed_at) == (InquiryState.NEW, None, None)
