"""Platforms as the service has them: an address is given, people write to it, an answer goes back; the door,
reception and the outbox are the real ones."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
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
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.outbox import do_next
from storage.tables.chats import Bot, ChatFile, ChatMessage, Dialogue, FileState
from storage.tables.inquiries import Inquiry
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
_tokens = (f"{number:032x}" for number in itertools.count(1))


@dataclass
class Connected:
    site: Site
    messengers: Messengers
    fake: Any
    bot_id: int
    handlers: dict[str, Any]

    async def all(self, kind: Any) -> list[Any]:
        async with self.site.database.reading() as session:
            return list(await session.exec(select(kind).order_by(kind.id)))

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
        yield Connected(site, messengers, fake, bot_id, handlers)


async def test_what_people_write_makes_one_inquiry_and_the_answer_goes_back(bot: Connected):
    marina = bot.fake.person("Марина", "Орлова")
    await bot.fake.says(marina, "Здравствуйте! Нужны лампы")
    asked = await bot.fake.says(marina, "Сто штук")
    (dialogue,) = await bot.all(Dialogue)
    assert len(await bot.all(Inquiry)) == 1
    assert [one.text for one in await bot.all(ChatMessage)] == ["Здравствуйте! Нужны лампы", "Сто штук"]

    anna, limits = await somebody(bot.site.database), ADAPTERS[(await bot.all(Bot))[0].platform].limits
    about = ChatAnswer(next(_tokens), "Есть, везём завтра", reply_to=(await bot.all(ChatMessage))[1].id)
    async with bot.site.database.transaction() as session:
        ours = await queue_chat_answer(session, dialogue.id, about, anna, limits)
    await bot.settle()

    (sent,) = bot.fake.said_to(marina)
    assert (sent.text, sent.reply_to) == ("Есть, везём завтра", asked)
    stored = next(one for one in await bot.all(ChatMessage) if one.id == ours.id)
    assert stored.status is ChatStatus.SENT


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
