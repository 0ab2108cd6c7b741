"""Messages sent by the service as its users run it, killed at the worst moment: at least once, in order."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.model.chats import ChatStatus
from storage.database import Database
from storage.secrets import new_key, use_keys
from tests.chat_house import Chat, a_chat
from tests.service import Serve, ServiceProcess

pytestmark = [pytest.mark.real, pytest.mark.slow]


class Thinking(FakeTelegram):
    """Takes messages, and does not say so for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.thinks = asyncio.Event()
        self.silent = True

    async def _asked_for(self, request: web.Request) -> web.Response:
        answer = await super()._asked_for(request)
        if self.silent and request.match_info["method"].startswith("send"):
            await self.thinks.wait()
        return answer


@pytest.fixture
async def telegram() -> AsyncIterator[Thinking]:
    async with Thinking() as opened:
        yield opened
        opened.thinks.set()


async def running(serve: Serve, database: Database, telegram: FakeTelegram) -> tuple[Chat, ServiceProcess]:
    """Somebody who has written to a bot, and a service that can read its token."""
    key = new_key()
    use_keys([key])
    marina = telegram.person("Марина")
    chat = await a_chat(database, str(marina.id), api_base=telegram.base, token=TOKEN)
    return chat, serve(database.url, key)


async def until_sent(chat: Chat, message_id: int | None) -> None:
    async with asyncio.timeout(90):
        while (await chat.message(message_id)).status is not ChatStatus.SENT:
            await asyncio.sleep(0.1)


async def test_killed_between_the_answer_and_the_commit_it_says_that_one_again_and_the_rest_in_order(
    serve: Serve, database: Database, telegram: Thinking
):
    chat, service = await running(serve, database, telegram)
    first, second, third = [await chat.answer(text) for text in ("раз", "два", "три")]
    await service.start()
    async with asyncio.timeout(60):
        while not telegram.sent:
            await asyncio.sleep(0.05)
    assert await chat.status(first) is ChatStatus.SENDING
    service.kill()
    telegram.silent = False
    await service.start()

    await until_sent(chat, third.id)

    assert [one.text for one in telegram.sent] == ["раз", "раз", "два", "три"]
    for message in (first, second):
        assert await chat.status(message) is ChatStatus.SENT


async def test_stopped_in_peace_nothing_is_said_twice(serve: Serve, database: Database, telegram: Thinking):
    telegram.silent = False
    chat, service = await running(serve, database, telegram)
    queued = await chat.answer("раз")
    await service.start()
    await until_sent(chat, queued.id)
    service.stop()
    later = await chat.answer("два")
    await service.start()
    await until_sent(chat, later.id)
    service.stop()
    assert [one.text for one in telegram.sent] == ["раз", "два"]
    assert "Unclosed" not in service.log.read_text()
    assert TOKEN not in service.log.read_text()
