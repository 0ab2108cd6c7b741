"""Viber over its REST API, on the loopback: connected, heard, answered, asked for files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.viber.adapter import Viber
from intake.errors import Deferred, Rejected
from intake.model.chats import BotKeys, Button, ChatKind, ChatOut, ChatStatus, OutFile
from tests.platforms.door import Door, open_door
from tests.platforms.viber import TOKEN, FakeViber, Someone

pytestmark = pytest.mark.slow

ADAPTER = Viber()
KEYS = BotKeys(7, TOKEN, options={"name": "Ромашка"})


@dataclass
class Line:
    viber: FakeViber
    api: Api
    door: Door

    async def send(self, person: Someone, text: str = "", **more: object) -> tuple[str, ...]:
        return await ADAPTER.send(self.api, KEYS, ChatOut(person.id, "key-1", text, **more))  # type: ignore[arg-type]


@asynccontextmanager
async def connected() -> AsyncIterator[Line]:
    async with FakeViber() as viber, open_door(ADAPTER, KEYS) as door, Api(Way(viber.base)) as api:
        await ADAPTER.connect(api, KEYS, door.url)
        yield Line(viber, api, door)


async def test_connecting_lets_viber_try_our_address_and_says_how_the_bot_is() -> None:
    async with connected() as line:
        told = await ADAPTER.check(line.api, KEYS, line.door.url)

        assert (told.name, told.username, told.url) == ("Ромашка", "romashka", "viber://pa?chatURI=romashka")
        assert told.registered
        assert line.door.ignored == ["unknown-kind: webhook"]
        assert not (await ADAPTER.check(line.api, KEYS, "https://elsewhere.example/")).registered


async def test_an_address_that_does_not_answer_is_refused_in_vibers_own_words() -> None:
    async with FakeViber() as viber, Api(Way(viber.base)) as api:
        with pytest.raises(Rejected) as refused:
            await ADAPTER.connect(api, KEYS, "http://127.0.0.1:1/hook")

    assert (refused.value.code, refused.value.params["words"]) == ("bot-refused", "invalidUrl")


async def test_what_is_written_comes_once_the_webhook_takes_it() -> None:
    async with connected() as line:
        anna = line.viber.person("Анна Орлова")
        await line.viber.starts(anna, "flyer")
        line.door.broken.extend([503, 500])
        await line.viber.says(anna, "Сколько стоит доставка?")

        started, subscribed, message = line.door.events
        assert (started.kind, started.source) == (ChatKind.STARTED, "flyer")
        assert subscribed.kind is ChatKind.STARTED
        assert (message.text, message.sender.name, message.chat_id) == (
            "Сколько стоит доставка?",
            "Анна Орлова",
            anna.id,
        )


async def test_what_is_signed_with_another_token_is_not_believed() -> None:
    async with connected() as line:
        line.viber.token = "another"
        with pytest.raises(TimeoutError):
            await line.viber.says(line.viber.person("Анна"), "Алло")

        assert line.door.events == []


async def test_an_answer_is_followed_to_its_reader() -> None:
    async with connected() as line:
        anna, boris = line.viber.person("Анна"), line.viber.person("Борис")
        await line.viber.says(anna, "Сколько?")
        await line.viber.says(boris, "Сколько?")
        (token,) = await line.send(anna, "Пятьсот рублей")
        await line.send(boris, "Пятьсот рублей")
        await line.viber.gets(line.viber.sent[0])
        await line.viber.reads(line.viber.sent[0])
        await line.viber.fails(line.viber.sent[1], "device is gone")

        delivered, read, failed = line.door.events[-3:]
        assert (delivered.status, delivered.message_id) == (ChatStatus.DELIVERED, token)
        assert (read.status, read.chat_id) == (ChatStatus.READ, anna.id)
        assert (failed.status, failed.error) == (ChatStatus.FAILED, "device is gone")
        assert len({delivered.external_id, read.external_id, failed.external_id}) == 3
        assert (line.viber.sent[0].sender, line.viber.sent[0].api_version) == ("Ромашка", 1)


async def test_a_button_is_pressed_and_a_phone_is_shared() -> None:
    async with connected() as line:
        anna = line.viber.person("Анна", "79160000001")
        await line.viber.says(anna, "Алло")
        await line.send(anna, "Согласны?", buttons=(Button("Да <да>", "consent:3:14"),))
        await line.send(anna, "Как вам позвонить?", ask_phone="Дать номер")
        for sent in line.viber.sent:
            await line.viber.presses(sent.buttons[0])

        pressed, shared = line.door.events[-2:]
        assert (pressed.kind, pressed.payload) == (ChatKind.BUTTON, "consent:3:14")
        assert line.viber.sent[0].buttons[0].label == "Да &lt;да&gt;"
        assert (shared.attachments[0].phone, shared.sender.phone) == ("79160000001", "")


async def test_files_are_fetched_from_viber_and_from_nowhere_else() -> None:
    async with connected() as line:
        anna = line.viber.person("Анна")
        await line.viber.sends_photo(anna, b"picture", "Вот такой")
        await line.viber.sends_file(anna, b"%PDF", "Смета.pdf")
        photo, file = line.door.events[-2:]

        assert (photo.text, file.attachments[0].filename) == ("Вот такой", "Смета.pdf")
        assert await _content(line.api, photo.attachments[0].ref) == b"picture"
        assert await _content(line.api, file.attachments[0].ref) == b"%PDF"
        for address in (
            "http://localhost:1/secret",
            "file:///etc/passwd",
            "http://x.viber.com.evil.example/",
        ):
            with pytest.raises(Rejected) as refused:
                await _content(line.api, address)
            assert refused.value.code == "file-elsewhere"


async def test_who_has_unsubscribed_or_never_was_there_is_no_bad_token() -> None:
    async with connected() as line:
        anna, unknown = line.viber.person("Анна"), Someone("nobody==", "Никто")
        await line.viber.says(anna, "Алло")
        await line.viber.blocks(anna)
        for person in (anna, unknown):
            with pytest.raises(Rejected) as refused:
                await line.send(person, "Здравствуйте")
            assert refused.value.code == "chat-blocked"

        assert line.door.events[-1].kind is ChatKind.BLOCKED


@pytest.mark.parametrize("token", ["wrong", "", "a\r\nX-Evil: 1", "токен"])
async def test_a_bad_token_is_said_to_be_one(token: str) -> None:
    async with FakeViber() as viber, Api(Way(viber.base)) as api:
        with pytest.raises(Rejected) as refused:
            await ADAPTER.connect(api, BotKeys(7, token), "https://bots.example/hooks/viber/k")

    assert refused.value.code == "bot-token-refused"


async def test_vibers_limits_and_faults_are_told_apart() -> None:
    async with connected() as line:
        anna = line.viber.person("Анна")
        await line.viber.says(anna, "Алло")
        line.viber.answers.extend([429, 502])
        with pytest.raises(Deferred) as busy:
            await line.send(anna, "Раз")
        with pytest.raises(Deferred) as broken:
            await line.send(anna, "Раз")
        with pytest.raises(Rejected) as long:
            await line.send(anna, "я" * 7001)
        await line.send(anna, "я" * 7000)

        assert (busy.value.code, broken.value.code) == ("bot-busy", "bot-unreachable")
        assert (long.value.code, long.value.params["words"]) == ("bot-refused", "badData")


async def test_a_file_of_ours_is_fetched_from_where_we_say_that_it_is() -> None:
    async with connected() as line:
        anna = line.viber.person("Анна")
        await line.viber.says(anna, "Алло")
        for name, kind in (("Смета.pdf", "application/pdf"), ("photo.jpg", "image/jpeg")):
            url = line.viber.keeps(b"content")
            await line.send(anna, files=(OutFile(name, kind, b"content", url),))

        assert [sent.filename for sent in line.viber.sent] == ["Смета.pdf", ""]  # the second is a picture
        assert [sent.content for sent in line.viber.sent] == [b"content"] * 2


async def test_a_file_without_an_address_cannot_go_there() -> None:
    async with connected() as line:
        with pytest.raises(Rejected) as refused:
            await line.send(line.viber.person("Анна"), files=(OutFile("a.pdf", "application/pdf", b"%PDF"),))

        assert refused.value.code == "no-public-url"


async def test_what_the_account_is_called_stands_above_our_messages() -> None:
    async with connected() as line:
        line.viber.name = "Очень длинное название нашей фирмы"
        anna = line.viber.person("Анна")
        await line.viber.says(anna, "Алло")
        options = await ADAPTER.prepare(line.api, KEYS)
        for keys in (BotKeys(7, TOKEN, options=options), BotKeys(7, TOKEN)):
            await ADAPTER.send(line.api, keys, ChatOut(anna.id, "key-1", "Здравствуйте"))

        assert [sent.sender for sent in line.viber.sent] == ["Очень длинное название нашей"] * 2


async def test_a_disconnected_bot_is_told_nothing_more_but_another_ones_webhook_stays() -> None:
    async with connected() as line:
        await ADAPTER.disconnect(line.api, KEYS, "https://elsewhere.example/")
        assert line.viber.hook == line.door.url
        await ADAPTER.disconnect(line.api, KEYS, line.door.url)

        assert line.viber.hook == ""


async def _content(api: Api, ref: str) -> bytes:
    return b"".join([piece async for piece in ADAPTER.fetch(api, KEYS, ref)])
