"""Our bots and their platforms: connecting, checking now and then, hearing those that nobody can tell
anything. One process looks after a bot; any may speak with it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog

from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter
from intake.errors import Deferred, IntakeError, NotFound, Rejected
from intake.model.chats import BotKeys, Connected
from intake.service.bot_apis import Apis, adapter_of
from intake.service.bot_troubles import words_of
from storage.bot_health import forget, note_refusal, note_state, note_trouble
from storage.bots import announce_bot, bot_of, bots, hook_address, keys_of
from storage.database import Database
from storage.leader import leadership
from storage.tables.chats import Bot

CHECK_SECONDS, AGAIN_SECONDS = 300.0, 30.0  # between looks at all bots; when one of them does not stand well
AT_ONCE = 4  # bots that are checked at the same time
SECRET_BYTES = 20  # VK takes no more than 50 characters

Asking = Callable[[Adapter, Api, BotKeys, str], Awaitable[Connected]]

log = structlog.get_logger()


class Messengers:
    """What web.messengers.Messengers promises. `public_url` is where platforms find us."""

    def __init__(self, database: Database, apis: Apis, public_url: str) -> None:
        self._database, self._apis, self.public_url = database, apis, public_url

    async def connect(self, bot_id: int) -> Connected:
        """Whatever it is set up as now; a secret is made if there is none."""
        bot = await self._change(bot_id, _with_a_secret)
        async with self._noting(bot), self._apis.of(bot) as api:
            adapter = adapter_of(bot)
            if prepared := await adapter.prepare(api, keys_of(bot)):
                bot = await self._change(bot_id, _with_options, dict(prepared))
            told = await adapter.connect(api, keys_of(bot), self._address(bot))
        await self._note(bot, told, given=True)
        return told

    async def check(self, bot_id: int) -> Connected:
        async with self._database.reading() as session:
            bot = await bot_of(session, bot_id)
        async with self._noting(bot), self._apis.of(bot) as api:
            told = await adapter_of(bot).check(api, keys_of(bot), self._address(bot))
        await self._note(bot, told, given=False)
        return told

    async def disconnect(self, bot_id: int) -> None:
        async with self._database.reading() as session:
            bot = await bot_of(session, bot_id)
        async with self._apis.of(bot) as api:
            await adapter_of(bot).disconnect(api, keys_of(bot), self._address(bot))
        await self._change(bot_id, _not_connected)
        async with self._database.transaction() as session:
            await forget(session, bot_id)

    async def renew_secret(self, bot_id: int) -> Connected:
        """Both count until the platform has surely taken the new one (storage/bot_health.py)."""
        await self._change(bot_id, _with_another_secret)
        return await self.connect(bot_id)

    async def keep_checking(self, seconds: float = CHECK_SECONDS) -> None:
        """All that are switched on, until cancelled; one process does it for all."""
        async with leadership(self._database, "bots"):
            while True:
                well = False
                try:
                    well = await self.check_all()
                except Exception:
                    log.exception("the bots could not be checked")
                await asyncio.sleep(seconds if well else min(seconds, AGAIN_SECONDS))

    async def check_all(self) -> bool:
        """Whether all could be asked how they are."""
        async with self._database.reading() as session:
            wanted = [bot.id or 0 for bot in await bots(session) if bot.enabled]
        few = asyncio.Semaphore(AT_ONCE)
        return all(await asyncio.gather(*(self._check_quietly(bot_id, few) for bot_id in wanted)))

    async def _check_quietly(self, bot_id: int, few: asyncio.Semaphore) -> bool:
        async with few:
            try:
                await self.check(bot_id)
            except IntakeError as error:  # noted on the bot
                log.warning("a bot does not stand well", bot=bot_id, code=error.code)
                return not isinstance(error, Deferred)
            except Exception:
                log.exception("a bot could not be checked", bot=bot_id)
                return False
        return True

    def _address(self, bot: Bot) -> str:
        """Raises Rejected("no-public-url") for a bot whose platform is to find us, and could not."""
        if adapter_of(bot).registers and not bot.polling and not self.public_url:
            raise Rejected("no-public-url")
        return hook_address(bot, self.public_url)

    @asynccontextmanager
    async def _noting(self, bot: Bot) -> AsyncIterator[None]:
        """What goes wrong inside is noted on the bot, and goes on."""
        try:
            yield
        except NotFound:
            raise
        except Exception as error:
            words, bot_id = words_of(error), bot.id or 0
            if isinstance(error, IntakeError) and error.code == "bot-busy":  # that is no trouble of the bot's
                raise
            async with self._database.transaction() as session:
                if isinstance(error, IntakeError) and error.code == "bot-token-refused":
                    await note_refusal(session, bot_id, words)
                else:
                    await note_trouble(session, bot_id, words, polled=bot.polling)
            raise

    async def _note(self, bot: Bot, told: Connected, *, given: bool) -> None:
        by_hand = not adapter_of(bot).registers
        async with self._database.transaction() as session:
            await note_state(session, bot.id or 0, told, given=given, by_hand=by_hand)

    async def _change(self, bot_id: int, how: Callable[..., bool], *with_what: Any) -> Bot:
        """The bot as it is afterwards; committed before its platform hears of it."""
        async with self._database.transaction() as session:
            bot = await bot_of(session, bot_id)
            await session.refresh(bot, with_for_update=True)
            if how(bot, *with_what):
                session.add(bot)
                announce_bot(session, bot_id)
        return bot


def _with_a_secret(bot: Bot) -> bool:
    """Whether it had none."""
    if bot.secret:
        return False
    bot.secret = secrets.token_hex(SECRET_BYTES)
    return True


def _with_another_secret(bot: Bot) -> bool:
    """The former one is the one that the platform has: a new one that never got there is no former one."""
    if bot.connected_at is not None or not bot.former_secret:
        bot.former_secret = bot.secret
    bot.secret, bot.connected_at = secrets.token_hex(SECRET_BYTES), None
    return True


def _with_options(bot: Bot, prepared: dict[str, str]) -> bool:
    if all(bot.options.get(name) == value for name, value in prepared.items()):
        return False
    bot.options = bot.options | prepared
    return True


def _not_connected(bot: Bot) -> bool:
    bot.connected_at, bot.former_secret = None, ""
    return True
