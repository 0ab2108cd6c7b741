"""A Viber of our own: its REST API on the loopback, and the people who write to the bot."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from yarl import URL

from intake.demo.messengers.platform import Platform

TOKEN = "4e5a1f0c0de-fake-fake-00000000000"
MOST_TEXT, MOST_NAME = 7000, 28

Json = dict[str, Any]


@dataclass(frozen=True)
class Someone:
    id: str
    name: str
    phone: str = ""


@dataclass(frozen=True)
class Key:
    person_id: str
    label: str
    kind: str
    body: str


@dataclass(frozen=True)
class Sent:
    person_id: str
    token: str
    text: str
    sender: str
    api_version: int
    buttons: tuple[Key, ...] = ()
    filename: str = ""
    content: bytes = b""  # fetched from where we said that it is


class FakeViber(Platform):
    """Tries an address before it takes it, signs what it tells, and answers 200 even to what is wrong."""

    def __init__(self, token: str = TOKEN, name: str = "Ромашка") -> None:
        super().__init__()
        self.token, self.name = token, name
        self.sent: list[Sent] = []
        self.people: dict[str, Someone] = {}
        self.subscribed: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.kinds: list[str] = []  # of callbacks that are wanted
        self._numbers = iter(range(5_741_311_803_571_721_000, 5_741_311_803_999_999_999))

    def person(self, name: str, phone: str = "") -> Someone:
        person = Someone(f"0123{next(self._numbers)}+/A==", name, phone)
        self.people[person.id] = person
        return person

    async def starts(self, person: Someone, context: str = "") -> None:
        told = {"type": "open", "context": context, "user": _user(person), "subscribed": False}
        await self.tells("conversation_started", told)

    async def says(self, person: Someone, text: str) -> str:
        return await self.writes(person, {"type": "text", "text": text})

    async def sends_photo(self, person: Someone, content: bytes, caption: str = "") -> str:
        told = {"type": "picture", "text": caption, "media": self.keeps(content), "file_name": "photo.jpg"}
        return await self.writes(person, told)

    async def sends_file(self, person: Someone, content: bytes, filename: str) -> str:
        told = {"type": "file", "media": self.keeps(content), "file_name": filename, "size": len(content)}
        return await self.writes(person, told)

    async def shares_contact(self, person: Someone) -> str:
        contact = {"name": person.name, "phone_number": person.phone}
        return await self.writes(person, {"type": "contact", "contact": contact})

    async def writes(self, person: Someone, message: Json) -> str:
        """The callback's token. Whoever writes has subscribed."""
        if person.id not in self.subscribed:
            self.subscribed.add(person.id)
            await self.tells("subscribed", {"user": _user(person)})
        return await self.tells("message", {"sender": _user(person), "message": message, "silent": False})

    async def presses(self, key: Key) -> str:
        person = self.people[key.person_id]
        if key.kind == "share-phone":
            return await self.shares_contact(person)
        return await self.says(person, key.body)

    async def gets(self, sent: Sent) -> None:
        """Their telephone is on."""
        await self.tells("delivered", {"user_id": sent.person_id}, sent.token)

    async def fails(self, sent: Sent, words: str) -> None:
        await self.tells("failed", {"user_id": sent.person_id, "desc": words}, sent.token)

    async def reads(self, sent: Sent) -> None:
        await self.tells("seen", {"user_id": sent.person_id}, sent.token)

    async def blocks(self, person: Someone) -> None:
        self.subscribed.discard(person.id)
        await self.tells("unsubscribed", {"user_id": person.id})

    async def tells(self, kind: str, content: Json, token: str = "") -> str:
        """The callback's token."""
        token = token or str(next(self._numbers))
        if kind in ("message", *self.kinds):
            body = self.callback(kind, content, token)
            await self.deliver(body, self.signed(body))
        return token

    def callback(self, kind: str, content: Json, token: str) -> bytes:
        head = {"event": kind, "timestamp": int(time.time() * 1000), "message_token": int(token)}
        return json.dumps(head | content, ensure_ascii=False).encode()

    def signed(self, body: bytes) -> dict[str, str]:
        signature = hmac.new(self.token.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Viber-Content-Signature": signature}

    def keeps(self, content: bytes) -> str:
        """Where a file is."""
        name = f"{next(self._numbers)}.bin"
        self.files[name] = content
        return f"{self.base}/media/{name}"

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/pa/set_webhook", self._set_webhook)
        app.router.add_post("/pa/get_account_info", self._account)
        app.router.add_post("/pa/send_message", self._send)
        app.router.add_get("/media/{name}", self._file)

    def is_token(self, request: web.Request) -> bool:
        return request.path.startswith("/media/") or request.headers.get("X-Viber-Auth-Token") == self.token

    def refusal(self, status: int) -> web.Response:
        if status == 401:
            return _told(2, "invalidAuthToken")
        if status == 429:
            return _told(12, "tooManyRequests")
        return web.Response(status=status, text="<html>bad gateway</html>")

    async def _set_webhook(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not (url := asked["url"]):
            self.hook = ""
            return _told(0, "ok")
        body = self.callback("webhook", {}, "241256543215")
        if await self._once(url, body, self.signed(body)) is None:
            return _told(1, "invalidUrl")
        self.hook, self.kinds = url, asked["event_types"]
        return _told(0, "ok", event_types=self.kinds)

    async def _account(self, _request: web.Request) -> web.Response:
        return _told(0, "ok", id="pa:75346594275468546724", name=self.name, uri="romashka", webhook=self.hook)

    async def _send(self, request: web.Request) -> web.Response:
        asked = await request.json()
        person = self.people.get(asked["receiver"])
        if person is None:
            return _told(5, "receiverNotRegistered")
        if person.id not in self.subscribed:
            return _told(6, "receiverNotSubscribed")
        content = await self._fetched(asked)
        if not _is_fine(asked) or (content is None and "media" in asked):
            return _told(3, "badData")
        token = str(next(self._numbers))
        self.sent.append(replace(_sent(asked, token), content=content or b""))
        return _told(0, "ok", message_token=int(token), billing_status=1)

    async def _fetched(self, asked: Json) -> bytes | None:
        """What stands where we say that a file is."""
        if "media" not in asked:
            return None
        assert self._sending is not None
        async with self._sending.get(URL(asked["media"], encoded=True)) as answer:
            return await answer.read() if answer.status == 200 else None

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(body=content) if content is not None else web.Response(status=404)


def _is_fine(asked: Json) -> bool:
    name, text = asked["sender"]["name"], asked.get("text", "")
    if asked["type"] == "file" and not (asked.get("size") and asked.get("file_name")):
        return False
    return 0 < len(name) <= MOST_NAME and len(text) <= MOST_TEXT and bool(text or "media" in asked)


def _sent(asked: Json, token: str) -> Sent:
    rows = asked.get("keyboard", {}).get("Buttons", [])
    keys = tuple(Key(asked["receiver"], one["Text"], one["ActionType"], one["ActionBody"]) for one in rows)
    name, version = asked["sender"]["name"], asked["min_api_version"]
    words, file = asked.get("text", ""), asked.get("file_name", "")
    return Sent(asked["receiver"], token, words, name, version, keys, file)


def _user(person: Someone) -> Json:
    return {"id": person.id, "name": person.name, "country": "RU", "language": "ru-RU", "api_version": 10}


def _told(status: int, words: str, **more: Any) -> web.Response:
    return web.json_response({"status": status, "status_message": words, "chat_hostname": "SN-376_"} | more)
