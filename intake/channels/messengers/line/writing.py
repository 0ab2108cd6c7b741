"""Messages of ours as LINE takes them. Pure."""

from typing import Any

from intake.model.chats import Button, ChatOut

MOST_ALT = 400  # characters of what stands where a message cannot be shown
MOST_PAYLOAD = 300


def messages(part: ChatOut) -> list[dict[str, Any]]:
    """The text, and its buttons in a bubble of their own below it."""
    told: list[dict[str, Any]] = [{"type": "text", "text": part.text}] if part.text else []
    return [*told, _bubble(part.buttons)] if part.buttons else told


def _bubble(buttons: tuple[Button, ...]) -> dict[str, Any]:
    keys = [{"type": "button", "action": _action(one)} for one in buttons]
    box = {"type": "box", "layout": "vertical", "contents": keys}
    alt = " · ".join(one.label for one in buttons)[:MOST_ALT]
    return {"type": "flex", "altText": alt, "contents": {"type": "bubble", "body": box}}


def _action(button: Button) -> dict[str, str]:
    told = {"label": button.label, "displayText": button.label, "data": button.payload[:MOST_PAYLOAD]}
    return {"type": "postback", **told}
