"""Live updates in a real browser: one connection for all tabs, breaks, and the card of a ringing call."""

import asyncio

import pytest
from playwright.async_api import expect

from storage.columns import now
from storage.database import announce
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.people import Presence
from storage.tables.work import Task
from tests.browser.people import change, findings, ring, signed_in
from tests.site import Site
from web.keys import LIVE

pytestmark = pytest.mark.real

TABS = 9  # a browser allows six connections to a host
LEADER = "'leader' in document.documentElement.dataset"
# Counts notifications instead of showing them; every tab counts its own.
COUNTING = """
  window.notices = [];
  window.Notification = class { constructor(title) { notices.push(title); } close() {} };
  Notification.permission = 'granted';
  Notification.requestPermission = async () => 'granted';
  Document.prototype.hasFocus = () => false;
"""


async def listening(site: Site, count: int = 1) -> None:
    async with asyncio.timeout(30):
        while site.app[LIVE].clients != count:
            await asyncio.sleep(0.02)


async def test_nine_tabs_share_one_connection_and_all_of_them_hear(site, desk):
    tabs = [await signed_in(site, desk)] + [await desk.page(site.url()) for _ in range(TABS - 1)]
    await listening(site)
    leaders = [await tab.evaluate(LEADER) for tab in tabs]
    assert leaders.count(True) == 1
    async with site.database.transaction() as session:
        session.add(Task(title="Перезвонить", responsible_id=1))
        announce(session, "task", id=1)
    for tab in tabs:
        await expect(tab.locator("#desk-mine")).to_contain_text("Перезвонить")
    assert desk.problems == []


async def test_when_the_leading_tab_is_closed_another_takes_over(site, desk):
    first = await signed_in(site, desk)
    await listening(site)
    second = await desk.page(site.url())
    await first.close()
    await second.locator("html[data-leader]").wait_for(state="attached")
    await listening(site)
    async with site.database.transaction() as session:
        session.add(Task(title="Перезвонить", responsible_id=1))
        announce(session, "task", id=1)
    await expect(second.locator("#desk-mine")).to_contain_text("Перезвонить")


async def test_a_lost_server_is_said_and_what_was_missed_appears_when_it_is_back(site, desk):
    page = await signed_in(site, desk)
    await listening(site)
    await desk.context.set_offline(True)
    site.app[LIVE].stop()
    await expect(page.get_by_text("нет связи")).to_be_visible()
    async with site.database.transaction() as session:
        session.add(Task(title="Пока не было связи", responsible_id=1))
        announce(session, "task", id=1)
    await desk.context.set_offline(False)
    await expect(page.locator("#desk-mine")).to_contain_text("Пока не было связи", timeout=40_000)
    await expect(page.get_by_text("нет связи")).to_be_hidden()


async def test_the_card_pops_up_for_whoever_rings_and_for_nobody_else(site, new_desk):
    hers = await signed_in(site, await new_desk(), "anna", extension="101")
    his = await signed_in(site, await new_desk(), "boris", extension="102")
    await listening(site, 2)
    await ring(site, "101", name="Марина Ковалёва")
    card = hers.locator(".pop")
    await expect(card).to_be_visible()
    await expect(card.locator("h2")).to_have_text("+7 916 123-45-67")
    await expect(his.locator("#desk-now")).to_contain_text("Марина Ковалёва")
    await expect(his.locator(".pop")).to_have_count(0)
    assert await findings(hers) == []


async def test_when_a_colleague_answers_the_card_says_who_and_goes(site, new_desk):
    hers = await signed_in(site, await new_desk(), "anna", extension="101")
    his = await signed_in(site, await new_desk(), "boris", name="Борис Ильин", extension="102")
    await listening(site, 2)
    call = await ring(site, "101", "102")
    await expect(hers.locator(".pop")).to_be_visible()
    await change(site, call, "answered", ringing=[], talking=["102"], answered_by=["102"], answered_at=now())
    await expect(hers.locator(".pop")).to_contain_text("Отвечает Борис Ильин")
    await expect(hers.locator(".pop")).to_have_count(0)
    await expect(his.locator(".pop.talking")).to_be_visible()
    await change(site, call, "transferred", talking=["101"], answered_by=["102", "101"])
    await expect(hers.locator(".pop.talking")).to_be_visible()
    await expect(his.locator(".pop")).to_have_count(0)
    await change(site, call, "ended", talking=[], ended_at=now())
    await expect(hers.locator(".pop")).to_have_count(0)


async def test_a_card_never_takes_the_focus_from_a_person_who_types(site, desk):
    page = await signed_in(site, desk, extension="101")
    await listening(site)
    await page.goto(site.url("/me"))
    await listening(site)
    await page.locator("[name=old]").focus()
    await page.keyboard.type("half a")
    await ring(site, "101")
    await expect(page.locator(".pop")).to_be_visible()
    await page.keyboard.type(" word")
    assert await page.locator("[name=old]").input_value() == "half a word"


async def test_a_card_takes_the_focus_when_nothing_has_it(site, desk):
    page = await signed_in(site, desk, extension="101")
    await listening(site)
    await ring(site, "101")
    await expect(page.locator(".pop")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".pop")).to_have_count(0)


