"""What Telegram tells a bot, as its Bot API words it: made of who writes and what."""

import time
from typing import Any

from intake.demo.messengers.people import Key, Room, Sent, Someone

Json = dict[str, Any]


def user(person: Someone) -> Json:
    told: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name, "language_code": "ru"}
    named = {"last_name": person.last_name, "username": person.username}
    return told | {name: value for name, value in named.items() if value}


def chat(place: Someone | Room) -> Json:
    if isinstance(place, Room):
        return {"id": place.chat_id, "type": "supergroup", "title": place.title}
    told = {name: value for name, value in user(place).items() if name not in ("is_bot", "language_code")}
    return told | {"type": "private"}


def message(number: int, person: Someone, where: Room | None = None, **content: Any) -> Json:
    return {
        "message_id": number,
        "from": user(person),
        "chat": chat(where or person),
        "date": int(time.time()),
        **content,
    }


def bot_message(sent: Sent, bot: Json, place: Json) -> Json:
    """A message of the bot as its methods answer it, and as presses and replies hold it."""
    rows = [[{"text": key.label, "callback_data": key.payload}] for key in sent.buttons]
    told: Json = {"message_id": int(sent.message_id), "from": bot, "chat": place, "date": int(time.time())}
    told |= {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    if not sent.content:
        return told | {"text": sent.text}
    file = {"file_id": f"ours-{sent.message_id}", "file_name": sent.filename, "file_size": len(sent.content)}
    field_name = sent.kind.removeprefix("send").lower()
    told[field_name] = [file] if field_name == "photo" else file
    return told | ({"caption": sent.text} if sent.text else {})


def standing(person: Someone, bot: Json, *, blocked: bool) -> Json:
    """The person has blocked the bot, or lets it write again."""
    was, now = ("member", "kicked") if blocked else ("kicked", "member")
    return {
        "chat": chat(person),
        "from": user(person),
        "date": int(time.time()),
        "old_chat_member": {"user": bot, "status": was, "until_date": 0},
        "new_chat_member": {"user": bot, "status": now, "until_date": 0},
    }


def press(number: str, person: Someone, pressed: Key, told: Json) -> Json:
    return {
        "id": number,
        "from": user(person),
        "message": told,
        "chat_instance": "8134722200314281151",
        "data": pressed.payload,
    }


def command(text: str) -> list[Json]:
    """The entities of a text that begins with a command."""
    if not text.startswith("/"):
        return []
    return [{"offset": 0, "length": len(text.split(maxsplit=1)[0]), "type": "bot_command"}]


def photo_sizes(file_id: str, size: int) -> list[Json]:
    """Small first, as Telegram has them."""
    return [
        {
            "file_id": file_id if width == 1280 else f"{file_id}-{width}",
            "file_unique_id": f"u{width}{file_id}",
            "width": width,
            "height": width * 3 // 4,
            "file_size": size if width == 1280 else width * 10,
        }
        for width in (90, 320, 1280)
    ]


def file_told(file_id: str, content: bytes) -> Json:
    return {"file_id": file_id, "file_unique_id": f"u{file_id[-9:]}", "file_size": len(content)}
