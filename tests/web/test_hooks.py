"""The door of the messengers: what is signed is kept and then answered, all else is refused, unsaid why."""

import asyncio
import contextlib
import gzip
import io
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlmodel import select
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from intake.channels.messengers.registry import ADAPTERS
from intake.errors import Deferred, Rejected
from storage.bots_set_up import ignored_by_bot, unreadable_of
from storage.database import Database, announce
from storage.tables.chats import Bot, ChatMessage
from storage.tables.inquiries import Inquiry
from tests.site import Site
from tests.web.hooked import (
    FORMER,
    KEY,
    PLATFORM,
    SECRET,
    SIGNATURE,
    TOKEN,
    Kept,
    Plain,
    body,
    headers,
    plug_in,
    signed,
)
from web import hooks
from web.keys import RECEPTION
from web.known_bots import AT_ONCE, BOTS
from web.remembered import GOOD_FOR

pytestmark = pytest.mark.slow

AT = f"/hooks/{PLATFORM}/{KEY}"


@pytest.fixture
async def kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A bot at the door, and what comes through it."""
    monkeypatch.setitem(ADAPTERS, PLATFORM, Plain())
    await plug_in(site)
    made = Kept()
    monkeypatch.setattr(site.app[RECEPTION], "receive", made.receive)
    return made


async def post(site: Site, content: Any, path: str = AT, **how: Any) -> tuple[int, str]:
    how = {"headers": headers(content) if isinstance(content, bytes) else {}, **how}
    sent = io.BytesIO(content) if isinstance(content, bytes) else content
    async with (await site.browser()).post(path, data=sent, **how) as answer:
        return answer.status, await answer.text()


async def test_what_is_signed_is_kept_and_then_answered(site: Site, kept: Kept) -> None:
    assert await post(site, body(words="Привет")) == (200, "taken")

    (heard,) = kept.all
    assert kept.texts == ["Привет"]
    assert heard.channel == "chat:1"
    assert json.loads(heard.raw)["text"] == "Привет"


async def test_the_answer_is_nobodys_page_and_sets_no_cookie(site: Site, kept: Kept) -> None:
    visitor = await site.browser()
    answer = await visitor.post(AT, data=body(), headers=headers(body()))

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


async def test_the_former_secret_counts_too(site: Site, kept: Kept) -> None:
    assert (await post(site, body(), headers=headers(body(), FORMER)))[0] == 200


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: signed(body())[:-1]},
        {SIGNATURE: signed(body()) + "0"},
        {SIGNATURE: signed(body(), "another")},
        {SIGNATURE: signed(body(2))},
        {SIGNATURE: "подпись"},
        {SIGNATURE: "x" * 7000},
        {"X-Another": signed(body())},
    ],
)
async def test_what_is_not_signed_is_refused_without_a_word(
    site: Site, kept: Kept, forged: dict[str, str]
) -> None:
    assert await post(site, body(), headers=forged) == (401, "")
    assert kept.all == []
    assert site.app[BOTS].refused()[1].count == 1


async def test_a_signature_that_is_half_a_character_is_refused_too(site: Site, kept: Kept) -> None:
    lines = await bare(
        site, f"{HEAD}{SIGNATURE}: ".encode(), b"\xed\xa0\x80\xff", b"\r\nContent-Length: 0\r\n\r\n"
    )
    assert lines[0].startswith("HTTP/1.1 40")
    assert kept.all == []


async def test_a_signature_is_of_one_body_only(site: Site, kept: Kept) -> None:
    mine = headers(body(1))
    assert (await post(site, body(1), headers=mine))[0] == 200
    assert (await post(site, body(2), headers=mine))[0] == 401
    assert (await post(site, body(1) + b" ", headers=mine))[0] == 401


async def test_the_same_again_is_answered_the_same(site: Site, kept: Kept) -> None:
    """That nothing is kept twice is reception's to see to."""
    assert await post(site, body()) == await post(site, body()) == (200, "taken")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/hooks/{PLATFORM}/{'x' * 32}", 404),
        (f"/hooks/telegram/{KEY}", 404),
        (f"/hooks/{PLATFORM}/{KEY}/more", 404),
        (f"/hooks/{PLATFORM}/../{KEY}", 404),
        (f"/hooks/{PLATFORM}/", 404),
        (f"/hooks/{PLATFORM}/{KEY[:-1]}", 404),
    ],
)
async def test_an_address_that_nobody_was_told_is_nothing(
    site: Site, kept: Kept, path: str, status: int
) -> None:
    assert (await post(site, body(), path))[0] == status
    assert kept.all == []


