"""Declined by key and never heard of again; two contacts that were joined are separated by a press."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from intake.reception import Reception
from storage.columns import now
from storage.files import Files
from storage.tables.automation import Touch
from storage.tables.forms import WebForm
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.ignored import ignored
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.calling import Talk
from tests.storage.visiting import request
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.real

PHONE = "+79165550102"


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def pressed(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_decline_and_never_again_without_a_mouse(site: Site, world: World, desk: Desk) -> None:
    inquiry = await world.keep(Inquiry(channel=Channel.CALL, sender=PHONE))
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await page.keyboard.press("KeyX")
    form = page.get_by_role("dialog", name="Отклонить: почему?")
    await expect(form).to_be_visible()
    assert await findings(page) == []
    await pressed(page, "Digit1", "Tab")
    await page.keyboard.type("роботы")
    await page.keyboard.press("Tab")
    await expect(form.get_by_label("Дальше")).to_be_focused()
    await pressed(page, "ArrowDown", "ArrowDown", "Tab", "Enter")
    toast = page.locator(".toast").last
    await expect(toast).to_contain_text("Отклонено")
    assert await ignored(site.database) == [PHONE]
    await toast.get_by_role("button", name="Отменить").click()
    await expect(page.locator(".toast").last).to_contain_text("Отменено")
    assert await ignored(site.database) == []
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.NEW
    assert desk.problems == []


async def test_the_list_is_kept_without_a_mouse(site: Site, world: World, desk: Desk) -> None:
    page = await signed_in(site, desk, "gleb", role=Role.MANAGER)
    await page.goto(site.url("/settings/ignored"))
    await page.keyboard.press("KeyN")
    pattern = page.get_by_label("Номер, адрес или домен")
    await expect(pattern).to_be_focused()
    await page.keyboard.type("(*@")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".notice.bad")).to_contain_text("не номер и не адрес")
    await page.get_by_label("Номер, адрес или домен").fill("8 (916) 555-01-02")
    assert await findings(page) == []
    await page.keyboard.press("Control+Enter")
    row = page.get_by_role("row").filter(has_text="+7 916 555-01-02")
    await expect(row).to_be_visible()
    assert await findings(page) == []
    assert await ignored(site.database) == [PHONE]
    await row.get_by_role("button", name="Убрать").click()
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator(".toast").last).to_contain_text("Отменено")
    assert await ignored(site.database) == [PHONE]
    assert [one for one in desk.problems if "422" not in one] == []  # the browser tells of every refusal


async def test_what_was_joined_is_seen_and_separated(site: Site, world: World, desk: Desk) -> None:
    await world.keep(WebForm(key="k", name="Заявка", secret="s"))
    reception = Reception(site.database, Files(site.folder / "files"))
    said = {"name": "Ольга", "phone": PHONE, "wanted": "Свет"}
    await reception.receive(request(said=said, at=now() - timedelta(minutes=2)))
    for step in Talk(PHONE, now()).whole_missed():
        await reception.receive(step)
    (touch,) = await world.all(Touch)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{touch.inquiry_id}"))
    joined = page.get_by_role("region", name="Объединено")
    await expect(joined).to_contain_text("тот же телефон, в пределах 30 минут")
    assert await findings(page) == []
    await joined.get_by_role("button", name="Разделить").click()
    await expect(page.locator(".toast").last).to_contain_text("Разделено")
    await expect(joined).to_contain_text("отдельное обращение")
    await page.get_by_role("button", name="Отменить").click()
    await expect(joined).to_contain_text("тот же телефон")
    assert desk.problems == []
