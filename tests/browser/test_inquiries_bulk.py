"""Several inquiries ticked in the list, by key and by mouse, and what is done with all of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.letters import LetterRecord
from tests.browser.people import findings, signed_in
from tests.ignored import ignored
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.real


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def letters(world: World, number: int) -> list[int]:
    made = []
    for place in range(number):
        sender = f"spam{place}@spam.example"
        inquiry = await world.keep(Inquiry(channel=Channel.LETTER, sender=sender, subject=f"Скидка {place}"))
        record = LetterRecord(
            inquiry_id=inquiry, fingerprint=f"{place:064}", from_email=sender, sender_email=sender
        )
        await world.keep(record)
        made.append(inquiry)
    return made


async def listed(site: Site, desk: Desk) -> Page:
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    return page


async def test_ticked_by_key_declined_as_spam_and_taken_back(site: Site, world: World, desk: Desk) -> None:
    first, second, third = await letters(world, 3)
    page = await listed(site, desk)
    bar = page.get_by_role("form", name="Со всеми отмеченными")
    await expect(bar).to_be_hidden()
    await page.keyboard.press("KeyS")
    await page.keyboard.press("KeyJ")
    await page.keyboard.press("KeyS")
    await expect(bar.get_by_role("status")).to_have_text("2")
    assert await findings(page) == []
    await page.keyboard.press("KeyB")
    await expect(page.locator(".toast")).to_contain_text("2 обращения — спам")
    await expect(bar).to_be_hidden()
    states = [(await world.get(Inquiry, one)).state for one in (first, second, third)]
    assert states == [InquiryState.DECLINED, InquiryState.DECLINED, InquiryState.NEW]
    assert len(await ignored(world.database)) == 2
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator(".toast").last).to_contain_text("Отменено")
    assert await ignored(world.database) == []
    assert desk.problems == []


async def test_a_range_is_ticked_with_shift_and_declined_for_a_reason(
    site: Site, world: World, desk: Desk
) -> None:
    ids = await letters(world, 4)
    page = await listed(site, desk)
    boxes = page.locator(".pick")
    await boxes.nth(0).check()
    await boxes.nth(2).click(modifiers=["Shift"])
    await page.keyboard.press("KeyX")
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Отклонено 3 обращения")
    states = [(await world.get(Inquiry, one)).state for one in ids]
    assert states == [InquiryState.DECLINED] * 3 + [InquiryState.NEW]
    assert desk.problems == []


async def test_ticks_stay_when_rows_are_drawn_anew_and_escape_takes_them(
    site: Site, world: World, desk: Desk
) -> None:
    first, _ = await letters(world, 2)
    page = await listed(site, desk)
    await page.keyboard.press("KeyS")
    await page.evaluate(
        "id => document.body.dispatchEvent(new CustomEvent('live:inquiry', {detail: {inquiry: id}}))", first
    )
    await page.wait_for_timeout(800)
    await expect(page.locator(".pick").first).to_be_checked()
    await page.keyboard.press("Escape")
    await expect(page.locator(".pick:checked")).to_have_count(0)
    assert desk.problems == []


async def test_with_a_finger_several_are_chosen_by_tapping_their_rows(
    site: Site, world: World, new_desk: Callable[..., Awaitable[Desk]]
) -> None:
    first, second, third = await letters(world, 3)
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    desk = await new_desk(**phone)
    page = await listed(site, desk)
    opacity = "one => getComputedStyle(one).opacity"
    assert await page.locator(".picking").first.evaluate(opacity) == "0"
    await page.get_by_text("Выбрать").tap()
    assert await page.locator(".picking").first.evaluate(opacity) == "1"
    assert await findings(page) == []
    await page.locator(f"#row-{first} .row").tap()
    await page.locator(f"#row-{second} .picking").tap()
    bar = page.get_by_role("form", name="Со всеми отмеченными")
    await expect(bar.get_by_role("status")).to_have_text("2")
    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await bar.get_by_role("button", name="Не наш клиент").tap()
    await expect(page.locator(".toast")).to_contain_text("Отклонено 2 обращения")
    states = [(await world.get(Inquiry, one)).state for one in (first, second, third)]
    assert states == [InquiryState.DECLINED, InquiryState.DECLINED, InquiryState.NEW]
    await page.locator(f"#row-{third} .row").tap()
    await expect(page.locator(f"#inquiry-{third}")).to_be_visible()
    assert desk.problems == []


async def test_with_a_pointer_nothing_asks_to_be_chosen(site: Site, world: World, desk: Desk) -> None:
    await letters(world, 1)
    page = await listed(site, desk)
    await expect(page.locator(".selecting")).to_be_hidden()
