"""A rule is written by keyboard alone, read as a sentence, rehearsed, switched on, put in its place."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from intake.automation.bodies import rule_of
from intake.model.rules import About, Condition, Do, Op
from storage.tables.automation import AutoRule
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import populate

pytestmark = [pytest.mark.real, pytest.mark.slow]

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1366, "height": 768}},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


@pytest.fixture
async def house(site: Site, tmp_path: Path) -> Ruled:
    return await ruled(await populate(site.database), tmp_path)


async def at_rules(site: Site, desk: Desk, path: str = "/settings/rules") -> Page:
    page = await signed_in(site, desk, "gromova", role=Role.ADMINISTRATOR)
    await page.goto(site.url(path))
    return page


async def kept(site: Site) -> list[AutoRule]:
    async with site.database.reading() as session:
        return list(await session.exec(select(AutoRule).order_by(col(AutoRule.position))))


async def tab_to(page: Page, element: str) -> None:
    """By Tab alone."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("id => document.activeElement.id === id", element):
            return
    raise AssertionError(f"Tab never reaches {element}")


async def sideways(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


async def test_a_rule_is_written_rehearsed_and_switched_on_by_keyboard_alone(site: Site, house: Ruled, desk):
    await house.send(name="Чужой Ян", phone="8 495 100-20-30", wanted="Кредит под залог")
    page = await at_rules(site, desk)
    said = page.locator("#rule-said")
    await page.keyboard.press("n")
    await said.wait_for()
    await tab_to(page, "r-name")
    await page.keyboard.type("Про кредиты")
    await tab_to(page, "r-channels-form")
    await page.keyboard.press("Space")
    await expect(said).to_contain_text("Если заявка с формы")
    await tab_to(page, "add-condition")
    await page.keyboard.press("Enter")
    await page.locator("#r-conditions-0-about:focus").wait_for()
    await page.keyboard.press("ArrowDown")
    await expect(said).to_contain_text("текст содержит")
    await tab_to(page, "r-conditions-0-value")
    await page.keyboard.type("кредит")
    await expect(said).to_contain_text("текст содержит «кредит»")
    await tab_to(page, "r-outcome-do")
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowUp")
    await page.locator("#r-outcome-reason").wait_for()
    await tab_to(page, "r-outcome-reason")
    await page.keyboard.press("ArrowDown")
    await expect(said).to_contain_text("отклонить: «спам»")
    await tab_to(page, "rehearse")
    await page.keyboard.press("Enter")
    table = page.locator(".besidetable")
    await expect(table).to_contain_text("Чужой Ян")
    await expect(table).to_contain_text("Отклонено")
    assert await kept(site) == []  # a rehearsal keeps nothing
    await page.keyboard.press("Control+Enter")
    await page.get_by_role("heading", name="Про кредиты").wait_for()
    [row] = await kept(site)
    assert (row.enabled, rule_of(row, 1).conditions) == (
        False,
        (Condition(About.BODY, Op.CONTAINS, "кредит"),),
    )
    await page.goto(site.url("/settings/rules"))
    await tab_to(page, "switch-1")
    await page.keyboard.press("Space")
    await page.locator('#switch-1[aria-checked="true"]').wait_for()
    assert (await kept(site))[0].enabled
    assert desk.problems == []


async def test_rules_change_places_by_keyboard_and_by_dragging(site: Site, house: Ruled, desk):
    for name in ("Первое", "Второе", "Третье"):
        await house.rule(drawn(Do.HOLD, reason="x"), name)
    page = await at_rules(site, desk)
    await page.locator("#down-1").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-rule] h2")).to_have_text(["Второе", "Первое", "Третье"])
    assert await page.evaluate("document.activeElement.id") == "down-1"
    await page.locator("#rule-3 .grip").drag_to(page.locator("#rule-2"), target_position={"x": 200, "y": 4})
    await expect(page.locator("[data-rule] h2")).to_have_text(["Третье", "Второе", "Первое"])
    await page.wait_for_timeout(500)
    assert [row.name for row in await kept(site)] == ["Третье", "Второе", "Первое"]
    assert desk.problems == []


async def test_nothing_typed_is_lost_while_the_form_changes(site: Site, house: Ruled, desk):
    page = await at_rules(site, desk, "/settings/rules/new")
    await page.get_by_label("Название", exact=True).fill("Вечером")
    await page.locator("#add-condition").click()
    await page.locator("#r-conditions-0-value").fill("(кредит")
    await page.locator("#r-conditions-0-op").select_option("matches")
    await expect(page.locator("#condition-0 .error")).to_contain_text("RE2")
    await page.locator("#r-outcome-title").fill("{wanted}")
    await page.locator("#r-outcome-do").select_option("hold")
    await page.locator("#r-outcome-reason").fill("посмотреть")
    await page.locator("#r-outcome-do").select_option("create")
    await expect(page.locator("#r-outcome-title")).to_have_value("{wanted}")
    await page.locator("#add-condition").click()
    await page.locator("#r-conditions-1-about").select_option("working-time")
    await expect(page.locator("#r-conditions-1-op option")).to_have_count(1)
    await page.locator("#drop-0").click()
    await expect(page.locator(".condition")).to_have_count(1)
    await expect(page.get_by_label("Название", exact=True)).to_have_value("Вечером")
    assert page.url.endswith("/settings/rules/new")
    assert desk.problems == []


@pytest.mark.parametrize("screen", SCREENS)
async def test_the_pages_of_rules_and_events_are_fit_for_everybody(
    site: Site, house: Ruled, new_desk, screen
):
    rule = drawn(Do.CREATE, Condition(About.KNOWN, Op.IS, "nobody"), channels=("form",), labels=("сайт",))
    await house.rule(rule, "Сайт")
    waits = await house.send(name="Ковалева Марина", phone="8 495 100-20-31", wanted="Светильники")
    await house.send(name="Зубов Тихон", phone="8 812 700-20-30", wanted="Столы")
    desk: Desk = await new_desk(**SCREENS[screen])
    page = await at_rules(site, desk)
    wrong: list[str] = []
    paths = ("/settings/rules", "/settings/rules/1", "/settings/rules/1/versions", "/events", "/events/1")
    for path in (*paths, f"/inquiries/{waits}"):
        await page.goto(site.url(path))
        await page.wait_for_timeout(300)
        wrong += [f"{path}: {finding}" for finding in await findings(page)]
        wrong += [f"{path} sticks out"] if await sideways(page) > 0 else []
    await page.goto(site.url("/settings/rules/1"))
    await page.locator("#rehearse").click()
    await page.locator(".totals, .rehearsal .notice").first.wait_for()
    wrong += await findings(page)
    wrong += ["the rehearsal sticks out"] if await sideways(page) > 0 else []
    assert (wrong, desk.problems) == ([], [])
