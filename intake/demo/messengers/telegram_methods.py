"""The methods of the Bot API, with the checks and the words of the real one."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from intake.demo.messengers.people import Key, Sent
from intake.demo.messengers.platform import HOST
from intake.demo.messengers.telegram_updates import Json, bot_message, chat, file_told

if TYPE_CHECKING:
    from intake.demo.messengers.telegram import FakeTelegram

MOST_TEXT, MOST_CAPTION = 4096, 1024  # UTF-16 units
MOST_PHOTO, MOST_FILE, MOST_FETCHED = 10_000_000, 50_000_000, 20_000_000  # bytes
MOST_PAYLOAD = 64  # bytes
LONGEST_POLL = 50  # seconds
PICTURES = (b"\xff\xd8", b"\x89PNG", b"RIFF")
_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
}


class Fault(Exception):
    """What the API answers instead of a result."""

    def __init__(self, status: int, words: str = "", retry_after: float | None = None) -> None:
        super().__init__(status, words)
        self.status, self.retry_after = status, retry_after
        words = words or (f"retry after {retry_after}" if retry_after is not None else "")
        known = _WORDS.get(status, "Internal Server Error")
        self.description = f"{known}: {words}" if words else known

    def response(self) -> web.Response:
        told: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            told["parameters"] = {"retry_after": self.retry_after}
        return web.json_response(told, status=self.status)


class Methods:
    def __init__(self, telegram: "FakeTelegram") -> None:
        self._of = telegram
        self._last: dict[int, float] = {}  # when each chat got its last message
        self._listener = 0
        self._known: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "getme": self._get_me,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
            "answercallbackquery": self._answer_query,
            "getfile": self._get_file,
        }

    async def call(self, request: web.Request) -> Any:
        method, asked = request.match_info["method"], await _asked(request)
        if method.lower() == "getupdates":
            return await self._get_updates(request, asked)
        if method in ("sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendAudio", "sendVideo"):
            return self._send(method, asked)
        if (known := self._known.get(method.lower())) is None:
            raise Fault(404)
        return await known(asked)

    async def _get_me(self, _asked: Json) -> Json:
        return self._of.bot | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def _set_webhook(self, asked: Json) -> bool:
        url, secret = str(asked.get("url", "")), str(asked.get("secret_token", ""))
        place = urlsplit(url)
        if url and place.scheme != "https" and place.hostname != HOST:
            raise Fault(400, "bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not (len(secret) <= 256 and secret.replace("-", "_").replace("_", "a").isalnum()):
            raise Fault(400, "secret token contains unallowed characters")
        self._of.hooked(url, secret, asked.get("allowed_updates") or [])
        return True

    async def _delete_webhook(self, asked: Json) -> bool:
        if asked.get("drop_pending_updates"):
            self._of.waiting.clear()
        self._of.hooked("", "", self._of.allowed)
        return True

    async def _webhook_info(self, _asked: Json) -> Json:
        told: Json = {
            "url": self._of.hook,
            "has_custom_certificate": False,
            "pending_update_count": len(self._of.waiting),
        }
        if self._of.problem:
            told["last_error_date"], told["last_error_message"] = self._of.problem
        return told

    async def _get_updates(self, request: web.Request, asked: Json) -> list[Json]:
        """Waits for the first of them. Who asks last is the one who listens."""
        if self._of.hook:
            use = "use deleteWebhook to delete the webhook first"
            raise Fault(409, f"can't use getUpdates method while webhook is active; {use}")
        self._of.allowed = asked.get("allowed_updates") or self._of.allowed
        while self._of.waiting and self._of.waiting[0]["update_id"] < int(asked.get("offset") or 0):
            self._of.waiting.popleft()
        self._listener = mine = self._listener + 1
        until = time.monotonic() + min(float(asked.get("timeout") or 0), LONGEST_POLL)
        while not self._of.waiting and time.monotonic() < until and not self._gone(request):
            await asyncio.sleep(0.02)
            if self._listener != mine:
                raise Fault(409, "terminated by other getUpdates request")
        return list(self._of.waiting)[: int(asked.get("limit") or 100)]

    async def _answer_query(self, asked: Json) -> bool:
        self._of.pressed.append(str(asked.get("callback_query_id", "")))
        return True

    async def _get_file(self, asked: Json) -> Json:
        file_id = str(asked.get("file_id", ""))
        content = self._of.files.get(file_id)
        if content is None:
            raise Fault(400, "wrong file_id or the file is temporarily unavailable")
        if len(content) > MOST_FETCHED:
            raise Fault(400, "file is too big")
        return file_told(file_id, content) | {"file_path": f"documents/{file_id}"}

    def _send(self, method: str, asked: Json) -> Json:
        place = self._place(str(asked.get("chat_id", "")))
        number = self._of.next_number()
        sent = _sent(method, asked, place["id"], number)
        _checked(sent, place["id"] in self._of.no_voice)
        self._paced(place["id"])
        told = bot_message(sent, self._of.bot, place)
        self._of.messages[place["id"], number] = told
        self._of.sent.append(sent)
        return told

    def _place(self, chat_id: str) -> Json:
        number = int(chat_id) if chat_id.lstrip("-").isdecimal() else 0
        place = self._of.people.get(number) or self._of.groups.get(number)
        if place is None:
            raise Fault(400, "chat not found")
        if number in self._of.blocked:
            raise Fault(403, "bot was blocked by the user")
        return chat(place)

    def _paced(self, chat_id: int) -> None:
        now = time.monotonic()
        wait = self._last.get(chat_id, 0.0) + self._of.pace - now
        if self._of.pace and wait > 0:
            raise Fault(429, retry_after=max(round(wait), 1))
        self._last[chat_id] = now

    def _gone(self, request: web.Request) -> bool:
        return self._of.closing or request.transport is None or request.transport.is_closing()


def _sent(method: str, asked: Json, chat_id: int, number: str) -> Sent:
    markup = asked.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", [])
    keys = tuple(Key(chat_id, number, one["text"], one["callback_data"]) for row in rows for one in row)
    asks = [one["text"] for row in markup.get("keyboard", []) for one in row if one.get("request_contact")]
    file = asked.get(method.removeprefix("send").lower())
    is_file = isinstance(file, web.FileField)
    return Sent(
        chat_id,
        number,
        text=str(asked.get("caption" if is_file else "text", "")),
        reply_to=str((asked.get("reply_parameters") or {}).get("message_id", "")),
        kind=method,
        buttons=keys,
        asks_phone=asks[0] if asks else "",
        filename=file.filename if isinstance(file, web.FileField) else "",
        content_type=file.content_type if isinstance(file, web.FileField) else "",
        content=file.file.read() if isinstance(file, web.FileField) else b"",
    )


def _checked(sent: Sent, no_voice: bool) -> None:
    """Raises Fault for what the real one does not take."""
    if sent.kind == "sendMessage" and not sent.text.strip():
        raise Fault(400, "message text is empty")
    if sent.kind != "sendMessage" and not sent.content:
        raise Fault(400, f"there is no {sent.kind.removeprefix('send').lower()} in the request")
    units = len(sent.text.encode("utf-16-le")) // 2
    if units > (MOST_TEXT if sent.kind == "sendMessage" else MOST_CAPTION):
        raise Fault(
            400, "message is too long" if sent.kind == "sendMessage" else "message caption is too long"
        )
    if any(len(key.payload.encode()) > MOST_PAYLOAD for key in sent.buttons):
        raise Fault(400, "BUTTON_DATA_INVALID")
    if sent.chat_id < 0 and sent.asks_phone:
        raise Fault(400, "phone number can be requested in private chats only")
    if sent.kind == "sendPhoto" and not sent.content.startswith(PICTURES):
        raise Fault(400, "IMAGE_PROCESS_FAILED")
    if len(sent.content) > (MOST_PHOTO if sent.kind == "sendPhoto" else MOST_FILE):
        raise Fault(413)
    if sent.kind == "sendVoice" and no_voice:
        raise Fault(400, "VOICE_MESSAGES_FORBIDDEN")


async def _asked(request: web.Request) -> Json:
    """Parameters, however they are sent; what is JSON inside a form is read."""
    if request.content_type == "application/json":
        told = await request.json()
        return told if isinstance(told, dict) else {}
    form = await request.post()
    pairs = {**request.query, **form}
    return {name: _value(name, value) for name, value in pairs.items()}


def _value(name: str, value: Any) -> Any:
    if name in ("reply_parameters", "reply_markup", "allowed_updates") and isinstance(value, str):
        return json.loads(value)
    return value
