"""A chat becomes an interest with hands on the keyboard, and whoever wrote is known by it afterwards."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from intake.model.chats import Attached, AttachmentKind
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.parties import Contact, Point, PointKind
from tests.browser.people import findings, signed_in
from tests.databases import store
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.telling import PHOTO, Chats, bot, person
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.real

TEXT = "Добрый день! Нужны прожекторы на склад, 24 штуки. Мой рабочий +7 495 777-01-02, ИНН 7707083893"
OLGA = person("501", name="Ольга Зайцева", username="olga_z")


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


@pytest.fixture
async def chats(site: Site, world: World, tmp_path: Path) -> Chats:
    await store(site.database, bot())
    return Chats(site.database, tmp_path / "files")


async def known(world: World) -> None:
    await world.keep(
        Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=OLGA.identity, raw="@olga_z")
    )


async def reader(site: Site, desk: Desk, **values: Any) -> Page:
    """A manager at the list of chats."""
    page = await signed_in(site, desk, **values)
    await page.goto(site.url("/inquiries?channel=chat"))
    return page


async def test_a_known_persons_chat_is_accepted_with_two_keys(
    site: Site, world: World, chats: Chats, desk: Desk
) -> None:
    await known(world)
    await chats.write("Здравствуйте", sender=OLGA)
    await chats.write(TEXT, sender=OLGA, attachments=(PHOTO,))
    page = await reader(site, desk)
    await expect(page.locator(".chatcard")).to_contain_text("24 штуки")
    await page.keyboard.press("KeyA")
    await expect(page.locator(f'[data-hit="contact-{world.marina}"] input')).to_be_checked()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    (inquiry,) = await world.all(Inquiry)
    assert (inquiry.state, inquiry.contact_id) == (InquiryState.ACCEPTED, world.marina)


async def test_a_newcomer_of_a_chat_is_filled_with_what_was_said_and_known_afterwards(
    site: Site, world: World, chats: Chats, desk: Desk
) -> None:
    await chats.write("Здравствуйте", sender=OLGA)
    contact = Attached(AttachmentKind.CONTACT, title="Пётр Сидоров", phone="+79165550103")
    await chats.write(TEXT, sender=OLGA, attachments=(PHOTO,))
    await chats.write("", sender=OLGA, attachments=(contact,))
    page = await reader(site, desk)
    await page.keyboard.press("KeyA")
    name = page.get_by_label("Наименование или ФИО")
    await expect(name).to_have_value("Ольга Зайцева")
    await page.keyboard.press("F9")
    await expect(page.locator(".w-chat .thread")).to_contain_text("24 штуки")
    assert await findings(page) == []
    await page.keyboard.press("F9")
    await page.keyboard.press("Alt+2")
    await expect(page.locator("#w-phone")).to_have_value("+7 495 777-01-02")
    await page.keyboard.press("F4")
    await expect(page.locator("#a-wanted")).to_have_value(f"Здравствуйте\n{TEXT}")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    points = {one.value for one in await world.all(Point) if one.lead_id not in (None, world.lead)}
    assert points == {"+74957770102", OLGA.identity}


async def test_the_card_tells_of_the_chat(site: Site, world: World, chats: Chats, desk: Desk) -> None:
    await known(world)
    await chats.write("Здравствуйте", sender=OLGA)
    await chats.write(TEXT, sender=OLGA, attachments=(PHOTO,))
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/contacts/{world.marina}"))
    await expect(page.locator("#points")).to_contain_text("@olga_z")
    await expect(page.locator("#timeline")).to_contain_text("24 штуки")
    assert await findings(page) == []
    await page.locator("#show-chat").click()
    await expect(page.locator("#timeline .entry")).to_have_count(1)
    assert (await world.get(Contact, world.marina)) is not None
