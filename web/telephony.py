"""What a screen may ask of the telephones; the service gives it to the application."""

from typing import Protocol

from aiohttp import web

from intake.errors import NotFound
from storage.tables.calls import Pbx


class Telephony(Protocol):
    async def call(self, extension: str, number: str, channel: str | None = None) -> str:
        """Ring somebody's phone, then the number; returns the call's linked id. Raises IntakeErrors."""

    async def transfer(self, channel: str, pbx_channel: str, extension: str) -> None:
        """Send a caller on to an extension. Raises IntakeErrors."""

    async def try_out(self, pbx: Pbx) -> int:
        """Connect to a PBX as it is set up; returns how many channels are up. Raises IntakeErrors."""


class NoTelephony:
    """Where no PBX can be connected: tests of pages."""

    async def call(self, extension: str, number: str, channel: str | None = None) -> str:
        raise NotFound("no-pbx")

    async def transfer(self, channel: str, pbx_channel: str, extension: str) -> None:
        raise NotFound("no-pbx")

    async def try_out(self, pbx: Pbx) -> int:
        raise NotFound("no-pbx")


TELEPHONY: web.AppKey[Telephony] = web.AppKey("telephony")
