"""What was said in a dialogue, with all that hangs on it: files, former wordings, what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from storage.access import Actor
from storage.dialogues import dialogue_seen_by
from storage.tables.chats import ChatFile, ChatMessage, ChatVersion
from storage.tables.people import User

MOST = 60  # messages at once
MOST_SINCE = 500  # … of those that are shown already, and what has come since


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `author`: who of us wrote it; `answered`: the message that it replies to."""

    message: ChatMessage
    files: tuple[ChatFile, ...] = ()
    versions: tuple[ChatVersion, ...] = ()
    answered: ChatMessage | None = None
    author: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Of a thread, the oldest first. `earlier`: there is more before it."""

    said: tuple[Said, ...]
    earlier: bool

    @property
    def first(self) -> int:
        """Its first message's id, by which it is asked for again; 0 where there is none."""
        return self.said[0].message.id or 0 if self.said else 0


async def last_part(session: AsyncSession, dialogue_id: int, inquiry_id: int | None = None) -> Part:
    """The end of it; with `inquiry_id` only what belongs to that."""
    return await _part(session, dialogue_id, inquiry_id)


async def part_since(
    session: AsyncSession, dialogue_id: int, first: int, inquiry_id: int | None = None
) -> Part:
    """From the message `first` on: what is shown already, as it is now, and what has come since."""
    return await _part(session, dialogue_id, inquiry_id, since=first)


async def part_before(
    session: AsyncSession, dialogue_id: int, message_id: int, inquiry_id: int | None = None
) -> Part:
    """What stands just above a message."""
    return await _part(session, dialogue_id, inquiry_id, before=message_id)


async def _part(
    session: AsyncSession,
    dialogue_id: int,
    inquiry_id: int | None,
    since: int | None = None,
    before: int | None = None,
) -> Part:
    query = select(ChatMessage).where(ChatMessage.dialogue_id == dialogue_id)
    if inquiry_id is not None:
        query = query.where(ChatMessage.inquiry_id == inquiry_id)
    if before is not None:
        query = query.where(col(ChatMessage.id) < before)
    most = MOST if since is None else MOST_SINCE
    wanted = query if since is None else query.where(col(ChatMessage.id) >= since)
    found = list(await session.exec(wanted.order_by(col(ChatMessage.id).desc()).limit(most + 1)))
    earlier = len(found) > most
    if since is not None and not earlier:
        older = query.where(col(ChatMessage.id) < since).limit(1)
        earlier = (await session.exec(older)).first() is not None
    return Part(tuple(await said(session, found[:most][::-1])), earlier)


async def said(session: AsyncSession, messages: Sequence[ChatMessage]) -> list[Said]:
    """In their order, with what hangs on them."""
    ids = [one.id or 0 for one in messages]
    files, versions = await _files(session, ids), await _versions(session, ids)
    answered = await _by_id(session, {one.reply_to for one in messages if one.reply_to})
    authors = await _authors(session, {one.author_id for one in messages if one.author_id})
    return [
        Said(
            message=one,
            files=tuple(files.get(one.id or 0, ())),
            versions=tuple(versions.get(one.id or 0, ())),
            answered=answered.get(one.reply_to or 0),
            author=authors.get(one.author_id or 0, ""),
        )
        for one in messages
    ]


async def message_seen_by(
    session: AsyncSession, who: Actor, dialogue_id: int, message_id: int
) -> ChatMessage:
    """Raises NotFound for a message of another dialogue, and for a dialogue that they may not see."""
    await dialogue_seen_by(session, who, dialogue_id)
    found = await session.get(ChatMessage, message_id)
    if found is None or found.dialogue_id != dialogue_id:
        raise NotFound("no-message", id=message_id)
    return found


async def chat_file(session: AsyncSession, who: Actor, dialogue_id: int, file_id: int) -> ChatFile:
    """Raises NotFound for a file of another dialogue, and for a dialogue that they may not see."""
    await dialogue_seen_by(session, who, dialogue_id)
    query = select(ChatFile).join(ChatMessage, col(ChatMessage.id) == ChatFile.message_id)
    query = query.where(ChatFile.id == file_id, ChatMessage.dialogue_id == dialogue_id)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("no-such-attachment", id=file_id)
    return found


async def _files(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[ChatFile]]:
    found: dict[int, list[ChatFile]] = {}
    query = select(ChatFile).where(col(ChatFile.message_id).in_(ids))
    for file in await session.exec(query.order_by(col(ChatFile.position), col(ChatFile.id))):
        found.setdefault(file.message_id, []).append(file)
    return found


async def _versions(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[ChatVersion]]:
    found: dict[int, list[ChatVersion]] = {}
    query = select(ChatVersion).where(col(ChatVersion.message_id).in_(ids))
    for version in await session.exec(query.order_by(col(ChatVersion.id))):
        found.setdefault(version.message_id, []).append(version)
    return found


async def _by_id(session: AsyncSession, ids: set[int]) -> dict[int, ChatMessage]:
    if not ids:
        return {}
    found = await session.exec(select(ChatMessage).where(col(ChatMessage.id).in_(ids)))
    return {one.id or 0: one for one in found}


async def _authors(session: AsyncSession, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = await session.exec(select(User.id, User.name).where(col(User.id).in_(ids)))
    return {id_: name for id_, name in found if id_ is not None}
