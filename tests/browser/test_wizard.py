"""The wizard in a real browser, as an operator with both hands on the keyboard uses it."""

from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import Contact, Lead, Point
from tests.browser.people import change, findings, ring, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.storage.wizard_world import MARINA, STRANGER, World, populate

pytestmark = pytest.mark.real

EXTENSION = "101"
EMPTY = "<section class=pane data-pane=contact><div class=hits></div></section>"
LOSE_FOCUS = "document.activeElement.blur()"


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def operator(site: Site, desk: Desk, login: str = "anna", **values: Any) -> Page:
    return await signed_in(site, desk, login, name=login.title(), **{"extension": EXTENSION, **values})


async def answered(site: Site, world: World, number: str, **values: Any) -> int:
    """A call that rang at our operator's and was answered by them; its inquiry."""
    inquiry = await world.inquiry(number, **values)
    call = await ring(site, EXTENSION, number=number, inquiry_id=inquiry)
    await change(site, call, "answered", ringing=[], talking=[EXTENSION], answered_by=[EXTENSION])
    return inquiry


async def opened(site: Site, page: Page, inquiry: int | None) -> None:
    """The wizard as a sheet over the page."""
    address = f"/inquiries/{inquiry}/wizard" if inquiry else "/wizard"
    await page.evaluate(
        "url => { const link = document.createElement('a'); link.href = url;"
        " link.dataset.sheet = ''; document.body.append(link); link.click(); link.remove() }",
        address,
    )
    await expect(page.locator("wizard-search")).to_be_visible()


async def found(page: Page) -> None:
    """What stands in the fields has been searched for."""
    await page.evaluate("document.querySelector('wizard-search').settled()")


async def test_a_known_caller_is_accepted_with_one_key(site, world, desk):
    page = await operator(site, desk)
    await page.evaluate(LOSE_FOCUS)
    inquiry = await answered(site, world, MARINA)
    await expect(page.locator("#sheet .w-from h1")).to_be_visible()
    await expect(page.locator(f'[data-hit="contact-{world.marina}"] input')).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    await expect(page.locator("#sheet")).to_be_hidden()
    interest = (await world.all(Interest))[-1]
    assert (interest.account_id, interest.contact_id) == (world.account, world.marina)
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.ACCEPTED
    assert desk.problems == []


async def test_a_known_caller_is_looked_at_and_accepted_with_two_keys(site, world, desk):
    page = await operator(site, desk)
    await page.evaluate(LOSE_FOCUS)
    await answered(site, world, MARINA)
    await expect(page.locator(f'[data-hit="contact-{world.marina}"] input')).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Принять", exact=True)).to_be_focused()
    await expect(page.get_by_label("Фамилия")).to_have_value("Ковалёва")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    assert (await world.all(Interest))[-1].contact_id == world.marina
    assert desk.problems == []


async def test_an_unknown_caller_needs_no_mouse(site, world, desk):
    page = await operator(site, desk)
    await page.evaluate(LOSE_FOCUS)
    await answered(site, world, STRANGER)
    await expect(page.get_by_label("Наименование или ФИО")).to_be_focused()
    await page.keyboard.type("Зайцев Пётр")
    await page.keyboard.press("F4")
    await expect(page.get_by_label("Что нужно")).to_be_focused()
    await page.keyboard.type("Прожектор на склад")
    await expect(page.get_by_label("Название")).to_have_value("Прожектор на склад — Зайцев П.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято")
    lead, interest = (await world.all(Lead))[-1], (await world.all(Interest))[-1]
    assert (lead.last_name, lead.first_name, interest.lead_id) == ("Зайцев", "Пётр", lead.id)
    assert STRANGER in [point.value for point in await world.all(Point) if point.lead_id == lead.id]
    assert desk.problems == []


async def test_whoever_types_is_not_interrupted_and_one_key_opens_it_afterwards(site, world, desk):
    page = await operator(site, desk)
    search = page.get_by_role("searchbox")
    await search.focus()
    await page.keyboard.type("Сев")
    await answered(site, world, MARINA)
    await expect(page.locator(".pop")).to_have_attribute("data-state", "talking")
    await page.keyboard.type("ерный")
    await expect(search).to_be_focused()
    await expect(search).to_have_value("Северный")
    await expect(page.locator("#sheet")).to_be_hidden()
    await page.keyboard.press("F8")
    await expect(page.locator("wizard-search")).to_be_visible()


