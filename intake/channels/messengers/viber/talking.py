"""Calls of Viber's API. It answers 200 to almost everything and says in the body how it was."""

import html
from typing import Any

from intake.channels.messengers.api import Api
from intake.channels.messengers.reading import Json, line, text, whole, word
from intake.channels.messengers.viber.callbacks import PRESS, WANTED
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, ChatOut, Connected, OutFile

TOKEN = "X-Viber-Auth-Token"  # noqa: S105 - the name of a header
NAME = "name"  # the option with what stands above our messages
MOST_NAME = 28  # characters of it
MOST_PICTURE = 1_000_000  # bytes
MOST_FILENAME = 256
BUSY = 12
REFUSED = (2, 8, 15)  # the token is wrong, or of an account that is gone or not ours
GONE = (5, 6)  # never heard of them, or they have unsubscribed
KEYBOARDS, PHONES = 6, 3  # versions of the API that silent buttons, and those that give the number, need


async def call(api: Api, keys: BotKeys, method: str, **told: Any) -> Any:
    """What it answers. Raises as `Api.call`, Rejected("chat-blocked") and Rejected("bot-token-refused")."""
    if not keys.token or not keys.token.isprintable():
        raise Rejected("bot-token-refused", number=0, words="")
    body = await api.call("POST", f"pa/{method}", json=told, headers={TOKEN: keys.token})
    words, status = line(body, "status_message"), whole(body, "status")
    if status == 0:
        return body
    if status == BUSY:
        raise Deferred("bot-busy", after=0.0, words=words)
    if status in GONE:
        raise Rejected("chat-blocked", words=words)
    code = "bot-token-refused" if status in REFUSED else "bot-refused"
    raise Rejected(code, number=status or 0, words=words)


async def sender_name(api: Api, keys: BotKeys) -> str:
    """What the account is called: each message has to say it."""
    return line(await call(api, keys, "get_account_info"), "name", MOST_NAME)


async def register(api: Api, keys: BotKeys, url: str) -> None:
    """Viber tries the address before it answers. An empty one ends the callbacks."""
    wanted: Json = {"url": url}
    if url:
        wanted |= {"event_types": WANTED, "send_name": True, "send_photo": False}
    await call(api, keys, "set_webhook", **wanted)


async def unregister(api: Api, keys: BotKeys, url: str) -> None:
    """Unless it is somebody else's by now."""
    if url and text(await call(api, keys, "get_account_info"), "webhook") == url:
        await register(api, keys, "")


async def described(api: Api, keys: BotKeys, url: str) -> Connected:
    account = await call(api, keys, "get_account_info")
    uri = line(account, "uri")
    return Connected(
        name=line(account, "name") or uri,
        username=uri,
        url=f"viber://pa?chatURI={uri}" if uri else "",
        registered=text(account, "webhook") == url,
    )


async def send_part(api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
    """A text, or a file: Viber uploads nothing, it is given the address where a file is to be had."""
    name = keys.options.get(NAME) or await sender_name(api, keys)
    keyboard = _keyboard(part)
    told: Json = {
        "receiver": part.chat_id,
        "min_api_version": (PHONES if part.ask_phone else KEYBOARDS) if keyboard else 1,
        "sender": {"name": name[:MOST_NAME]},
        **(_file(part.files[0]) if part.files else {"type": "text", "text": part.text}),
    }
    token = word(await call(api, keys, "send_message", **told, **keyboard), "message_token")
    return (token,) if token else ()


def _file(file: OutFile) -> Json:
    """A small JPEG is shown; all else is to be saved."""
    if not file.url:
        raise Rejected("no-public-url")
    size = len(file.content)
    if file.content_type == "image/jpeg" and size <= MOST_PICTURE:
        return {"type": "picture", "text": "", "media": file.url}
    return {"type": "file", "media": file.url, "size": size, "file_name": file.filename[:MOST_FILENAME]}


def _keyboard(part: ChatOut) -> Json:
    """Labels are read as HTML there."""
    if part.ask_phone:
        rows = [_button("share-phone", "phone", part.ask_phone)]
    else:
        rows = [_button("reply", PRESS + one.payload, one.label) | {"Silent": True} for one in part.buttons]
    return {"keyboard": {"Type": "keyboard", "DefaultHeight": False, "Buttons": rows}} if rows else {}


def _button(kind: str, body: str, label: str) -> Json:
    words = html.escape(label, quote=False)
    return {"Columns": 6, "Rows": 1, "ActionType": kind, "ActionBody": body, "Text": words}
