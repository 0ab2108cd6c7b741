"""MAX as an adapter."""

import hmac
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import aiohttp

from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter, Hook, Parsed, forged
from intake.channels.messengers.max import registering, sending
from intake.channels.messengers.max.attachments import VIDEO
from intake.channels.messengers.max.calls import call
from intake.channels.messengers.max.updates import read
from intake.channels.messengers.reading import parsed, part, parts, text, word
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatOut, Connected, Limits

SECRET = "x-max-bot-api-secret"  # noqa: S105 - the name of a header
WAIT = 25  # seconds for something to happen
MOST_ASKED = 100  # updates of one answer
_PATIENCE = aiohttp.ClientTimeout(total=WAIT + 15, connect=10)
_SIZES = "mp4_1080 mp4_720 mp4_480 mp4_360 mp4_240 mp4_144".split()


class Max(Adapter):
    """A bot of a company. Its certificate is signed by the Минцифры root: the bot's bundle has to hold it."""

    name = "max"
    title = "MAX"
    icon = "message-square-text"
    base = "https://platform-api2.max.ru"
    hosts = (".max.ru", ".oneme.ru", ".okcdn.ru", ".mycdn.me", ".vkuser.net")
    limits = Limits(
        text=4000,
        caption=4000,
        file_bytes=50_000_000,
        fetch_bytes=50_000_000,
        a_second=25.0,
        a_chat_second=2.0,
        buttons=10,
        label=64,
        asks_phone=True,
    )
    polls = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        given = hook.headers.get(SECRET, "").encode("utf-8", "surrogatepass")
        found = [hmac.compare_digest(given, one.encode()) for one in keys.secrets if one]
        if not any(found):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, lambda told: read(told, keys))

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        await registering.register(api, keys, url)
        return await registering.state(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        return await registering.state(api, keys, url)

    async def disconnect(self, api: Api, keys: BotKeys, url: str) -> None:
        if url:
            await registering.forget(api, keys, url)

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        return await sending.send(api, keys, part)

    async def fetch(self, api: Api, keys: BotKeys, ref: str) -> AsyncIterator[bytes]:
        address = await _video(api, keys, ref.removeprefix(VIDEO)) if ref.startswith(VIDEO) else ref
        async for piece in api.download(address, most=self.limits.fetch_bytes):
            yield piece

    async def poll(self, api: Api, keys: BotKeys, place: str) -> tuple[list[bytes], str]:
        asked = {"limit": str(MOST_ASKED), "timeout": str(WAIT)} | ({"marker": place} if place else {})
        told = await call(api, keys, "GET", "updates", params=asked, timeout=_PATIENCE)
        bodies = [json.dumps(one, ensure_ascii=False).encode() for one in parts(told, "updates")]
        return bodies, word(told, "marker") or place


async def _video(api: Api, keys: BotKeys, token: str) -> str:
    """Where it can be fetched just now, in the best quality that there is."""
    try:
        urls = part(await call(api, keys, "GET", f"videos/{quote(token, safe='')}"), "urls")
    except Rejected as refused:
        if refused.params.get("number") != 404:
            raise
        urls = {}
    for name in _SIZES:
        if found := text(urls, name):
            return found
    raise Rejected("file-gone", number=404)
