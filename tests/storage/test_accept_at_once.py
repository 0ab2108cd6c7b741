"""One acceptance of many: at once, twice, by hand, by others; and what is written down of it."""

import asyncio
from dataclasses import replace

import pytest

from intake.errors import Conflict, NotFound
from intake.model.calls import Direction
from intake.model.wizard import (
    Accepted,
    Criteria,
)
from intake.wizard.accept import accept
from intake.wizard.decline import decline
from storage.history import note
from storage.tables.calls import CallRecord
from storage.tables.history import Action, Change
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from tests.storage.wizard_world import MARINA, STRANGER, World, known


async def test_five_operators_at_once_make_one_interest(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    actors = [
        world.alice,
        world.bob,
        world.boss,
        replace(world.boss, via="api"),
        replace(world.alice, via="api"),
    ]

    answers = await asyncio.gather(
        *(accept(world.database, inquiry_id, known(world), who) for who in actors), return_exceptions=True
    )

    [accepted] = [answer for answer in answers if isinstance(answer, Accepted)]
    losers = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(losers) == 4
    winner = (await world.all(Action))[0]
    names = {who.user_id: who.name for who in actors}
    for loser in losers:
        assert loser.code == "already-accepted"
        assert loser.params["interest"] == accepted.interest_id
        assert loser.params["who"] == names[winner.user_id]
        assert loser.params["at"]
    assert len(await world.all(Interest)) == 2


async def test_a_double_click_is_one_acceptance(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    once = known(world, request_key="form-7")

    answers = await asyncio.gather(*(accept(world.database, inquiry_id, once, world.alice) for _ in range(4)))

    assert len({answer.action_id for answer in answers}) == 1
    assert sorted(answer.repeated for answer in answers) == [False, True, True, True]
    assert len(await world.all(Interest)) == 2


async def test_the_key_of_another_person_answers_nothing(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    await accept(world.database, inquiry_id, known(world, request_key="form-7"), world.alice)

    with pytest.raises(Conflict) as refused:
        await accept(world.database, inquiry_id, known(world, request_key="form-7"), world.boss)

    assert refused.value.params["who"] == "Алиса Орлова"


async def test_accepting_while_another_declines_leaves_one_decision(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)

    answers = await asyncio.gather(
        accept(world.database, inquiry_id, known(world), world.alice),
        decline(world.database, inquiry_id, "spam", "", world.boss),
        return_exceptions=True,
    )

    [refused] = [answer for answer in answers if isinstance(answer, Conflict)]
    state = (await world.get(Inquiry, inquiry_id)).state
    expected = {
        InquiryState.ACCEPTED: ("already-accepted", 2),
        InquiryState.DECLINED: ("already-declined", 1),
    }
    assert (refused.code, len(await world.all(Interest))) == expected[state]


async def test_an_inquiry_by_hand_comes_to_be_when_it_is_accepted(world: World) -> None:
    criteria = Criteria(name="Ковалёва", phone="8 495 111-22-33")
    acceptance = known(world, criteria=criteria, request_key="form-8")
    assert await world.all(Inquiry) == []

    answers = await asyncio.gather(*(accept(world.database, None, acceptance, world.alice) for _ in range(5)))

    [inquiry] = await world.all(Inquiry)
    assert {answer.inquiry_id for answer in answers} == {inquiry.id}
    assert (inquiry.channel, inquiry.state) == ("manual", "accepted")
    assert (inquiry.sender, inquiry.sender_name) == (STRANGER, "Ковалёва")
    assert len(await world.all(Interest)) == 2


async def test_a_call_by_hand_is_joined_to_its_inquiry(world: World) -> None:
    call = await world.keep(
        CallRecord(channel="asterisk:1", linkedid="1.1", direction=Direction.OUT, number=STRANGER)
    )

    accepted = await accept(world.database, None, known(world, call_id=call), world.alice)

    assert (await world.get(CallRecord, call)).inquiry_id == accepted.inquiry_id
    with pytest.raises(Conflict):
        await accept(world.database, None, known(world, call_id=call), world.alice)


async def test_a_callback_that_closed_itself_can_still_be_accepted(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA, state=InquiryState.CLOSED)

    await accept(world.database, inquiry_id, known(world), world.alice)

    assert (await world.get(Inquiry, inquiry_id)).state is InquiryState.ACCEPTED


async def test_an_inquiry_that_was_joined_into_another_is_accepted_there(world: World) -> None:
    into = await world.inquiry(MARINA)
    away = await world.inquiry(MARINA, state=InquiryState.CLOSED, folded_into=into)

    accepted = await accept(world.database, away, known(world), world.alice)

    assert accepted.inquiry_id == into


async def test_charlie_can_neither_see_nor_accept_what_is_alices(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA, responsible_id=world.alice.user_id)
    before = await world.dump()

    with pytest.raises(NotFound):
        await accept(world.database, inquiry_id, known(world), world.charlie)
    with pytest.raises(NotFound):
        await decline(world.database, inquiry_id, "spam", "", world.charlie)
    with pytest.raises(NotFound):
        await accept(world.database, await world.inquiry(), known(world), world.charlie)

    after = await world.dump()
    assert len(after.pop("inquiry")) == len(before.pop("inquiry")) + 1
    assert after == before


async def test_bob_accepts_what_is_his_teams(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA, responsible_id=world.alice.user_id)

    accepted = await accept(world.database, inquiry_id, known(world), world.bob)

    assert (await world.get(Interest, accepted.interest_id)).responsible_id == world.alice.user_id


async def test_a_loser_who_no_longer_sees_it_is_told_all_the_same(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    await accept(world.database, inquiry_id, known(world), world.alice)

    with pytest.raises(Conflict) as refused:
        await decline(world.database, inquiry_id, "spam", "", world.charlie)

    assert refused.value.params["who"] == "Алиса Орлова"


async def test_every_change_is_written_down_with_who_made_it(world: World) -> None:
    accepted = await accept(world.database, await world.inquiry(STRANGER), known(world), world.alice)

    [action] = await world.all(Action)
    assert (action.kind, action.user_id, action.address) == ("accept", world.alice.user_id, "192.0.2.7")
    assert action.inquiry_id == accepted.inquiry_id
    made = {(change.table, change.operation.value) for change in await world.all(Change)}
    assert made >= {("interest", "insert"), ("inquiry", "update"), ("contact_point", "insert")}


async def test_looking_at_a_contact_is_written_down_without_changes(world: World) -> None:
    async with world.database.transaction() as session:
        await note(session, "view-contact", world.bob, contact=world.marina)

    [action] = await world.all(Action)
    assert (action.kind, action.user_id, action.details["contact"]) == ("view-contact", 2, world.marina)
    assert await world.all(Change) == []
