"""Chats as they are stored: a bot, somebody who writes to it, and what was said."""

from typing import Any

from intake.model.chats import AttachmentKind, ChatKind
from storage.columns import now
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Channel, Inquiry
from tests.storage.wizard_world import World

MASHA = "chat:telegram:501"


async def a_bot(world: World, platform: str = "telegram", **values: Any) -> int:
    name = values.pop("name", f"Бот {platform}")
    return await world.keep(Bot(key=f"key-{platform}"[:32], platform=platform, name=name, **values))


async def a_dialogue(world: World, bot_id: int | None = None, identity: str = MASHA, **values: Any) -> int:
    """With a person who calls herself Маша Лебедева, unless told otherwise."""
    given = {"name": "Маша Лебедева", "username": "masha_l", **values}
    bot_id = bot_id or await a_bot(world)
    chat = identity.rpartition(":")[2]
    return await world.keep(Dialogue(bot_id=bot_id, chat_id=chat, identity=identity, **given))


async def said_in(world: World, dialogue: int, *texts: str, **values: Any) -> list[int]:
    """Messages of theirs, one after another."""
    given = {"way": ChatWay.IN, "kind": ChatKind.MESSAGE, "at": now(), **values}
    return [await world.keep(ChatMessage(dialogue_id=dialogue, text=text, **given)) for text in texts]


async def asked_in_chat(world: World, *texts: str, **values: Any) -> tuple[int, int, list[int]]:
    """An inquiry that a chat opened; its dialogue and messages."""
    dialogue = await a_dialogue(world, **values)
    inquiry = Inquiry(channel=Channel.CHAT, sender=MASHA, sender_name="Маша Лебедева", line="Бот telegram")
    inquiry_id = await world.keep(inquiry)
    async with world.database.transaction() as session:
        (await session.get_one(Dialogue, dialogue)).inquiry_id = inquiry_id
    return inquiry_id, dialogue, await said_in(world, dialogue, *texts, inquiry_id=inquiry_id)


async def attached(world: World, message: int, kind: AttachmentKind, **values: Any) -> int:
    return await world.keep(ChatFile(message_id=message, kind=kind, **values))
