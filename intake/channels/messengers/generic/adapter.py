"""Any system that can post JSON, as a messenger. What it posts and gets: see the package's docstring."""

import base64
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from yarl import URL

from intake.channels.messengers.api import Answered, Api, words_of
from intake.channels.messengers.base import Adapter, Hook, Parsed, Reply, Setting, forged
from intake.channels.messengers.generic.reading import keyed, read
from intake.channels.messengers.generic.signing import headers_for, is_signed, key_of
from intake.channels.messengers.reading import word
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatOut, Connected, Limits


class Generic(Adapter):
    """Nothing is registered: the partner is told our address and the secret. Without `answer_url` we can only
    listen."""

    name = "generic"
    title = "JSON"
    icon = "webhook"
    base = ""
    limits = Limits(
        text=20_000,
        caption=20_000,
        file_bytes=20_000_000,
        fetch_bytes=100_000_000,
        a_chat_second=5.0,
        buttons=10,
        label=100,
    )
    settings = (
        Setting("answer_url", required=False),
        Setting("trust_phone", required=False),
        Setting("paths", required=False),
    )
    registers = False
    tells_status = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        if not is_signed(hook.headers, hook.body, keys.secrets, hook.at):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return read(body, keys)

    def hear(self, hook: Hook, keys: BotKeys) -> Parsed:
        key = key_of(hook.headers)
        parsed = self.parse(hook.body, keys)
        return keyed(parsed, key) if key else parsed

    def answer(self, hook: Hook, keys: BotKeys) -> Reply:
        return Reply(202)

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        return await self.check(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        """Raises as Api.ask: whoever does not take our signature says 401."""
        if keys.options.get("answer_url"):
            await _post(api, keys, f"check-{keys.bot_id}-{int(time.time())}", {"kind": "check"})
        return Connected(_host(keys) or self.title)

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        answered = await _post(api, keys, part.key, _told(part))
        if answered.status == 410:
            raise Rejected("chat-blocked")
        if not 200 <= answered.status < 300:
            raise Rejected("bot-refused", number=answered.status, words=words_of(answered.body))
        return (word(answered.body, "id") or word(answered.body, "message_id") or part.key,)

    async def fetch(self, api: Api, keys: BotKeys, ref: str) -> AsyncIterator[bytes]:
        """From the partner's own host, and those that the administrator has named."""
        hosts = (*api.way.hosts, *filter(None, [_host(keys)]))
        async with Api(replace(api.way, hosts=hosts)) as own:
            async for piece in own.download(ref, most=self.limits.fetch_bytes):
                yield piece


async def _post(api: Api, keys: BotKeys, key: str, told: dict[str, Any]) -> Answered:
    if not _host(keys) or not keys.secrets:
        raise Rejected("bot-refused", number=0, words="no address for answers")
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = headers_for(keys.secrets, key, int(time.time()), body)
    return await api.ask("POST", keys.options["answer_url"], data=body, headers=headers)


def _host(keys: BotKeys) -> str:
    """Whom we answer; empty where there is no such address."""
    try:
        url = URL(keys.options.get("answer_url", ""))
    except ValueError:
        return ""
    return url.host or "" if url.scheme in ("http", "https") else ""


def _told(part: ChatOut) -> dict[str, Any]:
    return {
        "kind": "message",
        "id": part.key,
        "chat_id": part.chat_id,
        "text": part.text,
        "reply_to": part.reply_to or None,
        "buttons": [{"label": one.label, "payload": one.payload} for one in part.buttons],
        "files": [
            {
                "filename": file.filename,
                "content_type": file.content_type,
                "size": len(file.content),
                "content": base64.b64encode(file.content).decode(),
            }
            for file in part.files
        ],
    }
