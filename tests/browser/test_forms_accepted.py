"""A form's request becomes an interest by the keyboard alone; a held one is looked at the same way."""

import pytest
from playwright.async_api import Page, expect

from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Point
from storage.tables.work import Consent
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.submitting import OLGA, SAID, a_form, agreed, submitted
from tests.storage.wizard_world import MARINA, World, populate
from tests.web.records import row
from tests.web.requests import held, inquiry_by_form

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def reader(site: Site, desk: Desk, address: str = "/inquiries?channel=form") -> Page:
    page = await signed_in(site, desk)
    await page.goto(site.url(address))
    return page


async def sent(world: World, **said: str) -> int:
    """An inquiry that a form opened, with a consent."""
    await agreed(world, await submitted(world, await a_form(world), said=SAID | said))
    inquiry: int = (await world.all(Inquiry))[-1].id
    return inquiry


async def test_a_newcomers_request_is_accepted_by_the_keyboard_alone(
    site: Site, world: World, desk: Desk
) -> None:
    inquiry = await sent(world)
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    await expect(page.locator("#sheet [name=phone]")).to_have_value(OLGA)
    await expect(page.locator("#sheet")).to_contain_text("Такого клиента нет.")
    await page.keyboard.press("F3")
    title = page.locator("#sheet [name=title]")
    await expect(title).to_have_value("Нужен монтаж света — Зайцева О.")
    await expect(page.locator("#sheet .agreed")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    interest, account = (await world.all(Interest))[-1], (await world.all(Account))[-1]
    contact = (await world.all(Contact))[-1]
    assert (account.name, account.inn, account.kpp) == ("Клён", "7707083893", "770701001")
    assert (contact.last_name, contact.position) == ("Зайцева", "Завхоз")
    assert (interest.account_id, interest.source) == (account.id, "Заявка с сайта")
    points = {point.value for point in await world.all(Point) if point.contact_id == contact.id}
    assert points == {OLGA, "olga@klyon.example"}
    assert (await world.all(Consent))[0].contact_id == contact.id
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.ACCEPTED
    assert desk.problems == []


async def test_a_known_senders_request_is_accepted_with_two_keys(
    site: Site, world: World, desk: Desk
) -> None:
    inquiry = await sent(world, phone=MARINA, name="Марина Ковалёва", inn="", email="")
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    await expect(page.locator(f'[data-hit="contact-{world.marina}"] input')).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    assert (await world.get(Inquiry, inquiry)).contact_id == world.marina


async def test_held_requests_are_looked_at_by_the_keyboard(site: Site, desk: Desk) -> None:
    first, second, third = [await held(site) for _ in range(3)]
    page = await reader(site, desk, "/submissions")
    await expect(page.locator(f"#submissionpane-{third}")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("KeyX")
    await expect(page.locator(".toast")).to_contain_text("Спам")
    await expect(page.locator(f"#submissionpane-{second}")).to_be_visible()
    await page.keyboard.press("KeyA")
    await expect(page.locator(".reading-one .sent")).to_be_visible()
    await page.wait_for_url("**/inquiries/*")
    states = [(await row(site, Submission, one)).state for one in (first, second, third)]
    assert states == [SubmissionState.HELD, SubmissionState.TAKEN, SubmissionState.DISMISSED]
    assert desk.problems == []


async def test_several_held_ones_are_spam_at_once(site: Site, desk: Desk) -> None:
    some = [await held(site) for _ in range(2)]
    page = await reader(site, desk, "/submissions")
    await expect(page.locator(".reading-one")).to_be_visible()
    await page.keyboard.press("KeyS")
    await page.keyboard.press("KeyJ")
    await page.keyboard.press("KeyS")
    await expect(page.locator("[data-picked]")).to_have_text("2")
    await page.locator('#bulk [name="do"][value="dismiss"]').click()
    await expect(page.locator(".toast")).to_contain_text("2 заявки — спам")
    await page.locator(".toast button, .toast a").first.click()
    await expect(page.locator(".toast").last).to_contain_text("Отменено")
    states = [(await row(site, Submission, one)).state for one in some]
    assert states == [SubmissionState.HELD, SubmissionState.HELD]


@pytest.mark.parametrize("width", [1366, 390])
async def test_what_was_sent_is_shown_on_any_screen_without_findings(
    site: Site, desk: Desk, width: int
) -> None:
    inquiry, _ = await inquiry_by_form(site, problems={"tel": "bad-phone"})
    page = await signed_in(site, desk)
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await expect(page.locator(".sent")).to_contain_text("Lamps for a barn")
    assert await findings(page) == []
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
