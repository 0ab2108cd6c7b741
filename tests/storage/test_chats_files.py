"""Files of chats: kept as long as somebody needs them, then gone; their names stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.model.chats import ChatStatus
from storage.access import COMMAND_LINE
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.preferences import change_settings
from storage.retention import sweep, tidy
from storage.tables.chats import ChatAhead, ChatDraft, ChatFile, ChatMessage, ChatWay, Dialogue, FileState
from storage.tables.people import User
from tests.databases import store
from tests.storage.telling import bot

pytestmark = pytest.mark.slow

ANY_AGE = -1  # seconds: the test does not wait a day
LONG_AGO = now() - timedelta(days=40)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
async def dialogue(database: Database) -> int:
    await store(database, bot())
    [found] = await store(database, Dialogue(bot_id=1, chat_id="7", identity="chat:telegram:7"))
    return found


async def keep(database: Database, files: Files, dialogue: int, content: bytes, **values: Any) -> int:
    [message] = await store(database, ChatMessage(dialogue_id=dialogue, **values))
    kept: dict[str, Any] = {"digest": files.keep(content), "state": FileState.KEPT, "filename": "план.pdf"}
    [file] = await store(database, ChatFile(message_id=message, **kept))
    return file


async def removed(database: Database, file: int) -> bool:
    async with database.reading() as session:
        return (await session.get_one(ChatFile, file)).removed_at is not None


async def test_old_files_go_by_the_administrators_setting(
    database: Database, files: Files, dialogue: int
) -> None:
    old = await keep(database, files, dialogue, b"old", at=LONG_AGO)
    young = await keep(database, files, dialogue, b"young")
    waits = await keep(
        database, files, dialogue, b"ours", at=LONG_AGO, way=ChatWay.OUT, status=ChatStatus.QUEUED
    )
    await tidy(database, files)
    assert not await removed(database, old)

    async with database.transaction() as session:
        await change_settings(session, COMMAND_LINE, letter_file_days=30)
    await tidy(database, files)
    assert await sweep(database, files, ANY_AGE) == 1
    assert [await removed(database, one) for one in (old, young, waits)] == [True, False, False]


async def test_what_is_begun_keeps_its_files(database: Database, files: Files, dialogue: int) -> None:
    begun, lost = files.keep(b"begun"), files.keep(b"lost")
    [user] = await store(database, User(login="anna", name="Анна", password_hash="-"))
    await store(database, ChatDraft(author_id=user, dialogue_id=dialogue, files=[{"digest": begun}]))

    assert await sweep(database, files, ANY_AGE) == 1
    assert files.path(begun).exists()
    assert not files.path(lost).exists()


async def test_what_is_told_of_others_messages_is_forgotten(
    database: Database, files: Files, dialogue: int
) -> None:
    for name, at in (("a", LONG_AGO), ("b", now())):
        ahead = ChatAhead(dialogue_id=dialogue, external_id=name, at=at, status=ChatStatus.READ)
        await store(database, ahead)
    await tidy(database, files)

    async with database.reading() as session:
        assert await session.get(ChatAhead, (dialogue, "a")) is None
        assert await session.get(ChatAhead, (dialogue, "b")) is not None
