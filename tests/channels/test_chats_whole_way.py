"""From somebody's messenger through the door into an inquiry, and an answer all the way back to them: with
WhatsApp, a partner and LINE on the loopback, by the parts that the service is made of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import ChatStatus
from intake.service.bot_apis import Apis
from intake.service.chat_files import file_handlers
from intake.service.chat_profiles import profile_handlers
from intake.service.chat_sending import chat_handlers
from intake.service.messengers import Messengers
from intake.service.pace import Pace
from storage.access import Actor
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.database import Database
from storage.files import Files
from storage.outbox import do_next
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue, FileState
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Lead, Point, PointKind
from storage.tables.work import Consent, ConsentText
from tests.databases import store
from tests.platforms.generic import FakeGeneric
from tests.platforms.line import FakeLine
from tests.platforms.whatsapp import FakeWhatsApp
from tests.site import Site

pytestmark = pytest.mark.slow

PLATFORMS: dict[str, Any] = {"whatsapp": FakeWhatsApp, "generic": FakeGeneric, "line": FakeLine}
EACH = pytest.mark.parametrize("name", PLATFORMS)


@dataclass
class Way:
    site: Site
    platform: Any
    bot_id: int
    messengers: Messengers
    handlers: dict[str, Any]

    @property
    def database(self) -> Database:
        return self.site.database

    async def rows(self, kind: Any, *where: Any) -> Any:
        async with self.database.reading() as session:
            return list(await session.exec(select(kind).where(*where).order_by(kind.id)))

    async def work(self) -> None:
        """All that is to be done now."""
        while await do_next(self.database, self.handlers):
            pass

    async def answer(self, who: Actor, text: str, **more: Any) -> ChatMessage:
        (dialogue,) = await self.rows(Dialogue)
        limits = ADAPTERS[(await self.rows(Bot))[0].platform].limits
        token = f"{abs(hash(text)):032x}"
        async with self.database.transaction() as session:
            asked = ChatAnswer(token=token, text=text, **more)
            return await queue_chat_answer(session, dialogue.id, asked, who, limits)


@asynccontextmanager
async def connected(site: Site, name: str) -> AsyncIterator[Way]:
    async with PLATFORMS[name]() as platform, Apis() as apis:
        settings = {setting.name: setting for setting in ADAPTERS[name].settings}
        given = {each: told for each, told in platform.given.items() if each in settings}
        bot = Bot(
            key="k" * 32,
            platform=name,
            name="Чат",
            token=given.pop("token", ""),
            options=given,
            api_base="" if name == "generic" else platform.base,
        )
        (bot_id,) = await store(site.database, bot)
        messengers = Messengers(site.database, apis, site.url().rstrip("/"))
        files = Files(site.folder / "files")
        handlers = {
            **chat_handlers(site.database, files, apis, Pace()),
            **file_handlers(site.database, files, apis),
            **profile_handlers(site.database, apis),
        }
        way = Way(site, platform, bot_id, messengers, dict(handlers))
        if name == "generic":  # somebody tells the partner
            async with site.database.transaction() as session:
                (await session.get_one(Bot, bot_id)).secret = platform.secret = "5a" * 20
            platform.hook = site.url(f"/hooks/generic/{'k' * 32}")
        await messengers.connect(bot_id)
        yield way


@EACH
async def test_a_question_becomes_an_inquiry_and_the_answer_goes_back(site: Site, name: str) -> None:
    user = await site.user("anna")
    async with connected(site, name) as way:
        person = way.platform.person("Ольга")
        await way.platform.says(person, "Сколько стоит доставка?")
        await way.platform.says(person, "И монтаж?")
        await way.work()

        (inquiry,) = await way.rows(Inquiry)
        (dialogue,) = await way.rows(Dialogue)
        assert (inquiry.subject, inquiry.line) == ("Сколько стоит доставка?", "Чат")
        assert inquiry.sender_name == "Ольга"
        assert (dialogue.name, dialogue.unread) == ("Ольга", 2)
        assert dialogue.phone == (None if name == "line" else "+79160000001")

        message = await way.answer(Actor(user.id, user.name), "Тысяча рублей")
        await way.work()
        (sent,) = way.platform.said_to(person)
        assert sent.text == "Тысяча рублей"
        if ADAPTERS[name].tells_status:
            await way.platform.told_all()
        (kept,) = await way.rows(ChatMessage, col(ChatMessage.way) == ChatWay.OUT)
        assert kept.id == message.id
        assert kept.status is (ChatStatus.READ if ADAPTERS[name].tells_status else ChatStatus.SENT)


@EACH
async def test_a_consent_is_asked_for_and_given_by_buttons(site: Site, name: str) -> None:
    user = await site.user("anna")
    terms = ConsentText(purpose="offers", text="Согласен получать предложения", digest="0" * 64)
    (text_id,) = await store(site.database, terms)
    async with connected(site, name) as way:
        await way.platform.says(way.platform.person("Ольга"), "Здравствуйте")
        asked = await way.answer(Actor(user.id, user.name), terms.text, asks=f"consent:{text_id}")
        await way.work()
        await way.platform.presses(way.platform.sent[-1].buttons[0])

        (consent,) = await way.rows(Consent)
        assert (consent.text_id, consent.given, consent.chat_message_id) == (text_id, "chat", asked.id)


@pytest.mark.parametrize("name", ["whatsapp", "generic"])
async def test_a_number_that_is_vouched_for_finds_its_client(site: Site, name: str) -> None:
    (lead_id,) = await store(site.database, Lead(last_name="Петрова", first_name="Ольга"))
    point = Point(kind=PointKind.PHONE, value="+79160000001", raw="8 916 000-00-01", lead_id=lead_id)
    await store(site.database, point)
    async with connected(site, name) as way:
        await way.platform.says(way.platform.person("Олечка"), "Это я")
        (inquiry,) = await way.rows(Inquiry)
        assert inquiry.lead_id == lead_id
        accounts = await way.rows(Point, col(Point.kind) == PointKind.MESSENGER)
        assert [one.lead_id for one in accounts] == [lead_id]


@EACH
async def test_what_is_told_again_while_we_fall_over_is_kept_once(site: Site, name: str) -> None:
    async with connected(site, name) as way:
        person = way.platform.person("Ольга")
        first = way.platform.deliver

        async def twice(*told: Any, **more: Any) -> str:
            await first(*told, **more)
            return str(await first(*told, **more))

        way.platform.deliver = twice
        await way.platform.says(person, "Раз")
        await way.platform.says(person, "Два")
        texts = [message.text for message in await way.rows(ChatMessage)]
        assert texts == ["Раз", "Два"]


@EACH
async def test_a_file_is_fetched_and_kept(site: Site, name: str, tmp_path: Path) -> None:
    async with connected(site, name) as way:
        await way.platform.sends_photo(way.platform.person("Ольга"), b"\xff\xd8\xff\xe0 picture")
        await way.work()
        (file,) = await way.rows(ChatFile)
        assert (file.state, file.size) == (FileState.KEPT, 12)
        assert Files(site.folder / "files").read(file.digest) == b"\xff\xd8\xff\xe0 picture"
