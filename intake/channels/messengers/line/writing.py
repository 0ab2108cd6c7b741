"""Messages of ours as LINE takes them. Pure."""

from typing import Any

from intake.errors import Rejected
from intake.model.chats import Button, ChatOut, OutFile

MOST_ALT = 400  # characters of what stands where a message cannot be shown
MOST_PAYLOAD = 300
MOST_PICTURE = 1_000_000  # bytes: it is its own preview
PICTURES = ("image/jpeg", "image/png")


def messages(part: ChatOut) -> list[dict[str, Any]]:
    """The text, and its buttons in a bubble of their own below it."""
    files = [_file(one) for one in part.files]
    told = [{"type": "text", "text": part.text}] if part.text else []
    return [*files, *told, *([_bubble(part.buttons)] if part.buttons else [])]


def _file(file: OutFile) -> dict[str, Any]:
    """LINE shows pictures that it can fetch; of all else people are told the address."""
    if not file.url:
        raise Rejected("no-public-url")
    if file.content_type in PICTURES and len(file.content) <= MOST_PICTURE:
        return {"type": "image", "originalContentUrl": file.url, "previewImageUrl": file.url}
    return {"type": "text", "text": f"{file.filename}\n{file.url}"}


def _bubble(buttons: tuple[Button, ...]) -> dict[str, Any]:
    keys = [{"type": "button", "action": _action(one)} for one in buttons]
    box = {"type": "box", "layout": "vertical", "contents": keys}
    alt = " · ".join(one.label for one in buttons)[:MOST_ALT]
    return {"type": "flex", "altText": alt, "contents": {"type": "bubble", "body": box}}


def _action(button: Button) -> dict[str, str]:
    told = {"label": button.label, "displayText": button.label, "data": button.payload[:MOST_PAYLOAD]}
    return {"type": "postback", **told}
