"""What we write in VK: text, files of ours, buttons, answers to a message."""

import hashlib
import json
from typing import Any

from intake.channels.messengers.api import Api
from intake.channels.messengers.reading import identity, line, part, parts, word
from intake.channels.messengers.vk.calls import call, fault, upload
from intake.errors import Deferred
from intake.model.chats import BotKeys, Button, ChatOut, OutFile, Person

PICTURES = {"image/jpeg", "image/png", "image/gif", "image/bmp", "image/webp"}
LARGEST_PICTURE = 25_000_000  # bytes; a larger one goes as a document
VOICE = {"audio/ogg", "audio/opus"}
READ_BY = "m"  # begins the other id of a message: by it they say what has been read


async def send(api: Api, keys: BotKeys, out: ChatOut) -> tuple[str, ...]:
    """The message's number in the conversation, and the one that «read» is told by."""
    fields: dict[str, str | int] = {
        "peer_ids": out.chat_id,
        "random_id": random_id(out.key),
        "message": out.text,
        "disable_mentions": 1,
    }
    if out.files:
        fields["attachment"] = ",".join([await _attached(api, keys, out.chat_id, one) for one in out.files])
    if out.reply_to:
        fields["forward"] = _answers(out.chat_id, out.reply_to)
    if out.buttons:
        fields["keyboard"] = keyboard(out.buttons)
    return _sent(await call(api, keys, "messages.send", **fields))


def random_id(key: str) -> int:
    """Of two with the same one VK delivers the first."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % (2**31 - 1) + 1


def keyboard(buttons: tuple[Button, ...]) -> str:
    """Below the message, one a line. They are of the kind that every client knows and that needs no answer:
    pressing one says its label, with the payload."""
    rows = [
        [{"action": {"type": "text", "label": one.label, "payload": json.dumps({"button": one.payload})}}]
        for one in buttons
    ]
    return json.dumps({"inline": True, "buttons": rows}, ensure_ascii=False)


def person(told: Any, sender_id: str) -> Person | None:
    """As users.get tells of them."""
    for one in parts({"told": told}, "told"):
        if word(one, "id") == sender_id:
            name = f"{line(one, 'first_name')} {line(one, 'last_name')}".strip()
            return Person(sender_id, identity("vk", sender_id), name, line(one, "screen_name"))
    return None


def _answers(chat_id: str, message_id: str) -> str:
    """Either of the two ids of a message will do."""
    about: dict[str, object] = {"peer_id": int(chat_id), "is_reply": True}
    if message_id.startswith(READ_BY):
        about["message_ids"] = [int(message_id.removeprefix(READ_BY))]
    else:
        about["conversation_message_ids"] = [int(message_id)]
    return json.dumps(about)


def _sent(told: Any) -> tuple[str, ...]:
    one = next(iter(parts({"told": told}, "told")), {})
    if error := part(one, "error"):
        raise fault(error)
    number, other = word(one, "conversation_message_id"), word(one, "message_id")
    if not number:
        raise Deferred("bot-unreachable", number=200, words="no conversation_message_id")
    return (number, f"{READ_BY}{other}") if other else (number,)


async def _attached(api: Api, keys: BotKeys, chat_id: str, file: OutFile) -> str:
    """As messages.send names it."""
    if file.content_type in PICTURES and len(file.content) <= LARGEST_PICTURE:
        return await _picture(api, keys, chat_id, file)
    return await _document(api, keys, chat_id, file)


async def _picture(api: Api, keys: BotKeys, chat_id: str, file: OutFile) -> str:
    server = await call(api, keys, "photos.getMessagesUploadServer", peer_id=chat_id)
    told = await upload(api, _address(server), "photo", file.filename, file.content)
    fields = {name: told.get(name, "") for name in ("server", "photo", "hash")}
    saved = await call(api, keys, "photos.saveMessagesPhoto", **fields)
    return _name("photo", next(iter(parts({"saved": saved}, "saved")), {}))


async def _document(api: Api, keys: BotKeys, chat_id: str, file: OutFile) -> str:
    kind = "audio_message" if file.content_type in VOICE else "doc"
    server = await call(api, keys, "docs.getMessagesUploadServer", type=kind, peer_id=chat_id)
    told = await upload(api, _address(server), "file", file.filename, file.content)
    saved = await call(api, keys, "docs.save", file=told.get("file", ""), title=file.filename)
    return _name("doc", part(saved, "audio_message") or part(saved, "doc"))


def _address(server: Any) -> str:
    found = server.get("upload_url") if isinstance(server, dict) else None
    if not isinstance(found, str) or not found.startswith(("https://", "http://")):
        raise Deferred("bot-unreachable", number=200, words="no upload_url")
    return found


def _name(kind: str, saved: dict[str, Any]) -> str:
    owner, number, access = word(saved, "owner_id"), word(saved, "id"), word(saved, "access_key")
    if not owner or not number:
        raise Deferred("bot-unreachable", number=200, words=f"no {kind} was kept")
    return "_".join(one for one in (f"{kind}{owner}", number, access) if one)
