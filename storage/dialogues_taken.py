"""Who answers in a dialogue: taken, taken over, released; and that somebody has looked at it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict
from storage.access import Actor
from storage.chat_state import announce_dialogue, dialogue_to_change
from storage.columns import now
from storage.history import journal
from storage.tables.chats import Dialogue
from storage.tables.people import User


async def take(session: AsyncSession, dialogue_id: int, who: Actor) -> None:
    """What nobody has is theirs. Raises Conflict("dialogue-taken", name=…) when a colleague has it."""
    dialogue = await dialogue_to_change(session, dialogue_id, who)
    if dialogue.taken_by not in (None, who.user_id):
        raise Conflict("dialogue-taken", name=await _name(session, dialogue.taken_by))
    await _give(session, dialogue, who, who.user_id, "take-dialogue")


async def take_over(session: AsyncSession, dialogue_id: int, who: Actor) -> None:
    """From whoever has it."""
    dialogue = await dialogue_to_change(session, dialogue_id, who)
    await _give(session, dialogue, who, who.user_id, "take-dialogue-over")


async def release(session: AsyncSession, dialogue_id: int, who: Actor) -> None:
    """Anybody may answer. Raises Conflict("dialogue-taken") when a colleague has it."""
    dialogue = await dialogue_to_change(session, dialogue_id, who)
    if dialogue.taken_by not in (None, who.user_id) and not who.may("undo-others"):
        raise Conflict("dialogue-taken", name=await _name(session, dialogue.taken_by))
    await _give(session, dialogue, who, None, "release-dialogue")


async def note_seen(session: AsyncSession, dialogue_id: int, who: Actor, until: datetime) -> None:
    """Somebody has looked at all that had come by then; a message that comes meanwhile is unread still."""
    dialogue = await dialogue_to_change(session, dialogue_id, who)
    if not dialogue.unread or (dialogue.last_in_at is not None and dialogue.last_in_at > until):
        return
    dialogue.unread = 0
    session.add(dialogue)
    announce_dialogue(session, dialogue)


async def _give(session: AsyncSession, dialogue: Dialogue, who: Actor, taker: int | None, kind: str) -> None:
    if dialogue.taken_by == taker:
        return
    details = {"dialogue": dialogue.id, "was": dialogue.taken_by}
    async with journal(session, kind, who, dialogue.inquiry_id, **details) as log:
        await log.change(dialogue, taken_by=taker, taken_at=now() if taker else None)
    announce_dialogue(session, dialogue)


async def _name(session: AsyncSession, user_id: int | None) -> str:
    user = await session.get(User, user_id)
    return user.name if user else ""
