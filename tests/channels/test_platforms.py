"""Platforms as the service has them: an address is given, people write to it, an answer goes back; the door,
reception and the outbox are the real ones."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from sqlmodel import select

from intake.channels.messengers.registry import ADAPTERS
from intake.channels.messengers.vk import registering
from intake.demo.messengers.max import TOKEN as MAX_TOKEN
from intake.demo.messengers.max import FakeMax
from intake.demo.messengers.telegram import TOKEN as TELEGRAM_TOKEN
from intake.demo.messengers.telegram import FakeTelegram
from intake.model.chats import AttachmentKind, ChatKind, ChatStatus
from intake.service.bot_apis import Apis
from intake.service.chat_files import file_handlers
from intake.service.chat_sending import chat_handlers
from intake.service.messengers import Messengers
from intake.service.pace import Pace
from storage.access import Actor
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.outbox import do_next
from storage.tables.chats import Bot, ChatFile, ChatMessage, Dialogue, FileState
from storage.tables.inquiries import Inquiry
from storage.tables.work import Consent, ConsentText
from tests.chat_house import somebody
from tests.databases import store
from tests.platforms.vk import TOKEN as VK_TOKEN
from tests.platforms.vk import FakeVk
from tests.site import Site
from web.keys import FILES

pytestmark = pytest.mark.slow

FAKES: dict[str, tuple[Any, str]] = {
    "telegram": (FakeTelegram, TELEGRAM_TOKEN),
    "vk": (FakeVk, VK_TOKEN),
    "max": (FakeMax, MAX_TOKEN),
}
TERMS = "Согласен получать предложения"
_tokens = (f"{number:032x}" for number in itertools.count(1))


@dataclass
class Connected:
    site: Site
    messengers: Messengers
    fake: Any
    bot_id: int
    anna: Actor
    handlers: dict[str, Any]

    async def all(self, kind: Any) -> list[Any]:
        async with self.site.database.reading() as session:
            return list(await session.exec(select(kind).order_by(kind.id)))

    async def answer(self, text: str, **more: Any) -> ChatMessage:
        """Anna writes in the only dialogue; it has gone when this returns."""
        limits = ADAPTERS[(await self.all(Bot))[0].platform].limits
        about = ChatAnswer(next(_tokens), text, **more)
        (dialogue,) = await self.all(Dialogue)
        async with self.site.database.transaction() as session:
            ours = await queue_chat_answer(session, dialogue.id, about, self.anna, limits)
        await self.settle()
        return await self.message(ours.id)

    async def message(self, message_id: int | None) -> ChatMessage:
        async with self.site.database.reading() as session:
            return await session.get_one(ChatMessage, message_id)

    async def settle(self) -> None:
        """All jobs that are due are done."""
        while await do_next(self.site.database, self.handlers):
            pass


@pytest.fixture(params=FAKES)
async def bot(
    request: pytest.FixtureRequest, site: Site, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Connected]:
    """Connected as an administrator connects one: the token alone is given."""
    monkeypatch.setattr(registering, "PAUSE", 0.05)
    fake_of, token = FAKES[request.param]
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(fake_of())
        apis = await stack.enter_async_context(Apis())
        (bot_id,) = await store(
            site.database,
            Bot(key="k" * 32, platform=request.param, name="Продажи", token=token, api_base=fake.base),
        )
        messengers = Messengers(site.database, apis, site.url())
        handlers = {
            **file_handlers(site.database, site.app[FILES], apis),
            **chat_handlers(site.database, site.app[FILES], apis, Pace()),
        }
        assert (await messengers.connect(bot_id)).registered
        yield Connected(site, messengers, fake, bot_id, await somebody(site.database), handlers)


async def test_what_people_write_makes_one_inquiry_and_the_answer_goes_back(bot: Connected):
    marina = bot.fake.person("Марина", "Орлова")
    await bot.fake.says(marina, "Здравствуйте! Нужны лампы")
    asked = await bot.fake.says(marina, "Сто штук")
    assert len(await bot.all(Inquiry)) == 1
    assert [one.text for one in await bot.all(ChatMessage)] == ["Здравствуйте! Нужны лампы", "Сто штук"]

    second = (await bot.all(ChatMessage))[1]
    ours = await bot.answer("Есть, везём завтра", reply_to=second.id)
    (sent,) = bot.fake.said_to(marina)
    assert (sent.text, sent.reply_to) == ("Есть, везём завтра", asked)
    assert ours.status is ChatStatus.SENT
    await bot.answer("Или послезавтра", reply_to=ours.id)
    assert bot.fake.said_to(marina)[1].reply_to in (sent.message_id, f"m{sent.message_id}")


async def test_what_people_attach_is_fetched(bot: Connected):
    marina = bot.fake.person("Марина")
    await bot.fake.sends_photo(marina, b"\xff\xd8photo", "Вот такие")
    await bot.fake.sends_voice(marina, b"OggSvoice")
    await bot.fake.sends_document(marina, b"%PDF", "Смета.pdf", "application/pdf")
    await bot.settle()

    found = [(one.kind, one.state, one.size, one.filename) for one in await bot.all(ChatFile)]
    assert found == [
        (AttachmentKind.PHOTO, FileState.KEPT, 7, ""),
        (AttachmentKind.VOICE, FileState.KEPT, 9, ""),
        (AttachmentKind.FILE, FileState.KEPT, 4, "Смета.pdf"),
    ]


async def test_an_edit_keeps_what_was_and_a_block_stops_us(bot: Connected):
    marina = bot.fake.person("Марина")
    number = await bot.fake.says(marina, "Сто штук")
    await bot.fake.edits(marina, number, "Двести штук")
    await bot.fake.blocks(marina)

    message = next(one for one in await bot.all(ChatMessage) if one.kind is ChatKind.MESSAGE)
    assert (message.text, message.edited_at is not None) == ("Двести штук", True)
    (dialogue,) = await bot.all(Dialogue)
    assert dialogue.blocked_at is not None
    await bot.fake.unblocks(marina)
    (dialogue,) = await bot.all(Dialogue)
    assert dialogue.blocked_at is None


async def test_a_consent_is_asked_for_and_given_by_buttons(bot: Connected):
    digest = sha256(TERMS.encode()).hexdigest()
    (text_id,) = await store(bot.site.database, ConsentText(purpose="offers", text=TERMS, digest=digest))
    await bot.fake.says(bot.fake.person("Марина"), "Здравствуйте")
    ours = await bot.answer(TERMS, asks=f"consent:{text_id}")
    await bot.fake.presses(bot.fake.sent[0].buttons[0])

    (consent,) = await bot.all(Consent)
    assert (consent.text_id, consent.given, consent.chat_message_id) == (text_id, "chat", ours.id)


@pytest.mark.parametrize("bot", ["telegram", "max"], indirect=True)
async def test_a_number_is_asked_for_and_given_by_a_button(bot: Connected):
    marina = bot.fake.person("Марина", phone="79161234567")
    await bot.fake.says(marina, "Здравствуйте")
    await bot.answer("По какому номеру позвонить?", asks="phone")
    assert bot.fake.sent[0].asks_phone
    await bot.fake.shares_contact(marina)

    assert [one.phone for one in await bot.all(Dialogue)] == ["+79161234567"]


@pytest.mark.parametrize("bot", ["vk"], indirect=True)
async def test_what_they_have_read_is_known(bot: Connected):
    marina = bot.fake.person("Марина")
    await bot.fake.says(marina, "Здравствуйте")
    ours = await bot.answer("Добрый день")
    await bot.fake.reads(marina, bot.fake.sent[0].message_id)

    assert (await bot.message(ours.id)).status is ChatStatus.READ


async def test_a_new_secret_is_taken_by_the_platform_at_once(bot: Connected):
    marina = bot.fake.person("Марина")
    await bot.fake.says(marina, "раз")
    assert (await bot.messengers.renew_secret(bot.bot_id)).registered
    await bot.fake.says(marina, "два")

    assert [one.text for one in await bot.all(ChatMessage)] == ["раз", "два"]
    assert set(bot.fake.delivered) == {200}


async def test_disconnected_nothing_more_is_told(bot: Connected):
    await bot.messengers.disconnect(bot.bot_id)
    await bot.fake.says(bot.fake.person("Марина"), "раз")

    assert await bot.all(ChatMessage) == []
