"""Each platform the whole way, through the real service and in a real browser: somebody writes, it is seen at
once, accepted with the keyboard, answered, and what became of the answer is seen."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from playwright.async_api import Page, expect
from pydantic import SecretStr
from sqlmodel import select

from intake.channels.messengers.vk import registering
from intake.demo.messengers.max import TOKEN as MAX_TOKEN
from intake.demo.messengers.max import FakeMax
from intake.demo.messengers.telegram import TOKEN as TELEGRAM_TOKEN
from intake.demo.messengers.telegram import FakeTelegram
from intake.service.bot_apis import Apis
from intake.service.messengers import Messengers
from intake.service.run import service
from intake.settings import Settings
from storage.bots import hook_address
from storage.database import Database
from storage.tables.chats import Bot, Dialogue
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest, Pipeline, Status
from storage.tables.parties import Point, PointKind
from storage.tables.people import User
from tests.browser.people import findings
from tests.databases import store
from tests.platforms.generic import FakeGeneric
from tests.platforms.line import FakeLine
from tests.platforms.viber import TOKEN as VIBER_TOKEN
from tests.platforms.viber import FakeViber
from tests.platforms.vk import TOKEN as VK_TOKEN
from tests.platforms.vk import FakeVk
from tests.platforms.whatsapp import FakeWhatsApp
from tests.real.chromium import Desk
from tests.real.ports import free_port
from tests.site import HASH, PASSWORD

pytestmark = [pytest.mark.real, pytest.mark.slow]

AT_ONCE = 3.0  # seconds, on a machine with much else to do
ASKED = "Здравствуйте! Нужны лампы для склада, сто штук"
ANSWER = "Добрый день! Есть, привезём завтра."


@dataclass(frozen=True)
class Case:
    """`token` is what the administrator gives; where it is several things, the fake has them as `given`.
    `read`: they look at our answer; `status`: how far it comes."""

    fake: Callable[[], Any]
    token: str = ""
    status: str = "отправлено"
    read: Callable[[Any, Any], Awaitable[Any]] | None = None


CASES = {
    "telegram": Case(FakeTelegram, TELEGRAM_TOKEN),
    "vk": Case(
        FakeVk, VK_TOKEN, "прочитано", lambda fake, person: fake.reads(person, fake.sent[-1].message_id)
    ),
    "max": Case(FakeMax, MAX_TOKEN),
    "whatsapp": Case(FakeWhatsApp, status="прочитано"),  # tells it by itself
    "viber": Case(FakeViber, VIBER_TOKEN, "прочитано", lambda fake, _: fake.reads(fake.sent[-1])),
    "generic": Case(FakeGeneric, status="прочитано"),
    "line": Case(FakeLine),
}


@dataclass
class House:
    database: Database
    address: str
    fake: Any
    case: Case

    async def one(self, table: Any) -> Any:
        async with self.database.reading() as session:
            return (await session.exec(select(table))).one()


@pytest.fixture(params=CASES)
async def house(
    request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A company with one bot, connected, and Анна who answers."""
    monkeypatch.setattr(registering, "PAUSE", 0.05)
    case, port = CASES[request.param], free_port()
    settings = Settings(
        database_url=SecretStr(sqlite_url),
        secret_key=SecretStr(Fernet.generate_key().decode()),
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        files_path=tmp_path / "files",
    )
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(service(settings))
        database = Database(sqlite_url)
        stack.push_async_callback(database.close)
        fake = await stack.enter_async_context(case.fake())
        await _furnish(database)
        await _connect(stack, database, address, request.param, case, fake)
        yield House(database, address, fake, case)


async def _furnish(database: Database) -> None:
    (pipeline,) = await store(database, Pipeline(name="Продажи"))
    anna = User(login="anna", name="Анна Петрова", password_hash=HASH, locale="ru")
    await store(database, Status(pipeline_id=pipeline, name="Новый", position=0), anna)


async def _connect(
    stack: AsyncExitStack, database: Database, address: str, platform: str, case: Case, fake: Any
) -> None:
    """As the administrator's form does it."""
    given = {} if case.token else dict(fake.given)
    token = case.token or given.pop("token", "")
    bot = Bot(key="k" * 32, platform=platform, name="Лампы", token=token, api_base=fake.base)
    bot.sealed_options = json.dumps(given)
    if platform == "generic":  # the administrator tells the partner
        bot.secret = fake.secret = "told-to-the-partner"
        fake.hook = hook_address(bot, address)
    (bot_id,) = await store(database, bot)
    apis = await stack.enter_async_context(Apis())
    await Messengers(database, apis, address).connect(bot_id)


async def at_the_dialogues(desk: Desk, house: House) -> Page:
    page = await desk.page(f"{house.address}/signin?next=/dialogues")
    await page.locator("input[name=login]").fill("anna")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    await expect(page.locator("#no-rows")).to_contain_text("Сообщений пока нет")
    return page


async def test_from_what_somebody_writes_to_the_answer_that_they_have(house: House, desk: Desk) -> None:
    page = await at_the_dialogues(desk, house)
    person = house.fake.person("Марина")
    await house.fake.says(person, ASKED)
    begun = time.perf_counter()
    row = page.locator(".rowitem")
    await expect(row).to_contain_text("Нужны лампы")
    assert time.perf_counter() - begun < AT_ONCE, "it is seen at once"
    await expect(page.locator("#count-dialogues")).to_have_text("1")

    await page.keyboard.press("KeyJ")
    await expect(page.locator(".msg.theirs")).to_contain_text(ASKED)
    await page.keyboard.press("KeyA")
    await expect(page.locator("wizard-search")).to_be_visible()
    await page.keyboard.press("F3")
    title = page.get_by_label("Название", exact=True)
    await expect(title).to_have_value("Нужны лампы для склада, сто штук — Марина")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Принято · интерес №")
    await expect(page.locator("#sheet")).to_be_hidden()
    inquiry, dialogue, interest = [await house.one(one) for one in (Inquiry, Dialogue, Interest)]
    assert (inquiry.state, inquiry.interest_id) == (InquiryState.ACCEPTED, interest.id)
    async with house.database.reading() as session:
        points = await session.exec(select(Point).where(Point.kind == PointKind.MESSENGER))
        assert [point.value for point in points] == [dialogue.identity], "they are known from now on"

    await page.keyboard.press("KeyR")
    await page.keyboard.type(ANSWER)
    await page.keyboard.press("Control+Enter")
    ours = page.locator(".msg.ours")
    await expect(ours).to_contain_text(ANSWER)
    await expect(ours.locator(".status:not([title^=ждёт]):not([title^=отправляется])")).to_be_visible()
    assert house.fake.sent[-1].text == ANSWER
    if house.case.read is not None:
        await house.case.read(house.fake, person)
    await expect(ours.locator(".status")).to_have_text(house.case.status)
    await expect(page.locator("#count-dialogues")).to_have_text("")
    assert (await findings(page), desk.problems) == ([], [])
