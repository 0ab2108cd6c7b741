"""A reply that needs no answer waits no more, on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from intake.errors import Conflict, Forbidden, NotFound
from intake.wizard.accept import accept
from intake.wizard.decline import decline
from intake.wizard.no_answer import needs_no_answer
from intake.wizard.undo import undo, undo_decision
from storage.asking_again import ask_again
from storage.columns import now
from storage.tables.history import Action
from storage.tables.inquiries import Channel, DeclineReason, Inquiry, InquiryState
from storage.tables.letters import LetterRecord, LetterWay, Sending
from tests.storage.wizard_world import World, whole


async def written(world: World, **values: Any) -> int:
    return await world.keep(Inquiry(channel=Channel.LETTER, sender="marina@romashka.example", **values))


async def they_write_again(world: World, inquiry_id: int) -> None:
    async with world.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, inquiry_id)
        assert await ask_again(session, inquiry, now() + timedelta(minutes=1))


async def we_wrote(world: World, inquiry_id: int, sending: Sending = Sending.SENT) -> None:
    await world.keep(
        LetterRecord(inquiry_id=inquiry_id, way=LetterWay.OUT, sending=sending, fingerprint="0" * 64)
    )


async def accepted(world: World) -> int:
    inquiry_id = await written(world)
    await accept(world.database, inquiry_id, whole(world), world.alice)
    await they_write_again(world, inquiry_id)
    return inquiry_id


async def test_one_that_was_accepted_is_so_again_and_the_log_says_who(world: World):
    inquiry_id = await accepted(world)
    before: Inquiry = await world.get(Inquiry, inquiry_id)

    action_id = await needs_no_answer(world.database, inquiry_id, world.bob)

    inquiry: Inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.state, inquiry.interest_id) == (InquiryState.ACCEPTED, before.interest_id)
    assert (inquiry.answered_at, inquiry.closed_at is not None) == (None, True)
    action: Action = await world.get(Action, action_id)
    assert (action.kind, action.user_id, action.inquiry_id) == ("no-answer", world.bob.user_id, inquiry_id)


async def test_one_that_was_declined_is_so_again_for_the_same_reason(world: World):
    inquiry_id = await written(world)
    await decline(world.database, inquiry_id, "supplier", "", world.alice)
    await they_write_again(world, inquiry_id)

    await needs_no_answer(world.database, inquiry_id, world.alice)

    inquiry: Inquiry = await world.get(Inquiry, inquiry_id)
    assert (inquiry.state, inquiry.decline_reason) == (InquiryState.DECLINED, DeclineReason.SUPPLIER)


async def test_one_that_was_answered_and_never_decided_is_closed(world: World):
    inquiry_id = await written(world, answered_at=now())
    await we_wrote(world, inquiry_id)
    await they_write_again(world, inquiry_id)

    await needs_no_answer(world.database, inquiry_id, world.alice)

    assert (await world.get(Inquiry, inquiry_id)).state is InquiryState.CLOSED
    await they_write_again(world, inquiry_id)
    assert (await world.get(Inquiry, inquiry_id)).state is InquiryState.NEW


async def test_what_nobody_has_dealt_with_is_not_passed_over(world: World):
    fresh = await written(world)
    await we_wrote(world, fresh, Sending.FAILED)
    call = await world.inquiry()
    for inquiry_id in (fresh, call):
        with pytest.raises(Conflict, match="nothing-waits"):
            await needs_no_answer(world.database, inquiry_id, world.alice)


async def test_whoever_is_second_is_told(world: World):
    inquiry_id = await accepted(world)
    await needs_no_answer(world.database, inquiry_id, world.alice)

    with pytest.raises(Conflict, match="nothing-waits"):
        await needs_no_answer(world.database, inquiry_id, world.bob)


async def test_nobody_passes_over_what_they_may_not_see(world: World):
    inquiry_id = await accepted(world)
    async with world.database.transaction() as session:
        (await session.get_one(Inquiry, inquiry_id)).responsible_id = world.alice.user_id

    with pytest.raises(NotFound):
        await needs_no_answer(world.database, inquiry_id, world.charlie)


async def test_it_is_taken_back_by_whoever_did_it_and_waits_as_before(world: World):
    inquiry_id = await accepted(world)
    before = (await world.get(Inquiry, inquiry_id)).model_dump()
    action_id = await needs_no_answer(world.database, inquiry_id, world.alice)

    with pytest.raises(Forbidden):
        await undo(world.database, action_id, world.charlie)
    assert await undo_decision(world.database, inquiry_id, world.alice) == inquiry_id

    assert (await world.get(Inquiry, inquiry_id)).model_dump() == before
    assert (await world.get(Action, action_id)).undone_at is not None


async def test_once_they_write_again_there_is_nothing_to_take_back(world: World):
    inquiry_id = await accepted(world)
    action_id = await needs_no_answer(world.database, inquiry_id, world.alice)
    await they_write_again(world, inquiry_id)

    with pytest.raises(Conflict, match="cannot-undo"):
        await undo(world.database, action_id, world.alice)
