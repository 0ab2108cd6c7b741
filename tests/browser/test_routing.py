"""A calendar drawn and an alarm seen without a mouse; live on two desks."""

import pytest
from playwright.async_api import expect
from sqlmodel import select

from storage.alarms import raise_alarm
from storage.tables.people import Role, Team
from storage.tables.routing import Alarm, Seat, WorkCalendar
from tests.browser.people import findings, signed_in
from tests.databases import store

pytestmark = [pytest.mark.real, pytest.mark.slow]


async def test_a_calendar_is_drawn_by_keyboard(site, desk):
    page = await signed_in(site, desk, role=Role.ADMINISTRATOR)
    await page.goto(site.url("/settings/routing"))
    await page.locator(".pagehead").get_by_role("link", name="Добавить календарь").focus()
    await page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_label("Понедельник")).to_have_value("09:00–18:00")
    assert await findings(page) == []

    await drawer.get_by_label("Название").focus()
    await page.keyboard.type("Смены")
    await drawer.get_by_label("Понедельник").focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("9-13, 14-18")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("с утра")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Вторник")).to_have_value("с утра")
    await expect(page.get_by_label("Вторник")).to_have_attribute("aria-invalid", "true")
    assert await findings(page) == []

    await page.get_by_label("Вторник").focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("22-6")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Сохранено")).to_be_visible()
    async with site.database.reading() as session:
        (calendar,) = list(await session.exec(select(WorkCalendar)))
    assert calendar.hours[:2] == [[["09:00", "13:00"], ["14:00", "18:00"]], [["22:00", "06:00"]]]
    assert calendar.days == {}
    assert desk.problems == [problem for problem in desk.problems if "422" in problem]


async def test_an_alarm_comes_by_itself_is_seen_by_a_key_and_leaves_every_desk(site, desk, new_desk):
    page = await signed_in(site, desk, role=Role.MANAGER)
    other = await signed_in(site, await new_desk(), "boss", role=Role.ADMINISTRATOR)
    await expect(page.locator("#alarms .alarm")).to_have_count(0)

    async with site.database.transaction() as session:
        await raise_alarm(session, "nobody-there", "nobody-there:1", team="Продажи")

    for each in (page, other):
        await expect(each.get_by_text("В «Продажи» никого нет: 1 обращение ждёт любого")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("KeyV")
    for each in (page, other):
        await expect(each.locator("#alarms .alarm")).to_have_count(0)
    async with site.database.reading() as session:
        assert (await session.exec(select(Alarm.seen_at))).one() is not None
    assert desk.problems == []


async def test_the_page_of_turns_is_fit_for_everybody_and_a_pause_is_seen_at_once(site, desk):
    page = await signed_in(site, desk, role=Role.ADMINISTRATOR, name="Анна Петрова")
    boris = await site.user("boris", name="Борис Климов")
    (team,) = await store(site.database, Team(name="Продажи"))
    await store(site.database, Seat(team_id=team, user_id=boris.id))
    await page.goto(site.url("/settings/routing"))
    await expect(page.get_by_text("следующий")).to_be_visible()
    assert await findings(page) == []

    await page.get_by_role("button", name="Поставить на паузу: Борис Климов").focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("на паузе", exact=True)).to_be_visible()
    await expect(page.get_by_text("никого нет", exact=True)).to_be_visible()
    assert desk.problems == []
