"""What came by each form, on both engines; when a form is silent for longer than usual."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.access import COMMAND_LINE
from storage.form_counts import Came, came_by_forms
from storage.history import stored_id
from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import InquiryEvent
from storage.webforms import keep_form
from tests.databases import store

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TAKEN, HELD = SubmissionState.TAKEN, SubmissionState.HELD


async def test_each_form_counts_its_own(database):
    async with database.transaction() as session:
        forms = [await keep_form(session, None, {"name": name}, COMMAND_LINE) for name in ("a", "b", "c")]
    first, second, _ = (stored_id(form) for form in forms)
    days = ((first, 1, TAKEN), (first, 2, TAKEN), (first, 40, TAKEN), (first, 3, HELD), (second, 50, TAKEN))
    for number, (form_id, ago, state) in enumerate(days):
        at = NOW - timedelta(days=ago)
        event = InquiryEvent(channel=f"form:{form_id}", external_id=str(number), kind="FormEvent", at=at)
        (event_id,) = await store(database, event)
        await store(database, Submission(form_id=form_id, event_id=event_id, at=at, state=state))
    async with database.reading() as session:
        assert await came_by_forms(session, NOW) == {
            first: Came(2, NOW - timedelta(days=1), 1),
            second: Came(0, NOW - timedelta(days=50), 0),
        }


@pytest.mark.parametrize(
    ("lately", "days", "strange"),
    [(0, 400, False), (9, 29, False), (10, 8, False), (10, 10, True), (300, 1, False), (300, 3, True)],
)
def test_silence_is_strange_by_what_is_usual(lately: int, days: int, strange: bool):
    assert Came(lately, NOW - timedelta(days=days)).is_strangely_quiet(NOW) is strange


def test_a_form_by_which_nothing_ever_came_is_not_silent():
    assert not Came().is_strangely_quiet(NOW)
