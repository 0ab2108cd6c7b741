"""An administrator connects a mailbox: the preset fills in the servers, all in a drawer."""

from typing import Any

import pytest
from sqlmodel import select

from storage.tables.letters import Mailbox
from storage.tables.people import Role
from tests.browser.people import findings
from tests.real.chromium import Desk
from tests.site import Site

pytestmark = [pytest.mark.real, pytest.mark.slow]

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_mailbox_is_connected_and_its_form_learned(site: Site, new_desk, screen):
    browser = await site.sign_in("boss", role=Role.ADMINISTRATOR, locale="ru")
    cookie = browser.session.cookie_jar.filter_cookies(site.server.make_url("/"))["intake"].value
    desk: Desk = await new_desk(**SCREENS[screen])
    await desk.context.add_cookies([{"name": "intake", "value": cookie, "url": site.url()}])
    page = await desk.page()
    await page.goto(site.url("/settings/mail"))
    await page.locator(".pagehead").get_by_role("link", name="Добавить ящик").click()
    drawer = page.locator("dialog[open]")
    await drawer.get_by_role("link", name="Яндекс 360").click()
    await drawer.get_by_text("пароль приложения").wait_for()
    await drawer.get_by_label("Название").fill("Продажи")
    await drawer.get_by_label("Адрес *").fill("sales@firm.example")
    await drawer.get_by_label("Пароль или refresh-токен").fill("hush-hush")
    wrong = await findings(page)
    await drawer.get_by_role("button", name="Сохранить").click()
    await page.get_by_role("heading", name="Продажи").wait_for()
    async with site.database.reading() as session:
        box = (await session.exec(select(Mailbox))).one()
    assert (box.imap_host, box.smtp_host, box.secret) == ("imap.yandex.ru", "smtp.yandex.ru", "hush-hush")

    await page.get_by_role("link", name="Письма с форм").click()
    await drawer.get_by_label("Письмо с формы").fill("Имя: Иван\nВаш город: Тверь\nТелефон: 8 916 123-45-67")
    await drawer.get_by_role("button", name="Прочитать подписи").click()
    await drawer.get_by_label("Ваш город").select_option("city")
    wrong += await findings(page)
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    await drawer.get_by_role("button", name="Сохранить").click()
    await page.locator(".toasts").get_by_text("Сохранено").wait_for()
    async with site.database.reading() as session:
        labels = (await session.exec(select(Mailbox))).one().form_labels
    assert labels["Ваш город"] == "city"
    assert (wrong, wide, desk.problems) == ([], 0, [])
