"""Whoever wrote a message that was not sent hears of it at once, wherever they are; nobody else does."""

from typing import Any

import pytest

from storage.access import actor_of
from storage.chat_sending import note_failed, take_to_send
from storage.database import announce
from storage.tables.chats import Bot
from tests.chat_house import Chat, another_chat
from tests.databases import store
from tests.site import Site
from tests.web.test_live import Stream, listening

pytestmark = pytest.mark.slow


async def a_chat(site: Site) -> Chat:
    anna = actor_of(await site.user("anna", name="Анна"))
    (bot_id,) = await store(site.database, Bot(key="k" * 24, platform="telegram", name="Бот", token="1:a"))
    return await another_chat(site.database, anna, bot_id, "501")


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("chat-window-closed", "they wrote too long ago"),
        ("chat-blocked: by <b>", "nothing can be written to them. (by &lt;b&gt;)"),
        ("400 Bad Request: <b>no</b>", "&lt;b&gt;no&lt;/b&gt;"),
    ],
)
async def test_a_message_that_was_not_sent_is_told_to_its_author_alone(site: Site, error: str, shown: str):
    chat = await a_chat(site)
    queued = await chat.answer()
    anna, boris = await site.enter("anna"), await site.sign_in("boris")
    async with listening(anna) as hers, listening(boris) as his:
        async with site.database.transaction() as session:
            await take_to_send(session, queued.id or 0)
            await note_failed(session, queued.id or 0, error)
        async with site.database.transaction() as session:
            announce(session, "task", task=1)  # the last that both hear
        hers_told, his_told = [await until_the_last(stream) for stream in (hers, his)]
    (told,) = [one for one in hers_told if one["topic"] == "chat-failed"]
    assert "chat-failed" not in [one["topic"] for one in his_told]
    assert f'href="/dialogues/{chat.dialogue_id}"' in told["html"]
    assert shown in told["html"]


async def until_the_last(stream: Stream) -> list[dict[str, Any]]:
    heard = [await stream.next()]
    while heard[-1]["topic"] != "task":
        heard.append(await stream.next())
    return heard
