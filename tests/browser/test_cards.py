"""Cards and lists in a real browser: changed in place by keyboard, fresh by themselves, fit for everybody."""

from typing import Any

import pytest
from playwright.async_api import expect

from storage import edits
from storage.access import Actor
from storage.fields import CardKind
from storage.tables.parties import Account
from storage.tables.work import Task
from tests.browser.people import findings, signed_in
from tests.web.records import keep, missed_call, settle

pytestmark = pytest.mark.real

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


async def test_a_field_is_edited_in_place_by_keyboard_and_undone_from_the_toast(site, desk):
    town = await settle(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/accounts/{town.account}"))
    await page.locator("#value-city").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#edit-city")).to_be_focused()
    await page.keyboard.type("Тула")
    await page.keyboard.press("Enter")
    await expect(page.locator("#value-city")).to_contain_text("Тула")
    await expect(page.locator("#value-city")).to_be_focused()
    await expect(page.locator("#timeline")).to_contain_text("Город: Тула")
    await page.keyboard.press("Enter")
    await page.locator("#edit-city").fill("Орёл")
    await page.keyboard.press("Escape")
    await expect(page.locator("#value-city")).to_contain_text("Тула")
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator("#value-city")).not_to_contain_text("Тула")
    assert desk.problems == []


async def test_a_mistake_keeps_what_was_typed_and_the_focus(site, desk):
    town = await settle(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/accounts/{town.account}"))
    await page.locator("#value-inn").click()
    await page.locator("#edit-inn").fill("123")
    await page.keyboard.press("Enter")
    await expect(page.locator("#fact-inn .error")).to_be_visible()
    await expect(page.locator("#edit-inn")).to_have_value("123")
    await expect(page.locator("#edit-inn")).to_be_focused()
    assert await findings(page) == []


async def test_a_colleagues_change_appears_and_what_is_being_typed_stays(site, desk):
    town = await settle(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/accounts/{town.account}"))
    await page.locator(".say textarea").fill("half a thou")
    await page.locator("#value-source").click()
    await page.locator("#edit-source").fill("Выставка")
    async with site.database.transaction() as session:
        boris = Actor(None, "Boris")
        await edits.change_field(session, CardKind.ACCOUNT, town.account, "city", "Казань", boris)
    await expect(page.locator("#value-city")).to_contain_text("Казань")
    await expect(page.locator(".say textarea")).to_have_value("half a thou")
    await expect(page.locator("#edit-source")).to_have_value("Выставка")


async def test_comments_phones_and_tasks_without_a_mouse(site, desk):
    town = await settle(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/contacts/{town.contact}"))
    await page.keyboard.press("KeyC")
    await page.keyboard.type("Звонить после обеда")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#timeline")).to_contain_text("Звонить после обеда")
    await expect(page.locator(".say textarea")).to_have_value("")
    await page.locator("#point-new").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#point-text")).to_be_focused()
    await page.keyboard.type("8 495 000-00-01 доб. 7")
    await page.keyboard.press("Enter")
    await expect(page.locator("#points")).to_contain_text("+7 495 000-00-01 доб. 7")
    await page.locator("h1").click()
    await page.keyboard.press("KeyT")
    await expect(page.locator("#drawer #f-title")).to_be_focused()
    await page.keyboard.type("Отправить счёт")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#drawer")).to_be_hidden()
    await expect(page.locator(".around")).to_contain_text("Отправить счёт")
    await page.get_by_role("button", name="Сделано: Отправить счёт").click()
    await expect(page.locator(".around")).not_to_contain_text("Отправить счёт")
    assert desk.problems == []


async def test_an_interest_is_moved_labelled_and_given_a_helper(site, desk):
    town = await settle(site)
    await site.user("boris", name="Борис Ильин")
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/interests/{town.interest}"))
    await page.get_by_role("button", name="Offer").click()
    await expect(page.locator("[aria-current=step]")).to_have_text("Offer")
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator("[aria-current=step]")).to_have_text("New")
    await page.get_by_label("Новая метка").fill("срочно")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Снять метку «срочно»")).to_be_visible()
    await expect(page.get_by_label("Новая метка")).to_have_value("")
    await page.get_by_label("Новый соисполнитель").select_option(label="Борис Ильин")
    await expect(page.get_by_role("button", name="Убрать: Борис Ильин")).to_be_visible()
    assert desk.problems == []


async def test_typing_narrows_a_list_and_enter_opens_its_card(site, desk):
    ids = await keep(site, *[Account(name=name) for name in ("Ромашка", "Лютик", "Василёк")])
    page = await signed_in(site, desk)
    await page.goto(site.url("/accounts"))
    await page.keyboard.press("KeyF")
    await page.keyboard.type("лют")
    await expect(page.locator("[data-line]")).to_have_count(1)
    await expect(page.locator("#total")).to_have_text("1")
    assert "q=" in page.url
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/accounts/{ids[1]}")
    await page.go_back()
    await expect(page.locator("[data-line]")).to_have_count(1)
    await page.locator("[data-line] td").last.click()
    await page.wait_for_url(f"**/accounts/{ids[1]}")


async def test_the_bar_at_the_top_is_walked_by_arrows(site, desk):
    town = await settle(site)
    page = await signed_in(site, desk)
    await page.keyboard.press("Slash")
    await page.keyboard.type("ковал")
    await expect(page.locator("#found a").first).to_contain_text("Ковалёва Марина")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/contacts/{town.contact}")


@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing_and_nothing_sticks_out(site, new_desk, screen):
    town = await settle(site)
    await missed_call(site, account_id=town.account, contact_id=town.contact)
    desk = await new_desk(**SCREENS[screen])
    page = await signed_in(site, desk)
    await keep(site, Task(title="Send", account_id=town.account, responsible_id=1))
    cards = {
        "accounts": town.account,
        "contacts": town.contact,
        "leads": town.lead,
        "interests": town.interest,
    }
    paths = [f"/{kind}/{row}" for kind, row in cards.items()] + [f"/{kind}" for kind in cards]
    paths += [f"/{kind}/new" for kind in (*cards, "tasks")]
    paths += [
        "/tasks",
        f"/accounts/{town.account}?edit=name&point=new",
        "/find?q=ромашка",
        "/accounts?q=nothing",
    ]
    for path in paths:
        await page.goto(site.url(path))
        assert await findings(page) == [], path
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} can be scrolled sideways"
    assert desk.problems == []
