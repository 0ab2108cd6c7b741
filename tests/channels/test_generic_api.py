"""A partner who posts JSON and takes our answers, on the loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.generic.adapter import Generic
from intake.errors import Deferred, Rejected
from intake.model.chats import AttachmentKind, BotKeys, Button, ChatKind, ChatOut, ChatStatus, OutFile
from tests.platforms.door import Door, open_door
from tests.platforms.generic import FakeGeneric

pytestmark = pytest.mark.slow

ADAPTER = Generic()
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"


@dataclass
class Line:
    partner: FakeGeneric
    api: Api
    door: Door
    keys: BotKeys

    async def send(self, chat: str, text: str = "", *files: OutFile, **more: object) -> tuple[str, ...]:
        part = ChatOut(chat, str(more.pop("key", "key-1")), text, files, **more)  # type: ignore[arg-type]
        return await ADAPTER.send(self.api, self.keys, part)


@asynccontextmanager
async def connected() -> AsyncIterator[Line]:
    async with FakeGeneric() as partner, Api(Way("")) as api:
        keys = BotKeys(7, secrets=(SECRET,), options=partner.given)
        async with open_door(ADAPTER, keys) as door:
            partner.hook, partner.secret = door.url, SECRET
            yield Line(partner, api, door, keys)


async def test_the_partner_is_asked_whether_it_takes_our_signature() -> None:
    async with connected() as line:
        told = await ADAPTER.connect(line.api, line.keys, line.door.url)
        assert (told.name, told.registered) == ("127.0.0.1", True)
        line.partner.secret = "another"
        with pytest.raises(Rejected, match="bot-token-refused"):
            await ADAPTER.check(line.api, line.keys, line.door.url)
        line.partner.answers.append(503)
        with pytest.raises(Deferred, match="bot-unreachable"):
            await ADAPTER.check(line.api, line.keys, line.door.url)


async def test_a_partner_who_takes_no_answers_is_only_heard() -> None:
    async with connected() as line:
        silent = BotKeys(7, secrets=(SECRET,))
        assert (await ADAPTER.check(line.api, silent, line.door.url)).registered
        odd = [BotKeys(7, secrets=(SECRET,), options={"answer_url": url}) for url in ("no", "http://[::1")]
        for keys in (silent, *odd):
            with pytest.raises(Rejected, match="bot-refused"):
                await ADAPTER.send(line.api, keys, ChatOut("c", "k", "Алло"))


async def test_what_is_written_comes_again_with_its_key_until_it_is_taken() -> None:
    async with connected() as line:
        line.door.broken.extend([503, 500])
        anna = line.partner.person("Анна", "+7 916 000-00-01")
        await line.partner.says(anna, "Есть ли доставка?")
        assert line.partner.delivered == [503, 500, 202]
        (event,) = line.door.events
        assert (event.text, event.sender.phone) == ("Есть ли доставка?", "+79160000001")
        assert event.external_id.startswith("key-")


async def test_edits_deletions_and_files_come_too() -> None:
    async with connected() as line:
        anna = line.partner.person()
        number = await line.partner.says(anna, "Дивн")
        await line.partner.edits(anna, number, "Диван")
        await line.partner.deletes(anna, number)
        await line.partner.sends_voice(anna, b"OggS voice")
        kinds = [event.kind for event in line.door.events]
        assert kinds == [ChatKind.MESSAGE, ChatKind.EDIT, ChatKind.DELETE, ChatKind.MESSAGE]
        assert {event.message_id for event in line.door.events[:3]} == {number}
        (voice,) = line.door.events[3].attachments
        pieces = [piece async for piece in ADAPTER.fetch(line.api, line.keys, voice.ref)]
        assert (voice.kind, b"".join(pieces)) == (AttachmentKind.VOICE, b"OggS voice")


@pytest.mark.parametrize("ref", ["http://elsewhere.example/f", "file:///etc/passwd", "http://[::1", "no"])
async def test_files_are_fetched_from_the_partner_only(ref: str) -> None:
    async with connected() as line:
        with pytest.raises(Rejected, match="file-elsewhere"):
            _ = [piece async for piece in ADAPTER.fetch(line.api, line.keys, ref)]


async def test_an_answer_goes_there_and_its_statuses_come_back() -> None:
    async with connected() as line:
        anna = line.partner.person()
        file = OutFile("Счёт.pdf", "application/pdf", b"%PDF")
        (number,) = await line.send(anna.id, "Вот", file, reply_to="m1", buttons=(Button("Да", "p:1"),))
        await line.partner.told_all()
        (sent,) = line.partner.said_to(anna)
        assert (sent.message_id, sent.text, sent.reply_to) == (number, "Вот", "m1")
        assert (sent.filename, sent.content) == ("Счёт.pdf", b"%PDF")
        assert [event.status for event in line.door.events] == [ChatStatus.DELIVERED, ChatStatus.READ]
        await line.partner.presses(sent.buttons[0])
        assert (line.door.events[-1].kind, line.door.events[-1].payload) == (ChatKind.BUTTON, "p:1")


async def test_an_answer_that_is_tried_again_is_taken_once() -> None:
    async with connected() as line:
        anna = line.partner.person()
        assert await line.send(anna.id, "Раз") == await line.send(anna.id, "Раз")
        await line.send(anna.id, "Два", key="key-2")
        assert [sent.text for sent in line.partner.sent] == ["Раз", "Два"]


async def test_who_does_not_want_to_hear_of_us_is_left_alone() -> None:
    async with connected() as line:
        line.partner.gone.add("v9")
        with pytest.raises(Rejected, match="chat-blocked"):
            await line.send("v9", "Алло")


async def test_what_the_partner_has_no_time_for_is_put_off() -> None:
    async with connected() as line:
        line.partner.retry_after = 4
        line.partner.answers.append(429)
        with pytest.raises(Deferred) as put_off:
            await line.send("v1", "Алло")
        assert put_off.value.params["after"] == 4
