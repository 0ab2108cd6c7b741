"""One connection to its platform for each bot, held open as long as the bot stays as it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.base import Adapter
from intake.channels.messengers.registry import ADAPTERS
from intake.errors import Rejected
from storage.tables.chats import Bot


def adapter_of(bot: Bot) -> Adapter:
    """Raises Rejected("bot-platform-unknown"), of a platform that was taken out of the registry."""
    try:
        return ADAPTERS[bot.platform]
    except KeyError:
        raise Rejected("bot-platform-unknown", platform=bot.platform) from None


def way_of(bot: Bot) -> Way:
    """How it is reached, as it is set up."""
    adapter = adapter_of(bot)
    return Way(
        base=bot.api_base or adapter.base,
        proxy=bot.proxy,
        ca_file=bot.ca_file,
        hosts=(*adapter.hosts, *bot.file_hosts),
    )


@dataclass(slots=True)
class _Held:
    api: Api
    users: int = 0
    left: bool = False  # another one has taken its place


class Apis:
    """Use as an async context manager: what is open is closed at its end."""

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}

    async def __aenter__(self) -> "Apis":
        return self

    async def __aexit__(self, *exc: object) -> None:
        held, self._held = self._held, {}
        for one in held.values():
            await one.api.__aexit__(*exc)

    @asynccontextmanager
    async def of(self, bot: Bot) -> AsyncIterator[Api]:
        """For a while. One whose way has changed meanwhile is closed when nobody uses it any more.

        Raises Rejected("bot-platform-unknown"), Rejected("bot-certificate-file"), Rejected("bot-proxy").
        """
        held = await self._hold(bot)
        held.users += 1
        try:
            yield held.api
        finally:
            held.users -= 1
            await _close_left(held)

    async def _hold(self, bot: Bot) -> _Held:
        way, bot_id = way_of(bot), bot.id or 0
        known = self._held.get(bot_id)
        if known is not None and known.api.way == way:
            return known
        opened = await _opened(way)
        former, self._held[bot_id] = self._held.get(bot_id), _Held(opened)
        if former is not None:
            former.left = True
            await _close_left(former)
        return self._held[bot_id]


async def _opened(way: Way) -> Api:
    api = Api(way)
    try:
        await api.__aenter__()
    except ValueError as error:  # of what is no proxy's address
        raise Rejected("bot-proxy") from error
    return api


async def _close_left(held: _Held) -> None:
    if held.left and not held.users:
        await held.api.__aexit__()
