"""VK does not say who writes: their name is asked for once, beside everything else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from intake.model.chats import ChatEvent, ChatKind, ChatsHeard, Person
from intake.reception import Reception
from intake.service.bot_apis import Apis
from intake.service.chat_profiles import profile_handlers
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.outbox import do_next
from storage.tables.chats import Bot, Dialogue
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry
from tests.databases import store
from tests.platforms.vk import TOKEN, FakeVk

pytestmark = pytest.mark.slow


@pytest.fixture
async def vk() -> AsyncIterator[FakeVk]:
    async with FakeVk() as opened:
        yield opened


async def asks(database: Database, files: Path, vk: FakeVk, user_id: int) -> None:
    """Somebody writes twice, and VK tells their number only."""
    (bot_id,) = await store(
        database, Bot(key="k" * 24, platform="vk", name="Сообщество", token=TOKEN, api_base=vk.base)
    )
    reception = Reception(database, Files(files))
    for number in range(2):
        sender = Person(str(user_id), f"chat:vk:{user_id}")
        event = ChatEvent(f"e{number}", ChatKind.MESSAGE, str(user_id), sender, f"{number}", "Нужны лампы")
        await reception.receive(ChatsHeard(bot_id, now(), (event,), raw="{}"))


async def found(database: Database) -> tuple[Dialogue, Inquiry, list[Job]]:
    async with database.reading() as session:
        dialogue = (await session.exec(select(Dialogue))).one()
        inquiry = (await session.exec(select(Inquiry))).one()
        jobs = list(await session.exec(select(Job).where(Job.kind == "chat-profile")))
    return dialogue, inquiry, jobs


async def test_a_name_is_asked_for_once_and_stands_in_dialogue_and_inquiry(
    database: Database, vk: FakeVk, tmp_path: Path
):
    anna = vk.person("Анна", "Ковалёва")
    await asks(database, tmp_path, vk, anna.id)
    async with Apis() as apis:
        assert await do_next(database, profile_handlers(database, apis))
    dialogue, inquiry, jobs = await found(database)
    assert (dialogue.name, inquiry.sender_name) == ("Анна Ковалёва", "Анна Ковалёва")
    assert len(jobs) == 1
    assert jobs[0].done_at is not None


async def test_who_is_nobody_there_is_asked_for_no_more(database: Database, vk: FakeVk, tmp_path: Path):
    await asks(database, tmp_path, vk, 999_999_999)
    async with Apis() as apis:
        assert await do_next(database, profile_handlers(database, apis))
    dialogue, _, jobs = await found(database)
    assert (dialogue.name, [job.given_up_at for job in jobs]) == ("", [None])
    assert jobs[0].done_at is not None
