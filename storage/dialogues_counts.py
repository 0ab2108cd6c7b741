"""How many dialogues wait: what stands beside «Dialogues» and beside each filter of its list."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor
from storage.dialogues import seen_by
from storage.tables.chats import Bot, Dialogue
from storage.tables.inquiries import Inquiry


@dataclass(frozen=True, slots=True)
class BotCount:
    """`waiting`: of its dialogues."""

    bot: Bot
    waiting: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`mine` are those that I answer and that wait for me."""

    waiting: int = 0
    mine: int = 0
    bots: list[BotCount] = field(default_factory=list)


async def waiting_count(session: AsyncSession, who: Actor) -> int:
    """Those that `who` may see; by an index of these alone."""
    return await _count(session, who)


async def dialogue_counts(session: AsyncSession, who: Actor) -> Counts:
    """A bot without any dialogue, and one that is switched off and has none waiting, is not named."""
    each = select(Dialogue.bot_id, func.count()).outerjoin(Inquiry, col(Inquiry.id) == Dialogue.inquiry_id)
    waits = col(Dialogue.waiting_since).is_not(None)
    by_bot = dict((await session.exec(each.where(waits, seen_by(who)).group_by(col(Dialogue.bot_id)))).all())
    used = select(Dialogue.id).where(Dialogue.bot_id == Bot.id).exists()
    bots = await session.exec(select(Bot).where(used).order_by(Bot.name))
    return Counts(
        waiting=sum(by_bot.values()),
        mine=await _count(session, who, col(Dialogue.taken_by) == who.user_id),
        bots=[BotCount(bot, by_bot.get(bot.id or 0, 0)) for bot in bots if bot.enabled or bot.id in by_bot],
    )


async def _count(session: AsyncSession, who: Actor, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Dialogue)
    query = query.outerjoin(Inquiry, col(Inquiry.id) == Dialogue.inquiry_id)
    waits = col(Dialogue.waiting_since).is_not(None)
    return int((await session.exec(query.where(waits, seen_by(who), *conditions))).one())
