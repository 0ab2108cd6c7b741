"""How a dialogue and its messages stand: whoever changes that finds it as they think it is, and tells the
screens."""

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.chats import ChatKind, ChatStatus
from storage.access import Actor
from storage.chats import dialogue_within
from storage.database import announce
from storage.tables.chats import ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Inquiry

SHOWN = 200  # characters of a message that stand in the list
NO_ANSWER = (ChatStatus.FAILED, ChatStatus.CANCELLED)  # nobody has got these


async def dialogue_to_change(session: AsyncSession, dialogue_id: int, who: Actor | None = None) -> Dialogue:
    """Nobody else changes it until this transaction ends; whoever takes several rows takes this one first.
    Raises NotFound("no-dialogue") for one that `who` may not see."""
    query = select(Dialogue).where(Dialogue.id == dialogue_id).with_for_update()
    query = query if who is None else query.where(dialogue_within(who))
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("no-dialogue", id=dialogue_id)
    return found


async def inquiry_to_change(session: AsyncSession, inquiry_id: int | None) -> Inquiry | None:
    """Locked; of one that was folded into another, the other."""
    found = None
    while inquiry_id is not None:
        found = await session.get(Inquiry, inquiry_id, with_for_update=True)
        inquiry_id = found.folded_into if found is not None else None
    return found


async def changed_from(
    session: AsyncSession, message_id: int, before: tuple[ChatStatus, ...], **values: Any
) -> bool:
    """Compare and set: False, and nothing has changed, when the message stood otherwise."""
    query = (
        update(ChatMessage)
        .where(col(ChatMessage.id) == message_id, col(ChatMessage.status).in_(before))
        .values(**values)
        .returning(col(ChatMessage.id))
    )
    return (await (await session.connection()).execute(query)).first() is not None


async def waits_since_the_last_answer(session: AsyncSession, dialogue: Dialogue) -> None:
    """What we had said did not go: they wait again, since the first message that nothing has answered."""
    ours = select(func.max(col(ChatMessage.id))).where(
        ChatMessage.dialogue_id == dialogue.id,
        ChatMessage.way == ChatWay.OUT,
        ChatMessage.by_itself == "",
        col(ChatMessage.status).not_in(NO_ANSWER),
    )
    last = (await session.exec(ours)).one() or 0
    unanswered = select(func.min(ChatMessage.at)).where(
        ChatMessage.dialogue_id == dialogue.id,
        col(ChatMessage.id) > last,
        ChatMessage.way == ChatWay.IN,
        ChatMessage.kind == ChatKind.MESSAGE,
        col(ChatMessage.ignored_by).is_(None),
    )
    dialogue.waiting_since = (await session.exec(unanswered)).one()
    session.add(dialogue)
    await session.flush()


def said(dialogue: Dialogue, message: ChatMessage, shown: str) -> None:
    """It is the last that was said; `shown`: how a list shows it."""
    dialogue.last_at = message.at
    dialogue.last_text, dialogue.last_file = " ".join(shown.split())[:SHOWN], ""
    dialogue.last_way = message.way.value


def announce_dialogue(session: AsyncSession, dialogue: Dialogue, message_id: int | None = None) -> None:
    """Tell the screens that it, or this message of it, is new or has changed."""
    announce(session, "dialogue", dialogue=dialogue.id, inquiry=dialogue.inquiry_id, message=message_id)
