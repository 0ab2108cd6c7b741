"""Viber as the service has it: connected, written to, answered with words and files, told who has read."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select

from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import ChatStatus
from intake.service.bot_apis import Apis
from intake.service.chat_files import file_handlers
from intake.service.chat_sending import chat_handlers
from intake.service.messengers import Messengers
from intake.service.pace import Pace
from storage.access import Actor
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.outbox import do_next
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue, FileState
from storage.tables.inquiries import Inquiry
from tests.chat_house import somebody
from tests.databases import store
from tests.platforms.viber import TOKEN, FakeViber
from tests.site import Site
from web.keys import FILES

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.7 words"
_tokens = (f"{number:032x}" for number in itertools.count(1))


@dataclass
class House:
    site: Site
    viber: FakeViber
    anna: Actor
    handlers: dict[str, Any]

    async def all(self, kind: Any) -> list[Any]:
        async with self.site.database.reading() as session:
            return list(await session.exec(select(kind).order_by(kind.id)))

    async def answer(self, text: str, *files: dict[str, Any]) -> None:
        """Queued and sent, as far as it goes."""
        (dialogue,) = await self.all(Dialogue)
        async with self.site.database.transaction() as session:
            answer = ChatAnswer(next(_tokens), text, files)
            await queue_chat_answer(session, dialogue.id, answer, self.anna, ADAPTERS["viber"].limits)
        await self.settle()

    async def settle(self) -> None:
        while await do_next(self.site.database, self.handlers):
            pass

    async def statuses(self) -> list[ChatStatus]:
        return [one.status for one in await self.all(ChatMessage) if one.way is ChatWay.OUT]


@pytest.fixture
async def house(site: Site) -> AsyncIterator[House]:
    async with FakeViber() as viber, Apis() as apis:
        bot = Bot(key="k" * 32, platform="viber", name="Продажи", token=TOKEN, api_base=viber.base)
        (bot_id,) = await store(site.database, bot)
        messengers = Messengers(site.database, apis, site.url())
        handlers = {
            **file_handlers(site.database, site.app[FILES], apis),
            **chat_handlers(site.database, site.app[FILES], apis, Pace(), site.url()),
        }
        assert (await messengers.connect(bot_id)).registered
        yield House(site, viber, await somebody(site.database), handlers)


def file(house: House, content: bytes, filename: str, content_type: str) -> dict[str, Any]:
    digest = house.site.app[FILES].keep(content)
    return {"digest": digest, "filename": filename, "content_type": content_type, "size": len(content)}


async def test_what_people_write_makes_one_inquiry_and_the_answer_is_followed(house: House) -> None:
    marina = house.viber.person("Марина Орлова")
    await house.viber.starts(marina, "flyer")
    await house.viber.says(marina, "Здравствуйте! Нужны лампы")
    await house.viber.says(marina, "Сто штук")
    await house.answer("Есть, везём завтра")

    (dialogue,) = await house.all(Dialogue)
    assert (dialogue.name, dialogue.source) == ("Марина Орлова", "flyer")
    assert len(await house.all(Inquiry)) == 1
    (sent,) = house.viber.sent
    assert (sent.text, sent.sender) == ("Есть, везём завтра", "Ромашка")
    assert await house.statuses() == [ChatStatus.SENT]
    await house.viber.gets(sent)
    assert await house.statuses() == [ChatStatus.DELIVERED]
    await house.viber.reads(sent)
    assert await house.statuses() == [ChatStatus.READ]


async def test_what_they_attach_is_fetched_and_what_we_attach_they_fetch(house: House) -> None:
    marina = house.viber.person("Марина")
    await house.viber.sends_photo(marina, b"\xff\xd8photo", "Вот такие")
    await house.viber.sends_file(marina, PDF, "Смета.pdf")
    await house.settle()
    await house.answer(
        "Счёт и снимок",
        file(house, PDF, "Счёт № 5.pdf", "application/pdf"),
        file(house, b"\xff\xd8\xffphoto", "Снимок.jpg", "image/jpeg"),
    )

    theirs = [one for one in await house.all(ChatFile) if one.ref]
    assert [(one.state, one.size) for one in theirs] == [(FileState.KEPT, 7), (FileState.KEPT, len(PDF))]
    words, bill, photo = house.viber.sent
    assert words.text == "Счёт и снимок"
    assert (bill.filename, bill.content) == ("Счёт № 5.pdf", PDF)
    assert photo.content == b"\xff\xd8\xffphoto"
    assert await house.statuses() == [ChatStatus.SENT]


async def test_who_has_left_is_not_written_to(house: House) -> None:
    marina = house.viber.person("Марина")
    await house.viber.says(marina, "Алло")
    house.viber.subscribed.discard(marina.id)  # and Viber has not told us
    await house.answer("Здравствуйте")

    (dialogue,) = await house.all(Dialogue)
    assert await house.statuses() == [ChatStatus.FAILED]
    assert dialogue.blocked_at is not None


async def test_what_went_wrong_on_the_way_is_said(house: House) -> None:
    marina = house.viber.person("Марина")
    await house.viber.says(marina, "Алло")
    await house.answer("Здравствуйте")
    await house.viber.fails(house.viber.sent[0], "device is gone")

    failed = (await house.all(ChatMessage))[-1]
    assert (failed.status, failed.error) == (ChatStatus.FAILED, "device is gone")
