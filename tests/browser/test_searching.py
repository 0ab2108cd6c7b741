"""Finding somebody while one types, in the wizard and in the field that searches everything."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from storage.columns import now
from storage.tables.parties import Contact
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.real

RESULTS = "**/wizard/results"
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


@pytest.fixture
async def page(site: Site, world: World, desk: Desk) -> Page:
    """The wizard, begun by hand."""
    opened = await signed_in(site, desk, name="Анна Петрова")
    await opened.goto(site.url("/wizard"))
    await expect(opened.get_by_label("Наименование или ФИО")).to_be_focused()
    return opened


async def found(page: Page) -> None:
    """What stands in the fields has been searched for."""
    await page.evaluate("document.querySelector('wizard-search').settled()")


def contact(page: Page, id_: int) -> Locator:
    return page.locator(f'[data-hit="contact-{id_}"]')


@pytest.mark.parametrize(
    ("whom", "typed", "why", "marked"),
    [
        ("marina", "ковалева марина", "слова имени", ["Ковалёва", "Марина"]),
        ("marina", "ковалеав марина", "похоже: 1 опечатка", ["Ковалёва", "Марина"]),
        ("marina", "rjdfktdf vfhbyf", "раскладка", ["Ковалёва", "Марина"]),
        ("marina", "kovaleva marina", "транслит", ["Ковалёва", "Марина"]),
        ("pyotr", "сомов петя", "другая форма имени", ["Сомов", "Пётр"]),
        ("marina", "ковалева м", "инициалы", ["Ковалёва", "М"]),
    ],
)
async def test_it_says_why_and_how_sure_and_marks_the_letters(page, world, whom, typed, why, marked):
    await page.keyboard.type(typed)
    await found(page)
    hit = contact(page, getattr(world, whom))
    await expect(hit.locator(".chips")).to_contain_text(why)
    await expect(hit.locator(".w-sure")).to_have_text(re.compile("возможно|вероятно"))
    assert (await hit.locator("mark").all_text_contents())[: len(marked)] == marked


async def test_whoever_is_only_called_so_is_never_chosen_by_the_page(page, world):
    for text in ("Ковалёва Марина Сергеевна", "Kovaleva Marina", "ковалеав марина", "ООО Северный свет"):
        await page.get_by_label("Наименование или ФИО").fill(text)
        await found(page)
        await expect(page.locator(".w-hit").first).to_be_visible()
        await expect(page.locator(".w-hit input:checked")).to_have_count(0)


async def test_the_way_of_searching_stands_beside_the_fields_and_is_remembered(site, page, world):
    await expect(page.get_by_role("radio", name="неточно")).to_be_checked()
    await page.keyboard.type("кавалева")
    await found(page)
    await expect(contact(page, world.marina)).to_be_visible()
    await page.get_by_text("точно", exact=True).click()
    await found(page)
    await expect(contact(page, world.marina)).to_have_count(0)
    await page.goto(site.url("/wizard"))
    await expect(page.get_by_role("radio", name="точно", exact=True)).to_be_checked()
    await page.goto(site.url("/me"))
    await expect(page.locator("[name=search_mode]:checked, [name=search_mode] :checked")).to_have_attribute(
        "value", "exact"
    )


async def test_the_next_letter_gives_up_the_question_that_is_under_way(page, world, desk):
    held: list[Route] = []
    given_up: list[str] = []
    page.on("requestfailed", lambda request: given_up.append(request.post_data or ""))

    async def first_one_waits(route: Route) -> None:
        if held:
            await route.continue_()
        held.append(route)

    await page.route(RESULTS, first_one_waits)
    await page.keyboard.type("k")
    while not held:
        await page.wait_for_timeout(10)
    await page.keyboard.type("ovaleva")
    await found(page)
    await expect(contact(page, world.marina)).to_be_visible()
    assert "name=k&" in given_up[0]
    assert desk.problems == []


async def test_whoever_listens_is_told_how_many_were_found(page, world):
    told = page.locator("wizard-search [data-told]")
    await expect(told).to_have_attribute("role", "status")
    await page.keyboard.type("ковалева")
    await expect(told).to_have_text("Найдено: 1 клиент, 1 контакт, 1 интерес")
    await page.get_by_label("Наименование или ФИО").fill("щщщщщ")
    await expect(told).to_have_text("Найдено: 0 клиентов, 0 контактов, 0 интересов")


async def test_whom_the_keys_are_on_stays_where_it_is_when_others_come(page, world):
    for first in ("Анна", "Вера", "Дарья"):
        await world.keep(Contact(last_name="Ковалёва", first_name=first))
    await page.keyboard.type("ковалева")
    await found(page)
    hits = page.locator('.w-pane[data-pane="contact"] .w-hit')
    await expect(hits).to_have_count(4)
    await hits.nth(1).locator("input").focus()
    await page.keyboard.press("Space")
    await found(page)
    chosen = page.locator(".w-hit:has([name=contact]:checked)")
    key, before = await chosen.get_attribute("data-hit"), await chosen.bounding_box()
    for first in ("Ева", "Зоя", "Инна"):
        await world.keep(Contact(last_name="Ковалёва", first_name=first, touched_at=now()))
    await page.evaluate("document.querySelector('wizard-search').look()")
    await found(page)
    await expect(hits).to_have_count(7)
    assert await chosen.get_attribute("data-hit") == key
    after = await chosen.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 1
    await expect(chosen.locator("input")).to_be_focused()


async def test_nothing_changes_under_a_pointer_that_aims(page, world):
    await world.keep(Contact(last_name="Ковалёнок", first_name="Вера"))
    await page.keyboard.type("ковал")
    await found(page)
    hits = page.locator('.w-pane[data-pane="contact"] .w-hit')
    await expect(hits).to_have_count(2)
    place = await hits.nth(1).bounding_box()
    assert place is not None
    await page.keyboard.type("ено")
    for step in range(10):
        await page.mouse.move(place["x"] + 20 + step, place["y"] + 10)
        assert await hits.count() == 2
        await page.wait_for_timeout(15)
    await found(page)
    await expect(hits.first).to_contain_text("Ковалёнок")


async def test_everything_is_searched_by_keys_alone(site, page, world, desk):
    await page.goto(site.url("/"))
    await page.keyboard.press("Slash")
    await page.keyboard.type("pfvtyf cdtnbkmybrjd")
    await page.keyboard.press("ArrowDown")
    line = page.locator("#found a").first
    await expect(line).to_be_focused()
    await expect(line).to_contain_text("раскладка")
    assert await line.locator("mark").all_text_contents() == ["Замена", "светильников"]
    await expect(page.locator(".omni [data-told]")).to_have_text("найдено: 1")
    await page.keyboard.press("Enter")
    await page.wait_for_url(site.url(f"/interests/{world.interest}"))
    assert desk.problems == []


async def test_a_number_finds_the_interest_and_the_inquiry_that_have_it(site, page, world):
    inquiry = await world.inquiry()
    field = page.get_by_role("searchbox")
    await field.fill(f"№ {world.interest}")
    await expect(page.locator(f'#found a[href="/interests/{world.interest}"]')).to_contain_text("номер")
    await field.fill(str(inquiry))
    await expect(page.locator(f'#found a[href="/inquiries/{inquiry}"]')).to_contain_text("№")


async def test_esc_empties_the_field_and_late_answers_do_not_come_back(page, world):
    held: list[Route] = []

    async def wait(route: Route) -> None:
        held.append(route)

    await page.route("**/find?*", wait)
    await page.get_by_role("searchbox").focus()
    await page.keyboard.type("к")
    while not held:
        await page.wait_for_timeout(10)
    await page.keyboard.press("Escape")
    await page.wait_for_timeout(100)
    await expect(page.locator("#found")).to_be_empty()
    await expect(page.get_by_role("searchbox")).to_have_value("")


@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing_and_nothing_sticks_out(site, world, new_desk, screen):
    page = await signed_in(site, await new_desk(**SCREENS[screen]), "bella", name="Белла")
    await page.goto(site.url("/wizard"))
    await page.get_by_label("Наименование или ФИО").fill("кавалева морина")
    await found(page)
    await expect(page.locator(".w-sure").first).to_be_attached()
    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.goto(site.url("/find?q=rjdfktdf"))
    await expect(page.locator(".hitline").first).to_be_visible()
    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
