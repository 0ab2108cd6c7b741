"""A bot of a platform that there is nowhere, for tests of the door and of the settings: what it tells is
signed as most platforms sign, and read as most write."""

import hashlib
import hmac
import json
from typing import Any

from intake.channels.messengers.base import Adapter, Hook, Parsed, Reply, Setting, forged
from intake.channels.messengers.reading import identity, needed, parsed, text
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatEvent, ChatKind, ChatOut, ChatsHeard, Connected, Limits, Person
from storage.tables.chats import Bot
from tests.databases import store
from tests.site import Site

PLATFORM = "plain"
KEY = "k" * 32
SECRET, FORMER, TOKEN = "secret-of-the-bot", "former-secret-of-the-bot", "1234:token-of-the-bot"
SIGNATURE = "X-Plain-Signature"


class Plain(Adapter):
    name = PLATFORM
    title = "Plain"
    base = "http://127.0.0.1:1"
    limits = Limits(asks_phone=True)
    settings = (Setting("token", secret=True), Setting("number"), Setting("app_secret", True, False))
    polls = True
    tells_status = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        told = hook.headers.get(SIGNATURE.lower(), "") if hook.method == "POST" else hook.query.get("by", "")
        if not any(
            hmac.compare_digest(told.encode(), signed(hook.body, one).encode()) for one in keys.secrets
        ):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, self._read)

    def answer(self, hook: Hook, keys: BotKeys) -> Reply:
        return Reply(text=hook.query.get("challenge", "taken"))

    async def connect(self, api: Any, keys: BotKeys, url: str) -> Connected:
        raise Rejected("bot-refused", number=400, words="")

    async def check(self, api: Any, keys: BotKeys, url: str) -> Connected:
        raise Rejected("bot-refused", number=400, words="")

    async def send(self, api: Any, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        return ()

    def _read(self, said: dict[str, Any]) -> Parsed:
        number, kind = needed(said, "id"), said.get("kind", "message")
        if kind != "message":
            return Parsed(ignored=f"unknown-kind: {kind}")
        sender = Person("7", identity(PLATFORM, "7"), "Анна")
        event = ChatEvent(number, ChatKind.MESSAGE, "7", sender, message_id=number, text=text(said, "text"))
        return Parsed((event,))


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def body(number: int = 1, words: str = "Здравствуйте!", **more: Any) -> bytes:
    return json.dumps({"id": number, "text": words, **more}, ensure_ascii=False).encode()


def headers(content: bytes, secret: str = SECRET) -> dict[str, str]:
    return {SIGNATURE: signed(content, secret), "Content-Type": "application/json"}


async def plug_in(site: Site, **values: Any) -> Bot:
    """A bot of that platform."""
    said = {
        "key": KEY, "platform": PLATFORM, "name": "Продажи", "token": TOKEN, "secret": SECRET,
        "former_secret": FORMER, "options": {"number": "42"}, "sealed_options": '{"app_secret": "app-hush"}',
    }  # fmt: skip
    bot = Bot(**{**said, **values})
    await store(site.database, bot)
    return bot


class Kept:
    """In place of Reception.receive: what it was given. `fails`: raised once by each."""

    def __init__(self) -> None:
        self.all: list[ChatsHeard] = []
        self.fails: list[Exception] = []

    async def receive(self, fact: ChatsHeard) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.all.append(fact)

    @property
    def texts(self) -> list[str]:
        return [event.text for one in self.all for event in one.events]
