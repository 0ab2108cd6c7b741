"""The same person who sends a form again, or in a better wording, is one inquiry."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage.access import COMMAND_LINE
from storage.columns import now
from storage.database import Database
from storage.preferences import change_settings
from storage.tables.automation import Touch
from storage.tables.inquiries import InquiryState
from tests.databases import store
from tests.storage.visiting import Visitors, web_form

pytestmark = pytest.mark.slow

PHONE = "+7 495 123-45-67"


@pytest.fixture
async def visitors(database: Database, tmp_path: Path) -> Visitors:
    await store(database, web_form())
    return Visitors(database, tmp_path / "files")


async def test_the_same_person_within_the_window_joins_and_asks_again(visitors: Visitors) -> None:
    first = await visitors.send(said={"phone": PHONE, "wanted": "Столы"})
    again = await visitors.send(said={"phone": PHONE, "email": "a@b.example", "wanted": "И стулья"})

    [inquiry] = await visitors.inquiries()
    [touch] = await visitors.all(Touch)
    _, event = await visitors.events()
    assert again.number != first.number
    assert again.inquiry_id == first.inquiry_id == inquiry.id
    assert (touch.inquiry_id, touch.event_id, touch.by_key) == (inquiry.id, event.id, "+74951234567")
    assert event.inquiry_id == inquiry.id
    _, touched = await visitors.jobs()
    assert touched.payload == {"inquiry": inquiry.id, "step": "touched", "event": event.id}


async def test_two_requests_of_one_person_at_the_same_moment_are_one_inquiry(visitors: Visitors) -> None:
    taken = await asyncio.gather(
        *(visitors.send(said={"phone": PHONE, "wanted": f"Стол {number}"}) for number in range(6))
    )

    assert len({one.inquiry_id for one in taken}) == 1
    assert len({one.number for one in taken}) == 6


async def test_two_processes_join_what_the_other_has_opened(visitors: Visitors, tmp_path: Path) -> None:
    other = Visitors(visitors.database, tmp_path / "files")
    taken = await asyncio.gather(
        *(one.send(said={"phone": PHONE, "wanted": str(n)}) for n, one in enumerate((visitors, other) * 3))
    )

    assert len({one.inquiry_id for one in taken}) == 1


async def test_after_the_window_it_is_another_inquiry(visitors: Visitors) -> None:
    long_ago = now() - timedelta(hours=5)
    first = await visitors.send(said={"phone": PHONE}, at=long_ago)
    later = await visitors.send(said={"phone": PHONE, "wanted": "Стулья"})

    assert first.inquiry_id != later.inquiry_id


async def test_two_people_are_two_inquiries(visitors: Visitors) -> None:
    first = await visitors.send(said={"phone": PHONE})
    other = await visitors.send(said={"phone": "+7 495 765-43-21"})

    assert first.inquiry_id != other.inquiry_id


async def test_several_people_from_one_robots_address_stay_several(visitors: Visitors) -> None:
    first = await visitors.send(said={"email": "no-reply@site.example", "name": "Анна"})
    other = await visitors.send(said={"email": "no-reply@site.example", "name": "Борис"})

    assert first.inquiry_id != other.inquiry_id


async def test_what_had_problems_and_is_sent_again_corrected_is_one_inquiry(visitors: Visitors) -> None:
    async with visitors.database.transaction() as session:
        await change_settings(session, COMMAND_LINE, touch_minutes=0)
    bad = await visitors.send(said={"name": "Анна"}, problems=(("phone", "bad-phone"),), rendering="shown 1")
    good = await visitors.send(said={"name": "Анна", "phone": PHONE}, rendering="shown 1")

    [inquiry] = await visitors.inquiries()
    assert bad.inquiry_id == good.inquiry_id
    assert (inquiry.sender, inquiry.state) == ("+74951234567", InquiryState.NEW)


async def test_two_people_who_use_the_same_page_stay_two(visitors: Visitors) -> None:
    first = await visitors.send(said={"phone": PHONE}, rendering="shown 1")
    other = await visitors.send(said={"phone": "+7 495 765-43-21"}, rendering="shown 1")

    assert first.inquiry_id != other.inquiry_id