async def test_answering_takes_it_and_only_looking_does_not(site, world, desk, new_desk):
    anna = await operator(site, desk)
    await anna.evaluate(LOSE_FOCUS)
    inquiry = await answered(site, world, MARINA)
    await expect(anna.locator("#sheet wizard-search")).to_be_visible()
    await expect(anna.get_by_text("Вы только смотрите")).to_be_hidden()
    held = (await world.get(Inquiry, inquiry)).holder_id
    bella = await operator(site, await new_desk(), "bella", extension=None)
    await bella.goto(site.url(f"/inquiries/{inquiry}/wizard"))
    await expect(bella.locator(".w-strip")).to_contain_text("Anna")
    assert held is not None
    assert (await world.get(Inquiry, inquiry)).holder_id == held
    other = await world.inquiry(STRANGER)
    await bella.goto(site.url(f"/inquiries/{other}/wizard"))
    await expect(bella.locator(".w-strip")).to_contain_text("Вы только смотрите")
    await bella.reload()
    assert (await world.get(Inquiry, other)).holder_id is None
    await bella.get_by_role("button", name="Взять").click()
    await expect(bella.locator(".w-strip")).to_have_count(0)
    assert (await world.get(Inquiry, other)).state is InquiryState.IN_WORK
    assert desk.problems == []


async def test_typing_takes_what_was_only_looked_at(site, world, desk):
    page = await operator(site, desk, extension=None)
    inquiry = await world.inquiry(STRANGER)
    await opened(site, page, inquiry)
    await expect(page.locator(".w-strip")).to_contain_text("Вы только смотрите")
    await page.keyboard.type("Зайцев")
    await expect(page.locator(".w-strip")).to_have_count(0)
    await expect(page.get_by_label("Наименование или ФИО")).to_have_value("Зайцев")
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()
    for _ in range(400):
        if (await world.get(Inquiry, inquiry)).holder_id is None:
            break
        await page.wait_for_timeout(50)
    kept = await world.get(Inquiry, inquiry)
    assert (kept.holder_id, kept.draft["name"]) == (None, "Зайцев")


async def test_by_hand_means_by_hand(site, world, desk):
    page = await operator(site, desk, preferences={"wizard": "hand"})
    await page.evaluate(LOSE_FOCUS)
    await answered(site, world, MARINA)
    await expect(page.locator(".pop")).to_have_attribute("data-state", "talking")
    await page.wait_for_timeout(300)
    await expect(page.locator("#sheet")).to_be_hidden()


