"""Calling a method of VK's API: errors come as JSON with the status 200."""

import json
from typing import Any

import aiohttp

from intake.channels.messengers.api import Api, words_of
from intake.channels.messengers.reading import Json, part, whole
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys

VERSION = "5.199"
REFUSED = {5, 27, 28}  # the token
BUSY = {6: 1.0, 9: 60.0, 29: 600.0}  # error → how long to wait, seconds
TROUBLE = {1, 10}  # theirs, and it passes
UNWANTED = {7, 900, 901, 902, 917, 932, 936, 945}  # they have not allowed us to write, or no longer


async def call(api: Api, keys: BotKeys, method: str, **given: str | int) -> Any:
    """What the method answers. Raises as `Api.call`, and Rejected("chat-blocked")."""
    fields = {name: str(value) for name, value in given.items()}
    body = await api.call(
        "POST", f"method/{method}", data=fields | {"access_token": keys.token, "v": VERSION}
    )
    if isinstance(body, dict) and "response" in body:
        return body["response"]
    raise fault(part(body, "error"))


async def upload(api: Api, address: str, field: str, filename: str, content: bytes) -> Json:
    """What a server for uploads answers; it speaks JSON and calls it text/html."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(field, content, filename=_quotable(filename), content_type="application/octet-stream")
    body = await api.call("POST", address, data=form)
    told = part({"told": body}, "told")
    if not told or "error" in told:
        raise Rejected("bot-refused", number=0, words=words_of(told))
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in told.items()
    }


def fault(error: Json) -> Deferred | Rejected:
    """What an error of theirs means for us. The codes: https://dev.vk.com/ru/reference/errors."""
    code = whole(error, "error_code") or whole(error, "code") or 0
    words = words_of(error)
    if code in REFUSED:
        return Rejected("bot-token-refused", number=code, words=words)
    if code in BUSY:
        return Deferred("bot-busy", after=BUSY[code], words=words)
    if code in TROUBLE:
        return Deferred("bot-unreachable", number=code, words=words)
    return Rejected("chat-blocked" if code in UNWANTED else "bot-refused", number=code, words=words)


def _quotable(filename: str) -> str:
    """Within quotes of a header."""
    return "".join("_" if one in '"\\' or not one.isprintable() else one for one in filename) or "file"
