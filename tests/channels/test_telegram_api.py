"""Telegram over its Bot API, on the loopback: connected, heard, answered, asked for files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.telegram.adapter import Telegram
from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.errors import Deferred, Rejected
from intake.model.chats import AttachmentKind, BotKeys, Button, ChatKind, ChatOut, OutFile
from tests.platforms.door import Door, open_door

pytestmark = pytest.mark.slow

ADAPTER = Telegram()
KEYS = BotKeys(7, TOKEN, secrets=("now_given-out", "former"))
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 100


@dataclass
class Line:
    telegram: FakeTelegram
    api: Api
    door: Door
    keys: BotKeys = KEYS

    async def send(self, person_id: int, text: str = "", *files: OutFile, **more: object) -> tuple[str, ...]:
        part = ChatOut(str(person_id), "key-1", text, files, **more)  # type: ignore[arg-type]
        return await ADAPTER.send(self.api, self.keys, part)


@asynccontextmanager
async def connected(keys: BotKeys = KEYS) -> AsyncIterator[Line]:
    async with (
        FakeTelegram() as telegram,
        open_door(ADAPTER, keys) as door,
        Api(Way(telegram.base)) as api,
    ):
        await ADAPTER.connect(api, keys, door.url)
        yield Line(telegram, api, door, keys)


async def test_connecting_gives_telegram_our_address_and_says_how_the_bot_is() -> None:
    async with connected() as line:
        told = await ADAPTER.check(line.api, KEYS, line.door.url)

        assert (told.name, told.username) == ("Ромашка", "romashka_demo_bot")
        assert told.url == "https://t.me/romashka_demo_bot"
        assert (told.registered, told.waiting, told.problem) == (True, 0, "")
        assert line.telegram.secret == "now_given-out"
        assert not (await ADAPTER.check(line.api, KEYS, "https://elsewhere.example/")).registered


async def test_what_is_written_comes_once_the_webhook_takes_it() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна", "Орлова", "orlova", "+7 916 000-00-01")
        line.door.broken.extend([503, 500])
        await line.telegram.says(anna, "Сколько стоит доставка?")

        assert line.telegram.delivered == [503, 500, 200]
        (event,) = line.door.events
        assert (event.kind, event.text) == (ChatKind.MESSAGE, "Сколько стоит доставка?")
        assert (event.sender.name, event.sender.username) == ("Анна Орлова", "orlova")


async def test_what_the_webhook_does_not_take_is_told_as_waiting_and_as_a_problem() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        line.door.broken.extend([503] * 40)
        with pytest.raises(TimeoutError):
            await line.telegram.says(anna, "Алло")
        told = await ADAPTER.check(line.api, KEYS, line.door.url)

        assert (told.waiting, told.problem) == (1, "Wrong response from the webhook: 503")


async def test_a_webhook_that_is_told_another_secret_is_not_believed() -> None:
    async with connected() as line:
        line.telegram.secret = "guessed"
        line.telegram.hook = line.door.url
        with pytest.raises(TimeoutError):
            await line.telegram.says(line.telegram.person("Анна"), "Алло")

        assert set(line.telegram.delivered) == {401}


async def test_while_the_secret_is_changed_the_former_one_counts() -> None:
    async with connected() as line:
        line.telegram.secret = "former"
        await line.telegram.says(line.telegram.person("Анна"), "Алло")

        assert len(line.door.events) == 1


async def test_people_do_all_that_people_do() -> None:
    async with connected() as line:
        telegram = line.telegram
        anna = telegram.person("Анна", phone="79160000001")
        await telegram.starts(anna, "avito_7")
        number = await telegram.says(anna, "Нужен шкаф")
        await telegram.edits(anna, number, "Нужен белый шкаф")
        await telegram.sends_album(anna, [JPEG, JPEG], "Вот такой")
        await telegram.sends_voice(anna, b"OggS-voice", 4)
        await telegram.sends_sticker(anna, b"RIFF-sticker", "👍")
        await telegram.sends_location(anna, 55.75, 37.62)
        await telegram.shares_contact(anna)
        await telegram.blocks(anna)
        await telegram.unblocks(anna)

        events = line.door.events
        assert [event.kind.value for event in events] == (
            "command message edit message message message message message message blocked unblocked".split()
        )
        assert [event.attachments[0].kind.value for event in events if event.attachments] == (
            "photo photo voice sticker location contact".split()
        )
        assert events[0].source == "avito_7"
        assert (events[2].message_id, events[2].text) == (number, "Нужен белый шкаф")
        assert events[3].album == events[4].album != ""
        assert events[8].sender.phone == "+79160000001"


async def test_somebody_elses_card_is_no_phone_of_theirs() -> None:
    async with connected() as line:
        anna, boris = line.telegram.person("Анна"), line.telegram.person("Борис", phone="79160000002")
        await line.telegram.shares_contact(anna, boris)

        assert line.door.events[0].sender.phone == ""
        assert line.door.events[0].attachments[0].phone == "79160000002"


async def test_a_group_is_heard_only_where_groups_count() -> None:
    async with connected() as line:
        group, anna = line.telegram.group("Соседи"), line.telegram.person("Анна")
        await line.telegram.says(anna, "Всем привет", where=group)
        line.door.keys = BotKeys(7, TOKEN, KEYS.secrets, groups=True)
        await line.telegram.says(anna, "Кто знает мастера?", where=group)

        assert line.door.ignored == ["group"]
        assert (line.door.events[0].group, line.door.events[0].chat_title) == (True, "Соседи")


async def test_an_answer_is_delivered_with_its_reply_and_its_buttons() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        number = await line.telegram.says(anna, "Сколько?")
        buttons = (Button("Согласен", "consent:3:14"), Button("Нет", "refuse:3:14"))
        (sent_id,) = await line.send(anna.id, "Пятьсот рублей", reply_to=number, buttons=buttons)

        (sent,) = line.telegram.said_to(anna)
        assert (sent.text, sent.reply_to, sent.message_id) == ("Пятьсот рублей", number, sent_id)
        press = await line.telegram.presses(sent.buttons[0])
        event = line.door.events[-1]
        assert (event.kind, event.payload, event.message_id) == (ChatKind.BUTTON, "consent:3:14", sent_id)
        assert line.telegram.pressed == [press]


async def test_a_button_asks_for_the_phone() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        await line.send(anna.id, "Как вам позвонить?", ask_phone="Дать номер")

        assert line.telegram.sent[0].asks_phone == "Дать номер"


@pytest.mark.parametrize(
    ("content_type", "content", "method"),
    [
        ("image/jpeg", JPEG, "sendPhoto"),
        ("image/png", b"no picture at all", "sendDocument"),
        ("image/jpeg", JPEG + bytes(10_000_000), "sendDocument"),
        ("audio/ogg; codecs=opus", b"OggS", "sendVoice"),
        ("audio/mpeg", b"ID3", "sendAudio"),
        ("video/mp4", b"ftyp", "sendVideo"),
        ("application/pdf", b"%PDF-1.7", "sendDocument"),
        ("", b"?", "sendDocument"),
    ],
)
async def test_a_file_goes_as_what_it_is(content_type: str, content: bytes, method: str) -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        await line.send(anna.id, "Ниже — «счёт»", OutFile('Счёт "№ 5".pdf', content_type, content))

        (sent,) = line.telegram.sent
        assert (sent.kind, sent.content, sent.text) == (method, content, "Ниже — «счёт»")
        assert sent.filename == 'Счёт "№ 5".pdf'


async def test_a_voice_that_somebody_does_not_want_goes_as_a_document() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        line.telegram.no_voice.add(anna.id)
        await line.send(anna.id, "", OutFile("voice.ogg", "audio/ogg", b"OggS"))

        assert line.telegram.sent[0].kind == "sendDocument"


async def test_names_of_files_carry_nothing_else() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        name = 'a"\r\nContent-Type: text/html\r\n\r\n<b>.txt'
        await line.send(anna.id, "", OutFile(name, "text/plain\r\nX-Evil: 1", b"words"))

        (sent,) = line.telegram.sent
        assert (sent.content, "\n" in sent.filename) == (b"words", False)


async def test_who_has_blocked_the_bot_is_no_bad_token() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        await line.telegram.blocks(anna)
        with pytest.raises(Rejected) as refused:
            await line.send(anna.id, "Здравствуйте")
        with pytest.raises(Rejected) as unknown:
            await line.send(5, "Здравствуйте")

        assert (refused.value.code, unknown.value.code) == ("chat-blocked", "chat-blocked")
        assert refused.value.params["words"] == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize("token", ["123:wrong", "", "a/b?c#d", "../getMe", "токен"])
async def test_a_bad_token_is_said_to_be_one(token: str) -> None:
    async with FakeTelegram() as telegram, Api(Way(telegram.base)) as api:
        with pytest.raises(Rejected) as refused:
            await ADAPTER.connect(api, BotKeys(7, token), "https://bots.example/hooks/telegram/k")

    assert refused.value.code == "bot-token-refused"


async def test_telegrams_limits_and_faults_are_told_apart() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        line.telegram.answers.extend([429, 502])
        line.telegram.retry_after = 7
        with pytest.raises(Deferred) as busy:
            await line.send(anna.id, "Раз")
        with pytest.raises(Deferred) as broken:
            await line.send(anna.id, "Раз")
        with pytest.raises(Rejected) as long:
            await line.send(anna.id, "😀" * 2049)
        await line.send(anna.id, "😀" * 2048)

        assert (busy.value.code, busy.value.params["after"]) == ("bot-busy", 7.0)
        assert (broken.value.code, broken.value.params["number"]) == ("bot-unreachable", 502)
        assert long.value.params["words"] == "Bad Request: message is too long"


async def test_who_writes_too_fast_is_told_when_to_go_on() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        line.telegram.pace = 60.0
        await line.send(anna.id, "Раз")
        with pytest.raises(Deferred) as busy:
            await line.send(anna.id, "Два")

        assert busy.value.params["after"] == 60.0


async def test_a_wrong_address_is_refused_in_telegrams_own_words() -> None:
    async with FakeTelegram() as telegram, Api(Way(telegram.base)) as api:
        with pytest.raises(Rejected) as refused:
            await ADAPTER.connect(api, KEYS, "http://bots.example/hooks/telegram/k")

    assert "HTTPS URL" in str(refused.value.params["words"])


async def test_the_largest_of_a_photos_sizes_is_fetched() -> None:
    async with connected() as line:
        anna = line.telegram.person("Анна")
        await line.telegram.sends_photo(anna, JPEG)
        photo = line.door.events[0].attachments[0]

        assert (photo.kind, photo.size) == (AttachmentKind.PHOTO, len(JPEG))
        assert await _content(line, photo.ref) == JPEG


async def test_a_file_that_cannot_be_had_says_why() -> None:
    async with connected() as line:
        large = line.telegram.keeps(bytes(20_000_001))
        with pytest.raises(Rejected) as too_large:
            await _content(line, large)
        with pytest.raises(Rejected) as gone:
            await _content(line, "forgotten")

        assert (too_large.value.code, gone.value.code) == ("file-too-large", "file-gone")


async def test_where_nobody_can_reach_us_updates_are_asked_for() -> None:
    async with connected() as line:
        await ADAPTER.connect(line.api, KEYS, "")
        anna = line.telegram.person("Анна")
        first = await line.telegram.says(anna, "Раз")
        bodies, place = await ADAPTER.poll(line.api, KEYS, "")
        again, _ = await ADAPTER.poll(line.api, KEYS, "")
        await line.telegram.says(anna, "Два")
        later, _ = await ADAPTER.poll(line.api, KEYS, place)

        heard = [ADAPTER.parse(body, KEYS).events[0] for body in bodies + later]
        assert [event.text for event in heard] == ["Раз", "Два"]
        assert (heard[0].message_id, again) == (first, bodies)
        assert (await ADAPTER.check(line.api, KEYS, "")).registered


async def test_a_press_that_is_asked_for_is_confirmed() -> None:
    async with connected() as line:
        await ADAPTER.connect(line.api, KEYS, "")
        anna = line.telegram.person("Анна")
        await line.send(anna.id, "Согласны?", buttons=(Button("Да", "consent:1:1"),))
        press = await line.telegram.presses(line.telegram.sent[0].buttons[0])
        await ADAPTER.poll(line.api, KEYS, "")

        assert line.telegram.pressed == [press]


async def test_asking_while_a_webhook_is_set_waits_and_says_why() -> None:
    async with connected() as line:
        with pytest.raises(Deferred) as busy:
            await ADAPTER.poll(line.api, KEYS, "")

        assert "webhook is active" in str(busy.value.params["words"])


async def test_a_disconnected_bot_is_told_nothing_more_but_another_ones_webhook_stays() -> None:
    async with connected() as line:
        await ADAPTER.disconnect(line.api, KEYS, "https://elsewhere.example/")
        assert line.telegram.hook == line.door.url
        await ADAPTER.disconnect(line.api, KEYS, line.door.url)

        assert line.telegram.hook == ""


async def _content(line: Line, ref: str) -> bytes:
    return b"".join([piece async for piece in ADAPTER.fetch(line.api, KEYS, ref)])
