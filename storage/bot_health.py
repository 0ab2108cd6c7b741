"""How a bot stands with its platform, as the last attempt to speak with it has shown."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import Link
from intake.model.chats import Connected, channel_of
from storage.alarms import call_off, raise_alarm
from storage.bots import announce_bot
from storage.channels import forget_health, record_health
from storage.chat_sending import send_what_waits
from storage.columns import now
from storage.database import announce
from storage.tables.calls import ChannelHealth
from storage.tables.chats import Bot

REFUSED = "bot-refused"  # the alarm
NOT_REGISTERED = "bot-not-registered"  # as the detail of a channel that is down
GRACE = timedelta(hours=1)  # so long a former secret counts after the platform has taken the new one
BY_HAND = timedelta(days=1)  # … where a person has to tell it
MOST_WORDS = 500


async def note_link(
    session: AsyncSession, bot_id: int, link: Link, words: str = "", at: datetime | None = None
) -> None:
    """Whether it hears. A refused token is an alarm until it works again."""
    moment, channel = at or now(), channel_of(bot_id)
    known = await session.get(ChannelHealth, channel)
    before = known.link if known is not None else None
    heard_at = moment if link is Link.UP else None
    if await record_health(session, channel, link, moment, words[:MOST_WORDS], heard_at):
        announce(session, "channel", channel=channel, link=link.value)
    if link is Link.REFUSED and before is not Link.REFUSED:
        await _raise(session, bot_id, words)
    if link is Link.UP and before is not Link.UP:
        await call_off(session, f"{REFUSED}:{bot_id}")
        await send_what_waits(session, bot_id)
    await session.flush()


async def note_refusal(session: AsyncSession, bot_id: int, words: str) -> None:
    """The platform does not take our token."""
    await note_link(session, bot_id, Link.REFUSED, words)
    await _note_problem(session, bot_id, words)


async def note_trouble(session: AsyncSession, bot_id: int, words: str, *, polled: bool) -> None:
    """It cannot be reached, or says that something is wrong. Whether one that is polled hears, its listener
    knows better."""
    if not polled:
        await note_link(session, bot_id, Link.DOWN, words)
    await _note_problem(session, bot_id, words)


async def note_state(
    session: AsyncSession, bot_id: int, told: Connected, *, given: bool, by_hand: bool
) -> None:
    """The platform has answered. `given`: it was told our address and secret just now; `by_hand`: a person
    tells it."""
    bot = await session.get(Bot, bot_id, with_for_update=True)
    if bot is None:
        return
    bot.title, bot.username, bot.link = told.name[:200], told.username[:200], told.url[:500]
    bot.problem, bot.waiting = told.problem[:MOST_WORDS], told.waiting
    if given and told.registered:
        bot.connected_at = now()
    if _is_taken(bot, told, by_hand):
        bot.former_secret = ""
    session.add(bot)
    await session.flush()
    if not bot.enabled:
        await forget(session, bot_id)
    elif not bot.polling:
        link, words = (Link.UP, told.problem) if told.registered else (Link.DOWN, NOT_REGISTERED)
        await note_link(session, bot_id, link, words)
    else:
        await call_off(session, f"{REFUSED}:{bot_id}")
    announce_bot(session, bot_id)


async def forget(session: AsyncSession, bot_id: int) -> None:
    """One that is switched off is neither well nor ill."""
    await forget_health(session, channel_of(bot_id))
    await call_off(session, f"{REFUSED}:{bot_id}")
    announce(session, "channel", channel=channel_of(bot_id))


def _is_taken(bot: Bot, told: Connected, by_hand: bool) -> bool:
    """Whether what it tells now is surely signed with the new secret."""
    grace = BY_HAND if by_hand else GRACE
    known = bool(bot.former_secret) and bot.connected_at is not None and told.registered
    return known and (bot.connected_at or now()) + grace < now()


async def _raise(session: AsyncSession, bot_id: int, words: str) -> None:
    bot = await session.get(Bot, bot_id)
    if bot is not None and bot.enabled:
        await raise_alarm(session, REFUSED, f"{REFUSED}:{bot_id}", name=bot.name, words=words[:200])


async def _note_problem(session: AsyncSession, bot_id: int, words: str) -> None:
    bot = await session.get(Bot, bot_id, with_for_update=True)
    if bot is not None and bot.problem != words[:MOST_WORDS]:
        bot.problem = words[:MOST_WORDS]
        session.add(bot)
        await session.flush()
        announce_bot(session, bot_id)
