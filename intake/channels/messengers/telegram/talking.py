"""Calls of the Bot API. Telegram says what went wrong in the body: 403 is always about a chat, 401 and 404
about the token."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

from intake.channels.messengers.api import Api
from intake.channels.messengers.reading import line, moment, part, parts, text, whole, word
from intake.channels.messengers.telegram.updates import WANTED
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, Connected

LISTENING = 25  # seconds that an answer to getUpdates may be waited for
LATE = 15  # seconds more until it counts as lost
MOST_UPDATES = 50  # in one answer: a hundred long ones with what they answer to may be over its limit
RECENT = timedelta(hours=1)  # a stumble before that is forgotten: Telegram tells it for ever
OTHER_LISTENER = 30.0  # seconds until it is asked again when somebody else listens


async def call(api: Api, keys: BotKeys, method: str, **how: Any) -> Any:
    """The `result`. Raises as `Api.call`, Rejected("chat-blocked") and Rejected("bot-token-refused")."""
    try:
        answered = await api.ask("POST", f"{_bot(keys)}/{method}", **how)
    except Rejected as error:
        if error.params.get("number") == 403:
            raise Rejected("chat-blocked", words=error.params.get("words", "")) from error
        raise
    body, words = answered.body, line(answered.body, "description")
    if answered.status == 404:
        raise Rejected("bot-token-refused", number=404, words=words)
    if answered.status == 400 and "chat not found" in words:
        raise Rejected("chat-blocked", words=words)
    if answered.status != 200 or not isinstance(body, dict) or body.get("ok") is not True:
        raise Rejected("bot-refused", number=answered.status, words=words)
    return body.get("result")


async def register(api: Api, keys: BotKeys, url: str) -> None:
    """One connection only: over several, two messages of one person may overtake each other. Nothing that
    waits is dropped: people have written it."""
    if not url:
        await call(api, keys, "deleteWebhook", json={"drop_pending_updates": False})
        return
    wanted = {
        "url": url,
        "secret_token": keys.secrets[0] if keys.secrets else "",
        "allowed_updates": WANTED,
        "max_connections": 1,
        "drop_pending_updates": False,
    }
    await call(api, keys, "setWebhook", json=wanted)


async def described(api: Api, keys: BotKeys, url: str) -> Connected:
    bot, hook = await call(api, keys, "getMe"), await call(api, keys, "getWebhookInfo")
    username, told = line(bot, "username"), text(hook, "url")
    return Connected(
        name=line(bot, "first_name") or username,
        username=username,
        url=f"https://t.me/{username}" if username else "",
        registered=told == url,
        waiting=whole(hook, "pending_update_count") or 0,
        problem=_problem(hook),
    )


async def unregister(api: Api, keys: BotKeys, url: str) -> None:
    """Unless it is somebody else's by now."""
    if url and text(await call(api, keys, "getWebhookInfo"), "url") == url:
        await call(api, keys, "deleteWebhook", json={"drop_pending_updates": False})


async def content_of(api: Api, keys: BotKeys, file_id: str, most: int) -> AsyncIterator[bytes]:
    try:
        file = await call(api, keys, "getFile", json={"file_id": file_id})
    except Rejected as error:
        if error.code != "bot-refused":
            raise
        too_large = "too big" in str(error.params.get("words"))
        raise (Rejected("file-too-large", limit=most) if too_large else Rejected("file-gone")) from error
    path = word(file, "file_path")
    if not path:
        raise Rejected("file-gone")
    async for piece in api.download(f"file/{_bot(keys)}/{quote(path)}", most=most):
        yield piece


async def updates_after(api: Api, keys: BotKeys, place: str) -> tuple[list[bytes], str]:
    """The next updates, one a body. Whoever has pressed a button is told that we have heard it."""
    asked: dict[str, Any] = {"timeout": LISTENING, "limit": MOST_UPDATES, "allowed_updates": WANTED}
    if place.isdecimal():
        asked["offset"] = int(place)
    timeout = aiohttp.ClientTimeout(total=LISTENING + LATE, connect=10)
    try:
        found = await call(api, keys, "getUpdates", json=asked, timeout=timeout)
    except Rejected as error:
        if error.params.get("number") != 409:
            raise
        raise Deferred("bot-busy", after=OTHER_LISTENER, words=error.params.get("words", "")) from error
    updates = parts({"updates": found}, "updates")
    numbers = [number for one in updates if (number := whole(one, "update_id")) is not None]
    for one in updates:
        await _heard(api, keys, word(part(one, "callback_query"), "id"))
    return [json.dumps(one).encode() for one in updates], str(max(numbers) + 1) if numbers else place


async def _heard(api: Api, keys: BotKeys, query_id: str) -> None:
    """It only ends the turning circle on the button."""
    if query_id:
        try:
            await call(api, keys, "answerCallbackQuery", json={"callback_query_id": query_id})
        except (Rejected, Deferred):
            return


def _bot(keys: BotKeys) -> str:
    return f"bot{quote(keys.token, safe=':')}"


def _problem(hook: Any) -> str:
    """What Telegram last stumbled over, while it is news or something waits because of it."""
    at = moment(whole(hook, "last_error_date"))
    recent = at is not None and datetime.now(UTC) - at < RECENT
    return line(hook, "last_error_message") if recent or whole(hook, "pending_update_count") else ""
