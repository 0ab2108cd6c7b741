"""What people write to a bot of ours, as its adapter would tell it."""

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from intake.model.chats import (
    Attached,
    AttachmentKind,
    ChatEvent,
    ChatKind,
    ChatsHeard,
    ChatStatus,
    Person,
    identity_of,
)
from intake.reception import Reception
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatPart, ChatVersion, ChatWay, Dialogue
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry, InquiryEvent

PHOTO = Attached(AttachmentKind.PHOTO, filename="стол.jpg", size=12_000, ref="file-1")
PHONE = "+79165550101"

_numbers = count(1)


def bot(**values: Any) -> Bot:
    """The first one of a database has the number 1."""
    return Bot(**{"key": "k" * 32, "platform": "telegram", "name": "Бот отдела продаж", **values})


def person(id_: str = "7", **values: Any) -> Person:
    known = {"identity": identity_of("telegram", id_), "name": "Ольга", "username": "olga"}
    return Person(id_, **{**known, **values})


def event(text: str = "", **values: Any) -> ChatEvent:
    number = next(_numbers)
    sender = values.pop("sender", person())
    given: dict[str, Any] = {
        "external_id": f"update {number}",
        "kind": ChatKind.MESSAGE,
        "chat_id": sender.id,
        "message_id": f"m{number}",
    }
    return ChatEvent(text=text, sender=sender, **{**given, **values})


class Chats:
    """A reception that bots tell what they hear, and what it has made of it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.reception = Reception(database, Files(folder))

    async def hear(self, *events: ChatEvent, bot_id: int = 1, **values: Any) -> None:
        given: dict[str, Any] = {"at": now(), "raw": '{"update": 1}', **values}
        await self.reception.receive(ChatsHeard(bot_id, events=events, **given))

    async def write(self, text: str = "Здравствуйте!", **values: Any) -> ChatEvent:
        """Told, and returned to be told again."""
        told = event(text, **values)
        await self.hear(told)
        return told

    async def edit(self, first: ChatEvent, text: str, edited: int = 1, **values: Any) -> ChatEvent:
        names = {"kind": ChatKind.EDIT, "text": text, "edited": edited, **values}
        told = replace(first, external_id=f"{first.external_id} edit {edited}", **names)
        await self.hear(told)
        return told

    async def answered(self, dialogue_id: int, external_id: str, **values: Any) -> int:
        """A message of ours that has gone; its id."""
        sent = {"way": ChatWay.OUT, "status": ChatStatus.SENT, **values}
        async with self.database.transaction() as session:
            message = ChatMessage(dialogue_id=dialogue_id, **sent)
            session.add(message)
            await session.flush()
            part = ChatPart(dialogue_id=dialogue_id, external_id=external_id, message_id=message.id or 0)
            session.add(part)
        return message.id or 0

    async def status(self, of: str, status: ChatStatus, **values: Any) -> None:
        await self.write("", kind=ChatKind.STATUS, message_id=of, status=status, **values)

    async def all(self, table: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.exec(select(table).order_by(*table.__table__.primary_key)))

    async def messages(self) -> list[ChatMessage]:
        return await self.all(ChatMessage)

    async def dialogue(self) -> Dialogue:
        [found] = await self.all(Dialogue)
        assert isinstance(found, Dialogue)
        return found

    async def inquiries(self) -> list[Inquiry]:
        return await self.all(Inquiry)

    async def events(self) -> list[InquiryEvent]:
        return await self.all(InquiryEvent)

    async def versions(self) -> list[ChatVersion]:
        return await self.all(ChatVersion)

    async def files(self) -> list[ChatFile]:
        return await self.all(ChatFile)

    async def jobs(self, kind: str = "decide") -> list[Job]:
        async with self.database.reading() as session:
            query = select(Job).where(Job.kind == kind).order_by(col(Job.id))
            return list(await session.exec(query))
