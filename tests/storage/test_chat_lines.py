"""Chats on the rows of inquiries and on timelines, as each engine tells them."""

from datetime import timedelta

import pytest

from intake.model.chats import AttachmentKind, ChatKind
from storage.chat_lines import SILENCE, Stretch
from storage.columns import now
from storage.inquiries import inquiry_row
from storage.tables.chats import ChatWay
from storage.tables.parties import Point, PointKind
from storage.timeline import timeline
from tests.storage.chat_rows import MASHA, a_bot, a_dialogue, asked_in_chat, attached, said_in
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow


async def stretches_of(world: World, about: str, row_id: int) -> list[Stretch]:
    async with world.database.reading() as session:
        entries = await timeline(session, about, row_id)
    return [entry.what for entry in entries if isinstance(entry.what, Stretch)]


async def test_a_row_tells_the_last_words_and_how_much_there_is(world: World) -> None:
    inquiry, dialogue, (first, _) = await asked_in_chat(world, "Нужен кабель", "И розетки")
    await attached(world, first, AttachmentKind.PHOTO)
    (picture,) = await said_in(world, dialogue, "", inquiry_id=inquiry)
    await attached(world, picture, AttachmentKind.PHOTO)
    await said_in(world, dialogue, "Есть", way=ChatWay.OUT, inquiry_id=inquiry)
    await said_in(world, dialogue, "", kind=ChatKind.BLOCKED, inquiry_id=inquiry)
    async with world.database.reading() as session:
        row = await inquiry_row(session, world.boss, inquiry)
    assert row.chat is not None
    assert (row.chat.snippet, row.chat.number, row.chat.files) == ("И розетки", 3, 2)
    assert (row.chat.platform, row.chat.username) == ("telegram", "masha_l")


async def test_a_card_tells_of_all_its_dialogues_each_stretch_once(world: World) -> None:
    await world.keep(Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=MASHA, raw="@masha_l"))
    long_ago = now() - SILENCE - timedelta(hours=1)
    dialogue = await a_dialogue(world)
    await said_in(world, dialogue, "Добрый день", at=long_ago)
    await said_in(world, dialogue, "Снова я", "Ау")
    strangers = await a_dialogue(world, await a_bot(world, "vk"), "chat:vk:9")
    await said_in(world, strangers, "Мимо")
    found = await stretches_of(world, "contact", world.marina)
    assert [(one.snippet, one.heard) for one in found] == [("Ау", 2), ("Добрый день", 1)]
    assert {one.dialogue_id for one in found} == {dialogue}


async def test_an_inquirys_own_timeline_has_what_was_said_of_it_alone(world: World) -> None:
    inquiry, dialogue, _ = await asked_in_chat(world, "Нужен кабель")
    await said_in(world, dialogue, "Другое дело")
    (found,) = await stretches_of(world, "inquiry", inquiry)
    assert (found.snippet, found.inquiry_id) == ("Нужен кабель", inquiry)
