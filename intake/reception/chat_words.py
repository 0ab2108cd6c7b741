"""What a bot says by itself: that nobody is there now, or that we do not answer there."""

from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.chat_going import Going, World
from storage.chat_answers import queue_by_itself
from storage.chat_state import NO_ANSWER
from storage.columns import now
from storage.tables.chats import ChatMessage, ChatWay, Dialogue
from storage.worktime import hours

OLD = timedelta(hours=1)  # what was said so long ago and is told only now is answered by a person


async def say_by_itself(session: AsyncSession, world: World) -> None:
    """To those who have asked just now: once a dialogue, and again when a colleague has answered meanwhile.
    To a group nothing is said."""
    for one in world.spoken.values():
        dialogue, bot = one.dialogue, one.told.bot
        if dialogue is None or dialogue.group or _is_old(one):
            continue
        if bot.instead and dialogue.said_instead_at is None:
            await queue_by_itself(session, dialogue, bot.instead, "instead")
            dialogue.said_instead_at = now()
        elif bot.away and await _is_news(session, dialogue) and await _nobody_works(session):
            await queue_by_itself(session, dialogue, bot.away, "away")
            dialogue.said_away_at = now()
    await session.flush()


def _is_old(one: Going) -> bool:
    return (one.told.event.sent_at or one.told.at) < now() - OLD


async def _nobody_works(session: AsyncSession) -> bool:
    return not (await hours(session)).is_open(now())


async def _is_news(session: AsyncSession, dialogue: Dialogue) -> bool:
    """They have not heard it since somebody last answered."""
    if dialogue.said_away_at is None:
        return True
    answers = select(ChatMessage.id).where(
        ChatMessage.dialogue_id == dialogue.id,
        ChatMessage.way == ChatWay.OUT,
        ChatMessage.by_itself == "",
        ChatMessage.at > dialogue.said_away_at,
        col(ChatMessage.status).not_in(NO_ANSWER),
    )
    return (await session.exec(answers.limit(1))).first() is not None
