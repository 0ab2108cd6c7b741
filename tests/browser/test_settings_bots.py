"""An administrator connects a messenger in the browser, through the real service, to a platform on the
loopback: with the keyboard alone, without JavaScript, on a dark phone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from playwright.async_api import Locator, Page, expect
from pydantic import SecretStr
from sqlmodel import select

from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.service.run import service
from intake.settings import Settings
from storage.database import Database
from storage.tables.chats import Bot
from storage.tables.people import Role, User
from tests.browser.people import findings
from tests.databases import store
from tests.real.chromium import Desk
from tests.real.ports import free_port
from tests.site import HASH, PASSWORD

pytestmark = [pytest.mark.real, pytest.mark.slow]

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
    "without scripts": {"java_script_enabled": False},
}


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as opened:
        yield opened


@pytest.fixture
async def address(sqlite_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The service as it runs in a company, with its administrator."""
    port = free_port()
    settings = Settings(
        database_url=SecretStr(sqlite_url),
        secret_key=SecretStr(Fernet.generate_key().decode()),
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        files_path=tmp_path / "files",
    )
    async with service(settings) as opened:
        database = Database(sqlite_url)
        await store(
            database,
            User(login="boss", name="Вера", role=Role.ADMINISTRATOR, password_hash=HASH, locale="ru"),
        )
        await database.close()
        yield opened


async def kept(sqlite_url: str) -> Bot:
    database = Database(sqlite_url)
    async with database.reading() as session:
        found = (await session.exec(select(Bot))).one()
    await database.close()
    return found


async def sign_in(desk: Desk, address: str) -> Page:
    page = await desk.page(f"{address}/signin?next=/settings/bots")
    await page.locator("input[name=login]").fill("boss")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    await (
        page.get_by_role("heading", name="Пока не подключён", level=1)
        .or_(page.get_by_text("Пока не подключён ни один мессенджер"))
        .wait_for()
    )
    return page


async def typed(page: Page, telegram: FakeTelegram) -> None:
    """The form of a Telegram that tells us by itself, at its address on the loopback."""
    await page.get_by_label("Токен").fill(TOKEN)
    await page.get_by_label("Название у нас").fill("Отдел продаж")
    await page.get_by_text("Присылает платформа").click()
    await page.get_by_text("Соединение: прокси").click()
    await page.get_by_label("Адрес API").fill(telegram.base)


async def found_on(page: Page, address: str, *paths: str) -> list[str]:
    """What axe finds wrong on these pages of the bots' settings; the page is their list again then."""
    wrong = []
    for path in (*paths, ""):
        await page.goto(f"{address}/settings/bots{path}")
        wrong += await findings(page)
    return wrong


def dot(page: Page, kind: str) -> Locator:
    return page.locator(f"section.bot .dot.{kind}")


async def test_a_bot_is_connected_by_keyboard_and_what_comes_is_seen_at_once(
    address: str, sqlite_url: str, new_desk: Any, telegram: FakeTelegram
) -> None:
    desk: Desk = await new_desk()
    page = await sign_in(desk, address)
    await page.locator(".pagehead").get_by_role("link", name="Добавить мессенджер").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Какой мессенджер?").wait_for()
    await page.keyboard.press("Digit1")
    await expect(page.get_by_label("Токен")).to_be_focused()
    await page.keyboard.type(TOKEN)
    await page.get_by_label("Название у нас").focus()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Отдел продаж")
    await page.get_by_label("Запрашиваем сами").focus()
    await page.keyboard.press("ArrowLeft")
    await page.locator("dialog details > summary").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Адрес API").focus()
    await page.keyboard.type(telegram.base)
    wrong = await findings(page)
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".toasts")).to_contain_text("«Отдел продаж» подключён: @romashka_demo_bot")
    await expect(dot(page, "good")).to_be_visible()
    await expect(page.locator("section.bot")).to_contain_text("ещё не было")
    bot = await kept(sqlite_url)
    assert telegram.hook == f"{address}/hooks/telegram/{bot.key}"
    assert telegram.secret == bot.secret

    await telegram.says(telegram.person("Анна"), "Сколько стоит доставка?")
    await expect(page.locator("section.bot")).to_contain_text("только что")
    await expect(page.locator("section.bot")).to_contain_text("Диалогов")

    telegram.token = "9999999999:AAOther"
    await page.get_by_role("button", name="Проверить").focus()
    await page.keyboard.press("Enter")
    await expect(dot(page, "bad")).to_be_visible()
    await expect(page.locator("section.bot")).to_contain_text("Платформа не принимает токен")
    await page.get_by_role("link", name="Изменить").click()
    await page.get_by_label("Токен").fill(telegram.token)
    await page.keyboard.press("Control+Enter")
    await expect(dot(page, "good")).to_be_visible()
    await telegram.says(telegram.person("Пётр"), "А самовывоз?")
    await expect(page.locator("section.bot dd").nth(1)).to_have_text("2")
    assert (wrong + await findings(page), desk.problems) == ([], [])


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_bot_is_connected_and_given_a_new_secret(
    address: str, sqlite_url: str, new_desk: Any, telegram: FakeTelegram, screen: str
) -> None:
    desk: Desk = await new_desk(**SCREENS[screen])
    page = await sign_in(desk, address)
    await page.locator(".empty").get_by_role("link", name="Telegram").click()
    await typed(page, telegram)
    await page.get_by_role("button", name="Сохранить и подключить").click()
    await expect(dot(page, "good")).to_be_visible()
    before = telegram.secret

    await page.get_by_role("link", name="Адрес и секрет").click()
    await page.get_by_text("Наш адрес", exact=True).wait_for()
    assert before not in await page.content()
    await page.get_by_role("button", name="Сменить секрет").click()
    await expect(page.locator("body")).to_contain_text("Новый секрет передан платформе")
    assert telegram.secret == (await kept(sqlite_url)).secret != before
    await telegram.says(telegram.person("Анна"), "Здравствуйте!")

    await page.get_by_role("link", name="Изменить").click()
    await page.get_by_label("Название у нас").fill("Продажи")
    assert TOKEN not in await page.content()
    await page.get_by_role("button", name="Сохранить", exact=True).click()
    await page.get_by_role("heading", name="Продажи").wait_for()
    assert (await kept(sqlite_url)).token == TOKEN
    if screen != "without scripts":
        assert await found_on(page, address, "/new", "/1", "/1/address", "/1/unreadable") == []
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (await findings(page), wide, desk.problems) == ([], 0, [])
