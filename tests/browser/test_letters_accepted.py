"""A letter becomes an interest with hands on the keyboard: of a known sender with two keys, of a newcomer
with what the signature offered."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.letters import LetterRecord
from storage.tables.parties import Account, Contact, Point
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.real

KOVALEVA = "kovaleva@sevsvet.example"
STRANGER = "p.sidorov@romashka.example"
TEXT = "Добрый день!\n\nПросим прислать предложение на прожекторы для склада, 24 штуки.\nСрок — до пятницы."
SIGNED = f"""{TEXT}

--
Сидоров Пётр Ильич
Главный инженер
ООО «Ромашка»
+7 916 555-01-01 доб. 12
ИНН 7707083893
http://romashka.example"""


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def letter(world: World, sender: str, **values: Any) -> int:
    inquiry = await world.keep(
        Inquiry(
            channel=Channel.LETTER, sender=sender, sender_name=values.get("sender_name"),
            subject="Прожекторы на склад", line="sales@our.example",
        )
    )  # fmt: skip
    await world.keep(
        LetterRecord(
            inquiry_id=inquiry, fingerprint=f"{inquiry:064}", from_email=sender, sender_email=sender,
            subject="Прожекторы на склад", reply_text=TEXT, **{"text": TEXT, **values},
        )
    )  # fmt: skip
    return inquiry


async def reader(site: Site, desk: Desk, **values: Any) -> Page:
    """A manager at the list of letters."""
    page = await signed_in(site, desk, **values)
    await page.goto(site.url("/inquiries?channel=letter"))
    return page


async def test_a_known_senders_letter_is_accepted_with_two_keys(site: Site, world: World, desk: Desk) -> None:
    inquiry = await letter(world, KOVALEVA, sender_name="Марина Ковалёва")
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    await expect(page.locator(f'[data-hit="contact-{world.marina}"] input')).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    await expect(page.locator("#sheet")).to_be_hidden()
    interest = (await world.all(Interest))[-1]
    assert (interest.account_id, interest.contact_id) == (world.account, world.marina)
    assert (interest.title, interest.wanted) == ("Прожекторы на склад — Ковалёва М. С.", TEXT)
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.ACCEPTED
    assert desk.problems == []


async def test_a_key_right_after_the_next_row_is_meant_for_that_row(
    site: Site, world: World, desk: Desk
) -> None:
    await letter(world, STRANGER)
    second = await letter(world, KOVALEVA)
    page = await reader(site, desk)
    await page.keyboard.press("KeyJ")
    await page.keyboard.press("KeyA")
    await expect(page.locator(f'wizard-search[data-inquiry="{second}"]')).to_be_visible()
    assert desk.problems == []


async def slowly(page: Page) -> None:
    """The wizard takes its time."""

    async def wait(route: Route) -> None:
        await asyncio.sleep(2)
        await route.continue_()

    await page.route(re.compile("/(wizard|take)"), wait)


async def test_a_key_pressed_before_the_wizard_has_come_is_meant_for_it(
    site: Site, world: World, desk: Desk
) -> None:
    await letter(world, STRANGER)
    page = await reader(site, desk)
    await slowly(page)
    await page.keyboard.press("KeyA")
    await page.keyboard.press("F9")
    await expect(page.get_by_role("region", name="Письмо")).to_contain_text("прожекторы для склада")
    await page.keyboard.press("Escape")
    await page.keyboard.press("KeyA")
    await page.keyboard.press("F3")
    await expect(page.locator("wizard-accept")).to_be_visible()
    assert desk.problems == []


async def test_what_accepts_is_never_pressed_on_what_nobody_has_seen(
    site: Site, world: World, desk: Desk
) -> None:
    inquiry = await letter(world, KOVALEVA)
    page = await reader(site, desk)
    await slowly(page)
    await page.keyboard.press("KeyA")
    await page.keyboard.press("Control+Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(f'[data-hit="contact-{world.marina}"] input')).to_be_focused()
    await page.wait_for_timeout(1500)
    await expect(page.locator("wizard-search")).to_be_visible()
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.IN_WORK
    assert desk.problems == []


async def test_a_wizard_closed_before_it_has_come_gives_the_letter_back(
    site: Site, world: World, desk: Desk
) -> None:
    inquiry = await letter(world, STRANGER)
    page = await reader(site, desk)
    await slowly(page)
    await page.keyboard.press("KeyA")
    async with page.expect_response(re.compile("/later$")):
        await page.keyboard.press("Escape")
        await expect(page.locator("#sheet")).to_be_hidden()
    await expect(page.locator("wizard-search")).to_have_count(0)
    found: Inquiry = await world.get(Inquiry, inquiry)
    assert (found.state, found.holder_id) == (InquiryState.NEW, None)
    assert desk.problems == []


async def test_a_newcomers_letter_is_accepted_with_what_the_signature_offered(
    site: Site, world: World, desk: Desk
) -> None:
    await letter(world, STRANGER, sender_name="Пётр", text=SIGNED)
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    await expect(page.get_by_label("Наименование или ФИО")).to_have_value("Сидоров Пётр Ильич")
    await expect(page.get_by_label("ИНН")).to_have_value("")
    await page.keyboard.press("F3")
    await expect(page.get_by_label("Фамилия")).to_have_value("Сидоров")
    await expect(page.get_by_label("Организация")).to_have_value("")
    await page.keyboard.press("Alt+Digit0")  # everything that was found
    await expect(page.get_by_label("Организация")).to_have_value("ООО «Ромашка»")
    await expect(page.get_by_label("Название")).to_have_value("Прожекторы на склад — Сидоров П. И.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято")
    account, person = (await world.all(Account))[-1], (await world.all(Contact))[-1]
    assert (account.name, account.inn) == ("Ромашка", "7707083893")
    assert (person.last_name, person.position, person.account_id) == (
        "Сидоров", "Главный инженер", account.id,
    )  # fmt: skip
    points = {one.value: one.extension for one in await world.all(Point) if one.contact_id == person.id}
    assert points == {"+79165550101": "12", STRANGER: None}
    assert desk.problems == []


async def test_an_offer_fills_by_its_key_searches_and_goes_again(
    site: Site, world: World, desk: Desk
) -> None:
    await letter(world, STRANGER, text="Звоните: +7 916 123-45-67")  # it is Marina's
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    marina = page.locator(f'[data-hit="contact-{world.marina}"]')
    await expect(page.locator("wizard-search")).to_be_visible()
    await expect(marina).to_have_count(0)
    await page.keyboard.press("Alt+Digit1")
    await expect(marina.locator("input")).to_be_checked()
    offer = page.get_by_role("button", name="+7 916 123-45-67", pressed=True)
    await expect(offer).to_be_visible()
    await page.keyboard.press("Alt+Digit1")
    await expect(marina).to_have_count(0)
    await expect(page.locator("#w-phone")).to_have_value("")
    assert desk.problems == []


async def test_the_letter_unfolds_beside_the_wizard_and_stays_on_page_two(
    site: Site, world: World, desk: Desk
) -> None:
    await letter(world, KOVALEVA)
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    text = page.get_by_role("region", name="Письмо")
    await expect(page.locator("wizard-search")).to_be_visible()
    await expect(text).to_be_hidden()
    await page.keyboard.press("F9")
    await expect(text).to_contain_text("прожекторы для склада, 24 штуки")
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("wizard-accept")).to_be_visible()
    await expect(page.locator(".w-letter > summary")).to_contain_text("Прожекторы на склад")
    assert await findings(page) == []
    assert desk.problems == []
