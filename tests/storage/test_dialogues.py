"""The list of dialogues, its counts, a thread part by part, who has taken it, drafts; on each engine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.errors import Conflict, NotFound
from storage.access import Actor, actor_of
from storage.chat_drafts import chat_draft, drafts_of, keep_chat_draft
from storage.database import Database
from storage.dialogues import View, Wanted, dialogue_row, dialogues_page
from storage.dialogues_counts import dialogue_counts, waiting_count
from storage.dialogues_taken import note_seen, release, take, take_over
from storage.dialogues_thread import MOST, chat_file, last_part, part_before, part_since
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatVersion, ChatWay, Dialogue
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.people import Scope, Team, User
from tests.databases import store

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 20, 9, tzinfo=UTC)


async def people(database: Database) -> tuple[Actor, Actor]:
    """Anna sees all; Boris only what is his or nobody's."""
    (team,) = await store(database, Team(name="T"))
    anna = User(login="anna", name="Anna", password_hash="x")
    boris = User(login="boris", name="Boris", password_hash="x", scope=Scope.OWN, team_id=team)
    await store(database, anna, boris)
    return actor_of(anna), actor_of(boris)


async def bot(database: Database, name: str = "Shop") -> int:
    (bot_id,) = await store(database, Bot(key=name, platform="telegram", name=name))
    return bot_id


async def dialogue(database: Database, bot_id: int, minutes: int = 0, **values: Any) -> int:
    at = START + timedelta(minutes=minutes)
    usual: dict[str, Any] = {"chat_id": f"c{minutes}", "identity": f"chat:telegram:{minutes}", "last_at": at}
    (dialogue_id,) = await store(database, Dialogue(bot_id=bot_id, **(usual | values)))
    return dialogue_id


async def says(database: Database, dialogue_id: int, *texts: str, **values: Any) -> list[int]:
    return await store(database, *(ChatMessage(dialogue_id=dialogue_id, text=one, **values) for one in texts))


async def ids_of(database: Database, who: Actor, wanted: Wanted) -> list[int | None]:
    async with database.reading() as session:
        return [row.dialogue.id for row in (await dialogues_page(session, who, wanted)).rows]


async def test_the_longest_waiting_stands_first_and_the_newest_first_among_all(database: Database):
    anna, _ = await people(database)
    shop = await bot(database)
    old = await dialogue(database, shop, 1, waiting_since=START)
    new = await dialogue(database, shop, 9, waiting_since=START + timedelta(minutes=9))
    answered = await dialogue(database, shop, 5, taken_by=anna.user_id)
    assert await ids_of(database, anna, Wanted()) == [old, new]
    assert await ids_of(database, anna, Wanted(view=View.MINE)) == [answered]
    assert await ids_of(database, anna, Wanted(view=View.ALL)) == [new, answered, old]


@pytest.mark.parametrize("text", ["василий п", "ВАСИЛ", "лампы", "Лампы", "vas_ily", "8 916 123-45"])
async def test_a_dialogue_is_found_by_name_nick_number_and_what_was_said(database: Database, text: str):
    anna, _ = await people(database)
    shop = await bot(database)
    there = await dialogue(database, shop, 1, name="Василий Петров", username="vas_ily", phone="+79161234567")
    await says(database, there, "Лампы почём?")
    await dialogue(database, shop, 2, name="Olga", username="vasXily")
    assert await ids_of(database, anna, Wanted(view=View.ALL, text=text)) == [there]


async def test_only_dialogues_of_inquiries_that_one_may_see(database: Database):
    anna, boris = await people(database)
    shop, other = await bot(database), await bot(database, "Other")
    (hers,) = await store(database, Inquiry(channel=Channel.CHAT, responsible_id=anna.user_id))
    secret = await dialogue(database, shop, 1, inquiry_id=hers, waiting_since=START)
    free = await dialogue(database, other, 2, waiting_since=START)
    assert await ids_of(database, anna, Wanted()) == [secret, free]
    assert await ids_of(database, boris, Wanted()) == [free]
    async with database.reading() as session:
        assert await waiting_count(session, anna) == 2
        assert await waiting_count(session, boris) == 1
        counts = await dialogue_counts(session, boris)
        assert {one.bot.name: one.waiting for one in counts.bots} == {"Shop": 0, "Other": 1}
        with pytest.raises(NotFound):
            await dialogue_row(session, boris, secret)


