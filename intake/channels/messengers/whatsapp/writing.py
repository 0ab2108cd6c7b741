"""Messages of ours as the Cloud API takes them. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from intake.model.chats import ChatOut, OutFile

MOST_BODY = 1024  # characters above buttons
MOST_PAYLOAD = 256
MOST_LABEL = 20

_NUMBER = re.compile(r"\d{5,20}")
_PERSON = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+")  # of somebody who hides their number
_KINDS = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), "audio"),
}
_MOST = {"image": 5_000_000, "video": 16_000_000, "audio": 16_000_000}  # bytes; what is larger is a document


def bodies(part: ChatOut, media: Sequence[str]) -> Iterator[dict[str, Any]]:
    """`media` are the ids of its files. Usually one; the last has the buttons."""
    text = part.text
    for number, (file, uploaded) in enumerate(zip(part.files, media, strict=True)):
        alone = number == len(part.files) - 1 and not part.buttons
        yield _file(part, file, uploaded, text if alone else "")
        text = "" if alone else text
    if part.buttons:
        before, body = _cut(text)
        if before:
            yield _body(part, "text", {"body": before, "preview_url": False})
        yield _body(part, "interactive", _buttons(part, body))
    elif text:
        yield _body(part, "text", {"body": text, "preview_url": False})


def _body(part: ChatOut, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    context = {"context": {"message_id": part.reply_to}} if part.reply_to else {}
    return {**_to(part.chat_id), **context, "type": kind, kind: content, "biz_opaque_callback_data": part.key}


def _to(chat: str) -> dict[str, str]:
    """A number, somebody whose number nobody tells us, or a group."""
    if _NUMBER.fullmatch(chat):
        return {"recipient_type": "individual", "to": chat}
    if _PERSON.fullmatch(chat):
        return {"recipient_type": "individual", "recipient": chat}
    return {"recipient_type": "group", "to": chat}


def _file(part: ChatOut, file: OutFile, uploaded: str, text: str) -> dict[str, Any]:
    """Below a sound nothing can be written: with a text it is a document."""
    kind = _KINDS.get(file.content_type.partition(";")[0].strip().lower(), "document")
    if (kind == "audio" and text) or len(file.content) > _MOST.get(kind, len(file.content)):
        kind = "document"
    caption = {"caption": text} if text else {}
    name = {"filename": file.filename} if kind == "document" else {}
    return _body(part, kind, {"id": uploaded, **caption, **name})


def _buttons(part: ChatOut, text: str) -> dict[str, Any]:
    buttons = [
        {"type": "reply", "reply": {"id": one.payload[:MOST_PAYLOAD], "title": one.label[:MOST_LABEL]}}
        for one in part.buttons
    ]
    return {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}


def _cut(text: str) -> tuple[str, str]:
    """What goes before, and what fits above the buttons: from a space on, if there is one."""
    if len(text) <= MOST_BODY:
        return "", text
    start = len(text) - MOST_BODY
    space = text.find(" ", start)
    cut = space if space >= 0 else start
    return text[:cut].rstrip(), text[cut:].lstrip()
