"""People of VK: they write to the community, press its buttons, forbid it to write to them."""

import json
import time
from typing import Any

from intake.demo.messengers.people import Key, Room, Someone
from intake.demo.messengers.platform import Platform

Json = dict[str, Any]
CLIENT = {"button_actions": ["text", "callback"], "keyboard": True, "inline_keyboard": True, "lang_id": 0}


class VkPeople(Platform):
    """Each of their acts returns once the community has heard of it, where it has an address."""

    def __init__(self, token: str, group_id: int, name: str) -> None:
        super().__init__()
        self.token, self.group_id, self.name = token, group_id, name
        self.people: dict[int, Someone] = {}
        self.denied: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.messages: dict[tuple[int, int], Json] = {}  # by peer and number in the conversation
        self._numbers = iter(range(700_000_001, 800_000_000))

    def person(self, first_name: str, last_name: str = "", username: str = "", phone: str = "") -> Someone:
        """Somebody of VK, which never tells a phone."""
        number = next(self._numbers)
        self.people[number] = Someone(number, number, first_name, last_name, username, phone)
        return self.people[number]

    def group(self, title: str) -> Room:
        return Room(2_000_000_000 + len(self.messages) + 1, title)

    async def starts(self, person: Someone, source: str = "") -> str:
        """Presses «Начать» of vk.me/club?ref=source."""
        ref = {"ref": source, "ref_source": "link"} if source else {}
        return await self.writes(person, {"text": "Начать", "payload": '{"command":"start"}', **ref})

    async def allows(self, person: Someone, key: str = "") -> None:
        """By the widget «Разрешить сообщения от сообщества»."""
        self.denied.discard(person.id)
        await self.tell("message_allow", {"user_id": person.id, "key": key})

    async def says(self, person: Someone, text: str, *, reply_to: str = "", where: Room | None = None) -> str:
        """Writes; the message's number in the conversation."""
        peer = where.chat_id if where else person.id
        about = {"reply_message": self.messages[peer, int(reply_to)]} if reply_to else {}
        return await self.writes(person, {"text": text, **about}, where=where)

    async def forwards(self, person: Someone, whose: Someone, text: str) -> str:
        said = {"date": _now(), "from_id": whose.id, "text": text, "attachments": [], "id": 5}
        return await self.writes(person, {"fwd_messages": [said]})

    async def sends_photo(self, person: Someone, content: bytes, caption: str = "") -> str:
        return await self.sends_album(person, [content], caption)

    async def sends_album(self, person: Someone, photos: list[bytes], caption: str = "") -> str:
        """All of them are one message here."""
        return await self._attaches(person, caption, *(("photo", self._photo(one)) for one in photos))

    async def sends_document(
        self, person: Someone, content: bytes, filename: str, content_type: str = "", caption: str = ""
    ) -> str:
        """VK says nothing of the type but the ending."""
        ending = filename.rpartition(".")[2]
        about = {"title": filename, "size": len(content), "ext": ending, "type": 1}
        return await self._attaches(person, caption, ("doc", self._thing(content) | about))

    async def sends_voice(self, person: Someone, content: bytes, seconds: int = 3) -> str:
        thing = self._thing(content)
        about = {"duration": seconds, "link_ogg": thing["url"], "link_mp3": thing["url"], "waveform": [1]}
        return await self._attaches(person, "", ("audio_message", thing | about))

    async def sends_location(self, person: Someone, latitude: float, longitude: float) -> str:
        where = {"latitude": latitude, "longitude": longitude}
        return await self.writes(person, {"geo": {"type": "point", "coordinates": where}})

    async def writes(self, person: Someone, more: Json, *, where: Room | None = None) -> str:
        peer = where.chat_id if where else person.id
        number = self.next_number(peer)
        told = {
            "date": _now(),
            "from_id": person.id,
            "id": 0 if where else number + 1000,
            "out": 0,
            "peer_id": peer,
            "conversation_message_id": number,
            "text": "",
            "fwd_messages": [],
            "attachments": [],
            "is_hidden": False,
            "random_id": 0,
        } | more
        self.messages[peer, number] = told
        await self.tell("message_new", {"message": told, "client_info": CLIENT})
        return str(number)

    async def edits(self, person: Someone, number: str, text: str) -> None:
        was = self.messages[person.id, int(number)]
        told = was | {"text": text, "update_time": _now() + 1}
        self.messages[person.id, int(number)] = told
        await self.tell("message_edit", told)

    async def presses(self, key: Key) -> str:
        """Of the kind that says its label."""
        return await self.writes(self.people[key.chat_id], {"text": key.label, "payload": key.payload})

    async def reads(self, person: Someone, number: str) -> None:
        """All up to this message of the community."""
        about = {"from_id": person.id, "peer_id": person.id, "read_message_id": int(number) + 1000}
        await self.tell("message_read", about)

    async def blocks(self, person: Someone) -> None:
        self.denied.add(person.id)
        await self.tell("message_deny", {"user_id": person.id})

    async def unblocks(self, person: Someone) -> None:
        await self.allows(person)

    async def tell(self, kind: str, content: Json) -> None:
        """An event, to the community."""
        raise NotImplementedError

    def next_number(self, peer: int) -> int:
        return 1 + max((number for chat, number in self.messages if chat == peer), default=0)

    async def _attaches(self, person: Someone, caption: str, *things: tuple[str, Json]) -> str:
        told = [{"type": kind, kind: thing} for kind, thing in things]
        return await self.writes(person, {"text": caption, "attachments": told})

    def _thing(self, content: bytes) -> Json:
        number = next(self._numbers)
        self.files[str(number)] = content
        about = {"id": number, "owner_id": 12, "access_key": "abc"}
        return about | {"url": f"{self.base}/file/{number}"}

    def _photo(self, content: bytes) -> Json:
        thing = self._thing(content)
        url = thing.pop("url")
        small = {"type": "s", "width": 75, "height": 56, "url": f"{url}?small"}
        return thing | {"sizes": [small, {"type": "w", "width": 1280, "height": 960, "url": url}]}


def button_of(key: Key) -> str:
    """What we had put into it."""
    return str(json.loads(key.payload)["button"])


def _now() -> int:
    return int(time.time())