async def test_a_bot_that_is_switched_off_is_gone_and_comes_back_at_once(site: Site, kept: Kept) -> None:
    for enabled, status in ((False, 410), (True, 200)):
        async with site.database.transaction() as session:
            bot = await session.get(Bot, 1)
            assert bot is not None
            bot.enabled = enabled
            announce(session, "bot", bot=1)
        await asyncio.sleep(0)
        assert (await post(site, body()))[0] == status


async def test_what_another_process_has_just_changed_counts_at_once(site: Site, kept: Kept) -> None:
    """A platform tries an address or a secret out while it is being told."""
    assert (await post(site, body(1)))[0] == 200
    other = Database(site.database.url)
    async with other.transaction() as session:
        bot = await session.get_one(Bot, 1)
        bot.secret, bot.former_secret = "secret-of-another-process", bot.secret
        session.add(Bot(key="n" * 32, platform=PLATFORM, name="Новый", secret=SECRET))
    await other.close()
    await asyncio.sleep(2 * AT_ONCE)

    newer = headers(body(2), "secret-of-another-process")
    assert (await post(site, body(2), headers=newer))[0] == 200
    assert (await post(site, body(3), f"/hooks/{PLATFORM}/{'n' * 32}"))[0] == 200


async def test_a_platform_that_asks_who_we_are_hears_it_only_when_it_proves_itself(
    site: Site, kept: Kept
) -> None:
    visitor = await site.browser()
    right = await visitor.get(AT, params={"by": signed(b""), "challenge": "<b>1158</b>"})
    wrong = await visitor.get(AT, params={"by": signed(b"x"), "challenge": "1158"})

    assert (right.status, await right.text()) == (200, "<b>1158</b>")
    assert right.content_type == "text/plain"
    assert (wrong.status, await wrong.text()) == (401, "")
    assert kept.all == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_ways_to_ask_are_not_heard(site: Site, kept: Kept, method: str) -> None:
    answer = await (await site.browser()).request(method, AT, data=body(), headers=headers(body()))
    assert answer.status == 405


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"[" * 200_000,
        b'{"id":' * 100_000,
        b"\x00\xff\xfe",
        b'{"id": "\\ud800\\u0000", "text": "\\udfff"}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": {"a": 1}, "text": 5}',
        b'{"id": 1, "kind": ["x"]}',
        b"PK\x03\x04" + bytes(1000),
    ],
    ids=lambda content: repr(content[:12]),
)
async def test_any_bytes_that_are_signed_are_kept_as_they_came(
    site: Site, kept: Kept, content: bytes
) -> None:
    assert (await post(site, content))[0] == 200

    (heard,) = kept.all
    heard.raw.encode()
    assert "\0" not in heard.raw
    assert heard.ignored or heard.events


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x", ""]
)
async def test_what_a_body_is_called_changes_nothing(site: Site, kept: Kept, kind: str) -> None:
    told = headers(body()) | {"Content-Type": kind}
    assert (await post(site, body(), headers=told))[0] == 200
    assert kept.texts == ["Здравствуйте!"]


