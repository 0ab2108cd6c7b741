"""An administrator draws a web form: with the keyboard alone, and without any script."""

from typing import Any

import pytest
from playwright.async_api import Dialog, Locator, Page, expect
from sqlmodel import select

from storage.tables.forms import WebForm
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site

pytestmark = [pytest.mark.real, pytest.mark.slow]

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
PREVIEW = "[data-preview-frame]"


async def kept(site: Site) -> WebForm:
    async with site.database.reading() as session:
        return (await session.exec(select(WebForm))).one()


async def press(target: Locator, key: str = "Enter") -> None:
    """With the keyboard: it has to be reachable by it."""
    await target.focus()
    await target.press(key)


def asked(page: Page) -> Locator:
    """The labels in the preview, in their order."""
    return page.frame_locator(PREVIEW).locator(".vf-label, .vf-consent .vf-option")


async def test_a_form_is_drawn_by_keyboard_and_the_preview_follows(site: Site, new_desk):
    desk: Desk = await new_desk(**SCREENS["desk"])
    page = await signed_in(site, desk, "boss", role=Role.ADMINISTRATOR)
    await page.goto(site.url("/settings/forms"))
    wrong = await findings(page)
    await press(page.locator(".pagehead").get_by_role("link", name="Добавить форму"))
    await page.locator("dialog[open]").get_by_text("Перезвоните мне").wait_for()
    wrong += await findings(page)
    await press(page.locator("dialog[open]").get_by_role("link", name="Перезвоните мне"))

    await expect(asked(page)).to_have_text(
        ["Ваше имя", "Телефон *", "Согласен на обработку персональных данных *"]
    )
    await page.get_by_label("Заголовок").focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("Ждём вас")
    await expect(page.frame_locator(PREVIEW).get_by_role("heading", name="Ждём вас")).to_be_visible()

    await press(page.get_by_role("button", name="Один из списка"))
    await expect(page.locator("[data-title]:focus")).to_have_count(1)
    await page.keyboard.type("Время звонка")
    await page.locator(":focus").press("Tab")
    options = page.locator("#row-4").get_by_label("Варианты")
    await options.focus()
    await page.keyboard.type("Утром\nВечером")
    await expect(page.frame_locator(PREVIEW).get_by_label("Вечером")).to_be_visible()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(options).to_be_focused()
    await press(page.get_by_role("button", name="Опустить «Ваше имя»"))
    await expect(page.get_by_role("status").get_by_text("Место 2 из 4")).to_be_attached()
    await expect(asked(page)).to_have_text(
        ["Телефон *", "Ваше имя", "Время звонка", "Согласен на обработку персональных данных *"]
    )
    await press(page.get_by_label("Убрать «Ваше имя»"), "Space")
    await expect(asked(page)).to_have_count(3)
    await press(page.get_by_label("Тёмная", exact=True).last, "Space")
    await expect(page.frame_locator(PREVIEW).locator('.vf[data-look="dark"]')).to_be_visible()
    wrong += await findings(page)

    await page.keyboard.press("Control+Enter")
    await page.get_by_role("heading", name="На странице вашего сайта").wait_for()
    wrong += await findings(page)
    form = await kept(site)
    assert [field["name"] for field in form.fields] == ["phone", "vremya_zvonka", "consent"]
    visitor = await desk.page(site.url(f"/f/{form.key}"))
    await visitor.get_by_label("Вечером").wait_for()
    assert (wrong, desk.problems) == ([], [])


@pytest.mark.parametrize("screen", SCREENS)
async def test_mistakes_are_marked_and_what_was_typed_stays(site: Site, new_desk, screen):
    desk: Desk = await new_desk(**SCREENS[screen])
    page = await signed_in(site, desk, "boss", role=Role.ADMINISTRATOR)
    await page.goto(site.url("/settings/forms/draw?start=price"))
    await page.get_by_label("Название для нас").fill("")
    await page.get_by_role("button", name="Скрытое").click()
    await page.locator("#row-10").get_by_label("О чём спрашиваем").fill("Источник")
    await page.locator("#row-10").get_by_label("Обязательно").check()
    await expect(page.locator(".warned .notice")).to_have_count(0)
    await page.locator("#row-9").get_by_label("Убрать").check(force=True)
    await expect(page.locator(".warned")).to_contain_text("Нет согласия")
    await page.get_by_role("button", name="Сохранить").click()
    await page.get_by_text("2 ошибки").wait_for()
    await expect(page.locator("#row-10 .error")).to_contain_text("Скрытое поле никто не заполнит")
    assert await page.locator("#row-10").get_by_label("О чём спрашиваем").input_value() == "Источник"
    wide = await page.evaluate(
        "[document.documentElement, document.querySelector('.main')].map(e => e.scrollWidth - e.clientWidth)"
    )
    assert (await findings(page), wide) == ([], [0, 0])
    assert [problem for problem in desk.problems if "422" not in problem] == []


async def test_all_of_it_works_without_any_script(site: Site, new_desk):
    desk: Desk = await new_desk(java_script_enabled=False)
    page = await signed_in(site, desk, "boss", role=Role.ADMINISTRATOR)
    await page.goto(site.url("/settings/forms/new"))
    await page.get_by_role("link", name="Заявка").click()
    await expect(page.frame_locator(PREVIEW).get_by_label("Комментарий")).to_be_visible()
    await page.get_by_label("Заголовок").fill("Пишите нам")
    await page.get_by_role("button", name="Город").click()
    await page.get_by_role("button", name="Поднять «Город»").click()
    await page.get_by_role("button", name="Показать").click()
    await expect(page.frame_locator(PREVIEW).get_by_label("Город")).to_be_visible()
    await page.get_by_label("Заголовок").press("Enter")
    await page.get_by_role("heading", name="На странице вашего сайта").wait_for()
    form = await kept(site)
    assert (form.title, [field["name"] for field in form.fields][-2:]) == ("Пишите нам", ["city", "consent"])


async def test_a_field_is_dragged_and_leaving_asks_first(site: Site, new_desk):
    desk: Desk = await new_desk()
    page = await signed_in(site, desk, "boss", role=Role.ADMINISTRATOR)
    await page.goto(site.url("/settings/forms/draw?start=callback"))
    await expect(asked(page)).to_have_count(3)
    rows = page.locator(".drawn")
    await page.locator("#row-3 [data-grip]").hover()
    await page.mouse.down()
    top = await page.locator("#row-1").bounding_box()
    assert top is not None
    await page.mouse.move(top["x"] + 20, top["y"] + top["height"] + 8, steps=4)
    await page.mouse.move(top["x"] + 20, top["y"] + 4, steps=4)
    await page.mouse.up()
    await expect(rows.first).to_have_attribute("data-row", "3")
    await expect(asked(page).first).to_have_text("Согласен на обработку персональных данных *")
    questions: list[str] = []

    async def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        await dialog.accept()

    page.on("dialog", stay)
    await page.get_by_role("link", name="Рабочий стол").click()
    await page.wait_for_url(site.url("/"))
    assert (questions, desk.problems) == (["beforeunload"], [])
