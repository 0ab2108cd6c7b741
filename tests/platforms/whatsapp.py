"""A WhatsApp of our own: its Cloud API on the loopback, and the people who write to the number.

    async with FakeWhatsApp() as whatsapp:  # whatsapp.base is the bot's api_base, whatsapp.given its settings
        anna = whatsapp.person("Анна", "79161234567")
        await whatsapp.says(anna, "Сколько стоит доставка?")  # returns once the webhook has taken it
        whatsapp.sent[-1].text                                # what the number has answered

What it sends is told as sent, delivered and read by itself. A number without an address is asked for by
`connect`; a test without a service sets `hook` itself.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from intake.demo.messengers.platform import Platform

TOKEN = "EAAFakeFakeFakeFakeFakeFake"
APP_SECRET = "0123456789abcdef0123456789abcdef"
NUMBER_ID, ACCOUNT_ID, OUR_NUMBER = "106540352242922", "102290129340398", "74950000000"
DAY = 24 * 3600

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Someone:
    id: str
    name: str
    hidden: bool = False  # they show a name of theirs instead of the number


@dataclass(frozen=True, slots=True)
class Key:
    """A button below a message of ours."""

    chat_id: str
    message_id: str
    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Sent:
    chat_id: str
    message_id: str
    kind: str
    text: str = ""
    reply_to: str | None = None
    buttons: tuple[Key, ...] = ()
    filename: str = ""
    content_type: str = ""
    content: bytes = field(default=b"", repr=False)


class FakeWhatsApp(Platform):
    """`statuses` are those told of each message of ours; `closed` chats are outside their window, and
    `unreachable` have no WhatsApp."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.statuses: tuple[str, ...] = ("sent", "delivered", "read")
        self.closed: set[str] = set()
        self.unreachable: set[str] = set()
        self.subscribed = 0
        self.fault = 0  # the number of the error that every message meets
        self.refuses_address = False  # the app's own webhook was never set up
        self.files: dict[str, tuple[str, str, bytes]] = {}  # name, type, content
        self.people: dict[str, Someone] = {}
        self._numbers = itertools.count(1000)
        self._telling: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None

    @property
    def given(self) -> dict[str, str]:
        """What the administrator enters."""
        numbers = {"phone_number_id": NUMBER_ID, "waba_id": ACCOUNT_ID}
        return {"token": TOKEN, "app_secret": APP_SECRET, **numbers}

    async def __aexit__(self, *exc: object) -> None:
        for task in self._telling:
            task.cancel()
        await super().__aexit__(*exc)

    def person(self, name: str = "Анна", phone: str = "79160000001") -> Someone:
        self.people[phone] = Someone(phone, name)
        return self.people[phone]

    async def says(self, person: Someone, text: str, *, reply_to: str = "") -> str:
        return await self.writes(person, {"type": "text", "text": {"body": text}}, reply_to=reply_to)

    async def sends_photo(self, person: Someone, content: bytes, caption: str = "") -> str:
        return await self.sends_file(person, "image", content, "image/jpeg", caption=caption)

    async def sends_voice(self, person: Someone, content: bytes) -> str:
        return await self.sends_file(person, "audio", content, "audio/ogg; codecs=opus", voice=True)

    async def sends_document(self, person: Someone, name: str, content: bytes, caption: str = "") -> str:
        about = {"filename": name, "caption": caption}
        return await self.sends_file(person, "document", content, "application/pdf", **about)

    async def sends_file(
        self, person: Someone, kind: str, content: bytes, content_type: str, **about: Any
    ) -> str:
        media = self.keeps(str(about.get("filename", "")), content_type, content)
        file = {"id": media, "mime_type": content_type, "sha256": hashlib.sha256(content).hexdigest()}
        told = file | {name: value for name, value in about.items() if value}
        return await self.writes(person, {"type": kind, kind: told})

    async def sends_location(self, person: Someone, latitude: float, longitude: float) -> str:
        place = {"latitude": latitude, "longitude": longitude}
        return await self.writes(person, {"type": "location", "location": place})

    async def presses(self, key: Key) -> str:
        reply = {"type": "button_reply", "button_reply": {"id": key.payload, "title": key.label}}
        told = {"type": "interactive", "interactive": reply}
        return await self.writes(self.people[key.chat_id], told, reply_to=key.message_id)

    async def writes(self, person: Someone, content: Json, *, reply_to: str = "") -> str:
        """Any kind of message, as the Cloud API words it."""
        number = self.message_id()
        context = {"context": {"from": OUR_NUMBER, "id": reply_to}} if reply_to else {}
        about = {"from": person.id, "id": number, "timestamp": str(int(time.time()))}
        contact = {"profile": {"name": person.name}, "wa_id": person.id}
        self.closed.discard(person.id)
        await self.tell({"contacts": [contact], "messages": [{**context, **about, **content}]})
        return number

    async def tell(self, *values: Json) -> str:
        """Each a change of one body: what the webhook answers."""
        about = {"display_phone_number": OUR_NUMBER, "phone_number_id": NUMBER_ID}
        changes = [
            {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": about, **value}}
            for value in values
        ]
        told = {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT_ID, "changes": changes}]}
        body = json.dumps(told).encode()  # escaped, as Meta does it
        return await self.deliver(body, {"X-Hub-Signature-256": signature(body)})

    async def told_all(self) -> None:
        """Until all statuses are told."""
        await asyncio.gather(*self._telling)

    def said_to(self, person: Someone) -> list[Sent]:
        return [one for one in self.sent if one.chat_id == person.id]

    def keeps(self, name: str, content_type: str, content: bytes) -> str:
        media = str(next(self._numbers))
        self.files[media] = (name, content_type, content)
        return media

    def message_id(self) -> str:
        return f"wamid.HBgL{next(self._numbers)}AA=="

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/{id}", self._about)
        app.router.add_post("/{id}", self._configure)
        app.router.add_post(f"/{ACCOUNT_ID}/subscribed_apps", self._subscribe)
        app.router.add_post(f"/{NUMBER_ID}/messages", self._send)
        app.router.add_post(f"/{NUMBER_ID}/media", self._upload)
        app.router.add_get("/lookaside/{id}", self._download)

    def is_token(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"

    def refusal(self, status: int) -> web.Response:
        code, words = {
            401: (190, "Error validating access token: the session has been invalidated"),
            429: (130429, "(#130429) Rate limit hit"),
        }.get(status, (131000, "(#131000) Something went wrong"))
        return fault(code, words, status)

    async def _about(self, request: web.Request) -> web.Response:
        asked = request.match_info["id"]
        if asked == NUMBER_ID:
            hook = {"phone_number": self.hook} if self.hook else {}
            names = {"verified_name": "Ромашка", "display_phone_number": "+7 495 000-00-00"}
            told = {**names, "quality_rating": "GREEN", "webhook_configuration": hook, "id": asked}
            return web.json_response(told)
        if asked not in self.files:
            return fault(100, "(#100) Unsupported get request. Object does not exist", 400)
        _, content_type, content = self.files[asked]
        address = f"{self.base}/lookaside/{asked}"
        found: Json = {"url": address, "mime_type": content_type, "file_size": len(content), "id": asked}
        return web.json_response(found)

    async def _configure(self, request: web.Request) -> web.Response:
        """Meta asks the address with the verify token before it takes it."""
        given = (await request.json())["webhook_configuration"]
        url = given["override_callback_uri"]
        if url and self.refuses_address:
            return fault(100, "(#100) The app's webhook has to be configured first", 400)
        if url and not await self.challenges(url, given["verify_token"]):
            return fault(2200, "(#2200) Callback verification failed", 400)
        self.hook = url
        return web.json_response({"success": True})

    async def challenges(self, url: str, token: str) -> bool:
        assert self._sending is not None
        challenge = str(next(self._numbers))
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        async with self._sending.get(url, params=asked) as answer:
            return answer.status == 200 and await answer.text() == challenge

    async def _subscribe(self, _: web.Request) -> web.Response:
        self.subscribed += 1
        return web.json_response({"success": True})

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            return fault(100, "(#100) The parameter messaging_product is required.", 400)
        return web.json_response({"id": self.keeps(file.filename, file.content_type, file.file.read())})

    async def _download(self, request: web.Request) -> web.Response:
        _, content_type, content = self.files[request.match_info["id"]]
        return web.Response(body=content, headers={"Content-Type": content_type})

    async def _send(self, request: web.Request) -> web.Response:
        asked = await request.json()
        chat = asked.get("to") or asked.get("recipient") or ""
        if problem := self._problem(asked, chat):
            return problem
        sent = self._made(asked, chat)
        self.sent.append(sent)
        task = asyncio.create_task(self._tell_statuses(sent, self._last))
        self._last = task
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        contact = {"input": chat, "wa_id": chat}
        told = {"contacts": [contact], "messages": [{"id": sent.message_id}]}
        return web.json_response({"messaging_product": "whatsapp", **told})

    def _problem(self, asked: Json, chat: str) -> web.Response | None:
        kind = asked.get("type", "text")
        content = asked.get(kind)
        if asked.get("messaging_product") != "whatsapp" or not isinstance(content, dict) or not chat:
            return fault(100, "(#100) Invalid parameter", 400)
        if self.fault:
            return fault(self.fault, f"(#{self.fault}) Refused", 400)
        if chat in self.closed:
            words = "More than 24 hours have passed since the customer last replied"
            return fault(131047, "(#131047) Re-engagement message", 400, words)
        if chat in self.unreachable:
            return fault(131026, "(#131026) Message undeliverable", 400, "Unable to deliver the message")
        return _too_long(kind, content) or self._unknown_media(content)

    def _unknown_media(self, content: Json) -> web.Response | None:
        return (
            None if content.get("id", "") in {"", *self.files} else fault(131053, "Media upload error", 400)
        )

    def _made(self, asked: Json, chat: str) -> Sent:
        kind, number = asked["type"], self.message_id()
        content = asked[kind]
        replies = [one["reply"] for one in content.get("action", {}).get("buttons", [])]
        name, content_type, file = self.files.get(content.get("id", ""), ("", "", b""))
        body = content.get("body", "")
        return Sent(
            chat,
            number,
            kind,
            text=body["text"] if isinstance(body, dict) else body or content.get("caption", ""),
            reply_to=asked.get("context", {}).get("message_id"),
            buttons=tuple(Key(chat, number, one["title"], one["id"]) for one in replies),
            filename=content.get("filename", name),
            content_type=content_type,
            content=file,
        )

    async def _tell_statuses(self, sent: Sent, before: "asyncio.Task[None] | None") -> None:
        """After those of the message before it, and after whoever sent it has its id."""
        if before:
            await asyncio.wait([before])
        for name in self.statuses if self.hook else ():
            await asyncio.sleep(0.02)
            about = {"recipient_id": sent.chat_id, "timestamp": str(int(time.time()))}
            await self.tell({"statuses": [{"id": sent.message_id, "status": name, **about}]})


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def fault(code: int, words: str, status: int, details: str = "") -> web.Response:
    about = {"error_data": {"messaging_product": "whatsapp", "details": details}} if details else {}
    told = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A1b2C3", **about}
    return web.json_response({"error": told}, status=status)


def _too_long(kind: str, content: Json) -> web.Response | None:
    buttons = [one["reply"] for one in content.get("action", {}).get("buttons", [])]
    body = content.get("body", "")
    limits = (
        (len(body["text"]) if isinstance(body, dict) else 0, 1024),
        (len(body) if isinstance(body, str) else 0, 4096),
        (len(content.get("caption", "")), 1024),
        (len(buttons), 3),
        (max((len(one["title"]) for one in buttons), default=0), 20),
    )
    wrong = any(length > most for length, most in limits) or (kind == "audio" and "caption" in content)
    return fault(100, "(#100) Invalid parameter", 400, "too long") if wrong else None
