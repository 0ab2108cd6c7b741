"""What was held is looked at: taken up or dismissed, and either can be undone."""

from datetime import timedelta
from pathlib import Path

import pytest

from intake.errors import Conflict, NotFound
from intake.model.forms import Suspicion, Ticked
from intake.reception.held_forms import take_up
from storage.access import Actor, actor_of
from storage.columns import now
from storage.database import Database
from storage.submissions import dismiss, put_back
from storage.tables.forms import SubmissionState
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.people import User
from storage.tables.work import Consent, ConsentText
from tests.databases import store
from tests.storage.visiting import Visitors, web_form

pytestmark = pytest.mark.slow

HELD = (Suspicion.LINKS,)


@pytest.fixture
async def visitors(database: Database, tmp_path: Path) -> Visitors:
    await store(database, web_form())
    return Visitors(database, tmp_path / "files")


@pytest.fixture
async def anna(database: Database) -> Actor:
    user = User(login="anna", name="Анна", password_hash="-")
    await store(database, user)
    return actor_of(user)


async def test_what_is_taken_up_waits_since_it_came_and_is_decided(visitors: Visitors, anna: Actor) -> None:
    [text] = await store(visitors.database, ConsentText(purpose="П", text="Т", digest="0" * 64))
    came = now() - timedelta(hours=2)
    taken = await visitors.send(
        held=HELD, at=came, said={"phone": "+7 495 123-45-67", "wanted": "Стол"}, ticks=(Ticked("a", text),)
    )

    inquiry_id, _ = await take_up(visitors.database, taken.number, anna)

    [submission], [inquiry] = await visitors.submissions(), await visitors.inquiries()
    [event], [consent], [job] = await visitors.events(), await visitors.all(Consent), await visitors.jobs()
    assert (submission.state, submission.inquiry_id) == (SubmissionState.TAKEN, inquiry_id)
    assert (submission.seen_by, submission.held) == (anna.user_id, ["links"])
    assert (inquiry.state, inquiry.opened_at, inquiry.closed_at) == (InquiryState.NEW, came, None)
    assert (inquiry.sender, inquiry.subject) == ("+74951234567", "Стол")
    assert event.inquiry_id == consent.inquiry_id == inquiry_id
    assert job.payload == {"inquiry": inquiry_id, "step": "opened"}


async def test_it_is_taken_up_once(visitors: Visitors, anna: Actor) -> None:
    taken = await visitors.send(held=HELD)
    await take_up(visitors.database, taken.number, anna)

    with pytest.raises(Conflict, match="already-taken-up"):
        await take_up(visitors.database, taken.number, anna)
    with pytest.raises(NotFound):
        await take_up(visitors.database, 999, anna)


async def test_taking_up_is_undone(visitors: Visitors, anna: Actor) -> None:
    taken = await visitors.send(held=HELD)
    _, action = await take_up(visitors.database, taken.number, anna)

    await put_back(visitors.database, action, anna)

    [submission], [inquiry] = await visitors.submissions(), await visitors.inquiries()
    [event] = await visitors.events()
    assert (submission.state, submission.inquiry_id, event.inquiry_id) == (SubmissionState.HELD, None, None)
    assert inquiry.state is InquiryState.CLOSED


async def test_what_somebody_works_on_is_not_put_back(visitors: Visitors, anna: Actor) -> None:
    taken = await visitors.send(held=HELD)
    inquiry_id, action = await take_up(visitors.database, taken.number, anna)
    async with visitors.database.transaction() as session:
        (await session.get_one(Inquiry, inquiry_id)).state = InquiryState.IN_WORK

    with pytest.raises(Conflict, match="cannot-undo"):
        await put_back(visitors.database, action, anna)


async def test_many_are_dismissed_together_and_put_back(visitors: Visitors, anna: Actor) -> None:
    numbers = [(await visitors.send(held=HELD)).number for _ in range(3)]
    await take_up(visitors.database, numbers[0], anna)

    action = await dismiss(visitors.database, numbers, anna)

    states = [one.state for one in await visitors.submissions()]
    assert states == [SubmissionState.TAKEN, SubmissionState.DISMISSED, SubmissionState.DISMISSED]
    with pytest.raises(Conflict, match="already-looked-at"):
        await dismiss(visitors.database, numbers, anna)

    await put_back(visitors.database, action, anna)
    assert [one.state for one in await visitors.submissions()][1:] == [SubmissionState.HELD] * 2


async def test_what_comes_again_after_it_was_dismissed_has_its_number_still(
    visitors: Visitors, anna: Actor
) -> None:
    first = await visitors.send(held=HELD, external_id="same")
    await dismiss(visitors.database, [first.number], anna)

    again = await visitors.send(held=HELD, external_id="same")

    assert (again.number, again.fresh) == (first.number, False)
