"""People who have MAX: they write to the bot, press its buttons, stop it."""

import hashlib
import hmac
import time
from typing import Any

from intake.demo.messengers.people import Key, Room, Someone
from intake.demo.messengers.platform import Platform

Json = dict[str, Any]


class MaxPeople(Platform):
    """Each of their acts returns once the bot has heard of it, where it has a webhook."""

    def __init__(self, token: str, username: str, name: str) -> None:
        super().__init__()
        self.token, self.username, self.name = token, username, name
        self.people: dict[int, Someone] = {}  # by their dialogue
        self.stopped: set[int] = set()  # dialogues
        self.files: dict[str, bytes] = {}
        self.messages: dict[str, Json] = {}  # as they are now
        self._numbers = iter(range(50_000_001, 60_000_000))

    @property
    def bot(self) -> Json:
        about = {"user_id": 10_002, "first_name": self.name, "username": self.username, "is_bot": True}
        return about | {"last_activity_time": _now(), "name": self.name}

    def person(self, first_name: str, last_name: str = "", username: str = "", phone: str = "") -> Someone:
        """Somebody who has MAX; `phone` in any writing, kept as digits."""
        digits = "".join(filter(str.isdigit, phone))
        number = next(self._numbers)
        person = Someone(number, number + 100_000_000, first_name, last_name, username, digits)
        self.people[person.chat_id] = person
        return person

    def group(self, title: str) -> Room:
        return Room(-next(self._numbers), title)

    async def starts(self, person: Someone, source: str = "") -> None:
        """Presses «Начать» below the bot that they came to by max.ru/bot?start=source."""
        self.stopped.discard(person.chat_id)
        await self._tell(person, "bot_started", {"payload": source or None, "user_locale": "ru"})

    async def says(self, person: Someone, text: str, *, reply_to: str = "", where: Room | None = None) -> str:
        """Writes; the message's id."""
        link = {"type": "reply", "message": self.messages[reply_to]["body"]} if reply_to else None
        return await self.writes(person, {"text": text}, where=where, link=link)

    async def forwards(self, person: Someone, whose: Someone, text: str) -> str:
        mid = self._mid()
        link = {"type": "forward", "sender": _user(whose), "message": {"mid": mid, "seq": 1, "text": text}}
        return await self.writes(person, {"text": ""}, link=link)

    async def sends_photo(self, person: Someone, content: bytes, caption: str = "") -> str:
        return await self.sends_album(person, [content], caption)

    async def sends_album(self, person: Someone, photos: list[bytes], caption: str = "") -> str:
        """All of them are one message here."""
        told = [self._attached("image", one, photo_id=next(self._numbers)) for one in photos]
        return await self.writes(person, {"text": caption, "attachments": told})

    async def sends_document(
        self, person: Someone, content: bytes, filename: str, content_type: str = "", caption: str = ""
    ) -> str:
        """MAX says nothing of the type."""
        told = self._attached("file", content) | {"filename": filename, "size": len(content)}
        return await self.writes(person, {"text": caption, "attachments": [told]})

    async def sends_voice(self, person: Someone, content: bytes, seconds: int = 3) -> str:
        told = self._attached("audio", content) | {"duration": seconds}
        return await self.writes(person, {"attachments": [told]})

    async def sends_video(self, person: Someone, content: bytes, caption: str = "") -> str:
        told = self._attached("video", content) | {"duration": 5, "width": 640, "height": 360}
        return await self.writes(person, {"text": caption, "attachments": [told]})

    async def sends_sticker(self, person: Someone, content: bytes, code: str = "a1b2c3") -> str:
        told = self._attached("sticker", content, code=code) | {"width": 128, "height": 128}
        return await self.writes(person, {"attachments": [told]})

    async def sends_location(self, person: Someone, latitude: float, longitude: float) -> str:
        told = {"type": "location", "latitude": latitude, "longitude": longitude}
        return await self.writes(person, {"attachments": [told]})

    async def shares_contact(self, person: Someone, whose: Someone | None = None) -> str:
        """Their own number, as by the button, which MAX signs; or somebody else's card."""
        shown = whose or person
        card = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{shown.phone}\r\nFN:{_name(shown)}\r\nEND:VCARD\r\n"
        )
        payload: Json = {"vcf_info": card, "max_info": _user(shown)}
        if whose is None:
            payload["hash"] = hmac.new(self.token.encode(), card.encode(), hashlib.sha256).hexdigest()
        return await self.writes(person, {"attachments": [{"type": "contact", "payload": payload}]})

    async def writes(
        self, person: Someone, body: Json, *, where: Room | None = None, link: Json | None = None
    ) -> str:
        """A message with this body; its id."""
        mid = self._mid()
        told = self._message(_user(person), person.chat_id, {"mid": mid, "seq": 1, "text": None} | body)
        if where is not None:
            told["recipient"] = {"chat_id": where.chat_id, "chat_type": "chat", "user_id": None}
        self.messages[mid] = told | ({"link": link} if link else {})
        await self.tell(
            {"update_type": "message_created", "message": self.messages[mid], "user_locale": "ru"}
        )
        return mid

    async def edits(self, person: Someone, mid: str, text: str) -> None:
        told = self.messages[mid] | {"body": self.messages[mid]["body"] | {"text": text}}
        self.messages[mid] = told
        await self.tell({"update_type": "message_edited", "message": told})

    async def deletes(self, person: Someone, mid: str) -> None:
        about = {"message_id": mid, "chat_id": person.chat_id, "user_id": person.id}
        await self.tell({"update_type": "message_removed"} | about)

    async def presses(self, key: Key) -> str:
        """A button below a message of the bot; the press's own id."""
        number = f"f9LHodD0cOJ{next(self._numbers)}"
        pressed = {
            "timestamp": _now(),
            "callback_id": number,
            "payload": key.payload,
            "user": _user(self.people[key.chat_id]),
        }
        told = {"callback": pressed, "message": self.messages[key.message_id], "user_locale": "ru"}
        await self.tell({"update_type": "message_callback"} | told)
        return number

    async def blocks(self, person: Someone) -> None:
        self.stopped.add(person.chat_id)
        await self._tell(person, "bot_stopped", {})

    async def unblocks(self, person: Someone) -> None:
        await self.starts(person)

    async def tell(self, update: Json) -> None:
        """To the bot."""
        raise NotImplementedError

    async def _tell(self, person: Someone, kind: str, more: Json) -> None:
        about = {"update_type": kind, "chat_id": person.chat_id, "user": _user(person)}
        await self.tell(about | more)

    def _attached(self, kind: str, content: bytes, **more: Any) -> Json:
        number = f"f{next(self._numbers)}"
        self.files[number] = content
        return {"type": kind, "payload": {"token": number, "url": f"{self.base}/file/{number}"} | more}

    def _message(self, sender: Json, chat_id: int, body: Json) -> Json:
        other = self.bot if not sender["is_bot"] else _user(self.people[chat_id])
        recipient = {"chat_id": chat_id, "chat_type": "dialog", "user_id": other["user_id"]}
        return {"recipient": recipient, "timestamp": _now(), "body": body, "sender": sender}

    def _mid(self) -> str:
        return f"mid.00000000{next(self._numbers):024x}"


def _user(person: Someone) -> Json:
    about: Json = {"user_id": person.id, "first_name": person.first_name, "last_name": person.last_name}
    about |= {"is_bot": False, "last_activity_time": _now(), "name": _name(person)}
    return about | ({"username": person.username} if person.username else {})


def _name(person: Someone) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _now() -> int:
    return time.time_ns() // 1_000_000
