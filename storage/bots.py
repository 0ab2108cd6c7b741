"""Our bots: the accounts with messengers through which people write to us."""

import json
from typing import Any

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.chats import BotKeys
from storage.database import announce
from storage.tables.chats import Bot


async def bots(session: AsyncSession) -> list[Bot]:
    """All of them, those that are switched off too."""
    return list(await session.exec(select(Bot).order_by(col(Bot.name))))


async def bot_of(session: AsyncSession, bot_id: int) -> Bot:
    """As it is set up now. Raises NotFound("no-bot")."""
    found = await session.get(Bot, bot_id)
    if found is None:
        raise NotFound("no-bot", id=bot_id)
    return found


async def keep_place(session: AsyncSession, bot_id: int, place: str) -> None:
    """Up to where events were asked for: only after all before is committed."""
    await session.exec(update(Bot).where(col(Bot.id) == bot_id).values(place=place))


def keys_of(bot: Bot) -> BotKeys:
    """What its events are verified and read with, and its platform is spoken with."""
    return BotKeys(
        bot_id=bot.id or 0,
        token=bot.token,
        secrets=tuple(one for one in (bot.secret, bot.former_secret) if one),
        options=options_of(bot),
        groups=bot.groups,
    )


def options_of(bot: Bot) -> dict[str, str]:
    """What else its platform asks for, secret or not, by the names of Adapter.settings."""
    return {name: str(value) for name, value in (bot.options | _sealed(bot)).items()}


def hook_address(bot: Bot, public_url: str) -> str:
    """Where its platform finds us; empty for one whose events are asked for."""
    return "" if bot.polling else f"{public_url.rstrip('/')}/hooks/{bot.platform}/{bot.key}"


def announce_bot(session: AsyncSession, bot_id: int) -> None:
    """Tell the screens, the door and the listeners that it is set up otherwise, or stands otherwise."""
    announce(session, "bot", bot=bot_id)


def _sealed(bot: Bot) -> dict[str, Any]:
    try:
        found = json.loads(bot.sealed_options) if bot.sealed_options else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
