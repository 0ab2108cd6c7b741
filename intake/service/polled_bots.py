"""Keeps a listener running for every bot whose events are asked for."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial

from intake.channels.base import Fact
from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.polling import Patience, Places, Polling
from intake.errors import IntakeError, Rejected
from intake.model.calls import Health, Link
from intake.model.chats import BotKeys, channel_of
from intake.reception import Reception
from intake.service.bot_apis import Apis, adapter_of, way_of
from intake.service.bot_troubles import words_of
from intake.service.listeners import Listeners
from storage.bot_health import forget, note_link
from storage.bots import bot_of, bots, keep_place, keys_of
from storage.columns import now
from storage.database import Database
from storage.tables.chats import Bot

CHANGED = frozenset({"bot", "resync"})  # topics after which the bots may be others


@dataclass(frozen=True, slots=True)
class Polled:
    """A bot as it is listened to: one that differs is listened to anew."""

    bot_id: int
    platform: str
    way: Way
    keys: BotKeys

    @property
    def channel(self) -> str:
        return channel_of(self.bot_id)


class PolledBots:
    """All of the house. Each is listened to by one process."""

    def __init__(
        self, database: Database, reception: Reception, apis: Apis, patience: Patience | None = None
    ) -> None:
        self._database, self._reception, self._apis = database, reception, apis
        self._patience = patience or Patience()
        self._listeners = Listeners(database, CHANGED, self._wanted, self._listen, self._arranged)
        self._known: set[str] = set()

    def running(self) -> AbstractAsyncContextManager[None]:
        """As of `Listeners`."""
        return self._listeners.running()

    async def _wanted(self) -> dict[str, Polled]:
        async with self._database.reading() as session:
            found = [_polled(bot) for bot in await bots(session) if bot.enabled and bot.polling]
        return {one.channel: one for one in found if one is not None}

    async def _listen(self, wanted: Polled) -> None:
        async with self._database.reading() as session:
            bot = await bot_of(session, wanted.bot_id)
        await self._deliver(wanted.bot_id, Health(wanted.channel, Link.CONNECTING, now()))
        try:
            async with self._apis.of(bot) as api:
                await self._polling(bot, api, wanted).listen(partial(self._deliver, wanted.bot_id))
        except Rejected as error:  # a certificate that is not there, a proxy that is none
            await self._deliver(wanted.bot_id, Health(wanted.channel, Link.DOWN, now(), words_of(error)))
            await asyncio.sleep(self._patience.refused)

    def _polling(self, bot: Bot, api: Api, wanted: Polled) -> Polling:
        places = Places(partial(self._place, wanted.bot_id), partial(self._keep_place, wanted.bot_id))
        return Polling(adapter_of(bot), api, wanted.keys, places, self._patience)

    async def _deliver(self, bot_id: int, fact: Fact) -> None:
        """How it stands is noted with what else is known of bots; the rest is heard."""
        if not isinstance(fact, Health):
            await self._reception.receive(fact)
            return
        async with self._database.transaction() as session:
            await note_link(session, bot_id, fact.link, fact.detail, fact.at)

    async def _place(self, bot_id: int) -> str:
        async with self._database.reading() as session:
            return (await bot_of(session, bot_id)).place

    async def _keep_place(self, bot_id: int, place: str) -> None:
        async with self._database.transaction() as session:
            await keep_place(session, bot_id, place)

    async def _arranged(self, channels: set[str]) -> None:
        """One that is listened to no more is neither well nor ill, until it is looked at."""
        for channel in self._known - channels:
            async with self._database.transaction() as session:
                await forget(session, int(channel.partition(":")[2]))
        self._known = channels


def _polled(bot: Bot) -> Polled | None:
    """None: its platform is not known here any more."""
    try:
        keys = keys_of(bot)
        return Polled(bot.id or 0, bot.platform, way_of(bot), replace(keys, options=dict(keys.options)))
    except IntakeError:
        return None
