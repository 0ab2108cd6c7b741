"""What visitors send by forms is written down once, opens or joins an inquiry, and is answered with a number."""

from pathlib import Path

import pytest

from storage.database import Database
from storage.tables.forms import SubmissionState
from storage.tables.inquiries import Channel, InquiryState
from tests.databases import store
from tests.storage.visiting import Visitors, request, web_form

pytestmark = pytest.mark.slow


@pytest.fixture
async def visitors(database: Database, tmp_path: Path) -> Visitors:
    await store(database, web_form())
    return Visitors(database, tmp_path / "files")


async def test_a_request_opens_an_inquiry_and_is_answered_with_its_number(visitors: Visitors) -> None:
    said = {
        "name": "Марина",
        "phone": "8 (495) 123-45-67",
        "email": "Marina@Romashka.example",
        "wanted": "Столы\nи стулья",
    }

    taken = await visitors.send(said=said)

    [submission], [inquiry], [event] = (
        await visitors.submissions(),
        await visitors.inquiries(),
        await visitors.events(),
    )
    assert (taken.number, taken.fresh, taken.inquiry_id) == (submission.id, True, inquiry.id)
    assert (submission.state, submission.inquiry_id, submission.event_id) == (
        SubmissionState.TAKEN,
        inquiry.id,
        event.id,
    )
    assert submission.said == said
    assert (inquiry.channel, inquiry.state) == (Channel.FORM, InquiryState.NEW)
    assert (inquiry.sender, inquiry.sender_name) == ("+74951234567", "Марина")
    assert (inquiry.subject, inquiry.line) == ("Столы", "Заявка с сайта")
    assert (event.kind, event.inquiry_id) == ("form", inquiry.id)
    [job] = await visitors.jobs()
    assert job.payload == {"inquiry": inquiry.id, "step": "opened"}


async def test_the_same_request_twice_is_one_and_has_one_number(visitors: Visitors) -> None:
    event = request()

    first, again = await visitors.send(event), await visitors.send(event)

    assert (again.number, again.inquiry_id) == (first.number, first.inquiry_id)
    assert (first.fresh, again.fresh) == (True, False)
    assert (
        len(await visitors.submissions())
        == len(await visitors.inquiries())
        == len(await visitors.jobs())
        == 1
    )
