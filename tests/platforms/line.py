"""A LINE of our own: its Messaging API on the loopback, and the people who write to the account.

    async with FakeLine() as line:  # line.base is the bot's api_base, line.given its settings
        mei = line.person("Мэй")
        await line.says(mei, "Сколько стоит доставка?")
        line.sent[-1].text

Who has added the account has a name; nobody is told when a message is read.
"""

import base64
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from intake.demo.messengers.platform import Platform

TOKEN, CHANNEL_SECRET = "line-token-of-nobody", "8c570fa6dd201bb328f1c1eac23a96d8"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Someone:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Key:
    chat_id: str
    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Sent:
    chat_id: str
    message_id: str
    text: str = ""
    picture: str = ""  # where LINE fetches it
    buttons: tuple[Key, ...] = ()


class FakeLine(Platform):
    """What is pushed again with a retry key is not sent again. `active`: «Use webhook» is on."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.active = True
        self.people: dict[str, Someone] = {}
        self.files: dict[str, bytes] = {}
        self._taken: dict[str, list[Json]] = {}
        self._numbers = itertools.count(444573844083572000)

    @property
    def given(self) -> dict[str, str]:
        return {"token": TOKEN, "channel_secret": CHANNEL_SECRET}

    def person(self, name: str = "Мэй") -> Someone:
        person = Someone("U" + hashlib.sha256(name.encode()).hexdigest()[:32], name)
        self.people[person.id] = person
        return person

    async def says(self, person: Someone, text: str) -> str:
        return await self.writes(person, {"type": "text", "quoteToken": "q3Plxr4A", "text": text})

    async def sends_photo(self, person: Someone, content: bytes) -> str:
        return await self._sends(person, content, {"type": "image", "contentProvider": {"type": "line"}})

    async def sends_document(self, person: Someone, name: str, content: bytes) -> str:
        about = {"type": "file", "fileName": name, "fileSize": len(content)}
        return await self._sends(person, content, about)

    async def _sends(self, person: Someone, content: bytes, about: Json) -> str:
        number = str(next(self._numbers))
        self.files[number] = content
        return await self.writes(person, {**about, "id": number})

    async def writes(self, person: Someone, content: Json) -> str:
        told = {"id": str(next(self._numbers)), **content}
        await self.tell(person, "message", told)
        return str(told["id"])

    async def unsends(self, person: Someone, message_id: str) -> None:
        await self.tell(person, "unsend", {"messageId": message_id})

    async def presses(self, key: Key) -> None:
        await self.tell(self.people[key.chat_id], "postback", {"data": key.payload})

    async def tell(self, person: Someone, kind: str, content: Json) -> str:
        event = {
            "type": kind,
            "mode": "active",
            "timestamp": int(time.time() * 1000),
            "source": {"type": "user", "userId": person.id},
            "webhookEventId": f"01FZ{next(self._numbers)}",
            "deliveryContext": {"isRedelivery": False},
            kind: content,
        }
        body = json.dumps({"destination": "Uours", "events": [event]}, ensure_ascii=False).encode()
        return await self.deliver(body, {"X-Line-Signature": signature(body)})

    def said_to(self, person: Someone) -> list[Sent]:
        return [one for one in self.sent if one.chat_id == person.id]

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/v2/bot/info", self._info)
        app.router.add_get("/v2/bot/channel/webhook/endpoint", self._endpoint)
        app.router.add_put("/v2/bot/channel/webhook/endpoint", self._hook)
        app.router.add_get("/v2/bot/profile/{id}", self._profile)
        app.router.add_post("/v2/bot/message/push", self._push)
        app.router.add_get("/v2/bot/message/{id}/content", self._content)

    def is_token(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"

    def refusal(self, status: int) -> web.Response:
        words = {401: "Authentication failed", 429: "The API rate limit has been exceeded. Try again later."}
        return _told({"message": words.get(status, "Internal server error")}, status)

    async def _info(self, _: web.Request) -> web.Response:
        return _told({"userId": "Uours", "basicId": "@216ruabc", "displayName": "Ромашка", "chatMode": "bot"})

    async def _endpoint(self, _: web.Request) -> web.Response:
        if not self.hook:
            return _told({"message": "Webhook endpoint not found."}, 404)
        return _told({"endpoint": self.hook, "active": self.active})

    async def _hook(self, request: web.Request) -> web.Response:
        self.hook = (await request.json())["endpoint"]
        return _told({})

    async def _profile(self, request: web.Request) -> web.Response:
        person = self.people.get(request.match_info["id"])
        if person is None:
            return _told({"message": "Not found"}, 404)
        return _told({"userId": person.id, "displayName": person.name, "language": "ru"})

    async def _push(self, request: web.Request) -> web.Response:
        asked, key = await request.json(), request.headers.get("X-Line-Retry-Key", "")
        if key in self._taken:
            words = "The retry key is already accepted"
            return _told({"message": words, "sentMessages": self._taken[key]}, 409)
        if asked["to"] not in self.people or not 1 <= len(asked["messages"]) <= 5:
            return _told({"message": "Failed to send messages"}, 400)
        if any(len(one.get("text", "")) > 5000 for one in asked["messages"]):
            return _told({"message": "The request body has 1 error(s)"}, 400)
        self._taken[key] = [self._take(asked["to"], one) for one in asked["messages"]]
        return _told({"sentMessages": self._taken[key]})

    def _take(self, chat: str, one: Json) -> Json:
        number = str(next(self._numbers))
        shown = one.get("contents", {}).get("body", {}).get("contents", [])
        keys = (Key(chat, each["action"]["label"], each["action"]["data"]) for each in shown)
        self.sent.append(
            Sent(chat, number, one.get("text", ""), one.get("originalContentUrl", ""), tuple(keys))
        )
        return {"id": number, "quoteToken": "yHAz4Ua2wx7"}

    async def _content(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["id"])
        return web.Response(body=content) if content is not None else _told({"message": "Not found"}, 404)


def signature(body: bytes, secret: str = CHANNEL_SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _told(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)
