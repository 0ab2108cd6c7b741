"""Viber, by a bot of its REST API. It has no polling, no replies, and takes files by their addresses."""

import hashlib
import hmac
from collections.abc import Mapping

from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter, Hook, Parsed, forged
from intake.channels.messengers.reading import parsed
from intake.channels.messengers.viber.callbacks import PLATFORM, read_callback
from intake.channels.messengers.viber.talking import (
    NAME,
    described,
    register,
    send_part,
    sender_name,
    unregister,
)
from intake.model.chats import BotKeys, ChatOut, Connected, Limits

SIGNATURE = "x-viber-content-signature"


class Viber(Adapter):
    name = PLATFORM
    title = "Viber"
    base = "https://chatapi.viber.com"
    hosts = (".viber.com",)
    limits = Limits(
        text=7000,
        caption=0,
        file_bytes=50_000_000,
        fetch_bytes=50_000_000,
        a_second=20.0,
        a_chat_second=1.0,
        buttons=6,
        label=40,
        asks_phone=True,
    )
    tells_status = True
    links = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        told = hook.headers.get(SIGNATURE, "").encode("utf-8", "replace")
        known = hmac.new(keys.token.encode(), hook.body, hashlib.sha256).hexdigest().encode()
        if hook.method != "POST" or not keys.token or not hmac.compare_digest(told, known):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, read_callback)

    async def prepare(self, api: Api, keys: BotKeys) -> Mapping[str, str]:
        return {NAME: await sender_name(api, keys)}

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        await register(api, keys, url)
        return await described(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        return await described(api, keys, url)

    async def disconnect(self, api: Api, keys: BotKeys, url: str) -> None:
        await unregister(api, keys, url)

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        return await send_part(api, keys, part)
