"""Asking the Graph API, and what its numbered errors mean for whoever asks."""

import re
from typing import Any

import aiohttp

from intake.channels.messengers.api import Answered, Api, words_of
from intake.channels.messengers.reading import part, parts, text, whole, word
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, OutFile

PRODUCT = {"messaging_product": "whatsapp"}
BAD_TOKEN = {0, 190}
BUSY = {4: 60.0, 80007: 60.0, 130429: 5.0, 131048: 600.0, 131056: 6.0, 133016: 600.0}  # seconds to wait
TROUBLE = {1, 2, 131000, 131016, 131057}  # theirs, and it passes
WINDOW_CLOSED = 131047
_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")


def authorized(keys: BotKeys) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.token}"}


def path(*ids: str) -> str:
    """Ids in an address. Raises Rejected for what is none: it may come from outside."""
    if not all(_ID.fullmatch(each) for each in ids):
        raise Rejected("bot-refused", number=0, words="no id")
    return "/".join(ids)


def number(keys: BotKeys, *more: str) -> str:
    """Of the number that the bot is."""
    return path(keys.options.get("phone_number_id", ""), *more)


async def call(api: Api, keys: BotKeys, method: str, path: str, **how: Any) -> Any:
    """As Api.call, with what Meta says in numbers."""
    answered = await api.ask(method, path, headers=authorized(keys), **how)
    if not 200 <= answered.status < 300:
        raise _error(answered)
    return answered.body


async def say(api: Api, keys: BotKeys, body: dict[str, Any]) -> str:
    """The id that the message was given."""
    told = await call(api, keys, "POST", number(keys, "messages"), json={**PRODUCT, **body})
    return next((word(one, "id") for one in parts(told, "messages")), "")


async def upload(api: Api, keys: BotKeys, file: OutFile) -> str:
    form = aiohttp.FormData(PRODUCT)
    form.add_field("type", file.content_type)
    form.add_field("file", file.content, filename=file.filename, content_type=file.content_type)
    told = await call(api, keys, "POST", number(keys, "media"), data=form)
    return word(told, "id")


async def media(api: Api, keys: BotKeys, ref: str) -> Any:
    """What Meta knows of a file. Raises Rejected("file-gone") for one that it keeps no longer."""
    try:
        asked = {"phone_number_id": keys.options.get("phone_number_id", "")}
        return await call(api, keys, "GET", path(ref), params=asked)
    except Rejected as error:
        if error.code != "bot-refused":
            raise
        raise Rejected("file-gone", number=error.params.get("number", 0)) from error


def _error(answered: Answered) -> Rejected | Deferred:
    told = part(answered.body, "error")
    code = whole(told, "code") or 0
    words = text(part(told, "error_data"), "details", 300) or words_of(answered.body)
    if code in BUSY:
        return Deferred("bot-busy", after=BUSY[code], words=words)
    if code in TROUBLE:
        return Deferred("bot-unreachable", number=answered.status, words=words)
    if code in BAD_TOKEN and text(told, "type") == "OAuthException":
        return Rejected("bot-token-refused", number=answered.status, words=words)
    if code == WINDOW_CLOSED:
        return Rejected("chat-window-closed")
    return Rejected("bot-refused", number=code or answered.status, words=words)
