"""MAX's adapter against our own MAX."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.max import Max, sending
from intake.channels.messengers.max.adapter import SECRET
from intake.demo.messengers.max import TOKEN, FakeMax
from intake.errors import Deferred, Rejected
from intake.model.chats import AttachmentKind, BotKeys, Button, ChatKind, ChatOut, OutFile

pytestmark = pytest.mark.slow

KEYS = BotKeys(1, token=TOKEN, secrets=("a-secret_of-ours",))
PNG = OutFile("Прайс «2026».png", "image/png", b"\x89PNG picture")
PDF = OutFile("Счёт.pdf", "application/pdf", b"%PDF")


@asynccontextmanager
async def speaking() -> AsyncIterator[tuple[FakeMax, Api]]:
    async with FakeMax() as messenger, Api(Way(messenger.base)) as api:
        yield messenger, api


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, list[tuple[str, bytes]]]]:
    """An address of ours, and what it is told: the secret and the body."""
    told: list[tuple[str, bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        told.append((request.headers.get(SECRET, ""), await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hooks/max/key", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/hooks/max/key")), told


async def heard(api: Api, place: str) -> tuple[list[Any], str]:
    bodies, further = await Max().poll(api, KEYS, place)
    return [event for body in bodies for event in Max().parse(body, KEYS).events], further


async def test_connecting_gives_our_address_and_the_secret():
    async with speaking() as (messenger, api), listening() as (url, told):
        found = await Max().connect(api, KEYS, url)
        assert (found.name, found.username, found.registered) == ("Ромашка", "romashka_bot", True)
        assert found.url == "https://max.ru/romashka_bot"
        await messenger.says(messenger.person("Анна"), "Здравствуйте")
        assert told[0][0] == "a-secret_of-ours"
        (event,) = Max().parse(told[0][1], KEYS).events
        assert (event.text, event.sender.name) == ("Здравствуйте", "Анна")


async def test_a_check_changes_nothing_and_says_that_we_are_not_registered():
    async with speaking() as (messenger, api), listening() as (url, _):
        assert not (await Max().check(api, KEYS, url)).registered
        assert messenger.hook == ""


async def test_another_address_of_the_same_bot_is_forgotten():
    async with speaking() as (messenger, api), listening() as (url, _):
        messenger.hook = "https://former.example/hooks/max/key"
        await Max().connect(api, KEYS, url)
        assert messenger.hook == url
        assert ("DELETE", "/subscriptions") in [(one.method, one.path) for one in messenger.asked]


async def test_disconnecting_ends_the_subscription():
    async with speaking() as (messenger, api), listening() as (url, _):
        await Max().connect(api, KEYS, url)
        await Max().disconnect(api, KEYS, url)
        assert messenger.hook == ""


async def test_a_wrong_token_is_told_as_one():
    async with FakeMax("another") as messenger, Api(Way(messenger.base)) as api:
        with pytest.raises(Rejected) as refused:
            await Max().check(api, KEYS, "")
        assert refused.value.code == "bot-token-refused"
        assert not messenger.asked


async def test_the_token_stands_in_the_header_alone():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Здравствуйте"))
        assert messenger.asked[0].headers["Authorization"] == TOKEN
        assert TOKEN not in messenger.asked[0].path


async def test_an_answer_comes_to_the_dialogue():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        mid = await messenger.says(anna, "Сколько?")
        (sent,) = await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Сто рублей", reply_to=mid))
        said = messenger.sent[0]
        assert (said.chat_id, said.text, said.reply_to) == (anna.chat_id, "Сто рублей", mid)
        assert said.message_id == sent


async def test_somebody_whose_dialogue_has_no_number_is_written_to_by_theirs():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        await Max().send(api, KEYS, ChatOut(f"user:{anna.id}", "k", "Здравствуйте"))
        assert messenger.said_to(anna)[0].text == "Здравствуйте"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (PNG, "image"),
        (PDF, "file"),
        (OutFile("clip.mp4", "video/mp4", b"film"), "video"),
        (OutFile("sound.mp3", "audio/mpeg", b"sound"), "audio"),
    ],
)
async def test_a_file_is_uploaded_and_sent_with_its_words(file: OutFile, kind: str):
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Вот", files=(file,)))
        said = messenger.sent[0]
        assert (said.kind, said.content, said.filename, said.text) == (
            kind,
            file.content,
            file.filename,
            "Вот",
        )


async def test_an_upload_that_is_looked_through_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "PAUSES", (0.0, 0.0, 0.0))
    async with speaking() as (messenger, api):
        anna, messenger.not_ready = messenger.person("Анна"), 2
        await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", files=(PNG,)))
        assert messenger.sent[0].kind == "image"


async def test_an_upload_that_takes_longer_is_sent_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "PAUSES", (0.0,))
    async with speaking() as (messenger, api):
        anna, messenger.not_ready = messenger.person("Анна"), 9
        with pytest.raises(Deferred) as later:
            await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", files=(PNG,)))
        assert (later.value.code, later.value.params["after"]) == ("bot-busy", sending.LATER)


async def test_whoever_has_stopped_the_bot_is_not_written_to():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        await messenger.blocks(anna)
        with pytest.raises(Rejected) as refused:
            await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Здравствуйте"))
        assert refused.value.code == "chat-blocked"


async def test_a_message_that_max_does_not_take_is_refused_in_its_words():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        with pytest.raises(Rejected) as refused:
            await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "я" * 4001))
        assert refused.value.code == "bot-refused"
        assert "4000" in str(refused.value.params["words"])


async def test_troubles_of_max_are_told_as_such():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        messenger.answers.extend([429, 500])
        messenger.retry_after = 7
        for code, after in (("bot-busy", 7.0), ("bot-unreachable", None)):
            with pytest.raises(Deferred) as later:
                await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Здравствуйте"))
            assert (later.value.code, later.value.params.get("after")) == (code, after)


async def test_a_phone_is_asked_for_by_a_button_and_vouched_for():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна", "Белова", phone="+7 916 123-45-67")
        await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Как позвонить?", ask_phone="Мой номер"))
        assert messenger.sent[0].asks_phone == "Мой номер"
        await messenger.shares_contact(anna)
        (event,), _ = await heard(api, "")
        assert event.sender.phone == "+79161234567"
        assert event.attachments[0].kind is AttachmentKind.CONTACT


async def test_somebody_elses_contact_says_nothing_of_the_sender():
    async with speaking() as (messenger, api):
        anna, boris = (
            messenger.person("Анна", phone="79161234567"),
            messenger.person("Борис", phone="79160000001"),
        )
        await messenger.shares_contact(anna, boris)
        (event,), _ = await heard(api, "")
        assert event.sender.phone == ""
        assert (event.attachments[0].title, event.attachments[0].phone) == ("Борис", "+79160000001")


async def test_a_pressed_button_says_what_we_had_put_into_it():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        buttons = (Button("Согласен", "consent:1:2"), Button("Нет", "refuse:1:2"))
        await Max().send(api, KEYS, ChatOut(str(anna.chat_id), "k", "Можно?", buttons=buttons))
        await messenger.presses(messenger.sent[0].buttons[0])
        (event,), _ = await heard(api, "")
        assert (event.kind, event.payload, event.text) == (ChatKind.BUTTON, "consent:1:2", "Согласен")
        assert event.chat_id == str(anna.chat_id)
        assert event.message_id == messenger.sent[0].message_id


async def test_asking_goes_on_where_it_ended():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        await messenger.says(anna, "раз")
        first, place = await heard(api, "")
        for words in ("два", "три"):
            await messenger.says(anna, words)
        second, further = await heard(api, place)
        assert [one.text for one in (*first, *second)] == ["раз", "два", "три"]
        assert (await heard(api, place))[0] == second  # what was not kept is told again
        assert int(further) == 3


async def test_a_bot_that_is_asked_has_no_subscription():
    async with speaking() as (messenger, api), listening() as (url, _):
        await Max().connect(api, KEYS, url)
        assert (await Max().connect(api, KEYS, "")).registered
        assert messenger.hook == ""


async def test_what_people_send_can_be_fetched():
    async with speaking() as (messenger, api):
        anna = messenger.person("Анна")
        await messenger.sends_video(anna, b"film")
        (film,), place = await heard(api, "")
        await messenger.sends_document(anna, b"%PDF", "Смета.pdf")
        (paper,), _ = await heard(api, place)
        for event, content in ((film, b"film"), (paper, b"%PDF")):
            pieces = [piece async for piece in Max().fetch(api, KEYS, event.attachments[0].ref)]
            assert b"".join(pieces) == content


async def test_a_film_that_is_gone_is_told_so():
    async with speaking() as (_, api):
        with pytest.raises(Rejected) as refused:
            _ = [piece async for piece in Max().fetch(api, KEYS, "video:none")]
        assert refused.value.code == "file-gone"


async def test_a_films_token_stays_within_its_address():
    async with speaking() as (messenger, api):
        with pytest.raises(Rejected):
            _ = [piece async for piece in Max().fetch(api, KEYS, "video:../me?x=1#/a+b")]
        assert [one.path for one in messenger.asked] == ["/videos/../me?x=1#/a+b"]
