"""Duplicates in a real browser: reviewed pair by pair without a mouse, on every screen, for everybody."""

from typing import Any

import pytest
from playwright.async_api import expect

from intake.duplicates.progress import current
from intake.duplicates.search import search_all, start, step
from storage.access import Actor
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.web.records import keep

pytestmark = pytest.mark.real

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


async def twins(site) -> list[int]:
    """Two pairs of contacts, the first the surer; they are known."""
    people = await strangers(site)
    await start(site.database, Actor(None, ""))
    await search_all(site.database)
    return people


async def strangers(site) -> list[int]:
    """The same before anybody has looked."""
    accounts = await keep(site, Account(name="Северный свет"), Account(name="Северсвет", do_not_call=True))
    people = await keep(
        site,
        Contact(last_name="Кржижановский", first_name="Глеб", city="Тула", account_id=accounts[0]),
        Contact(last_name="Кржижановский", first_name="Глеб", position="Директор", account_id=accounts[1]),
        Contact(last_name="Ухтомский", first_name="Илья", description="Первый"),
        Contact(last_name="Ухтомский", first_name="Илья", description="Второй"),
        Contact(last_name="Ухтомская", first_name="Анна"),
    )
    for owner in people[:2]:
        await keep(site, Point(contact_id=owner, kind=PointKind.PHONE, value="+79035550001", tail="5550001"))
    return people


async def test_pairs_are_reviewed_without_a_mouse(site, desk):
    people = await twins(site)
    page = await signed_in(site, desk)
    await page.goto(site.url("/contacts"))
    await page.keyboard.press("KeyD")
    await expect(page.locator(".pairs tbody tr")).to_have_count(2)
    await page.locator(".pairs [data-line] a").first.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Две карточки или одна?")

    await page.keyboard.press("Digit1")
    await expect(page.locator("[name=of-position][value=one]")).to_be_checked()
    await page.locator("[name=of-position][value=one]").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".pair-side").first).to_contain_text("Ухтомский")
    toast = page.locator(".toast", has_text="Объединено")
    await expect(toast).to_be_visible()
    await page.keyboard.press("KeyX")
    await expect(page.locator("#list .empty")).to_be_visible()

    await page.goto(site.url(f"/contacts/{people[1]}"))
    await expect(page).to_have_url(site.url(f"/contacts/{people[0]}"))
    await expect(page.locator("#value-position")).to_contain_text("Директор")
    await expect(page.locator("#timeline")).to_contain_text("Кржижановский Глеб")
    assert desk.problems == []


async def test_a_merge_is_taken_back_from_the_toast(site, desk):
    people = await twins(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/contacts/{people[2]}/merge/{people[3]}"))
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#value-description")).to_contain_text("Второй")
    await page.locator(".toast").get_by_role("button", name="Отменить").press("Enter")
    await expect(page.locator("#value-description")).not_to_contain_text("Второй")
    await page.goto(site.url(f"/contacts/{people[3]}"))
    await expect(page.locator("#value-description")).to_contain_text("Второй")
    assert desk.problems == []


async def test_a_card_is_merged_with_whoever_is_searched_for(site, desk):
    people = await twins(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/contacts/{people[2]}"))
    await expect(page.locator(".doubles-strip")).to_contain_text("Ухтомский Илья")
    await page.keyboard.press("KeyM")
    await expect(page.locator("#merge-q")).to_be_focused()
    await page.keyboard.type("кржиж")
    await expect(page.locator("#list [data-line]")).to_have_count(2)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Две карточки или одна?")
    assert desk.problems == []


async def test_a_colleagues_decision_takes_the_pair_off_the_list(site, desk):
    people = await twins(site)
    page = await signed_in(site, desk)
    await page.goto(site.url("/duplicates"))
    await expect(page.locator(".pairs tbody tr")).to_have_count(2)
    boris = await site.sign_in("boris")
    await boris.post(f"/contacts/{people[0]}/merge/{people[1]}/apart")
    await expect(page.locator(".pairs tbody tr")).to_have_count(1)


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_page_of_duplicates_fits_and_is_fit_for_everybody(site, new_desk, screen):
    people = await twins(site)
    desk = await new_desk(**SCREENS[screen])
    page = await signed_in(site, desk, role=Role.MANAGER)
    for path in (
        "/duplicates", "/duplicates?show=marked", f"/contacts/{people[0]}/merge/{people[1]}?on=list",
        f"/contacts/{people[2]}/merge/{people[3]}", f"/contacts/{people[0]}/merge?q=ух",
        f"/contacts/{people[0]}",
    ):  # fmt: skip
        await page.goto(site.url(path))
        await page.wait_for_load_state("networkidle")
        assert await findings(page) == [], path
        wide = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wide, path
        sticking = await page.evaluate(
            "[...document.querySelectorAll('#main *')].filter(e => !e.closest('.scroll, .seg, .unseen')"
            " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"
        )
        assert sticking == [], path
    assert desk.problems == []


async def test_how_far_it_is_is_shown_and_then_what_was_found(site, desk):
    await strangers(site)
    page = await signed_in(site, desk, role=Role.MANAGER)
    await page.goto(site.url("/duplicates"))
    await page.get_by_role("button", name="Просмотреть все карточки").press("Enter")
    await expect(page.locator(".looking progress")).to_be_visible()
    for _ in range(4):
        async with site.database.reading() as session:
            search = await current(session)
        assert search is not None
        await step(site.database, search)
    await expect(page.locator(".looking progress")).not_to_have_attribute("value", "0")
    await search_all(site.database)
    await expect(page.locator(".pairs tbody tr")).to_have_count(2)
    await expect(page.locator(".looking progress")).to_have_count(0)
    assert desk.problems == []
