"""What was said in chats, for programs."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.chats import SAYING, bots_of, dialogues_of, files_of, messages_of
from storage.history import stored_id
from storage.tables.chats import ChatFile, ChatMessage, ChatWay
from storage.tables.people import User
from web.api import schema


async def chat_messages_of(session: AsyncSession, inquiry_id: int) -> list[schema.ChatMessage]:
    """The oldest first, without what happened beside them: a dialogue opened, a button pressed."""
    said = [one for one in await messages_of(session, inquiry_id) if one.kind in SAYING]
    dialogues = await dialogues_of(session, inquiry_id)
    bots = await bots_of(session, dialogues)
    where = {one.id: (one, bots[one.bot_id]) for one in dialogues if one.bot_id in bots}
    files = await files_of(session, [one.id for one in said])
    authors = await _authors(session, said)
    return [
        schema.ChatMessage(
            **one.model_dump(include=set(schema.ChatMessage.model_fields) - {"author"}),
            messenger=where[one.dialogue_id][1].platform,
            bot=where[one.dialogue_id][1].name,
            author=_author(one, where[one.dialogue_id][0].name, authors),
            files=[_file(file) for file in files.get(stored_id(one), ())],
        )
        for one in said
        if one.dialogue_id in where
    ]


def _author(one: ChatMessage, name: str, authors: dict[int, str]) -> str:
    return one.author or name if one.way is ChatWay.IN else authors.get(one.author_id or 0, "")


def _file(file: ChatFile) -> schema.ChatFile:
    return schema.ChatFile(**file.model_dump(include=set(schema.ChatFile.model_fields)))


async def _authors(session: AsyncSession, said: list[ChatMessage]) -> dict[int, str]:
    ids = {one.author_id for one in said if one.author_id is not None}
    query = select(User.id, User.name).where(col(User.id).in_(ids))
    return {id_ or 0: name for id_, name in (await session.exec(query)).all()} if ids else {}