async def test_pages_follow_one_another(database: Database):
    anna, _ = await people(database)
    shop = await bot(database)
    made = [await dialogue(database, shop, minute) for minute in range(55)]
    async with database.reading() as session:
        first = await dialogues_page(session, anna, Wanted(view=View.ALL))
        second = await dialogues_page(session, anna, Wanted(view=View.ALL), first.after)
    assert [row.dialogue.id for row in (*first.rows, *second.rows)] == made[::-1]
    assert second.after is None


async def test_a_thread_comes_in_parts_that_meet(database: Database):
    await people(database)
    chat = await dialogue(database, await bot(database))
    made = await says(database, chat, *(f"{number}" for number in range(MOST + 5)))
    async with database.reading() as session:
        last = await last_part(session, chat)
        before = await part_before(session, chat, last.first)
        again = await part_since(session, chat, last.first)
    assert (last.earlier, before.earlier, again.earlier) == (True, False, True)
    assert [one.message.id for one in (*before.said, *last.said)] == made
    assert [one.message.id for one in again.said] == [one.message.id for one in last.said]


async def test_what_hangs_on_a_message_comes_with_it(database: Database):
    anna, _ = await people(database)
    shop = await bot(database)
    chat, other = await dialogue(database, shop, 1), await dialogue(database, shop, 2)
    (asked,) = await says(database, chat, "How much?")
    (answer,) = await says(database, chat, "10", way=ChatWay.OUT, author_id=anna.user_id, reply_to=asked)
    await store(database, ChatVersion(message_id=asked, text="How mach?"))
    (file,) = await store(database, ChatFile(message_id=answer, filename="price.pdf"))
    async with database.reading() as session:
        first, second = (await last_part(session, chat)).said
        assert [one.text for one in first.versions] == ["How mach?"]
        assert (second.author, second.answered and second.answered.id) == ("Anna", asked)
        assert [one.filename for one in second.files] == ["price.pdf"]
        assert (await chat_file(session, anna, chat, file)).id == file
        with pytest.raises(NotFound):
            await chat_file(session, anna, other, file)


async def test_a_dialogue_is_taken_once_taken_over_and_released(database: Database):
    anna, boris = await people(database)
    chat = await dialogue(database, await bot(database))
    async with database.transaction() as session:
        await take(session, chat, anna)
    with pytest.raises(Conflict) as refused:
        async with database.transaction() as session:
            await take(session, chat, boris)
    assert refused.value.params["name"] == "Anna"
    with pytest.raises(Conflict):
        async with database.transaction() as session:
            await release(session, chat, boris)
    async with database.transaction() as session:
        await take_over(session, chat, boris)
    async with database.transaction() as session:
        await release(session, chat, boris)
    async with database.reading() as session:
        assert (await dialogue_row(session, anna, chat)).taker is None


async def test_what_comes_while_somebody_looks_stays_unread(database: Database):
    anna, _ = await people(database)
    chat = await dialogue(database, await bot(database), unread=2, last_in_at=START)
    for until, left in ((START - timedelta(seconds=1), 2), (START, 0)):
        async with database.transaction() as session:
            await note_seen(session, chat, anna, until)
        async with database.reading() as session:
            assert (await dialogue_row(session, anna, chat)).dialogue.unread == left


async def test_a_draft_is_ones_own_and_gone_with_its_message(database: Database):
    anna, boris = await people(database)
    chat = await dialogue(database, await bot(database))
    async with database.transaction() as session:
        await keep_chat_draft(session, chat, anna, text="Half", reply_to=None, files=[])
    async with database.reading() as session:
        assert await drafts_of(session, anna, [chat]) == {chat}
        assert await drafts_of(session, replace(anna, user_id=boris.user_id), [chat]) == set()
    await says(database, chat, "Whole", way=ChatWay.OUT, token="t")
    async with database.transaction() as session:
        await keep_chat_draft(session, chat, anna, text="", reply_to=None, files=[])
        await keep_chat_draft(session, chat, anna, text="Whole", reply_to=None, files=[], token="t")
    async with database.reading() as session:
        assert await chat_draft(session, chat, anna) is None
