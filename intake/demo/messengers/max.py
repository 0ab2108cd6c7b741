"""A MAX of our own: its bot API on the loopback, and the people who write to the bot.

    async with FakeMax() as messenger:  # messenger.base is the bot's api_base
        anna = messenger.person("Анна", phone="79161234567")
        await messenger.says(anna, "Сколько стоит доставка?")    # returns once the webhook has taken it
        messenger.sent[-1].text                                  # what the bot has answered

Without a subscription what people do waits for GET /updates.
"""

import asyncio
import re
import time
from contextlib import suppress
from typing import Any

from aiohttp import web

from intake.demo.messengers.max_people import Json, MaxPeople
from intake.demo.messengers.people import Key, Sent, Someone

TOKEN = "f9LHodD0cOJfakefakefakefakefakefakefakefakefakefake"  # noqa: S105 - of nobody's bot
SECRET = "X-Max-Bot-Api-Secret"  # noqa: S105 - the name of a header
MOST_TEXT = 4000
WORDS = {
    401: ("verify.token", "Invalid access_token"),
    429: ("too.many.requests", "platform rate limit exceeded"),
}


class FakeMax(MaxPeople):
    """`sent` is what the bot has said; `not_ready` how many tries to send an upload are refused since it is
    still being looked through."""

    def __init__(self, token: str = TOKEN, username: str = "romashka_bot", name: str = "Ромашка") -> None:
        super().__init__(token, username, name)
        self.sent: list[Sent] = []
        self.not_ready = 0
        self.secret = ""
        self.wanted: list[str] = []
        self.updates: list[Json] = []  # all that there were; markers are places in it
        self._told = 0  # how many of them the webhook has
        self._telling = asyncio.Lock()
        self._happened = asyncio.Condition()
        self._uploads: dict[str, Json] = {}

    def said_to(self, person: Someone) -> list[Sent]:
        return [one for one in self.sent if one.chat_id == person.chat_id]

    async def tell(self, update: Json) -> None:
        if self.wanted and update["update_type"] not in self.wanted:
            return
        self.updates.append({"timestamp": time.time_ns() // 1_000_000} | update)
        async with self._happened:
            self._happened.notify_all()
        if self.hook:
            await self._drain()

    async def _drain(self) -> None:
        async with self._telling:
            while self.hook and self._told < len(self.updates):
                headers = {SECRET: self.secret} if self.secret else {}
                await self.deliver(self.updates[self._told], headers)
                self._told += 1

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/me", self._me)
        app.router.add_get("/subscriptions", self._subscriptions)
        app.router.add_post("/subscriptions", self._subscribe)
        app.router.add_delete("/subscriptions", self._unsubscribe)
        app.router.add_get("/updates", self._updates)
        app.router.add_post("/messages", self._send)
        app.router.add_put("/messages", self._change)
        app.router.add_post("/uploads", self._place)
        app.router.add_post("/upload/{number}", self._upload)
        app.router.add_get("/videos/{token}", self._video)
        app.router.add_get("/file/{number}", self._file)

    def is_token(self, request: web.Request) -> bool:
        """In the header alone; files are fetched by whoever has the address."""
        open_to_all = request.path.startswith(("/file/", "/upload/"))
        return open_to_all or request.headers.get("Authorization") == self.token

    def refusal(self, status: int) -> web.Response:
        code, words = WORDS.get(status, ("internal.error", "Internal error"))
        return refused(status, code, words)

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response(self.bot)

    async def _subscriptions(self, request: web.Request) -> web.Response:
        there = {"url": self.hook, "time": 1, "update_types": self.wanted, "version": "1.2.5"}
        return web.json_response({"subscriptions": [there] if self.hook else []})

    async def _subscribe(self, request: web.Request) -> web.Response:
        told = await request.json()
        if not re.fullmatch(r"[A-Za-z0-9_-]{5,256}", told.get("secret", "")):
            return web.json_response({"success": False, "message": "secret: wrong characters"})
        self.hook, self.secret, self.wanted = told["url"], told["secret"], told.get("update_types", [])
        self._told = len(self.updates)
        return web.json_response({"success": True})

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        if request.query.get("url") != self.hook:
            return web.json_response({"success": False, "message": "no such subscription"})
        self.hook = ""
        return web.json_response({"success": True})

    async def _updates(self, request: web.Request) -> web.Response:
        """Those from the marker on, once there is one; without a marker the last. With a webhook none."""
        if self.hook:
            return web.json_response({"updates": [], "marker": len(self.updates)})
        given = request.query.get("marker")
        place = int(given) if given else max(len(self.updates) - 1, 0)
        async with self._happened:
            waiting = self._happened.wait_for(lambda: len(self.updates) > place)
            with suppress(TimeoutError):
                await asyncio.wait_for(waiting, min(float(request.query.get("timeout", "30")), 90))
        found = self.updates[place : place + int(request.query.get("limit", "100"))]
        return web.json_response({"updates": found, "marker": place + len(found)})

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        chat_id = self._whom(request)
        if chat_id not in self.people:
            return refused(404, "chat.not.found", f"Chat {chat_id} not found")
        if chat_id in self.stopped:
            return refused(403, "chat.denied", "error.dialog.suspended")
        if len(body.get("text") or "") > MOST_TEXT:
            return refused(400, "proto.payload", f"text: size must be between 0 and {MOST_TEXT}")
        if not body.get("text") and not body.get("attachments"):
            return refused(400, "proto.payload", "Must be text or attachment")
        if self.not_ready and any(one["type"] in UPLOADED for one in body.get("attachments") or ()):
            self.not_ready -= 1
            return refused(400, "attachment.not.ready", "Key: errors.process.attachment.video.not.processed")
        return web.json_response({"message": self._said(chat_id, body)})

    async def _change(self, request: web.Request) -> web.Response:
        mid, body = request.query.get("message_id", ""), await request.json()
        if mid not in self.messages:
            return refused(404, "message.not.found", "No such message")
        self.messages[mid]["body"] |= body
        return web.json_response({"success": True})

    def _whom(self, request: web.Request) -> int:
        if user := request.query.get("user_id"):
            return next((one.chat_id for one in self.people.values() if str(one.id) == user), 0)
        return int(request.query.get("chat_id", "0"))

    def _said(self, chat_id: int, body: Json) -> Json:
        mid = self._mid()
        told = self._message(self.bot, chat_id, {"mid": mid, "seq": 1, **body})
        self.messages[mid] = told
        file: Json = next((one for one in body.get("attachments") or () if one["type"] in UPLOADED), {})
        upload = self._uploads.get(_token(file), {})
        self.sent.append(
            Sent(
                chat_id,
                mid,
                body.get("text") or "",
                (body.get("link") or {}).get("mid", ""),
                buttons=tuple(_keys(chat_id, mid, body)),
                asks_phone=_asks_phone(body),
                **upload,
            )
        )
        return told

    async def _place(self, request: web.Request) -> web.Response:
        kind = request.query.get("type", "")
        if kind not in UPLOADED:
            return refused(400, "proto.payload", "type: unknown")
        number = f"u{next(self._numbers)}"
        self._uploads[number] = {"kind": kind}
        token = {"token": number} if kind in ("video", "audio") else {}
        return web.json_response({"url": f"{self.base}/upload/{number}"} | token)

    async def _upload(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        file = (await request.post()).get("data")
        if not isinstance(file, web.FileField) or len(self._uploads.get(number, {})) != 1:
            return refused(400, "upload.error", "Upload url is used already")
        kind, content = self._uploads[number]["kind"], file.file.read()
        about = {"filename": file.filename, "content_type": file.content_type, "content": content}
        self._uploads[number] |= about
        if kind == "image":
            return web.json_response({"photos": {"p1": {"token": number}}})
        if kind == "file":
            return web.json_response({"fileId": int(number[1:]), "token": number})
        return web.Response(text="<retval>1</retval>", content_type="application/xml")

    async def _video(self, request: web.Request) -> web.Response:
        number = request.match_info["token"]
        if number not in self.files:
            return refused(404, "video.not.found", "No such video")
        urls = {"mp4_720": None, "mp4_480": f"{self.base}/file/{number}"}
        return web.json_response({"token": number, "urls": urls, "width": 640, "height": 360, "duration": 5})

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["number"])
        return web.Response(body=content) if content is not None else web.Response(status=404)


UPLOADED = ("image", "video", "audio", "file")


def refused(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"code": code, "message": words}, status=status)


def _buttons(body: Json) -> list[Json]:
    keyboards = [one for one in body.get("attachments") or () if one["type"] == "inline_keyboard"]
    return [button for one in keyboards for row in one["payload"]["buttons"] for button in row]


def _keys(chat_id: int, mid: str, body: Json) -> list[Key]:
    pressed = [one for one in _buttons(body) if one["type"] == "callback"]
    return [Key(chat_id, mid, one["text"], one["payload"]) for one in pressed]


def _asks_phone(body: Json) -> str:
    return next((one["text"] for one in _buttons(body) if one["type"] == "request_contact"), "")


def _token(file: Json) -> Any:
    payload = file.get("payload", {})
    photos = payload.get("photos", {})
    return payload.get("token") or next((one["token"] for one in photos.values()), "")
