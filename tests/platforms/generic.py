"""A partner of our own: a site's chat that posts what people write, signed, and takes our answers.

    async with FakeGeneric() as partner:  # partner.given are the bot's settings
        partner.hook, partner.secret = address, secret  # as the administrator tells the partner
        anna = partner.person("Анна", phone="+79160000001")
        await partner.says(anna, "Сколько стоит доставка?")
        partner.sent[-1].text

What it gets is told as delivered and read by itself.
"""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from intake.demo.messengers.platform import Platform

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Someone:
    id: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    chat_id: str
    message_id: str
    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Sent:
    chat_id: str
    message_id: str
    text: str = ""
    reply_to: str | None = None
    buttons: tuple[Key, ...] = ()
    filename: str = ""
    content_type: str = ""
    content: bytes = field(default=b"", repr=False)


class FakeGeneric(Platform):
    """It takes nothing that is not signed; `gone` are people who do not want to hear of us. A message told
    twice with one key is taken once."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.secret = ""
        self.statuses: tuple[str, ...] = ("delivered", "read")
        self.gone: set[str] = set()
        self.files: dict[str, tuple[str, bytes]] = {}
        self._people: dict[str, Someone] = {}
        self._by_key: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._telling: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None

    @property
    def given(self) -> dict[str, str]:
        return {"answer_url": f"{self.base}/answers"}

    async def __aexit__(self, *exc: object) -> None:
        for task in self._telling:
            task.cancel()
        await super().__aexit__(*exc)

    def person(self, name: str = "Анна", phone: str = "+79160000001") -> Someone:
        person = Someone(f"v{next(self._numbers)}", name, phone)
        self._people[person.id] = person
        return person

    async def says(self, person: Someone, text: str, *, reply_to: str = "") -> str:
        return await self.writes(person, text=text, **({"reply_to": reply_to} if reply_to else {}))

    async def sends_photo(self, person: Someone, content: bytes, caption: str = "") -> str:
        return await self.sends_file(person, "photo", "photo.jpg", "image/jpeg", content, caption)

    async def sends_voice(self, person: Someone, content: bytes) -> str:
        return await self.sends_file(person, "voice", "voice.ogg", "audio/ogg", content)

    async def sends_document(self, person: Someone, name: str, content: bytes, caption: str = "") -> str:
        return await self.sends_file(person, "file", name, "application/pdf", content, caption)

    async def sends_file(
        self, person: Someone, kind: str, name: str, content_type: str, content: bytes, text: str = ""
    ) -> str:
        path = f"{next(self._numbers)}/{name}"
        self.files[path] = (content_type, content)
        about = {"kind": kind, "filename": name, "content_type": content_type, "size": len(content)}
        file = {**about, "url": f"{self.base}/files/{path}"}
        return await self.writes(person, text=text, attachments=[file])

    async def sends_location(self, person: Someone, latitude: float, longitude: float) -> str:
        return await self.writes(person, location={"latitude": latitude, "longitude": longitude})

    async def edits(self, person: Someone, message_id: str, text: str) -> None:
        await self.writes(person, kind="edit", id=message_id, text=text)

    async def deletes(self, person: Someone, message_id: str) -> None:
        await self.writes(person, kind="delete", id=message_id)

    async def presses(self, key: Key) -> str:
        about = {"kind": "button", "payload": key.payload, "reply_to": key.message_id}
        return await self.writes(self._people[key.chat_id], text=key.label, **about)

    async def writes(self, person: Someone, **content: Any) -> str:
        """Any message, as intake.channels.messengers.generic says it; its id."""
        told = {
            "id": f"m{next(self._numbers)}",
            "chat_id": person.id,
            "sender": {"id": person.id, "name": person.name, "phone": person.phone},
            "sent_at": datetime.now(UTC).isoformat(),
            **content,
        }
        await self.tell(told)
        return str(told["id"])

    async def tell(self, told: Any, key: str = "") -> str:
        """A body, signed now; with a key of its own."""
        body = json.dumps(told, ensure_ascii=False).encode()
        key = key or f"key-{next(self._numbers)}"
        return await self.deliver(body, {"Idempotency-Key": key, **signature(self.secret, body)})

    async def told_all(self) -> None:
        """Until all statuses are told."""
        await asyncio.gather(*self._telling)

    def said_to(self, person: Someone) -> list[Sent]:
        return [one for one in self.sent if one.chat_id == person.id]

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/answers", self._answers)
        app.router.add_get("/files/{path:.+}", self._file)

    def is_token(self, request: web.Request) -> bool:
        """The signature is looked at with the body."""
        return True

    async def _answers(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not is_signed(self.secret, request.headers, body):
            return web.json_response({"error": "bad signature"}, status=401)
        told = json.loads(body)
        if told["kind"] != "message":
            return web.json_response({"error": "nobody knows that"}, status=400)
        if told["chat_id"] in self.gone:
            return web.json_response({"error": "gone"}, status=410)
        key = request.headers["Idempotency-Key"]
        if key not in self._by_key:
            self._by_key[key] = self._take(told)
        return web.json_response({"id": self._by_key[key]})

    def _take(self, told: Json) -> str:
        number = f"o{next(self._numbers)}"
        file = told["files"][0] if told["files"] else {}
        keys = (Key(told["chat_id"], number, one["label"], one["payload"]) for one in told["buttons"])
        sent = Sent(
            told["chat_id"],
            number,
            told["text"],
            told["reply_to"],
            tuple(keys),
            file.get("filename", ""),
            file.get("content_type", ""),
            base64.b64decode(file.get("content", "")),
        )
        self.sent.append(sent)
        task = asyncio.create_task(self._tell_statuses(sent, self._last))
        self._last = task
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return number

    async def _tell_statuses(self, sent: Sent, before: "asyncio.Task[None] | None") -> None:
        if before:
            await asyncio.wait([before])
        for name in self.statuses if self.hook else ():
            await asyncio.sleep(0.02)
            await self.tell(
                {"kind": "status", "id": sent.message_id, "chat_id": sent.chat_id, "status": name}
            )

    async def _file(self, request: web.Request) -> web.Response:
        content_type, content = self.files[request.match_info["path"]]
        return web.Response(body=content, content_type=content_type)


def signature(secret: str, body: bytes, moment: int | None = None) -> dict[str, str]:
    moment = int(time.time()) if moment is None else moment
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Intake-Timestamp": str(moment), "X-Intake-Signature": digest}


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    moment = headers.get("X-Intake-Timestamp", "0")
    meant = signature(secret, body, int(moment))["X-Intake-Signature"]
    fresh = abs(time.time() - int(moment)) < 300
    return fresh and hmac.compare_digest(headers.get("X-Intake-Signature", ""), meant)
