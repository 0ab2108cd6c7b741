"""Bots connected to a Telegram of ours, looked after, asked for events and files; on both engines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlmodel import col, select

from intake.channels.messengers.polling import Patience
from intake.channels.pauses import Pauses
from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.errors import NotFound, Rejected
from intake.model.calls import Link
from intake.model.chats import AttachmentKind
from intake.reception import Reception
from intake.service.bot_apis import Apis
from intake.service.chat_files import file_handlers
from intake.service.messengers import Messengers
from intake.service.polled_bots import PolledBots
from storage.alarms import open_alarms
from storage.bot_health import GRACE, NOT_REGISTERED
from storage.bots_set_up import keep_bot
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.outbox import do_next
from storage.tables.calls import ChannelHealth
from storage.tables.chats import Bot, ChatFile, ChatMessage, FileState
from storage.tables.history import Job
from tests.chat_house import Chat

pytestmark = pytest.mark.slow

PUBLIC = "http://127.0.0.1:9"
HURRY = Patience(again=Pauses(0.02, 0.05), refused=0.1)


@pytest.fixture
async def apis() -> AsyncIterator[Apis]:
    async with Apis() as opened:
        yield opened


@pytest.fixture
def messengers(database: Database, apis: Apis) -> Messengers:
    return Messengers(database, apis, PUBLIC)


async def health(chat: Chat) -> ChannelHealth | None:
    async with chat.database.reading() as session:
        return await session.get(ChannelHealth, f"chat:{chat.bot_id}")


async def alarms(chat: Chat) -> list[str]:
    async with chat.database.reading() as session:
        return [alarm.kind for alarm in await open_alarms(session)]


async def change(chat: Chat, **values: Any) -> None:
    async with chat.database.transaction() as session:
        bot = await session.get_one(Bot, chat.bot_id)
        for name, value in values.items():
            setattr(bot, name, value)
        session.add(bot)
        session.info.setdefault("announcements", [])


async def until(met: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(20):
        while not (found := await met()):
            await asyncio.sleep(0.02)
    return found


async def test_connecting_gives_the_platform_our_address_and_a_secret_of_ours(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    told = await messengers.connect(chat.bot_id)

    bot, found = await chat.bot(), await health(chat)
    assert told.registered
    assert telegram.hook == f"{PUBLIC}/hooks/telegram/{bot.key}"
    assert telegram.secret == bot.secret
    assert len(bot.secret) == 40
    assert (bot.title, bot.username) == ("Ромашка", "romashka_demo_bot")
    assert bot.connected_at is not None
    assert found is not None
    assert found.link is Link.UP


async def test_one_whose_webhook_goes_elsewhere_is_down_and_stays_as_it_is(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await messengers.connect(chat.bot_id)
    telegram.hook = "http://127.0.0.1:9/another"
    told = await messengers.check(chat.bot_id)
    found = await health(chat)
    assert not told.registered
    assert found is not None
    assert (found.link, found.detail) == (Link.DOWN, NOT_REGISTERED)
    assert telegram.hook.endswith("/another")


async def test_a_refused_token_is_an_alarm_once_until_it_works_again(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await change(chat, token="1:wrong")
    for _ in range(3):
        await messengers.check_all()
    found, bot = await health(chat), await chat.bot()
    assert found is not None
    assert found.link is Link.REFUSED
    assert (await alarms(chat), bot.problem != "") == (["bot-refused"], True)
    async with chat.database.reading() as session:
        assert [alarm.times for alarm in await open_alarms(session)] == [1]

    await change(chat, token=TOKEN)
    await messengers.connect(chat.bot_id)
    assert (await alarms(chat), (await chat.bot()).problem) == ([], "")


async def test_what_could_not_go_goes_when_the_bot_works_again(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await change(chat, token="1:wrong")
    with pytest.raises(Rejected, match="bot-token-refused"):
        await messengers.check(chat.bot_id)
    queued = await chat.answer()
    async with chat.database.transaction() as session:
        job = (await session.exec(select(Job))).one()
        job.due_at = now() + timedelta(hours=1)
        session.add(job)
    await change(chat, token=TOKEN)
    await messengers.connect(chat.bot_id)
    async with chat.database.reading() as session:
        assert (await session.exec(select(Job.due_at).where(Job.kind == "send-chat"))).one() <= now()
    assert queued.id


async def test_an_unreachable_platform_is_down_without_an_alarm(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    telegram.answers.extend([502])
    assert not await messengers.check_all()
    found = await health(chat)
    assert found is not None
    assert (found.link, await alarms(chat)) == (Link.DOWN, [])


async def test_a_busy_platform_says_nothing_about_the_bot(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await messengers.connect(chat.bot_id)
    telegram.answers.extend([429])
    await messengers.check_all()
    found = await health(chat)
    assert found is not None
    assert (found.link, (await chat.bot()).problem) == (Link.UP, "")


async def test_one_that_is_switched_off_or_removed_is_neither_well_nor_ill(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await change(chat, token="1:wrong")
    await messengers.check_all()
    assert await alarms(chat) == ["bot-refused"]
    async with chat.database.transaction() as session:
        await keep_bot(session, chat.bot_id, {"enabled": False}, chat.anna)
    assert (await alarms(chat), await health(chat)) == ([], None)
    assert await messengers.check_all()
    assert await health(chat) is None


async def test_a_renewed_secret_counts_beside_the_former_one_until_it_is_surely_used(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await messengers.connect(chat.bot_id)
    first = (await chat.bot()).secret
    await messengers.renew_secret(chat.bot_id)
    renewed = await chat.bot()
    assert telegram.secret == renewed.secret != first
    assert renewed.former_secret == first

    await messengers.check(chat.bot_id)
    assert (await chat.bot()).former_secret == first
    with time_machine.travel(now() + GRACE + timedelta(minutes=1)):
        await messengers.check(chat.bot_id)
    assert (await chat.bot()).former_secret == ""


async def test_a_secret_that_never_got_there_is_no_former_one(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await messengers.connect(chat.bot_id)
    first = (await chat.bot()).secret
    for _ in range(2):
        telegram.answers.append(500)
        with pytest.raises(Exception, match="bot-unreachable"):
            await messengers.renew_secret(chat.bot_id)
    assert telegram.secret == first == (await chat.bot()).former_secret
    with time_machine.travel(now() + GRACE * 2):
        await messengers.check(chat.bot_id)
    assert (await chat.bot()).former_secret == first


async def test_disconnected_the_platform_tells_us_nothing_more(
    chat: Chat, telegram: FakeTelegram, messengers: Messengers
):
    await messengers.connect(chat.bot_id)
    await messengers.disconnect(chat.bot_id)
    assert (telegram.hook, await health(chat), (await chat.bot()).connected_at) == ("", None, None)


async def test_what_cannot_be_connected_says_why(chat: Chat, database: Database, apis: Apis):
    with pytest.raises(NotFound, match="no-bot"):
        await Messengers(database, apis, PUBLIC).connect(999)
    with pytest.raises(Rejected, match="no-public-url"):
        await Messengers(database, apis, "").connect(chat.bot_id)
    for name, value, code in (
        ("ca_file", "/nowhere.pem", "bot-certificate-file"),
        ("proxy", "nonsense", "bot-proxy"),
        ("platform", "icq", "bot-platform-unknown"),
    ):
        await change(chat, **{"ca_file": "", "proxy": "", name: value})
        with pytest.raises(Rejected, match=code):
            await Messengers(database, apis, PUBLIC).connect(chat.bot_id)


async def test_one_connection_is_kept_until_the_bot_changes(chat: Chat, apis: Apis):
    async with apis.of(await chat.bot()) as first, apis.of(await chat.bot()) as second:
        assert first is second
        await change(chat, file_hosts=["files.example"])
        async with apis.of(await chat.bot()) as third:
            assert third is not first
            with pytest.raises(Rejected):
                await first.ask("GET", "/bot1/getMe")
    with pytest.raises(RuntimeError, match="closed"):
        await first.ask("GET", "/bot1/getMe")


async def test_nobody_can_reach_us_so_events_are_asked_for_and_their_place_is_kept(
    chat: Chat, telegram: FakeTelegram, apis: Apis, tmp_path: Path
):
    await change(chat, polling=True)
    marina = telegram.people[int((await chat.dialogue()).chat_id)]
    for text in ("Первое", "Второе"):
        await telegram.says(marina, text)
    reception = Reception(chat.database, Files(tmp_path / "files"))

    async def said() -> list[str]:
        async with chat.database.reading() as session:
            query = select(ChatMessage.text).where(col(ChatMessage.id) > chat.asked_id)
            return list(await session.exec(query.order_by(col(ChatMessage.id))))

    async with PolledBots(chat.database, reception, apis, HURRY).running():
        await until(lambda: _as_many(said, 2))
        found = await until(lambda: _is_up(chat))
        telegram.answers.extend([500, 502, 429])
        await telegram.says(marina, "Третье")
        await until(lambda: _as_many(said, 3))
    assert found.link is Link.UP
    place = (await chat.bot()).place
    assert place

    await telegram.says(marina, "Четвёртое")
    async with PolledBots(chat.database, reception, apis, HURRY).running():
        await until(lambda: _as_many(said, 4))
    assert await said() == ["Первое", "Второе", "Третье", "Четвёртое"]


async def test_a_polled_bot_whose_token_is_refused_is_an_alarm_until_it_is_heard(
    chat: Chat, telegram: FakeTelegram, apis: Apis, tmp_path: Path
):
    await change(chat, polling=True, token="1:wrong")
    reception = Reception(chat.database, Files(tmp_path / "files"))
    async with PolledBots(chat.database, reception, apis, HURRY).running():
        await until(lambda: alarms(chat))
        telegram.token = "1:wrong"
        await telegram.says(telegram.people[int((await chat.dialogue()).chat_id)], "Вы тут?")
        await until(lambda: _is_up(chat))
    assert await alarms(chat) == []


async def test_a_polled_bot_that_cannot_be_spoken_with_as_it_is_set_up_says_why(
    chat: Chat, telegram: FakeTelegram, apis: Apis, tmp_path: Path
):
    await change(chat, polling=True, ca_file="/nowhere.pem")
    async with PolledBots(chat.database, Reception(chat.database), apis, HURRY).running():
        await until(lambda: _is_link(chat, Link.DOWN))
    found = await health(chat)
    assert found is not None
    assert found.detail == "bot-certificate-file"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


async def sent_file(chat: Chat, ref: str, **values: Any) -> tuple[int, dict[str, int]]:
    file = ChatFile(message_id=chat.asked_id, kind=AttachmentKind.FILE, ref=ref, state=FileState.WAITING)
    async with chat.database.transaction() as session:
        session.add(file)
        await session.flush()
        session.add(Job(kind="fetch-chat", payload={"file": file.id}))
    return file.id or 0, {"file": file.id or 0}


async def kept(chat: Chat, file_id: int) -> ChatFile:
    async with chat.database.reading() as session:
        return await session.get_one(ChatFile, file_id)


async def test_a_file_is_fetched_and_kept_by_its_hash(
    chat: Chat, telegram: FakeTelegram, apis: Apis, files: Files
):
    file_id, _ = await sent_file(chat, telegram.keeps(b"%PDF-1.7" * 50_000))
    assert await do_next(chat.database, file_handlers(chat.database, files, apis))
    found = await kept(chat, file_id)
    assert (found.state, found.size) == (FileState.KEPT, 400_000)
    assert files.read(found.digest) == b"%PDF-1.7" * 50_000


@pytest.mark.parametrize(
    ("content", "state"), [(None, FileState.FAILED), (b"x" * 20_000_001, FileState.TOO_LARGE)]
)
async def test_one_that_cannot_be_had_says_so_and_leaves_nothing_behind(
    chat: Chat, telegram: FakeTelegram, apis: Apis, files: Files, content: bytes | None, state: FileState
):
    file_id, _ = await sent_file(chat, telegram.keeps(content) if content else "nothing")
    assert await do_next(chat.database, file_handlers(chat.database, files, apis))
    found = await kept(chat, file_id)
    assert (found.state, found.digest) == (state, "")
    assert found.error
    assert not any(one.is_file() for one in files.folder.rglob("*"))


async def test_it_is_tried_again_when_the_platform_falls_over_and_not_for_ever(
    chat: Chat, telegram: FakeTelegram, apis: Apis, files: Files
):
    handlers = file_handlers(chat.database, files, apis)
    file_id, _ = await sent_file(chat, telegram.keeps(b"data"))
    telegram.answers.extend([500, 500])
    assert await do_next(chat.database, handlers)
    assert (await kept(chat, file_id)).state is FileState.WAITING
    with time_machine.travel(now() + timedelta(hours=5)):
        assert await do_next(chat.database, handlers)
    assert (await kept(chat, file_id)).state is FileState.FAILED


async def _as_many(said: Callable[[], Awaitable[list[str]]], number: int) -> bool:
    return len(await said()) >= number


async def _is_up(chat: Chat) -> ChannelHealth | None:
    return await _is_link(chat, Link.UP)


async def _is_link(chat: Chat, link: Link) -> ChannelHealth | None:
    found = await health(chat)
    return found if found is not None and found.link is link else None
