"""Bots as the administrator sets them up, and what came by them that is no event."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import channel_of
from storage import setup
from storage.access import Actor
from storage.bot_health import forget
from storage.bots import announce_bot
from storage.tables.chats import Bot, BotIgnored, Dialogue
from storage.tables.inquiries import InquiryEvent

MALFORMED = "malformed"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A body that its platform's adapter could not make sense of. `raw` is as it came."""

    id: int
    at: datetime
    why: str
    raw: str


async def keep_bot(session: AsyncSession, bot_id: int | None, values: dict[str, Any], who: Actor) -> Bot:
    """Added, with an address and a secret of its own, or changed. Raises Conflict("name-taken"), NotFound."""
    made = {} if bot_id else {"key": secrets.token_hex(16), "secret": secrets.token_hex(24)}
    kept = await setup.keep(session, Bot, bot_id, made | values, who)
    await session.flush()
    if not kept.enabled:
        await forget(session, kept.id or 0)
    announce_bot(session, kept.id or 0)
    return kept


async def remove_bot(session: AsyncSession, bot_id: int, who: Actor) -> None:
    """One that nobody has written to. Raises Conflict("in-use")."""
    await setup.remove(session, Bot, bot_id, who)
    await forget(session, bot_id)
    announce_bot(session, bot_id)


async def spoken_with(session: AsyncSession) -> dict[int, int]:
    """How many dialogues each bot has."""
    query = select(Dialogue.bot_id, func.count()).group_by(col(Dialogue.bot_id))
    return dict((await session.exec(query)).all())


async def ignored_by_bot(session: AsyncSession) -> dict[int, list[BotIgnored]]:
    """What came and was no event, what came oftenest first."""
    found: dict[int, list[BotIgnored]] = {}
    for row in await session.exec(select(BotIgnored).order_by(col(BotIgnored.count).desc())):
        found.setdefault(row.bot_id, []).append(row)
    return found


async def unreadable_of(session: AsyncSession, bot_id: int, before: int | None = None) -> list[Unreadable]:
    """The newest first, at most PAGE of them."""
    query = select(InquiryEvent).where(
        InquiryEvent.channel == channel_of(bot_id), InquiryEvent.kind == MALFORMED
    )
    if before is not None:
        query = query.where(col(InquiryEvent.id) < before)
    rows = await session.exec(query.order_by(col(InquiryEvent.id).desc()).limit(PAGE))
    return [Unreadable(row.id or 0, row.at, str(row.fact.get("why", "")), row.raw) for row in rows]
