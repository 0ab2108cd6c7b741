"""Telegram and the service as its users run it: heard over the webhook or asked, answered, and killed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from intake.channels.messengers.registry import ADAPTERS
from intake.demo.messengers.people import Someone
from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.service.bot_apis import Apis
from intake.service.messengers import Messengers
from storage.access import Actor
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.database import Database
from storage.secrets import new_key, use_keys
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue, FileState
from storage.tables.people import User
from tests.databases import store
from tests.service import Serve, ServiceProcess

pytestmark = [pytest.mark.real, pytest.mark.slow]

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 100
LIMITS = ADAPTERS["telegram"].limits


@dataclass
class House:
    """One bot with Telegram behind it, and one person who answers."""

    database: Database
    telegram: FakeTelegram
    service: ServiceProcess
    anna: Actor

    async def messages(self, way: ChatWay = ChatWay.IN) -> list[ChatMessage]:
        async with self.database.reading() as session:
            query = select(ChatMessage).where(ChatMessage.way == way).order_by(col(ChatMessage.id))
            return list(await session.exec(query))

    async def texts(self) -> list[str]:
        return [message.text for message in await self.messages()]

    async def answer(self, number: int, text: str) -> None:
        async with self.database.transaction() as session:
            dialogue_id = (await session.exec(select(Dialogue.id))).one() or 0
            answer = ChatAnswer(f"{number:032x}", text)
            await queue_chat_answer(session, dialogue_id, answer, self.anna, LIMITS)


@asynccontextmanager
async def house(serve: Serve, database: Database, *, polling: bool) -> AsyncIterator[House]:
    """Connected, and the service up."""
    key = new_key()
    use_keys([key])
    service = serve(database.url, key)
    (anna,) = await store(database, User(login="anna", name="Анна", password_hash="x"))
    async with FakeTelegram() as telegram, Apis() as apis:
        bot = Bot(
            key="k1", platform="telegram", name="Бот", token=TOKEN, api_base=telegram.base, polling=polling
        )
        (bot_id,) = await store(database, bot)
        await service.start()
        await Messengers(database, apis, service.address).connect(bot_id)
        yield House(database, telegram, service, Actor(anna, "Анна"))


async def until(fine: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await fine():
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("polling", [False, True], ids=["webhook", "polling"])
async def test_what_is_written_is_heard_and_answered_with_its_files(
    serve: Serve, database: Database, polling: bool
) -> None:
    async with house(serve, database, polling=polling) as here:
        marina = here.telegram.person("Марина", "Орлова", "orlova", "+7 916 000-00-01")
        await here.telegram.starts(marina, "avito")
        await here.telegram.says(marina, "Нужен шкаф")
        await here.telegram.sends_album(marina, [JPEG, JPEG + b"2"], "Вот такие")
        await here.telegram.shares_contact(marina)
        await until(lambda: _are(here, 4))
        await here.answer(1, "Приедем завтра")
        await until(lambda: _sent(here, 1))

        assert await here.texts() == ["/start avito", "Нужен шкаф", "Вот такие", ""]
        assert here.telegram.sent[0].text == "Приедем завтра"
        await until(lambda: _kept(here, 2))
        async with database.reading() as session:
            dialogue = (await session.exec(select(Dialogue))).one()
        assert (dialogue.source, dialogue.phone, dialogue.name) == ("avito", "+79160000001", "Марина Орлова")


@pytest.mark.parametrize("polling", [False, True], ids=["webhook", "polling"])
async def test_killed_while_people_write_and_are_answered_nothing_is_lost_or_doubled(
    serve: Serve, database: Database, polling: bool
) -> None:
    async with house(serve, database, polling=polling) as here:
        marina = here.telegram.person("Марина")
        await here.telegram.says(marina, "0")
        await until(lambda: _are(here, 1))
        writing = asyncio.create_task(_write(here.telegram, marina))
        for number in range(1, 4):
            await here.answer(number, f"Ответ {number}")
            await asyncio.sleep(0.3)
        here.service.kill()
        await here.answer(4, "Ответ 4")
        await here.service.start()
        await writing
        await until(lambda: _are(here, 61))
        await until(lambda: _sent(here, 4))

        assert await here.texts() == [str(number) for number in range(61)]
        sent = [one.text for one in here.telegram.sent]  # one may be sent again: nobody knew whether it went
        assert list(dict.fromkeys(sent)) == [f"Ответ {number}" for number in range(1, 5)]
        assert len(sent) <= 5


async def _write(telegram: FakeTelegram, marina: Someone) -> None:
    """As fast as it is taken; what the service does not take is told again."""
    for number in range(1, 61):
        with suppress(TimeoutError):
            await telegram.says(marina, str(number))
        await asyncio.sleep(0.02)
    while telegram.hook and telegram.waiting:
        with suppress(TimeoutError):
            await telegram.tell_again()


async def _are(here: House, count: int) -> bool:
    return len(await here.messages()) >= count


async def _sent(here: House, count: int) -> bool:
    return len(here.telegram.sent) >= count


async def _kept(here: House, count: int) -> bool:
    async with here.database.reading() as session:
        files = await session.exec(select(ChatFile).where(ChatFile.state == FileState.KEPT))
        return len(list(files)) >= count
