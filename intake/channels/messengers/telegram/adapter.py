"""Telegram, by a bot of its Bot API: over a webhook, or asked for where nobody can reach us."""

import json
from collections.abc import AsyncIterator
from hmac import compare_digest

from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter, Hook, Parsed, Reply, forged
from intake.channels.messengers.reading import Odd, object_in, parsed, part, word
from intake.channels.messengers.telegram.sending import send_part
from intake.channels.messengers.telegram.talking import (
    content_of,
    described,
    register,
    unregister,
    updates_after,
)
from intake.channels.messengers.telegram.updates import PLATFORM, read_update
from intake.model.chats import BotKeys, ChatOut, Connected, Limits

SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


class Telegram(Adapter):
    name = PLATFORM
    title = "Telegram"
    icon = "send"
    base = "https://api.telegram.org"
    limits = Limits(
        text=4096,
        caption=1024,
        file_bytes=50_000_000,
        fetch_bytes=20_000_000,
        a_second=25.0,
        a_chat_second=1.0,
        buttons=8,
        label=64,
        asks_phone=True,
        utf16=True,
    )
    polls = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        told = hook.headers.get(SECRET, "").encode("utf-8", "replace")
        known = [compare_digest(told, secret.encode()) for secret in keys.secrets if secret]
        if hook.method != "POST" or not any(known):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, lambda update: read_update(update, keys))

    def answer(self, hook: Hook, keys: BotKeys) -> Reply:
        """An answer may be a call: whoever has pressed a button sees that we have heard it."""
        try:
            query_id = word(part(object_in(hook.body), "callback_query"), "id")
        except Odd:
            return Reply()
        if not query_id:
            return Reply()
        told = {"method": "answerCallbackQuery", "callback_query_id": query_id}
        return Reply(text=json.dumps(told), content_type="application/json")

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        await register(api, keys, url)
        return await described(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        return await described(api, keys, url)

    async def disconnect(self, api: Api, keys: BotKeys, url: str) -> None:
        await unregister(api, keys, url)

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        return await send_part(api, keys, part)

    def fetch(self, api: Api, keys: BotKeys, ref: str) -> AsyncIterator[bytes]:
        return content_of(api, keys, ref, self.limits.fetch_bytes)

    async def poll(self, api: Api, keys: BotKeys, place: str) -> tuple[list[bytes], str]:
        return await updates_after(api, keys, place)