async def test_esc_keeps_the_draft_and_so_does_a_reload(site, world, desk):
    page = await operator(site, desk, extension=None)
    inquiry = await world.inquiry()
    await opened(site, page, inquiry)
    await page.keyboard.type("Зайцев")
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()
    await opened(site, page, inquiry)
    await expect(page.get_by_label("Наименование или ФИО")).to_have_value("Зайцев")
    await page.keyboard.press("F3")
    await page.get_by_label("Что нужно").fill("Прожектор")
    await expect(page.get_by_text("черновик сохранён")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Что нужно")).to_have_value("Прожектор")
    assert desk.problems == []


async def test_by_hand_the_draft_stays_in_the_tab(site, world, desk):
    page = await operator(site, desk, extension=None)
    await page.keyboard.press("F2")
    await expect(page.get_by_label("Наименование или ФИО")).to_be_focused()
    await page.keyboard.type("Ковалёва")
    await found(page)
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()
    await page.keyboard.press("F2")
    await expect(page.get_by_label("Наименование или ФИО")).to_have_value("Ковалёва")
    await expect(page.locator(".w-hit mark").first).to_have_text("Ковалёва")


async def test_a_double_click_makes_one_interest(site, world, desk):
    page = await operator(site, desk, extension=None)
    await opened(site, page, await world.inquiry(MARINA))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Принять", exact=True).dblclick()
    await expect(page.locator(".toast")).to_contain_text("Принято")
    await page.wait_for_timeout(200)
    assert len(await world.all(Interest)) == 2


async def test_accept_and_next_opens_whoever_has_waited_longest(site, world, desk):
    page = await operator(site, desk, extension=None)
    first, second = await world.inquiry(MARINA), await world.inquiry(STRANGER)
    await opened(site, page, first)
    await page.keyboard.press("Enter")
    await expect(page.locator("wizard-accept")).to_be_visible()
    await page.keyboard.press("Control+Shift+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято")
    await expect(page.locator(f'wizard-search[data-inquiry="{second}"]')).to_be_visible()
    await expect(page.get_by_label("Телефон и добавочный")).to_have_value(STRANGER)
    assert desk.problems == []


async def test_the_panes_are_walked_by_keys(site, world, desk):
    page = await operator(site, desk, extension=None)
    await opened(site, page, await world.inquiry(None))
    await page.keyboard.type("север")
    await found(page)
    await page.keyboard.press("ArrowDown")
    client = page.locator(f'[data-hit="client-account:{world.account}"] input')
    await expect(client).to_be_focused()
    await expect(client).to_be_checked()
    await found(page)
    await expect(page.locator('.w-pane[data-pane="contact"] .w-hit')).to_have_count(2)
    await page.keyboard.press("Tab")
    contacts = page.locator('.w-hit input[name="contact"]')
    await expect(contacts.nth(0)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(contacts.nth(1)).to_be_checked()
    await found(page)
    await expect(contacts.nth(1)).to_be_focused()
    await page.keyboard.press("ArrowLeft")
    await expect(client).to_be_focused()
    await page.keyboard.press("Backspace")
    await found(page)
    await expect(page.locator(".w-hit input:checked")).to_have_count(0)
    await page.keyboard.press("Home")
    await page.keyboard.press("Enter")
    await expect(page.locator("wizard-accept")).to_be_visible()
    assert desk.problems == []


async def test_l_links_to_the_interest_and_letters_that_are_typed_do_nothing(site, world, desk):
    page = await operator(site, desk, extension=None)
    inquiry = await world.inquiry(MARINA)
    await opened(site, page, inquiry)
    await page.keyboard.press("Slash")
    await expect(page.get_by_label("Наименование или ФИО")).to_be_focused()
    await page.keyboard.press("KeyL")
    await page.keyboard.press("KeyX")
    await expect(page.get_by_label("Наименование или ФИО")).to_have_value("lx")
    await page.get_by_label("Наименование или ФИО").fill("")
    await found(page)
    await page.locator(f'[data-hit="contact-{world.marina}"] input').focus()
    await page.keyboard.press("KeyL")
    await expect(page.locator(".w-opts :checked")).to_have_value(str(world.interest))
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Связано · интерес №")
    assert (await world.get(Inquiry, inquiry)).interest_id == world.interest


async def test_declining_takes_a_letter_a_digit_and_enter_and_can_be_undone(site, world, desk):
    page = await operator(site, desk, extension=None)
    inquiry = await world.inquiry()
    await opened(site, page, inquiry)
    await page.evaluate(LOSE_FOCUS)
    await page.keyboard.press("KeyX")
    await expect(page.get_by_role("dialog", name="Отклонить: почему?")).to_be_visible()
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Отклонено")
    kept = await world.get(Inquiry, inquiry)
    assert (kept.state, kept.decline_reason) == (InquiryState.DECLINED, "wrong-number")
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator(".toast")).to_contain_text("Отменено")
    assert (await world.get(Inquiry, inquiry)).state in (InquiryState.NEW, InquiryState.IN_WORK)


async def test_esc_in_the_decline_dialog_closes_only_that(site, world, desk):
    page = await operator(site, desk, extension=None)
    await opened(site, page, await world.inquiry())
    await page.evaluate(LOSE_FOCUS)
    await page.keyboard.press("KeyX")
    await page.keyboard.press("Escape")
    await expect(page.locator("#decline")).to_be_hidden()
    await expect(page.locator("wizard-search")).to_be_visible()


async def test_the_loser_is_told_in_the_sheet_who_was_first(site, world, desk, new_desk):
    inquiry = await world.inquiry(MARINA)
    anna = await operator(site, desk, extension=None)
    bella = await operator(site, await new_desk(), "bella", extension=None)
    for page in (anna, bella):
        await opened(site, page, inquiry)
        await page.keyboard.press("Enter")
        await expect(page.locator("wizard-accept")).to_be_visible()
    await bella.get_by_role("textbox", name="Заметка").fill("Не потерять")
    await anna.keyboard.press("Control+Enter")
    await expect(anna.locator(".toast")).to_contain_text("Принято")
    await expect(bella.locator(".w-strip")).to_contain_text("Anna")
    await bella.evaluate("document.querySelector('wizard-accept').accept('accept')")
    await expect(bella.get_by_role("alert")).to_contain_text("Первым был(а) Anna")
    await expect(bella.get_by_role("textbox", name="Заметка")).to_have_value("Не потерять")


async def test_a_late_answer_does_not_take_the_place_of_a_newer_one(site, world, desk):
    page = await operator(site, desk, extension=None)
    await opened(site, page, await world.inquiry(None))
    slow: list[Route] = []

    async def first_one_waits(route: Route) -> None:
        if not slow:
            slow.append(route)
            return
        await route.continue_()

    await page.route("**/wizard/results", first_one_waits)
    await page.keyboard.type("Ветр")
    while not slow:
        await page.wait_for_timeout(20)
    await page.get_by_label("Наименование или ФИО").fill("Ковал")
    await expect(page.locator(f'[data-hit="contact-{world.marina}"]')).to_be_visible()
    await slow[0].fulfill(status=200, body=EMPTY)
    await page.wait_for_timeout(200)
    await expect(page.locator(f'[data-hit="contact-{world.marina}"]')).to_be_visible()


async def test_nothing_moves_under_a_pressed_pointer(site, world, desk):
    await world.keep(Contact(last_name="Ковалёнок", first_name="Вера"))
    page = await operator(site, desk, extension=None)
    await opened(site, page, await world.inquiry(None))
    await page.keyboard.type("Ковал")
    await found(page)
    hits = page.locator('.w-pane[data-pane="contact"] .w-hit')
    await expect(hits).to_have_count(2)
    pressed = await hits.nth(0).locator("input").input_value()
    await hits.nth(0).hover()
    await page.mouse.down()
    await page.locator("#w-name").evaluate(
        "name => { name.value = 'Ковалёно'; name.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    await page.wait_for_timeout(400)
    await expect(hits).to_have_count(2)
    await page.mouse.up()
    await found(page)
    await expect(page.locator('.w-hit input[name="contact"]:checked')).to_have_value(pressed)


async def test_back_closes_the_sheet_and_a_reload_shows_the_same_wizard(site, world, desk):
    page = await operator(site, desk, extension=None)
    inquiry = await world.inquiry(MARINA)
    await opened(site, page, inquiry)
    assert page.url.endswith(f"/inquiries/{inquiry}/wizard")
    await page.go_back()
    await expect(page.locator("#sheet")).to_be_hidden()
    await page.goto(site.url(f"/inquiries/{inquiry}/wizard"))
    await expect(page.locator("#main wizard-search")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main wizard-accept")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято")
    assert desk.problems == []


async def test_back_leads_from_page_two_to_page_one_and_closing_leaves_both(site, world, desk):
    page = await operator(site, desk, extension=None)
    inquiry = await world.inquiry(MARINA)
    await opened(site, page, inquiry)
    await page.keyboard.press("Enter")
    await page.get_by_label("Что нужно").fill("Прожектор")
    await page.go_back()
    await expect(page.locator("wizard-search")).to_be_visible()
    assert page.url.endswith(f"/inquiries/{inquiry}/wizard")
    await page.go_forward()
    await expect(page.get_by_label("Что нужно")).to_have_value("Прожектор")
    await page.get_by_role("button", name="Назад").click()
    await expect(page.locator("wizard-search")).to_be_visible()
    await page.locator(f'[data-hit="contact-{world.marina}"] input').focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("wizard-accept")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()
    await page.wait_for_url(site.url("/"))
    await page.wait_for_timeout(300)
    await expect(page.locator("#sheet")).to_be_hidden()
    assert desk.problems == []


SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing_and_nothing_sticks_out(site, world, new_desk, screen):
    desk = await new_desk(**SCREENS[screen])
    page = await operator(site, desk, extension=None)
    for number in (MARINA, STRANGER, None):
        await page.goto(site.url("/"))
        await opened(site, page, await world.inquiry(number))
        assert await findings(page) == []
        await page.evaluate("document.querySelector('wizard-search').leave({})")
        await expect(page.locator("wizard-accept")).to_be_visible()
        assert await findings(page) == []
        wide = await page.evaluate("document.querySelector('#sheet').scrollWidth - innerWidth")
        assert wide <= 0
    await page.get_by_role("button", name="Отклонить…").click()
    assert await findings(page) == []
    assert desk.problems == []


async def test_page_two_fits_a_small_laptop_without_scrolling(site, world, desk):
    page = await operator(site, desk, extension=None)
    await opened(site, page, await world.inquiry("+79990000001"))
    await page.locator("[data-search][name=email]").fill("new@sevsvet.example")
    await page.locator("[data-search][name=name]").fill("Ковалёва")
    await found(page)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.locator("wizard-accept")).to_be_visible()
    await page.get_by_text("позвонить").click()
    columns = await page.eval_on_selector_all(
        "wizard-accept section", "all => all.map(one => one.scrollHeight - one.clientHeight)"
    )
    assert columns == [0, 0, 0]
