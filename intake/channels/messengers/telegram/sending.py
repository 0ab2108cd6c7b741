"""What we say, as the Bot API wants it."""

import json
import re
from io import BytesIO
from typing import Any

import aiohttp

from intake.channels.messengers.api import Api
from intake.channels.messengers.reading import word
from intake.channels.messengers.telegram.talking import call
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatOut, OutFile

LARGEST_PHOTO = 10_000_000  # bytes; a larger one goes as a document
PATIENCE = aiohttp.ClientTimeout(total=300, connect=10, sock_read=120)  # of a file

DOCUMENT = ("sendDocument", "document")
# By what their content is: method and field; the rest are documents
_METHODS = {
    "image/jpeg": ("sendPhoto", "photo"),
    "image/png": ("sendPhoto", "photo"),
    "image/webp": ("sendPhoto", "photo"),
    "audio/ogg": ("sendVoice", "voice"),
    "audio/mpeg": ("sendAudio", "audio"),
    "audio/mp4": ("sendAudio", "audio"),
    "video/mp4": ("sendVideo", "video"),
}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")


async def send_part(api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
    """The new message's id. A picture that Telegram finds too long, or a voice that somebody does not want
    to get, goes as a document."""
    if not part.files:
        told = _common(part) | {"text": part.text}
        return _ids(await call(api, keys, "sendMessage", json=told))
    method = _method(part.files[0])
    try:
        return await _send_file(api, keys, part, method)
    except Rejected as error:
        if error.code != "bot-refused" or error.params.get("number") != 400 or method == DOCUMENT:
            raise
    return await _send_file(api, keys, part, DOCUMENT)


async def _send_file(api: Api, keys: BotKeys, part: ChatOut, method: tuple[str, str]) -> tuple[str, ...]:
    name, field = method
    file = part.files[0]
    form = aiohttp.FormData(quote_fields=False)  # names are read as they are, in UTF-8
    for key, value in (_common(part) | ({"caption": part.text} if part.text else {})).items():
        form.add_field(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    form.add_field(
        field,
        BytesIO(file.content),  # written in pieces
        filename=_UNSAFE.sub(" ", file.filename) or "file",
        content_type=_UNSAFE.sub("", file.content_type) or "application/octet-stream",
    )
    return _ids(await call(api, keys, name, data=form, timeout=PATIENCE))


def _common(part: ChatOut) -> dict[str, Any]:
    told: dict[str, Any] = {"chat_id": part.chat_id}
    if part.reply_to.isdecimal():
        told["reply_parameters"] = {
            "message_id": int(part.reply_to),
            "allow_sending_without_reply": True,  # it may have been deleted meanwhile
        }
    markup = _keyboard(part)
    return told | ({"reply_markup": markup} if markup else {})


def _keyboard(part: ChatOut) -> dict[str, Any]:
    """A button that gives the number stands instead of the keyboard; the others below the message."""
    if part.ask_phone:
        asks = {"text": part.ask_phone, "request_contact": True}
        return {"keyboard": [[asks]], "resize_keyboard": True, "one_time_keyboard": True}
    rows = [[{"text": one.label, "callback_data": one.payload}] for one in part.buttons]
    return {"inline_keyboard": rows} if rows else {}


def _method(file: OutFile) -> tuple[str, str]:
    kind = file.content_type.partition(";")[0].strip().lower()
    chosen = _METHODS.get(kind, DOCUMENT)
    return DOCUMENT if chosen[1] == "photo" and len(file.content) > LARGEST_PHOTO else chosen


def _ids(result: Any) -> tuple[str, ...]:
    found = word(result, "message_id")
    return (found,) if found else ()
