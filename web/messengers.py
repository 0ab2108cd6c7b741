"""What a screen may ask of the messengers' platforms; the service gives it to the application."""

from typing import Protocol

from aiohttp import web

from intake.errors import NotFound
from intake.model.chats import Connected


class Messengers(Protocol):
    """Each speaks with the bot's platform as the bot is stored, and notes on it what came of that. Raises
    IntakeErrors: NotFound, Deferred("bot-unreachable"), Rejected("bot-token-refused") …"""

    async def connect(self, bot_id: int) -> Connected:
        """Give the platform our address and a secret, and look whether it has them."""

    async def check(self, bot_id: int) -> Connected:
        """How it is; nothing is changed."""

    async def disconnect(self, bot_id: int) -> None:
        """The platform shall tell us nothing more."""

    async def renew_secret(self, bot_id: int) -> Connected:
        """A new secret is made and given to the platform; the former one counts until it is used."""


class NoMessengers:
    """Where no platform can be reached: tests of pages."""

    async def connect(self, bot_id: int) -> Connected:
        raise NotFound("no-bot")

    async def check(self, bot_id: int) -> Connected:
        raise NotFound("no-bot")

    async def disconnect(self, bot_id: int) -> None:
        return None

    async def renew_secret(self, bot_id: int) -> Connected:
        raise NotFound("no-bot")


MESSENGERS: web.AppKey[Messengers] = web.AppKey("messengers")
