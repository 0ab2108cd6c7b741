"""VK's adapter against our own VK."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.base import Hook
from intake.channels.messengers.vk import Vk, registering
from intake.errors import Deferred, IntakeError, Rejected
from intake.model.chats import BotKeys, Button, ChatEvent, ChatKind, ChatOut, ChatStatus, OutFile
from tests.platforms.vk import CODE, TOKEN, FakeVk
from tests.platforms.vk_people import button_of

pytestmark = pytest.mark.slow

KEYS = BotKeys(1, token=TOKEN, secrets=("a-secret-of-ours",))
PNG = OutFile("Прайс «2026».png", "image/png", b"\x89PNG picture")
PDF = OutFile("Счёт.pdf", "application/pdf", b"%PDF")
OGG = OutFile("voice.ogg", "audio/ogg", b"OggS")


@dataclass
class Door:
    """What `/hooks/vk/key` does, without the service behind it."""

    keys: BotKeys = KEYS
    url: str = ""
    refused: int = 0
    heard: list[ChatEvent] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        hook = Hook("POST", {}, {}, await request.read(), datetime.now(UTC))
        try:
            Vk().verify(hook, self.keys)
        except IntakeError:
            self.refused += 1
            return web.Response(status=401)
        self.heard += Vk().parse(hook.body, self.keys).events
        return web.Response(text=Vk().answer(hook, self.keys).text)


@asynccontextmanager
async def speaking() -> AsyncIterator[tuple[FakeVk, Api]]:
    async with FakeVk() as vk, Api(Way(vk.base)) as api:
        yield vk, api


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[FakeVk, Api, Door]]:
    """As the service connects a bot: what VK tells is kept first."""
    door = Door()
    app = web.Application()
    app.router.add_post("/hooks/vk/key", door.hear)
    async with speaking() as (vk, api), TestServer(app) as server:
        door.url = str(server.make_url("/hooks/vk/key"))
        door.keys = replace(KEYS, options=await Vk().prepare(api, KEYS))
        yield vk, api, door


async def polled(api: Api, place: str) -> tuple[list[Any], str]:
    bodies, further = await Vk().poll(api, KEYS, place)
    return [event for body in bodies for event in Vk().parse(body, KEYS).events], further


async def sent(api: Api, person_id: int, **about: Any) -> tuple[str, ...]:
    return await Vk().send(api, KEYS, ChatOut(**{"chat_id": str(person_id), "key": "k", **about}))


async def test_the_token_is_enough_to_be_connected(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registering, "PAUSE", 0.02)
    async with connected() as (vk, api, door):
        assert door.keys.options == {"group_id": "200300400", "confirmation": CODE}
        found = await Vk().connect(api, door.keys, door.url)
        assert (found.name, found.username, found.url) == ("Ромашка", "romashka", "https://vk.com/romashka")
        assert (found.registered, found.problem, vk.confirmed) == (True, "", [CODE])
        assert (vk.wanted["message_new"], vk.wanted["api_version"]) == ("1", "5.199")


async def test_what_people_write_comes_verified_and_is_answered_with_ok(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registering, "PAUSE", 0.02)
    async with connected() as (vk, api, door):
        await Vk().connect(api, door.keys, door.url)
        anna = vk.person("Анна")
        await vk.says(anna, "Здравствуйте")
        await vk.starts(anna, "promo")
        assert [(one.text, one.kind) for one in door.heard] == [
            ("Здравствуйте", ChatKind.MESSAGE),
            ("Начать", ChatKind.COMMAND),
        ]
        assert door.heard[1].source == "promo"
        assert door.refused == 0


async def test_an_address_that_says_the_wrong_word_is_not_registered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registering, "PAUSE", 0.02)
    async with connected() as (_, api, door):
        keys, door.keys = door.keys, replace(KEYS, options={"confirmation": "другое"})
        found = await Vk().connect(api, keys, door.url)
        assert (found.registered, found.problem) == (False, "failed")


async def test_connecting_again_gives_the_new_secret_to_the_same_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registering, "PAUSE", 0.02)
    async with connected() as (vk, api, door):
        await Vk().connect(api, door.keys, door.url)
        door.keys = replace(door.keys, secrets=("the-next", "a-secret-of-ours"))
        assert (await Vk().connect(api, door.keys, door.url)).registered
        assert [one.secret for one in vk.servers] == ["the-next"]


async def test_disconnecting_takes_the_server_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registering, "PAUSE", 0.02)
    async with connected() as (vk, api, door):
        await Vk().connect(api, door.keys, door.url)
        await Vk().disconnect(api, door.keys, door.url)
        assert vk.servers == []
        assert not (await Vk().check(api, door.keys, door.url)).registered


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (5, Rejected, "bot-token-refused"),
        (6, Deferred, "bot-busy"),
        (9, Deferred, "bot-busy"),
        (29, Deferred, "bot-busy"),
        (10, Deferred, "bot-unreachable"),
        (901, Rejected, "chat-blocked"),
        (914, Rejected, "bot-refused"),
    ],
)
async def test_errors_come_with_the_status_200_and_mean_what_they_say(
    error: int, kind: type[IntakeError], code: str
):
    async with speaking() as (vk, api):
        vk.errors.append(error)
        with pytest.raises(kind) as refused:
            await sent(api, vk.person("Анна").id, text="Здравствуйте")
        assert (refused.value.code, refused.value.params.get("number", error)) == (code, error)


async def test_a_wrong_token_is_told_as_one():
    async with FakeVk("another") as vk, Api(Way(vk.base)) as api:
        with pytest.raises(Rejected) as refused:
            await Vk().check(api, KEYS, "")
        assert refused.value.code == "bot-token-refused"


async def test_servers_that_fall_over_are_tried_again_later():
    async with speaking() as (vk, api):
        vk.answers.append(502)
        with pytest.raises(Deferred) as later:
            await sent(api, vk.person("Анна").id, text="Здравствуйте")
        assert later.value.code == "bot-unreachable"


async def test_an_answer_is_sent_once_however_often_it_is_tried():
    async with speaking() as (vk, api):
        anna = vk.person("Анна")
        number = await vk.says(anna, "Сколько?")
        first = await sent(api, anna.id, text="Сто рублей", reply_to=number)
        assert await sent(api, anna.id, text="Сто рублей", reply_to=number) == first
        assert [(one.text, one.reply_to, one.message_id) for one in vk.sent] == [
            ("Сто рублей", number, first[0])
        ]


@pytest.mark.parametrize(("file", "kind"), [(PNG, "photo"), (PDF, "doc"), (OGG, "audio_message")])
async def test_a_file_is_uploaded_and_sent_with_its_words(file: OutFile, kind: str):
    async with speaking() as (vk, api):
        await sent(api, vk.person("Анна").id, text="Вот", files=(file,))
        said = vk.sent[0]
        assert (said.kind, said.content, said.filename, said.text) == (
            kind,
            file.content,
            file.filename,
            "Вот",
        )


async def test_whoever_has_forbidden_it_is_not_written_to():
    async with speaking() as (vk, api):
        anna = vk.person("Анна")
        await vk.blocks(anna)
        with pytest.raises(Rejected) as refused:
            await sent(api, anna.id, text="Здравствуйте")
        assert refused.value.code == "chat-blocked"


async def test_a_pressed_button_says_what_we_had_put_into_it():
    async with speaking() as (vk, api):
        await Vk().connect(api, KEYS, "")
        anna = vk.person("Анна")
        buttons = (Button("Согласен", "consent:1:2"), Button("Нет", "refuse:1:2"))
        await sent(api, anna.id, text="Можно?", buttons=buttons)
        assert [button_of(one) for one in vk.sent[0].buttons] == ["consent:1:2", "refuse:1:2"]
        await vk.presses(vk.sent[0].buttons[0])
        (event,), _ = await polled(api, "0")
        assert (event.kind, event.payload, event.text) == (ChatKind.BUTTON, "consent:1:2", "Согласен")


async def test_what_has_been_read_is_told_of_the_message_that_was_sent():
    async with speaking() as (vk, api):
        await Vk().connect(api, KEYS, "")
        anna = vk.person("Анна")
        numbers = await sent(api, anna.id, text="Здравствуйте")
        await vk.reads(anna, vk.sent[0].message_id)
        (event,), _ = await polled(api, "0")
        assert (event.kind, event.status) == (ChatKind.STATUS, ChatStatus.READ)
        assert event.message_id in numbers


async def test_asking_goes_on_where_it_ended():
    async with speaking() as (vk, api):
        assert (await Vk().connect(api, KEYS, "")).registered
        anna = vk.person("Анна")
        await vk.says(anna, "раз")
        first, place = await polled(api, "0")
        for words in ("два", "три"):
            await vk.says(anna, words)
        second, further = await polled(api, place)
        assert [one.text for one in (*first, *second)] == ["раз", "два", "три"]
        assert (await polled(api, place))[0] == second  # what was not kept is told again
        assert further == "3"


async def test_a_place_that_vk_no_longer_knows_is_replaced_by_its_own():
    async with speaking() as (vk, api):
        await Vk().connect(api, KEYS, "")
        await vk.says(vk.person("Анна"), "раз")
        assert await polled(api, "99") == ([], "1")


async def test_a_name_is_asked_for_since_events_have_none():
    async with speaking() as (vk, api):
        anna = vk.person("Анна", "Белова", "anna_b")
        found = await Vk().profile(api, KEYS, str(anna.id))
        assert found is not None
        assert (found.name, found.username) == ("Анна Белова", "anna_b")
        assert found.identity == f"chat:vk:{anna.id}"
        assert await Vk().profile(api, KEYS, "1") is None


async def test_what_people_send_is_fetched_wherever_vk_keeps_it():
    async with speaking() as (vk, api):
        await Vk().connect(api, KEYS, "")
        anna = vk.person("Анна")
        await vk.sends_photo(anna, b"\xff\xd8photo", "Вот такой")
        (event,), _ = await polled(api, "0")
        address = event.attachments[0].ref
        for ref in (address, address.replace("/file/", "/moved/")):
            pieces = [piece async for piece in Vk().fetch(api, KEYS, ref)]
            assert b"".join(pieces) == b"\xff\xd8photo"


async def test_an_address_of_somebody_else_is_not_fetched():
    async with speaking() as (_, api):
        for ref in ("http://127.0.0.2/secret", "file:///etc/passwd", "https://vk.com.evil.example/a"):
            with pytest.raises(Rejected) as refused:
                _ = [piece async for piece in Vk().fetch(api, KEYS, ref)]
            assert refused.value.code == "file-elsewhere"
