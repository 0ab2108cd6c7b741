"""LINE as a messenger: who may tell us something, and how the channel is asked."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from intake.channels.messengers.api import Api, words_of
from intake.channels.messengers.base import Adapter, Hook, Parsed, Setting, forged
from intake.channels.messengers.line.reading import PLATFORM, read
from intake.channels.messengers.line.writing import messages
from intake.channels.messengers.reading import identity, line, parsed, parts, text, word
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatOut, Connected, Limits, Person

ENDPOINT = "v2/bot/channel/webhook/endpoint"
DATA = "https://api-data.line.me"
KEYS = uuid.UUID("0a3c6f5e-6d0f-4f6a-9a39-5b1f0a7c2d11")  # what retry keys are made of


class Line(Adapter):
    """Files are not handed to LINE but fetched by it. It cannot be asked to forget our address: whoever wants
    that switches it off in the console."""

    name = PLATFORM
    title = "LINE"
    base = "https://api.line.me"
    hosts = ("api-data.line.me",)
    limits = Limits(
        text=5000, caption=0, file_bytes=50_000_000, fetch_bytes=200_000_000, buttons=4, label=20, utf16=True
    )
    links = True
    settings = (Setting("token", secret=True), Setting("channel_secret", secret=True))

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        """By the channel's secret, over the very bytes."""
        secret = keys.options.get("channel_secret", "")
        digest = hmac.new(secret.encode(), hook.body, hashlib.sha256).digest()
        told = hook.headers.get("x-line-signature", "").encode("utf-8", "surrogateescape")
        if not secret or hook.method != "POST" or not hmac.compare_digest(told, base64.b64encode(digest)):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, lambda told: read(told, groups=keys.groups))

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        await api.call("PUT", ENDPOINT, json={"endpoint": url}, headers=_authorized(keys))
        return await self.check(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        bot = await api.call("GET", "v2/bot/info", headers=_authorized(keys))
        answered = await api.ask("GET", ENDPOINT, headers=_authorized(keys))  # 404: it has none
        known, nick = answered.body, word(bot, "basicId")
        ours = text(known, "endpoint") == url
        return Connected(
            line(bot, "displayName"),
            nick.removeprefix("@"),
            f"https://line.me/R/ti/p/{quote(nick)}" if nick else "",
            registered=ours,
            problem="" if not ours or known.get("active") is True else "«Use webhook» is off in the console",
        )

    async def profile(self, api: Api, keys: BotKeys, chat_id: str) -> Person | None:
        """Only of those who have added the bot."""
        answered = await api.ask("GET", f"v2/bot/profile/{_id(chat_id)}", headers=_authorized(keys))
        name = line(answered.body, "displayName")
        return Person(chat_id, identity(PLATFORM, chat_id), name) if name else None

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        """With a key by which LINE knows what it has taken already: then it says 409, and what that was."""
        key = str(uuid.uuid5(KEYS, f"{keys.bot_id}.{part.key}"))
        body = {"to": part.chat_id, "messages": messages(part)}
        headers = {**_authorized(keys), "X-Line-Retry-Key": key}
        answered = await api.ask("POST", "v2/bot/message/push", json=body, headers=headers)
        if answered.status != 409 and not 200 <= answered.status < 300:
            raise Rejected("bot-refused", number=answered.status, words=words_of(answered.body))
        return tuple(word(one, "id") for one in parts(answered.body, "sentMessages"))

    async def fetch(self, api: Api, keys: BotKeys, ref: str) -> AsyncIterator[bytes]:
        """Content has a host of its own, unless the API is reached elsewhere."""
        base = DATA if api.way.base == self.base else api.way.base.rstrip("/")
        address = f"{base}/v2/bot/message/{_id(ref)}/content"
        async for piece in api.download(address, most=self.limits.fetch_bytes, headers=_authorized(keys)):
            yield piece


def _authorized(keys: BotKeys) -> dict[str, Any]:
    return {"Authorization": f"Bearer {keys.token}"}


def _id(told: str) -> str:
    """As a part of an address: it comes from outside."""
    return quote(told, safe="")
