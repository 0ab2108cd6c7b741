"""LINE over its Messaging API, on the loopback: connected, heard, answered, asked for files and names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.base import Hook
from intake.channels.messengers.line.adapter import Line as Adapter
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, Button, ChatKind, ChatOut, OutFile
from tests.platforms.door import Door, open_door
from tests.platforms.line import TOKEN, FakeLine, signature

pytestmark = pytest.mark.slow

ADAPTER = Adapter()
KEYS = BotKeys(7, TOKEN, ("unused",), FakeLine().given)


@dataclass
class Line:
    line: FakeLine
    api: Api
    door: Door

    async def send(self, chat: str, text: str, key: str = "key-1", *buttons: Button) -> tuple[str, ...]:
        return await ADAPTER.send(self.api, KEYS, ChatOut(chat, key, text, buttons=buttons))


@asynccontextmanager
async def connected() -> AsyncIterator[Line]:
    async with FakeLine() as line, open_door(ADAPTER, KEYS) as door, Api(Way(line.base)) as api:
        await ADAPTER.connect(api, KEYS, door.url)
        yield Line(line, api, door)


@pytest.mark.parametrize("signed", ["", signature(b"{} "), signature(b"{}", "another"), "\udcff"])
def test_what_the_channels_secret_has_not_signed_is_refused(signed: str) -> None:
    now = datetime.now(UTC)
    ADAPTER.verify(Hook("POST", {"x-line-signature": signature(b"{}")}, {}, b"{}", now), KEYS)
    forged = Hook("POST", {"x-line-signature": signed}, {}, b"{}", now)
    unset = Hook("POST", {"x-line-signature": signature(b"{}", "")}, {}, b"{}", now)
    for hook, keys in ((forged, KEYS), (unset, BotKeys(7))):
        with pytest.raises(Rejected, match="bad-signature"):
            ADAPTER.verify(hook, keys)


async def test_connecting_gives_line_our_address_and_says_how_the_account_is() -> None:
    async with connected() as line:
        told = await ADAPTER.check(line.api, KEYS, line.door.url)
        assert (told.name, told.username) == ("Ромашка", "216ruabc")
        assert (told.registered, told.problem) == (True, "")
        line.line.active = False
        assert "Use webhook" in (await ADAPTER.check(line.api, KEYS, line.door.url)).problem
        line.line.hook = ""
        assert not (await ADAPTER.check(line.api, KEYS, line.door.url)).registered


async def test_what_is_written_and_taken_back_comes_once_the_webhook_takes_it() -> None:
    async with connected() as line:
        mei = line.line.person("Мэй")
        line.door.broken.append(500)
        number = await line.line.says(mei, "Сколько стоит доставка?")
        await line.line.unsends(mei, number)
        assert [event.kind for event in line.door.events] == [ChatKind.MESSAGE, ChatKind.DELETE]
        assert {event.message_id for event in line.door.events} == {number}
        found = await ADAPTER.profile(line.api, KEYS, mei.id)
        assert found
        assert found.name == "Мэй"
        assert await ADAPTER.profile(line.api, KEYS, "../info") is None


async def test_an_answer_that_is_tried_again_is_sent_once_and_has_its_ids() -> None:
    async with connected() as line:
        mei = line.line.person()
        first = await line.send(mei.id, "Согласны?", "key-1", Button("Да", "consent:1:2"))
        assert await line.send(mei.id, "Согласны?", "key-1", Button("Да", "consent:1:2")) == first
        text, keys = line.line.said_to(mei)
        assert (text.text, first) == ("Согласны?", (text.message_id, keys.message_id))
        await line.line.presses(keys.buttons[0])
        assert line.door.events[-1].payload == "consent:1:2"


async def test_what_somebody_sent_is_fetched() -> None:
    async with connected() as line:
        await line.line.sends_document(line.line.person(), "Схема.pdf", b"%PDF")
        (file,) = line.door.events[0].attachments
        pieces = [piece async for piece in ADAPTER.fetch(line.api, KEYS, file.ref)]
        assert (file.filename, file.size, b"".join(pieces)) == ("Схема.pdf", 4, b"%PDF")


async def test_pictures_are_shown_and_of_other_files_people_are_told_the_address() -> None:
    async with connected() as line:
        mei, at = line.line.person(), "https://crm.example/hooks/line/k/files/1/proof"
        picture = OutFile("Диван.jpg", "image/jpeg", b"\xff\xd8", f"{at}/a.jpg")
        paper = OutFile("Счёт.pdf", "application/pdf", b"%PDF", f"{at}/b.pdf")
        for number, file in enumerate((picture, paper)):
            await ADAPTER.send(line.api, KEYS, ChatOut(mei.id, f"key-{number}", files=(file,)))
        shown, told = line.line.said_to(mei)
        assert (shown.picture, told.text) == (picture.url, f"Счёт.pdf\n{paper.url}")


async def test_what_line_does_not_take_is_told() -> None:
    async with connected() as line:
        with pytest.raises(Rejected, match="bot-refused"):
            await line.send("Unobody", "Алло")
        file = ChatOut("U", "k", files=(OutFile("a", "image/png", b"a"),))
        with pytest.raises(Rejected, match="no-public-url"):
            await ADAPTER.send(line.api, KEYS, file)
        line.line.answers.extend([429, 500])
        for code in ("bot-busy", "bot-unreachable"):
            with pytest.raises(Deferred, match=code):
                await line.send("U", "Алло")
        with pytest.raises(Rejected, match="bot-token-refused"):
            await ADAPTER.check(line.api, BotKeys(7, "stale"), line.door.url)
