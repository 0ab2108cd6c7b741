"""A click into a letter does not take our keys away for good, and everything else there still works."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.people import signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.web.mail import inquiry_by_letter

pytestmark = pytest.mark.real

HTML = '<p>Seventeen lamps</p><p>and <a href="https://example.example/plan">a plan</a> of the hall</p>'


async def reading(site: Site, desk: Desk) -> tuple[Page, Locator, int]:
    """Two letters; the first is read as it was sent. The second's id."""
    await inquiry_by_letter(site, minutes=30, html=HTML, text="", reply_text="")
    second, _ = await inquiry_by_letter(site, minutes=20)
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    frame = page.locator("#pane iframe.letterframe")
    await expect(frame.content_frame.locator("a")).to_be_visible()
    return page, frame, second


async def has_the_keyboard(page: Page, name: str) -> None:
    await page.wait_for_function("name => document.activeElement.tagName === name", arg=name)


async def pointer_leaves(page: Page, frame: Locator) -> None:
    box = await frame.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 5, box["y"] - 30, steps=2)


async def test_the_keys_come_back_when_the_pointer_leaves_the_letter(site: Site, desk: Desk):
    page, frame, second = await reading(site, desk)
    await frame.content_frame.locator("p").first.click()
    await pointer_leaves(page, frame)
    await has_the_keyboard(page, "SECTION")
    await page.keyboard.press("KeyJ")
    await expect(page.locator(f"#inquiry-{second}")).to_be_visible()
    assert desk.problems == []


async def test_the_keys_come_back_after_a_while_where_the_pointer_stays(site: Site, desk: Desk):
    page, frame, second = await reading(site, desk)
    await frame.content_frame.locator("p").first.click()
    await has_the_keyboard(page, "IFRAME")
    await has_the_keyboard(page, "SECTION")
    await page.keyboard.press("KeyJ")
    await expect(page.locator(f"#inquiry-{second}")).to_be_visible()


@pytest.mark.parametrize("leaves", [True, False])
async def test_what_is_selected_in_the_letter_can_be_copied(site: Site, desk: Desk, leaves: bool):
    page, frame, _ = await reading(site, desk)
    await frame.content_frame.locator("p").first.dblclick(position={"x": 12, "y": 8})
    if leaves:
        await pointer_leaves(page, frame)
        await has_the_keyboard(page, "SECTION")
    await page.keyboard.press("Control+KeyC")
    await has_the_keyboard(page, "SECTION")
    await page.keyboard.press("Slash")
    await page.keyboard.press("Control+KeyV")
    assert await page.evaluate("document.activeElement.value") == "Seventeen"


async def test_a_link_of_the_letter_opens_in_a_tab_of_its_own(site: Site, desk: Desk):
    _page, frame, _ = await reading(site, desk)
    await desk.context.route("https://example.example/**", lambda route: route.fulfill(body="the plan"))
    async with desk.context.expect_page() as opened:
        await frame.content_frame.locator("a").click()
    assert (await opened.value).url == "https://example.example/plan"


async def test_whoever_came_by_tab_stays_in_the_letter(site: Site, desk: Desk):
    page, _frame, _ = await reading(site, desk)
    await page.locator("#pane .how a").last.focus()
    await page.keyboard.press("Tab")
    await has_the_keyboard(page, "IFRAME")
    await page.wait_for_timeout(2000)
    await has_the_keyboard(page, "IFRAME")


async def test_whoever_was_writing_is_not_thrown_among_the_keys(site: Site, desk: Desk):
    page, frame, _ = await reading(site, desk)
    await page.locator("#pane .notes textarea").fill("half a thou")
    await frame.content_frame.locator("p").first.click()
    await page.wait_for_timeout(2000)
    await page.keyboard.press("KeyN")
    await pointer_leaves(page, frame)
    await expect(page.locator("#pane .notes textarea")).to_have_value("half a thou")
    await expect(page.locator(".toast")).to_have_count(0)
