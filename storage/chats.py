"""What people have said in chats, asked by the inquiry that it is of."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, or_, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.chats import ChatKind
from storage.access import Actor, within
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Inquiry
from storage.tables.people import Scope

SAYING = (ChatKind.MESSAGE, ChatKind.COMMAND)  # by which somebody says something
SELECTED = "messages"  # in an inquiry's draft: the ids of those that were chosen to be accepted
MOST = 300  # messages of an inquiry that are looked at: the last


async def messages_of(session: AsyncSession, inquiry_id: int, limit: int = MOST) -> list[ChatMessage]:
    """In and out, the oldest first; of more the last."""
    query = select(ChatMessage).where(ChatMessage.inquiry_id == inquiry_id)
    newest = query.order_by(col(ChatMessage.id).desc()).limit(limit)
    return list(reversed((await session.exec(newest)).all()))


async def heard_in(
    session: AsyncSession, dialogues: Sequence[int], ids: Collection[int] = (), limit: int = MOST
) -> list[ChatMessage]:
    """What people have said there, the oldest first; of more the last. With `ids` only these."""
    query = select(ChatMessage).where(
        col(ChatMessage.dialogue_id).in_(dialogues),
        ChatMessage.way == ChatWay.IN,
        col(ChatMessage.kind).in_(SAYING),
    )
    if ids:
        query = query.where(col(ChatMessage.id).in_(ids))
    newest = query.order_by(col(ChatMessage.id).desc()).limit(limit)
    return list(reversed((await session.exec(newest)).all()))


async def dialogues_of(session: AsyncSession, inquiry_id: int) -> list[Dialogue]:
    """In which it is spoken of: the one where it began first; one where nothing was said of it yet last."""
    first = select(ChatMessage.dialogue_id, func.min(ChatMessage.id).label("first"))
    spoken = (
        first.where(ChatMessage.inquiry_id == inquiry_id).group_by(col(ChatMessage.dialogue_id)).subquery()
    )
    query = (
        select(Dialogue)
        .outerjoin(spoken, spoken.c.dialogue_id == col(Dialogue.id))
        .where(or_(spoken.c.first.is_not(None), col(Dialogue.inquiry_id) == inquiry_id))
        .order_by(spoken.c.first.nulls_last(), col(Dialogue.id))
    )
    return list((await session.exec(query)).all())


async def bots_of(session: AsyncSession, dialogues: Sequence[Dialogue]) -> dict[int, Bot]:
    """By id."""
    ids = {one.bot_id for one in dialogues}
    found = (await session.exec(select(Bot).where(col(Bot.id).in_(ids)))).all() if ids else ()
    return {bot.id or 0: bot for bot in found}


async def files_of(session: AsyncSession, message_ids: Collection[int | None]) -> dict[int, list[ChatFile]]:
    """By message, in their order; what was edited away or removed is not among them."""
    query = select(ChatFile).where(
        col(ChatFile.message_id).in_(message_ids), col(ChatFile.removed_at).is_(None)
    )
    found: dict[int, list[ChatFile]] = defaultdict(list)
    for file in await session.exec(query.order_by(col(ChatFile.position), col(ChatFile.id))):
        found[file.message_id].append(file)
    return found


def dialogue_within(who: Actor) -> ColumnElement[bool]:
    """A dialogue that came to no inquiry is everybody's; else it is for those who may see that."""
    if who.scope is Scope.ALL:
        return true()
    seen = select(Inquiry.id).where(within(who, Inquiry))
    return or_(col(Dialogue.inquiry_id).is_(None), col(Dialogue.inquiry_id).in_(seen))


async def dialogue_to_change(session: AsyncSession, dialogue_id: int, who: Actor) -> Dialogue:
    """One that `who` may see; nobody else changes it before this transaction ends. Raises
    NotFound("no-dialogue")."""
    query = select(Dialogue).where(Dialogue.id == dialogue_id, dialogue_within(who)).with_for_update()
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("no-dialogue", id=dialogue_id)
    return found
