"""What we write in MAX: text, files of ours, buttons, answers to a message."""

import asyncio
from typing import Any

import aiohttp

from intake.channels.messengers.api import LONGEST, Api
from intake.channels.messengers.max.calls import NOT_READY, call
from intake.channels.messengers.max.updates import TO_USER
from intake.channels.messengers.reading import Json, part, text, word
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, ChatOut, OutFile

PAUSES = (0.5, 1.0, 2.0, 3.0, 4.0)  # seconds until what was uploaded is looked for again
LATER = 15.0  # … and until all is tried again
UNWANTED = {"chat.denied", "dialog.not.found", "chat.not.found", "user.blocked"}
PICTURES = {"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"}


async def send(api: Api, keys: BotKeys, out: ChatOut) -> tuple[str, ...]:
    """The message's id. Raises as `Api.call`, and Rejected("chat-blocked")."""
    attached = [await _uploaded(api, keys, one) for one in out.files]
    if rows := _rows(out):
        attached.append({"type": "inline_keyboard", "payload": {"buttons": rows}})
    about: Json = {"text": out.text or None, "attachments": attached}
    if out.reply_to:
        about["link"] = {"type": "reply", "mid": out.reply_to}
    told = await _posted(api, keys, _whom(out.chat_id), about)
    if not (mid := word(part(told, "message", "body"), "mid")):
        raise Deferred("bot-unreachable", number=200, words="no mid")
    return (mid,)


def _rows(out: ChatOut) -> list[list[Json]]:
    """One button a line, the one that gives us the number first."""
    asking = [[{"type": "request_contact", "text": out.ask_phone}]] if out.ask_phone else []
    return asking + [[{"type": "callback", "text": one.label, "payload": one.payload}] for one in out.buttons]


def _whom(chat_id: str) -> dict[str, str]:
    if chat_id.startswith(TO_USER):
        return {"user_id": chat_id.removeprefix(TO_USER)}
    return {"chat_id": chat_id}


async def _posted(api: Api, keys: BotKeys, whom: dict[str, str], about: Json) -> Any:
    """MAX looks through what was uploaded for a while, and refuses the message until then."""
    for pause in (*PAUSES, None):
        try:
            return await call(api, keys, "POST", "messages", params=whom, json=about)
        except Rejected as refused:
            if refused.params.get("reason") != NOT_READY:
                raise _meant(refused) from refused
        if pause is not None:
            await asyncio.sleep(pause)
    raise Deferred("bot-busy", after=LATER, words=NOT_READY)


def _meant(refused: Rejected) -> Rejected:
    """403 is about the chat here: a token that is wrong is answered with 401."""
    number, code = refused.params.get("number"), refused.params.get("reason")
    if number == 403 or code in UNWANTED:
        return Rejected("chat-blocked", number=number, words=refused.params.get("words", ""))
    return refused


async def _uploaded(api: Api, keys: BotKeys, file: OutFile) -> Json:
    """As an attachment. An address is good for one file."""
    kind = _kind(file)
    place = await call(api, keys, "POST", f"uploads?type={kind}")
    if not (address := text(place, "url")).startswith(("https://", "http://")):
        raise Deferred("bot-unreachable", number=200, words="no address to upload to")
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("data", file.content, filename=_quotable(file.filename), content_type=file.content_type)
    how = {"data": form, "timeout": aiohttp.ClientTimeout(total=LONGEST)}
    told = await call(api, keys, "POST", address, **how)
    if kind == "image" and part(told, "photos"):
        return {"type": kind, "payload": {"photos": part(told, "photos")}}
    # A file's token comes with the answer to the upload, that of sound and film with the address
    if not (token := text(told, "token") or text(place, "token")):
        raise Deferred("bot-unreachable", number=200, words="no token of what was uploaded")
    return {"type": kind, "payload": {"token": token}}


def _kind(file: OutFile) -> str:
    if file.content_type in PICTURES:
        return "image"
    family = file.content_type.split("/", 1)[0]
    return family if family in ("video", "audio") else "file"


def _quotable(filename: str) -> str:
    """Within quotes of a header."""
    return "".join("_" if one in '"\\' or not one.isprintable() else one for one in filename) or "file"
