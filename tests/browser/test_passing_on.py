"""Giving a caller or an inquiry to a colleague; the wizard that opens with the ring. In a real browser."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from intake.errors import Deferred
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.parties import Account
from storage.tables.people import User
from tests.browser.people import change, ring, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.wizard_world import MARINA, World, populate
from tests.telephones import Phones

pytestmark = pytest.mark.real

MINE, HIS = "101", "102"
CHANNEL = "PJSIP/trunk-0000000a"
LOSE_FOCUS = "document.activeElement.blur()"


@pytest.fixture
async def world(site: Site, phones: Phones) -> World:
    return await populate(site.database)


async def anna(site: Site, desk: Desk, **values: Any) -> Page:
    page = await signed_in(site, desk, "anna", name="Анна Петрова", extension=MINE, **values)
    await page.evaluate(LOSE_FOCUS)
    return page


async def boris(site: Site, **values: Any) -> User:
    return await site.user("boris", name="Борис Климов", extension=HIS, locale="ru", **values)


async def ringing(site: Site, world: World, responsible: User, **values: Any) -> tuple[int, int]:
    """A call of Marina's that rings at Anna's, whose client Boris looks after: call and inquiry."""
    async with site.database.transaction() as session:
        (await session.get_one(Account, world.account)).responsible_id = responsible.id
    known = {"account_id": world.account, "contact_id": world.marina}
    inquiry = await world.inquiry(MARINA, responsible_id=responsible.id, **known)
    call = await ring(site, MINE, number=MARINA, inquiry_id=inquiry, pbx_channel=CHANNEL, **values)
    return call, inquiry


async def answer(site: Site, call: int) -> None:
    await change(site, call, "answered", ringing=[], talking=[MINE], answered_by=[MINE])


async def test_a_caller_is_passed_on_from_the_card_and_the_card_follows(site, phones, world, desk, new_desk):
    his = await signed_in(site, await new_desk(), "boris", name="Борис Климов", extension=HIS)
    async with site.database.reading() as session:
        him = await session.get(User, 5)
    page = await anna(site, desk, preferences={"wizard": "hand"})
    call, _ = await ringing(site, world, him)
    await answer(site, call)
    await page.locator(".pop").get_by_role("button", name="Борис Климов").click()
    await expect(page.locator(".toast")).to_contain_text("Борис Климов")
    assert phones.passed == [("asterisk:1", CHANNEL, HIS)]
    await change(site, call, "transferred", talking=[], ringing=[HIS])
    await expect(page.locator(".pop")).to_have_count(0)
    await expect(his.locator(".pop")).to_have_attribute("data-state", "ringing")
    await expect(his.locator(".pop h2")).to_contain_text("Марина")
    assert desk.problems == []


async def test_a_caller_is_put_through_from_the_wizard(site, phones, world, desk):
    him = await boris(site)
    page = await anna(site, desk)
    call, inquiry = await ringing(site, world, him)
    await answer(site, call)
    await page.locator("#sheet").get_by_role("button", name="Перевести").click()
    await expect(page.locator(".toast")).to_contain_text("Борис Климов")
    assert phones.passed == [("asterisk:1", CHANNEL, HIS)]
    await expect(page.locator("#sheet wizard-search")).to_be_visible()  # what was learnt can still be written
    await page.get_by_label("Наименование или ФИО").focus()
    await change(site, call, "ended", talking=[], ended_at=(await world.get(Inquiry, inquiry)).opened_at)
    await expect(page.locator("#sheet .w-from").get_by_role("button", name="Передать")).to_be_visible()
    assert desk.problems == []


async def test_a_pbx_that_does_not_pass_on_says_why_and_the_call_stays(site, phones, world, desk):
    phones.trouble = Deferred("phone-busy", extension=HIS)
    him = await boris(site)
    page = await anna(site, desk)
    call, _ = await ringing(site, world, him)
    await answer(site, call)
    await page.locator("#sheet").get_by_role("button", name="Перевести").click()
    await expect(page.locator(".toast.bad")).to_contain_text("Телефон 102 занят.")
    await expect(page.locator("#sheet wizard-search")).to_be_visible()


async def test_an_inquiry_is_handed_over_from_the_wizard_and_stands_on_the_colleagues_desk(
    site, phones, world, desk, new_desk
):
    his = await signed_in(site, await new_desk(), "boris", name="Борис Климов")
    async with site.database.reading() as session:
        him = await session.get(User, 5)
    page = await anna(site, desk)
    inquiry = await world.inquiry(MARINA, responsible_id=him.id, subject="Освещение")
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await page.keyboard.press("KeyA")
    await expect(page.locator("#sheet wizard-search")).to_be_visible()
    assert (await world.get(Inquiry, inquiry)).holder_id is not None
    await page.locator("#sheet").get_by_role("button", name="Передать").click()
    await expect(page.locator(".toast")).to_contain_text("Передано")
    await expect(page.locator("#sheet")).to_be_hidden()
    kept = await world.get(Inquiry, inquiry)
    assert (kept.responsible_id, kept.holder_id, kept.state) == (him.id, None, InquiryState.NEW)
    await expect(his.locator("#desk-mine")).to_contain_text("Освещение")
    assert desk.problems == []


async def test_an_inquiry_is_handed_over_from_the_list(site, phones, world, desk):
    him = await boris(site)
    page = await anna(site, desk)
    inquiry = await world.inquiry(MARINA)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await page.locator(".give summary").click()
    await page.locator(".give").get_by_role("button", name="Борис Климов").click()
    await expect(page.locator(".toast")).to_contain_text("Передано")
    await expect(page.locator(f"#row-{inquiry}")).to_contain_text("Борис Климов")
    assert (await world.get(Inquiry, inquiry)).responsible_id == him.id
    assert desk.problems == []


async def test_the_wizard_opens_with_the_ring_when_one_wants_it(site, phones, world, desk):
    page = await anna(site, desk, preferences={"wizard": "ring"})
    call, inquiry = await ringing(site, world, await boris(site))
    await expect(page.locator("#sheet wizard-search")).to_be_visible()
    await expect(page.locator(".w-ring")).to_have_class("w-ring ringing")
    contact = page.locator(f'[data-hit="contact-{world.marina}"] input')
    await expect(contact).to_be_focused()
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.IN_WORK
    await answer(site, call)
    await expect(page.locator(".w-ring")).to_have_class("w-ring talking")
    await expect(contact).to_be_focused()  # the answer does not open it anew
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято")
    assert desk.problems == []


async def test_a_ring_interrupts_nobody_who_types(site, phones, world, desk):
    page = await anna(site, desk, preferences={"wizard": "ring"})
    await page.get_by_role("searchbox").focus()
    await page.keyboard.type("Сев")
    await ringing(site, world, await boris(site))
    await expect(page.locator(".pop")).to_have_attribute("data-state", "ringing")
    await page.keyboard.type("ер")
    await expect(page.get_by_role("searchbox")).to_have_value("Север")
    await expect(page.locator("#sheet")).to_be_hidden()


async def test_a_wizard_that_was_closed_while_it_rang_stays_closed_on_answer(site, phones, world, desk):
    page = await anna(site, desk, preferences={"wizard": "ring"})
    call, _ = await ringing(site, world, await boris(site))
    await expect(page.locator("#sheet wizard-search")).to_be_visible()
    await page.keyboard.press("Escape")
    await answer(site, call)
    await expect(page.locator(".pop")).to_have_attribute("data-state", "talking")
    await expect(page.locator("#sheet")).to_be_hidden()
