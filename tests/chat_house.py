"""A bot, somebody who has written to it, and a person of ours who answers: for tests of what goes out."""

import itertools
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import SQLModel

from intake.model.chats import ChatStatus, Limits
from storage.access import Actor
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.columns import now
from storage.database import Database
from storage.tables.chats import Bot, ChatMessage, Dialogue
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.people import User
from tests.databases import store

Row = TypeVar("Row", bound=SQLModel)

LIMITS = Limits(text=4096, caption=1024, asks_phone=True, utf16=True)
_tokens = (f"{number:032x}" for number in itertools.count(1))


@dataclass(frozen=True, slots=True)
class Chat:
    """One dialogue with all that belongs to it."""

    database: Database
    anna: Actor
    bot_id: int
    dialogue_id: int
    inquiry_id: int
    asked_id: int  # their message

    async def answer(
        self, text: str = "Да.", who: Actor | None = None, limits: Limits = LIMITS, **more: Any
    ) -> ChatMessage:
        answer = ChatAnswer(**{"token": next(_tokens), "text": text, **more})
        async with self.database.transaction() as session:
            return await queue_chat_answer(session, self.dialogue_id, answer, who or self.anna, limits)

    async def message(self, message_id: int | None) -> ChatMessage:
        return await self._row(ChatMessage, message_id)

    async def dialogue(self) -> Dialogue:
        return await self._row(Dialogue, self.dialogue_id)

    async def inquiry(self) -> Inquiry:
        return await self._row(Inquiry, self.inquiry_id)

    async def bot(self) -> Bot:
        return await self._row(Bot, self.bot_id)

    async def status(self, message: ChatMessage) -> ChatStatus | None:
        return (await self.message(message.id)).status

    async def _row(self, kind: type[Row], row_id: int | None) -> Row:
        async with self.database.reading() as session:
            return await session.get_one(kind, row_id)


async def somebody(database: Database, login: str = "anna", name: str = "Анна", **values: Any) -> Actor:
    (user_id,) = await store(database, User(login=login, name=name, password_hash="x", **values))
    return Actor(user_id, name)


async def a_chat(database: Database, chat_id: str = "501", **bot: Any) -> Chat:
    """Marina asks for lamps, and waits."""
    anna = await somebody(database)
    usual: dict[str, Any] = {"key": "k" * 24, "platform": "telegram", "name": "Бот", "token": "1:a"}
    (bot_id,) = await store(database, Bot(**(usual | bot)))
    return await another_chat(database, anna, bot_id, chat_id)


async def another_chat(database: Database, anna: Actor, bot_id: int, chat_id: str) -> Chat:
    moment = now()
    inquiry = Inquiry(
        channel=Channel.CHAT, sender=f"chat:telegram:{chat_id}", subject="Нужны лампы", line="Бот"
    )
    (inquiry_id,) = await store(database, inquiry)
    dialogue = Dialogue(bot_id=bot_id, chat_id=chat_id, identity=f"chat:telegram:{chat_id}", name="Марина")
    dialogue.inquiry_id, dialogue.unread = inquiry_id, 1
    dialogue.last_in_at = dialogue.waiting_since = moment
    (dialogue_id,) = await store(database, dialogue)
    asked = ChatMessage(dialogue_id=dialogue_id, inquiry_id=inquiry_id, text="Нужны лампы", at=moment)
    (asked_id,) = await store(database, asked)
    return Chat(database, anna, bot_id, dialogue_id, inquiry_id, asked_id)
