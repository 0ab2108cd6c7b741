"""People who have Telegram: they write to the bot, press its buttons, block it."""

import time
from typing import Any

from intake.demo.messengers import telegram_updates as updates
from intake.demo.messengers.people import Key, Room, Someone
from intake.demo.messengers.platform import Platform
from intake.demo.messengers.telegram_updates import Json, file_told


class TelegramPeople(Platform):
    """Each of their acts returns once the bot has heard of it, where it has a webhook."""

    def __init__(self, token: str, username: str, name: str) -> None:
        super().__init__()
        self.token, self.username, self.name = token, username, name
        self.people: dict[int, Someone] = {}
        self.groups: dict[int, Room] = {}
        self.blocked: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.messages: dict[tuple[int, str], Json] = {}  # by chat and number, as they are now
        self._numbers = iter(range(700_000_001, 800_000_000))

    @property
    def bot(self) -> Json:
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }

    def person(self, first_name: str, last_name: str = "", username: str = "", phone: str = "") -> Someone:
        """Somebody who has Telegram; `phone` in any writing, kept as digits."""
        digits = "".join(filter(str.isdigit, phone))
        number = next(self._numbers)
        person = Someone(number, number, first_name, last_name, username, digits)
        self.people[person.id] = person
        return person

    def group(self, title: str) -> Room:
        group = Room(-1_000_000_000_000 - next(self._numbers), title)
        self.groups[group.chat_id] = group
        return group

    async def starts(self, person: Someone, source: str = "") -> str:
        """Opens the bot by a link: t.me/bot?start=source."""
        return await self.says(person, f"/start {source}".strip())

    async def says(
        self,
        person: Someone,
        text: str,
        *,
        reply_to: str = "",
        where: Room | None = None,
        **more: Any,
    ) -> str:
        """Writes; the message's number. `more` is what else the Bot API's message has."""
        content: Json = {"text": text, **more}
        if entities := updates.command(text):
            content["entities"] = entities
        return await self.writes(person, content, reply_to=reply_to, where=where)

    async def sends_photo(
        self,
        person: Someone,
        content: bytes,
        caption: str = "",
        *,
        album: str = "",
        where: Room | None = None,
    ) -> str:
        told: Json = {"photo": updates.photo_sizes(self.keeps(content), len(content))}
        told |= {"caption": caption} if caption else {}
        return await self.writes(person, told | ({"media_group_id": album} if album else {}), where=where)

    async def sends_album(self, person: Someone, photos: list[bytes], caption: str = "") -> list[str]:
        """The words stand below the first one."""
        album = str(next(self._numbers))
        words = [caption] + [""] * (len(photos) - 1)
        pairs = zip(photos, words, strict=True)
        return [await self.sends_photo(person, photo, word, album=album) for photo, word in pairs]

    async def sends_document(
        self, person: Someone, content: bytes, filename: str, content_type: str, caption: str = ""
    ) -> str:
        file = {"file_name": filename, "mime_type": content_type}
        return await self.sends_file(person, "document", content, caption, **file)

    async def sends_voice(self, person: Someone, content: bytes, seconds: int = 3) -> str:
        return await self.sends_file(person, "voice", content, mime_type="audio/ogg", duration=seconds)

    async def sends_video(self, person: Someone, content: bytes, caption: str = "") -> str:
        file = {"file_name": "video.mp4", "mime_type": "video/mp4", "duration": 5}
        return await self.sends_file(person, "video", content, caption, **file)

    async def sends_sticker(self, person: Someone, content: bytes, emoji: str = "👍") -> str:
        kind = {"type": "regular", "emoji": emoji, "is_animated": False, "is_video": False}
        return await self.sends_file(person, "sticker", content, **kind)

    async def sends_file(
        self, person: Someone, kind: str, content: bytes, caption: str = "", /, **about: Any
    ) -> str:
        """Any kind of file, as the Bot API's message has it: `video_note`, `animation`, `audio` …"""
        told: Json = {kind: file_told(self.keeps(content), content) | about}
        return await self.writes(person, told | ({"caption": caption} if caption else {}))

    async def sends_location(self, person: Someone, latitude: float, longitude: float) -> str:
        return await self.writes(person, {"location": {"latitude": latitude, "longitude": longitude}})

    async def shares_contact(self, person: Someone, whose: Someone | None = None) -> str:
        """Their own number, as by the button; or somebody else's card."""
        shown = whose or person
        told = {"phone_number": shown.phone, "first_name": shown.first_name, "user_id": shown.id}
        return await self.writes(person, {"contact": told})

    async def writes(
        self, person: Someone, content: Json, *, reply_to: str = "", where: Room | None = None
    ) -> str:
        number = self.next_number()
        place = where.chat_id if where else person.chat_id
        if reply_to:
            content = content | {
                "reply_to_message": self.messages.get((place, reply_to), {"message_id": int(reply_to)})
            }
        told = updates.message(int(number), person, where, **content)
        self.messages[place, number] = told
        await self.tell("message", told)
        return number

    async def edits(self, person: Someone, number: str, text: str) -> None:
        was = self.messages[person.id, number]
        told = was | {"caption" if "caption" in was else "text": text, "edit_date": int(time.time())}
        self.messages[person.id, number] = told
        await self.tell("edited_message", told)

    async def presses(self, key: Key) -> str:
        """A button below a message of the bot; the press's own number, as `pressed` will have it."""
        number = str(next(self._numbers))
        person, told = self.people[key.chat_id], self.messages[key.chat_id, key.message_id]
        await self.tell("callback_query", updates.press(number, person, key, told))
        return number

    async def blocks(self, person: Someone) -> None:
        self.blocked.add(person.id)
        await self.tell("my_chat_member", updates.standing(person, self.bot, blocked=True))

    async def unblocks(self, person: Someone) -> None:
        self.blocked.discard(person.id)
        await self.tell("my_chat_member", updates.standing(person, self.bot, blocked=False))

    def keeps(self, content: bytes) -> str:
        """A file's id."""
        file_id = f"AgACAgIAAxkBAAI{next(self._numbers)}"
        self.files[file_id] = content
        return file_id

    def next_number(self) -> str:
        """Of a message."""
        return str(next(self._numbers) - 700_000_000)

    async def tell(self, kind: str, content: Json) -> None:
        """An update with this content, to the bot."""
        raise NotImplementedError