async def test_an_adapter_that_stumbles_loses_nothing(
    site: Site, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> Any:
        raise KeyError("hush")

    monkeypatch.setattr(Plain, "parse", stumble)
    assert (await post(site, body()))[0] == 200
    assert [(one.ignored, one.raw) for one in kept.all] == [("malformed: KeyError", body().decode())]

    monkeypatch.setattr(Plain, "verify", stumble)
    assert (await post(site, body()))[0] == 401


@pytest.mark.parametrize("size", [hooks.MOST_BODY + 1, 10_000_000])
async def test_more_than_a_platform_sends_is_not_read(site: Site, kept: Kept, size: int) -> None:
    content = b"x" * size
    assert (await post(site, content))[0] == 413
    assert (await post(site, chunked(content), headers={SIGNATURE: signed(content)}))[0] == 413
    assert (await post(site, body()))[0] == 200
    assert kept.texts == ["Здравствуйте!"]


async def chunked(content: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(content), 65536):
        yield content[place : place + 65536]


async def test_a_body_without_end_is_not_read_to_its_end(site: Site, kept: Kept) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100_000

    with contextlib.suppress(aiohttp.ClientError):
        await post(site, endless(), headers={SIGNATURE: "x"})
    assert kept.all == []


async def test_as_much_as_a_platform_may_send_is_taken(site: Site, kept: Kept) -> None:
    content = body(words="x" * (hooks.MOST_BODY - 100))
    assert (await post(site, content))[0] == 200
    assert len(kept.texts[0]) == 20_000


async def test_a_squeezed_body_is_read_and_a_bomb_is_not(site: Site, kept: Kept) -> None:
    squeezed = {**headers(body()), "Content-Encoding": "gzip"}
    assert (await post(site, gzip.compress(body()), headers=squeezed))[0] == 200
    assert (await post(site, gzip.compress(b"x" * 50_000_000), headers=squeezed))[0] == 413
    assert (await post(site, b"no gzip", headers=squeezed))[0] == 400
    assert len(kept.all) == 1


HEAD = f"POST {AT} HTTP/1.1\r\nHost: x\r\n"


async def bare(site: Site, *pieces: bytes) -> list[str]:
    """Sent piece by piece over a bare connection, and then nothing more; the lines of the answer's head."""
    port = site.server.port
    assert port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return head.decode().splitlines()


@pytest.mark.parametrize("name", ["PAUSE", "SECONDS"])
async def test_a_body_that_does_not_come_is_not_waited_for(
    site: Site, kept: Kept, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(hooks, name, 0.1)
    lines = await bare(site, f"{HEAD}Content-Length: 500\r\n\r\n".encode(), *[b"{"] * 5)

    assert lines[0] == "HTTP/1.1 408 Request Timeout"
    assert kept.all == []


async def test_slow_ones_hold_nobody_up(site: Site, kept: Kept) -> None:
    port = site.server.port
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(50)]
    for _, writer in slow:
        writer.write(f"{HEAD}Content-Length: 500\r\n\r\n{{".encode())
    started = time.perf_counter()
    assert (await post(site, body()))[0] == 200
    took = time.perf_counter() - started
    for _, writer in slow:
        writer.close()
    assert took < hooks.PAUSE


async def test_a_body_that_breaks_off_is_nothing(site: Site, kept: Kept) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(f"{HEAD}Content-Length: 500\r\n\r\n".encode() + body())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await post(site, body(2)))[0] == 200
    assert len(kept.all) == 1


async def test_what_cannot_be_kept_now_shall_be_told_again(site: Site, kept: Kept) -> None:
    kept.fails = [Deferred("database-unavailable"), RuntimeError("hush")]
    visitor = await site.browser()
    for _ in range(2):
        answer = await visitor.post(AT, data=body(), headers=headers(body()))
        assert (answer.status, answer.headers["Retry-After"], await answer.text()) == (503, "5", "")
    assert (await post(site, body()))[0] == 200


async def test_what_never_can_be_kept_is_not_told_for_ever(site: Site, kept: Kept) -> None:
    kept.fails = [Rejected("unstorable-fact", external_id="1")]
    assert (await post(site, body()))[0] == 200


async def test_bots_are_known_while_the_database_is_in_trouble(
    site: Site, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await post(site, body(1)))[0] == 200

    def gone() -> Any:
        raise ConnectionError("gone")

    monkeypatch.setattr(site.database, "reading", gone)
    await asyncio.sleep(GOOD_FOR)  # they are to be read again now
    assert (await post(site, body(2)))[0] == 200


async def test_secrets_and_bodies_leave_no_trace(site: Site, kept: Kept) -> None:
    telling = body(words="тайна", secret=SECRET, token=TOKEN)
    with capture_logs(processors=[format_exc_info]) as written:
        await post(site, telling)
        await post(site, telling, headers={SIGNATURE: "forged-signature"})
        kept.fails = [RuntimeError("broken")]
        await post(site, telling)

    assert SECRET not in kept.all[0].raw
    assert TOKEN not in kept.all[0].raw
    assert "broken" in str(written)
    assert [one for one in (SECRET, TOKEN, "forged-", "app-hush", "тайна") if one in str(written)] == []


async def test_a_platform_that_tells_again_is_heard_once_and_broken_things_are_shown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the real reception."""
    monkeypatch.setitem(ADAPTERS, PLATFORM, Plain())
    await plug_in(site)
    for content in (body(1), body(2), body(1), b"no JSON", b"no JSON", body(3, kind="poll")):
        assert (await post(site, content))[0] == 200
    await site.app[RECEPTION].bots.note()

    async with site.database.reading() as session:
        said = (await session.exec(select(ChatMessage.text))).all()
        inquiries = (await session.exec(select(Inquiry.id))).all()
        broken = await unreadable_of(session, 1)
        counted = {one.reason: one.count for one in (await ignored_by_bot(session))[1]}
    assert (len(said), len(inquiries)) == (2, 1)
    assert [one.raw for one in broken] == ["no JSON"]
    assert counted == {"malformed": 2, "unknown-kind: poll": 1}
