"""People who write to our bots, for tests: a bot, a dialogue, what was said in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.database import Database, announce
from storage.tables.chats import Bot, ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Channel, Inquiry
from tests.databases import store

MARINA = "chat:telegram:501"


async def bot(database: Database, **values: Any) -> int:
    usual: dict[str, Any] = {"key": "k" * 32, "platform": "telegram", "name": "Лампы в Telegram"}
    (bot_id,) = await store(database, Bot(**(usual | values)))
    return bot_id


async def dialogue(database: Database, bot_id: int, **values: Any) -> int:
    """Marina's, who waits since a minute ago; its inquiry is open."""
    now = datetime.now(UTC)
    usual: dict[str, Any] = {
        "chat_id": "501", "identity": MARINA, "name": "Марина", "username": "marina_k",
        "last_at": now, "last_in_at": now, "waiting_since": now - timedelta(minutes=1), "unread": 1,
        "last_text": "Здравствуйте! Есть лампы?",
    }  # fmt: skip
    chosen = usual | values
    if "inquiry_id" not in chosen:
        about = {"sender": chosen["identity"], "sender_name": chosen["name"], "subject": chosen["last_text"]}
        (chosen["inquiry_id"],) = await store(database, Inquiry(channel=Channel.CHAT, **about))
    (dialogue_id,) = await store(database, Dialogue(bot_id=bot_id, **chosen))
    return dialogue_id


async def said(database: Database, dialogue_id: int, text: str = "", **values: Any) -> int:
    """By them, unless told otherwise; of the dialogue's inquiry."""
    async with database.reading() as session:
        chat = await session.get_one(Dialogue, dialogue_id)
    usual: dict[str, Any] = {"dialogue_id": dialogue_id, "inquiry_id": chat.inquiry_id, "text": text}
    (message_id,) = await store(database, ChatMessage(**(usual | values)))
    return message_id


async def thread(database: Database, **values: Any) -> tuple[int, list[int]]:
    """Marina has asked for lamps: the dialogue and her messages."""
    chat = await dialogue(database, await bot(database), **values)
    return chat, [await said(database, chat, text) for text in ("Здравствуйте!", "Есть лампы?")]


async def comes(database: Database, dialogue_id: int, text: str, **values: Any) -> int:
    """They write once more, and everybody hears of it."""
    message_id = await said(database, dialogue_id, text, **values)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        chat = await session.get_one(Dialogue, dialogue_id)
        chat.last_at, chat.last_text, chat.last_way = now, text, ChatWay.IN.value
        if values.get("way", ChatWay.IN) is ChatWay.IN:
            chat.last_in_at, chat.waiting_since = now, chat.waiting_since or now
            chat.unread += 1
        session.add(chat)
        announce(session, "dialogue", dialogue=dialogue_id, inquiry=chat.inquiry_id, message=message_id)
    return message_id
