"""What the window took for one person is two: apart, journalled, never joined again, and back if wanted."""

from pathlib import Path

import pytest

from intake.errors import Conflict, NotFound
from intake.wizard.separate import separate
from intake.wizard.undo import undo
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.tables.automation import Touch
from storage.tables.calls import CallRecord
from storage.tables.forms import Submission
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent, InquiryState
from storage.tables.letters import LetterRecord
from storage.tables.work import Consent
from tests.storage.test_touches import OLGA, PHONE, Reached, after, answered, call, decide, form, letter
from tests.storage.visiting import web_form
from tests.storage.writing import event as letter_event
from tests.storage.writing import mailbox, mime

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> Reached:
    made = Reached(database, tmp_path / "files")
    await made.store(mailbox(), web_form())
    return made


async def apart(house: Reached) -> tuple[Inquiry, Inquiry, int]:
    """The only touch is taken apart: what it had joined, its own inquiry, and the action."""
    (touch,) = await house.all(Touch)
    done = await separate(house.database, touch.id, COMMAND_LINE)
    rows = {one.id: one for one in await house.inquiries()}
    return rows[touch.inquiry_id], rows[done.inquiry_id], done.action_id


async def test_a_call_goes_with_all_its_steps_and_waits_since_it_came(house: Reached) -> None:
    await house.hear(form(0), *answered(3))
    old, own, _ = await apart(house)
    assert (own.channel, own.state, own.sender, own.opened_at) == (
        Channel.CALL,
        InquiryState.NEW,
        PHONE,
        after(3),
    )
    assert [one.inquiry_id for one in await house.all(CallRecord)] == [own.id]
    where = {one.kind: one.inquiry_id for one in await house.all(InquiryEvent)}
    assert where.pop("form") == old.id
    assert set(where.values()) == {own.id}


async def test_a_submission_goes_with_what_was_agreed_to(house: Reached) -> None:
    await house.hear(letter(0), form(3))
    (submission,) = await house.all(Submission)
    old, own, _ = await apart(house)
    assert (own.channel, own.sender, own.sender_name) == (Channel.FORM, PHONE, "Ольга Зайцева")
    assert (await house.all(Submission))[0].inquiry_id == own.id
    assert {one.inquiry_id for one in await house.all(Consent)} <= {own.id}
    assert [one.inquiry_id for one in await house.all(LetterRecord)] == [old.id]
    assert submission.inquiry_id == old.id


async def test_a_letter_goes_with_its_thread(house: Reached) -> None:
    first = mime(OLGA)
    await house.hear(form(0), letter_event(first, at=after(3)))
    said = {"in_reply_to": first.lower().partition(b"message-id: ")[2].partition(b"\r\n")[0].decode()}
    await house.hear(letter(4, OLGA, **said))
    _, own, _ = await apart(house)
    assert [one.inquiry_id for one in await house.all(LetterRecord)] == [own.id, own.id]


async def test_a_missed_call_takes_its_call_back_with_it(house: Reached) -> None:
    await house.hear(form(0), *call(3).whole_missed())
    old, own, _ = await apart(house)
    assert (old.callback, old.misses) == (None, 0)
    assert (own.callback, own.misses) == (PHONE, 1)


async def test_what_had_been_decided_is_decided_again(house: Reached) -> None:
    await house.hear(form(0))
    interest = await decide(house, await house.inquiry(), 1)
    await house.hear(letter(5))
    assert (await house.inquiry()).state is InquiryState.NEW
    old, own, _ = await apart(house)
    assert (old.state, old.interest_id) == (InquiryState.LINKED, interest)
    assert (own.state, own.interest_id) == (InquiryState.NEW, None)


async def test_the_window_never_joins_them_again(house: Reached) -> None:
    await house.hear(form(0), *answered(3))
    await apart(house)
    await house.hear(form(5, name="Ольга", phone=PHONE, wanted="Ещё раз"))
    assert len(await house.inquiries()) == 3


async def test_it_is_undone_whole(house: Reached) -> None:
    await house.hear(form(0), *call(3).whole_missed())
    before = await house.inquiry()
    old, own, action = await apart(house)
    assert await undo(house.database, action, COMMAND_LINE) == old.id
    again = await house.inquiry()
    assert (again.id, again.callback, again.misses) == (before.id, PHONE, 1)
    assert {one.inquiry_id for one in await house.all(InquiryEvent)} == {old.id}
    assert (await house.all(Touch))[0].separated_at is None
    shown = {one.id: one.folded_into for one in await house.all(Inquiry)}
    assert shown[own.id] == old.id


async def test_it_is_done_once(house: Reached) -> None:
    await house.hear(form(0), *answered(3))
    await apart(house)
    with pytest.raises(Conflict, match="already-separated"):
        await apart(house)
    with pytest.raises(NotFound):
        await separate(house.database, 999, COMMAND_LINE)
