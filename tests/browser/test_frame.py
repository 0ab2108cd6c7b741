"""The frame in a real browser: three sizes, by keyboard, without anything that axe or the CSP minds."""

from typing import Any

import pytest
from playwright.async_api import expect

from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.site import PASSWORD

pytestmark = pytest.mark.real

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}
PAGES = ("/", "/me", "/me/sessions", "/no-such-page")


@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing_and_nothing_sticks_out(site, new_desk, screen):
    desk = await new_desk(**SCREENS[screen])
    page = await desk.page(site.url("/signin"))
    assert await findings(page) == []
    page = await signed_in(site, desk, role=Role.ADMINISTRATOR, extension="101")
    for path in PAGES:
        await page.goto(site.url(path))
        await page.wait_for_load_state("networkidle" if path == "/no-such-page" else "load")
        assert await findings(page) == [], path
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} can be scrolled sideways"
    assert [problem for problem in desk.problems if "404" not in problem] == []


async def test_signing_in_needs_no_mouse(site, desk):
    await site.user("anna", name="Анна Петрова", locale="ru")
    page = await desk.page(site.url("/me"))
    await expect(page.get_by_label("Логин")).to_be_focused()
    await page.keyboard.type("anna")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me")
    await expect(page.get_by_role("heading", name="Мои настройки")).to_be_visible()
    assert desk.problems == []


async def test_the_first_tab_stop_skips_to_the_content(site, desk):
    page = await signed_in(site, desk)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="К содержимому")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()


async def test_a_narrow_rail_stays_narrow_on_the_next_page(site, desk):
    page = await signed_in(site, desk)
    await page.get_by_role("button", name="Свернуть").click()
    assert await page.locator("nav.rail").evaluate("rail => rail.offsetWidth") < 60
    await page.goto(site.url("/me"))
    assert await page.evaluate("document.documentElement.dataset.rail") == "slim"
    assert await findings(page) == []


async def test_menus_open_walk_and_close_by_keyboard(site, desk):
    page = await signed_in(site, desk)
    state = page.locator("#my-state")
    await state.locator("summary").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(state.locator("summary")).to_contain_text("Перерыв")
    await state.locator("summary").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(state.locator("summary")).to_be_focused()
    await expect(state.locator(".list")).to_be_hidden()


async def test_the_question_mark_shows_the_keys_in_any_layout(site, desk):
    page = await signed_in(site, desk)
    help_sheet = page.get_by_role("dialog", name="Клавиши на этой странице")
    await page.keyboard.press("Shift+Slash")
    await expect(help_sheet).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await expect(help_sheet).to_be_hidden()
    # on a Russian layout the question mark is Shift+7
    await page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '?', code: 'Digit7', shiftKey: true, bubbles: true, cancelable: true}))"
    )
    await expect(help_sheet).to_be_visible()


BUTTONS = """() => {
  document.getElementById('main').insertAdjacentHTML('beforeend',
    '<input id="typed"><button data-key="KeyA" id="a">a</button><button data-key="F4" id="f">f</button>');
  window.pressed = [];
  for (const id of ['a', 'f']) document.getElementById(id).onclick = () => window.pressed.push(id);
}"""
RUSSIAN_F = """document.body.dispatchEvent(new KeyboardEvent('keydown',
  {key: 'ф', code: 'KeyA', bubbles: true, cancelable: true}))"""


async def test_letters_are_keys_by_their_place_and_never_while_typing(site, desk):
    page = await signed_in(site, desk)
    await page.evaluate(BUTTONS)
    await page.evaluate(RUSSIAN_F)
    assert await page.evaluate("pressed") == ["a"]
    await page.locator("#typed").focus()
    await page.keyboard.press("KeyA")
    assert await page.evaluate("pressed") == ["a"]
    assert await page.locator("#typed").input_value() == "a"
    await page.keyboard.press("F4")
    assert await page.evaluate("pressed") == ["a", "f"], "F-keys work while typing"


async def test_what_is_said_after_saving_is_seen_on_the_next_page_and_once(site, desk):
    page = await signed_in(site, desk)
    await page.goto(site.url("/me"))
    await page.get_by_label("Тихо звонить в браузере").uncheck()
    await page.locator("form[action='/me']").get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("status", name="Сообщения")).to_contain_text("Сохранено")
    await expect(page.get_by_label("Тихо звонить в браузере")).not_to_be_checked()
    await page.reload()
    await expect(page.locator(".toast")).to_have_count(0)


async def test_an_error_answers_a_piece_of_a_page_with_a_toast(site, desk):
    page = await signed_in(site, desk)
    await page.evaluate("htmx.ajax('POST', '/me/presence', {values: {state: 'asleep'}, target: '#my-state'})")
    await expect(page.get_by_role("alert")).to_contain_text("Выберите из списка")
    await expect(page.locator("#my-state")).to_be_visible()


async def test_a_page_opens_in_a_drawer_and_back_closes_it(site, desk):
    page = await signed_in(site, desk)
    await page.evaluate(
        "document.querySelector('.page').insertAdjacentHTML('afterbegin',"
        " '<a id=to href=/me data-drawer>x</a>')"
    )
    await page.locator("#to").click()
    drawer = page.locator("#drawer")
    await expect(drawer).to_be_visible()
    await expect(drawer.get_by_role("heading", name="Мои настройки")).to_be_visible()
    assert page.url.endswith("/me")
    assert await page.evaluate("document.getElementById('app').inert")
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(page.locator("#to")).to_be_focused()
    await page.wait_for_url(site.url("/"))
    await page.locator("#to").click()
    await expect(drawer).to_be_visible()
    await page.go_back()
    await expect(drawer).to_be_hidden()
    assert await page.locator("#to").count() == 1, "the page below was not loaded again"
    await page.locator("#to").click()
    await expect(drawer).to_be_visible()
    await page.mouse.click(300, 400)
    await expect(drawer).to_be_hidden()
    assert desk.problems == []
