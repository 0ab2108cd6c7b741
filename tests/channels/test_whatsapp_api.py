"""WhatsApp over its Cloud API, on the loopback: connected, heard, answered, asked for files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.whatsapp.adapter import WhatsApp
from intake.errors import Deferred, IntakeError, Rejected
from intake.model.chats import AttachmentKind, BotKeys, Button, ChatKind, ChatOut, ChatStatus, OutFile
from tests.platforms.door import Door, open_door
from tests.platforms.whatsapp import FakeWhatsApp

pytestmark = pytest.mark.slow

ADAPTER = WhatsApp()
TOKEN, OPTIONS = FakeWhatsApp().given["token"], FakeWhatsApp().given
KEYS = BotKeys(7, TOKEN, ("now-given-out", "former"), OPTIONS)


@dataclass
class Line:
    whatsapp: FakeWhatsApp
    api: Api
    door: Door

    async def send(self, chat: str, text: str = "", *files: OutFile, **more: object) -> tuple[str, ...]:
        part = ChatOut(chat, "key-1", text, files, **more)  # type: ignore[arg-type]
        return await ADAPTER.send(self.api, KEYS, part)


@asynccontextmanager
async def connected() -> AsyncIterator[Line]:
    async with (
        FakeWhatsApp() as whatsapp,
        open_door(ADAPTER, KEYS) as door,
        Api(Way(whatsapp.base)) as api,
    ):
        await ADAPTER.connect(api, KEYS, door.url)
        yield Line(whatsapp, api, door)


async def test_connecting_gives_the_number_our_address_which_meta_asks_at_once() -> None:
    async with connected() as line:
        told = await ADAPTER.check(line.api, KEYS, line.door.url)

        assert (told.name, told.username, told.url) == (
            "Ромашка",
            "+74950000000",
            "https://wa.me/74950000000",
        )
        assert (told.registered, told.problem) == (True, "")
        assert line.whatsapp.hook == line.door.url
        assert line.whatsapp.subscribed == 1
        assert not (await ADAPTER.check(line.api, KEYS, "https://elsewhere.example/")).registered

        await ADAPTER.disconnect(line.api, KEYS, line.door.url)
        assert line.whatsapp.hook == ""


async def test_where_meta_refuses_an_address_somebody_has_to_enter_it_there() -> None:
    async with connected() as line:
        line.whatsapp.hook, line.whatsapp.refuses_address = "", True
        told = await ADAPTER.connect(line.api, KEYS, line.door.url)
        assert not told.registered
        assert "configured first" in told.problem


async def test_an_address_that_does_not_know_its_token_is_not_taken() -> None:
    async with connected() as line:
        line.whatsapp.hook = ""
        strange = BotKeys(7, TOKEN, ("unknown-to-the-door",), OPTIONS)
        told = await ADAPTER.connect(line.api, strange, line.door.url)
        assert (told.registered, line.whatsapp.hook) == (False, "")


async def test_what_is_written_comes_once_the_webhook_takes_it() -> None:
    async with connected() as line:
        anna = line.whatsapp.person("Анна Белова")
        line.door.broken.extend([503, 500])
        told = await line.whatsapp.says(anna, "Сколько стоит доставка?")

        assert line.whatsapp.delivered[-3:] == [503, 500, 200]
        (event,) = line.door.events
        assert (event.external_id, event.text) == (told, "Сколько стоит доставка?")
        assert (event.sender.name, event.sender.phone) == ("Анна Белова", "+79160000001")


async def test_an_answer_goes_there_and_its_statuses_come_back() -> None:
    async with connected() as line:
        anna = line.whatsapp.person()
        question = await line.whatsapp.says(anna, "Алло")
        (number,) = await line.send(anna.id, "Слушаю", reply_to=question)
        await line.whatsapp.told_all()

        (sent,) = line.whatsapp.said_to(anna)
        assert (sent.message_id, sent.text, sent.reply_to) == (number, "Слушаю", question)
        statuses = [event for event in line.door.events if event.kind is ChatKind.STATUS]
        assert [one.status for one in statuses] == [ChatStatus.SENT, ChatStatus.DELIVERED, ChatStatus.READ]
        assert {one.message_id for one in statuses} == {number}


async def test_a_file_is_uploaded_and_then_sent() -> None:
    async with connected() as line:
        file = OutFile("Счёт 7.pdf", "application/pdf", b"%PDF-1.7")
        await line.send("79160000001", "Ваш счёт", file)
        (sent,) = line.whatsapp.sent
        assert (sent.kind, sent.filename, sent.text) == ("document", "Счёт 7.pdf", "Ваш счёт")
        assert (sent.content, sent.content_type) == (b"%PDF-1.7", "application/pdf")


async def test_a_button_that_is_pressed_says_what_we_gave_it() -> None:
    async with connected() as line:
        anna = line.whatsapp.person()
        await line.send(anna.id, "Согласны?", buttons=(Button("Согласен", "consent:1:2"),))
        (key,) = line.whatsapp.sent[0].buttons
        await line.whatsapp.presses(key)
        (event,) = (event for event in line.door.events if event.kind is ChatKind.BUTTON)
        assert (event.payload, event.text, event.reply_to) == ("consent:1:2", "Согласен", key.message_id)


async def test_what_somebody_sent_is_fetched_with_the_token() -> None:
    async with connected() as line:
        await line.whatsapp.sends_photo(line.whatsapp.person(), b"\xff\xd8picture", "Вот")
        (photo,) = line.door.events[0].attachments
        pieces = [piece async for piece in ADAPTER.fetch(line.api, KEYS, photo.ref)]
        assert (photo.kind, b"".join(pieces)) == (AttachmentKind.PHOTO, b"\xff\xd8picture")


@pytest.mark.parametrize(
    ("ref", "code"), [("404404", "file-gone"), ("../me", "file-gone"), ("1?access_token=2", "file-gone")]
)
async def test_a_file_that_is_none_is_gone(ref: str, code: str) -> None:
    async with connected() as line:
        with pytest.raises(Rejected, match=code):
            _ = [piece async for piece in ADAPTER.fetch(line.api, KEYS, ref)]


async def test_outside_the_window_nothing_is_sent() -> None:
    async with connected() as line:
        anna = line.whatsapp.person()
        line.whatsapp.closed.add(anna.id)
        with pytest.raises(Rejected, match="chat-window-closed"):
            await line.send(anna.id, "Ещё актуально?")
        await line.whatsapp.says(anna, "Да")
        assert await line.send(anna.id, "Хорошо")


async def test_who_cannot_be_reached_is_told_in_metas_words() -> None:
    async with connected() as line:
        line.whatsapp.unreachable.add("79160000009")
        with pytest.raises(Rejected) as refused:
            await line.send("79160000009", "Алло")
        assert (refused.value.code, refused.value.params["number"]) == ("bot-refused", 131026)


async def test_what_meta_has_no_time_for_is_put_off() -> None:
    async with connected() as line:
        line.whatsapp.retry_after = 3
        for status, code in ((429, "bot-busy"), (500, "bot-unreachable"), (503, "bot-unreachable")):
            line.whatsapp.answers.append(status)
            with pytest.raises(Deferred) as put_off:
                await line.send("79160000001", "Алло")
            assert put_off.value.code == code
        assert line.whatsapp.sent == []


@pytest.mark.parametrize(
    ("code", "kind", "meant"),
    [
        (130429, Deferred, "bot-busy"),
        (80007, Deferred, "bot-busy"),
        (131056, Deferred, "bot-busy"),
        (131016, Deferred, "bot-unreachable"),
        (190, Rejected, "bot-token-refused"),
        (131047, Rejected, "chat-window-closed"),
        (131051, Rejected, "bot-refused"),
    ],
)
async def test_metas_numbers_mean_what_they_mean_whatever_the_status(
    code: int, kind: type[IntakeError], meant: str
) -> None:
    async with connected() as line:
        line.whatsapp.fault = code
        with pytest.raises(kind, match=meant):
            await line.send("79160000001", "Алло")


async def test_a_token_that_meta_does_not_know_is_refused() -> None:
    async with connected() as line:
        with pytest.raises(Rejected, match="bot-token-refused"):
            await ADAPTER.check(line.api, BotKeys(7, "stale", ("s",), OPTIONS), line.door.url)