async def test_a_page_that_is_opened_in_mid_call_has_the_card(site, desk):
    await ring(site, "101")
    page = await signed_in(site, desk, extension="101")
    await expect(page.locator(".pop")).to_be_visible()


async def test_a_call_rings_and_notifies_once_a_browser_and_falls_silent_when_answered(site, desk):
    await desk.context.add_init_script(COUNTING)
    tabs = [await signed_in(site, desk, extension="101"), await desk.page(site.url("/me"))]
    await listening(site)
    call = await ring(site, "101", name="Марина")
    for tab in tabs:
        await expect(tab.locator(".pop")).to_be_visible()
    notices = [await tab.evaluate("notices") for tab in tabs]
    assert sorted(map(len, notices)) == [0, 1]
    ringing = [await tab.evaluate("'ringing' in document.documentElement.dataset") for tab in tabs]
    assert sorted(ringing) == [False, True]
    await change(site, call, "answered", ringing=[], talking=["101"], answered_at=now())
    await expect(tabs[0].locator(".pop.talking")).to_be_visible()
    for tab in tabs:
        await tab.locator("html:not([data-ringing])").wait_for(state="attached")


async def test_who_must_not_be_disturbed_is_not(site, desk):
    page = await signed_in(site, desk, extension="101", presence=Presence.DO_NOT_DISTURB)
    await listening(site)
    await ring(site, "101", name="Марина")
    await expect(page.locator("#desk-now")).to_contain_text("Марина")
    await expect(page.locator(".pop")).to_have_count(0)


async def test_a_call_is_read_aloud_to_those_who_cannot_see_it(site, desk):
    page = await signed_in(site, desk, extension="101")
    await listening(site)
    await ring(site, "101")
    await expect(page.locator("#said")).to_have_text("Входящий звонок: +7 916 123-45-67")


async def test_several_calls_stack_and_stay_on_the_screen(site, new_desk):
    desk = await new_desk(viewport={"width": 360, "height": 740})
    page = await signed_in(site, desk, extension="101")
    await listening(site)
    for number in range(4):
        await ring(site, "101", linkedid=f"1.{number}", number=f"+7916123450{number}")
    await expect(page.locator(".pop")).to_have_count(4)
    box = await page.locator("#pops").evaluate("pops => pops.getBoundingClientRect().toJSON()")
    assert box["y"] >= 0
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert await findings(page) == []


async def test_a_hostile_caller_name_is_only_text(site, desk):
    page = await signed_in(site, desk, extension="101")
    await listening(site)
    await ring(site, "101", number=None, name='<img src=x onerror="document.title=1">')
    await expect(page.locator(".pop")).to_contain_text("<img src=x")
    assert desk.problems == []


async def test_waiting_inquiries_are_counted_on_the_rail_as_they_come(site, desk):
    page = await signed_in(site, desk)
    await listening(site)
    async with site.database.transaction() as session:
        session.add(Inquiry(channel=Channel.CALL, responsible_id=1, sender_name="Илья Рощин"))
        announce(session, "inquiry", inquiry=1, state="new")
    await expect(page.locator("#desk-mine")).to_contain_text("Илья Рощин")


async def test_the_desk_shows_the_last_of_many_quick_steps(site, desk):
    page = await signed_in(site, desk)
    await listening(site)
    for number in range(5):
        await ring(site, "109", linkedid=f"1.{number}", name=f"Звонок {number}")
    for number in range(5):
        await expect(page.locator("#desk-now")).to_contain_text(f"Звонок {number}")


async def test_a_call_that_comes_while_a_page_is_loading_is_not_missed(site, desk):
    page = await signed_in(site, desk, extension="101")
    await listening(site)
    arrived = asyncio.Event()

    async def late(route):
        """The page is made, its scripts are on their way, and the telephone rings."""
        if not arrived.is_set():
            arrived.set()
            await ring(site, "101")
        await route.continue_()

    await page.route("**/js/main.js", late)
    await page.route("**/pops", lambda route: route.fulfill(body=""))
    await page.goto(site.url("/me"))
    await expect(page.locator(".pop")).to_be_visible()


async def test_a_second_tab_that_is_still_loading_misses_nothing_either(site, desk):
    await signed_in(site, desk, extension="101")
    await listening(site)
    page = await desk.page()

    async def late(route):
        await ring(site, "101")
        await asyncio.sleep(0.3)  # the leading tab has heard and told long ago
        await route.continue_()

    await page.route("**/js/main.js", late)
    await page.route("**/pops", lambda route: route.fulfill(body=""))
    await page.goto(site.url("/me"))
    await expect(page.locator(".pop")).to_be_visible()
    assert site.app[LIVE].clients == 1


async def test_a_call_that_rings_before_the_answer_about_all_calls_has_come_is_not_wiped_away(site, desk):
    page = await signed_in(site, desk, extension="101")
    await listening(site)

    async def old(route):
        """The answer was made before the call, and comes after it."""
        await ring(site, "101")
        await expect(page.locator(".pop")).to_be_visible()
        await route.fulfill(body="")

    await page.route("**/pops", old)
    async with page.expect_response("**/pops"):
        await page.goto(site.url("/me"))
    await asyncio.sleep(0.5)  # the answer is in its place by now
    await expect(page.locator(".pop")).to_be_visible()
