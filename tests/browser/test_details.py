"""Small things that a person sees at once and no other test looks at."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from intake.model.calls import Direction
from storage.tables.calls import CallRecord
from storage.tables.interests import Interest, Pipeline, Status, StatusKind
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.site import Site
from tests.storage.wizard_world import MARINA, World, populate

pytestmark = pytest.mark.real

PHONE = {"viewport": {"width": 360, "height": 740}}
LATE = "rgb(179, 38, 30)"


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def middle(what: Locator) -> float:
    box = await what.bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


async def is_cut(page: Page, selector: str) -> bool:
    cut: bool = await page.locator(selector).evaluate("one => one.scrollWidth > one.clientWidth")
    return cut


async def test_on_a_telephone_the_rest_is_behind_more(site, new_desk):
    page = await signed_in(site, await new_desk(**PHONE))
    await page.locator(".rail").get_by_text("Ещё").click()
    await expect(page.locator(".rail").get_by_role("link", name="Контакты")).to_be_visible()
    assert await findings(page) == []


async def test_pencils_stand_level_with_the_text_of_their_row(site, desk):
    page = await signed_in(site, desk, "boss", name="Boss", role=Role.ADMINISTRATOR)
    await page.goto(site.url("/settings/people"))
    row = page.locator("tbody tr").first
    text = await row.locator("td").first.evaluate_handle(
        "cell => { const range = document.createRange(); range.selectNodeContents(cell); return range }"
    )
    level = await text.evaluate(
        "one => { const box = one.getBoundingClientRect(); return box.y + box.height / 2 }"
    )
    assert abs(await middle(row.locator("td.end svg")) - level) <= 1.5


async def test_an_interest_has_a_path_and_two_ends(site, world, desk):
    (pipeline,) = (await world.all(Pipeline))[:1]
    await world.keep(Status(pipeline_id=pipeline.id, name="Проигран", position=8, kind=StatusKind.LOST))
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/interests/{world.interest}"))
    ends = page.get_by_role("group", name="Чем кончилось").get_by_role("button")
    kinds = [status.kind for status in await world.all(Status) if status.pipeline_id == pipeline.id]
    await expect(ends).to_have_count(sum(kind is not StatusKind.OPEN for kind in kinds))
    assert await page.locator(".path .step").count() == kinds.count(StatusKind.OPEN)
    await ends.get_by_text("Проигран").click()
    await expect(page.locator(".path .end.lost")).to_have_attribute("aria-current", "step")
    assert await findings(page) == []


async def test_the_head_says_how_long_they_waited_and_an_overdue_interest_is_red(site, world, desk):
    overdue = datetime.now(UTC) - timedelta(days=2)
    async with site.database.transaction() as session:
        interest = await session.get_one(Interest, world.interest)
        interest.due = overdue
    began = datetime.now(UTC) - timedelta(minutes=4)
    inquiry = await world.inquiry(
        MARINA, queue="sales", line="74951000101", responsible_id=world.alice.user_id
    )
    await world.keep(
        CallRecord(
            channel="asterisk:1", linkedid="9.9", direction=Direction.IN, number=MARINA, inquiry_id=inquiry,
            queue="sales", did="74951000101", talking=["101"], answered_by=["101"], started_at=began,
            answered_at=began + timedelta(seconds=31),
        )
    )  # fmt: skip
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{inquiry}/wizard"))
    about = page.locator(".w-from > .muted")
    await expect(about).to_contain_text("ждал 31 с")
    assert not await is_cut(page, ".w-from > .muted")
    due = page.locator(".w-hit .chip", has_text="срок")
    await expect(due).to_have_css("color", LATE)
