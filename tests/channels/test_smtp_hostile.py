"""What the receiver must bear from whoever finds its port."""

import asyncio
import socket
import time

import pytest

from intake.channels.smtp.limits import Limits, is_free, origin
from intake.channels.smtp.text import hops
from tests.channels.post import LETTER, Client, Shelf, office, talking

pytestmark = pytest.mark.slow

SMUGGLED = (
    b"MAIL FROM:<evil@client.example>\r\nRCPT TO:<sale@firma.example>\r\nDATA\r\n"
    b"Subject: smuggled\r\n\r\nx\r\n"
)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r.\r",
        b"\r.\r\n",
        b"\r\n.\r",
        b"\r\n.\n",
        b"\n.\r",
        b"\r\n\x00.\r\n",
        b"\r\n.\x00\r\n",
    ],
)
async def test_no_odd_end_of_text_splits_a_letter(shelf: Shelf, end: bytes):
    async with office(shelf) as port, talking(port) as client:
        await client.post(b"Subject: one\r\n\r\nfirst" + end + SMUGGLED)
        await client.say("NOOP", "250")
    (raw,) = shelf.raws
    assert raw.startswith(b"Subject: one\r\n")
    assert raw.endswith(b"Subject: smuggled\r\n\r\nx\r\n")


async def test_an_end_cut_anywhere_is_still_the_end(shelf: Shelf):
    text = b"Subject: x\r\n\r\n" + b"a" * 65_520 + b"\r\n.\r\n"
    async with office(shelf) as port, talking(port) as client:
        for cut in range(len(text) - 6, len(text) + 1):
            await client.begin()
            client.writer.write(text[:cut])
            await client.writer.drain()
            await asyncio.sleep(0.002)
            client.writer.write(text[cut:])
            await client.heard("250")
    assert shelf.raws == [text[:-3]] * 7


async def test_dots_are_taken_away_wherever_the_text_is_cut(shelf: Shelf):
    line = b"..dot at the beginning\r\n"
    async with office(shelf) as port, talking(port) as client:
        for shift in range(len(line)):
            await client.post(b"x" * shift + b"\r\n" + line * 8000 + b"\r\r\n")
    for shift, raw in enumerate(shelf.raws):
        assert raw == b"x" * shift + b"\r\n" + line[1:] * 8000 + b"\r\r\n"


async def test_commands_in_a_row_are_done_in_a_row(shelf: Shelf):
    lines = b"MAIL FROM:<a@client.example>\r\nRCPT TO:<info@firma.example>\r\nDATA\r\n"
    async with office(shelf) as port, talking(port) as client:
        client.writer.write(lines + LETTER + b".\r\n" + lines + LETTER + b".\r\nQUIT\r\n")
        for code in ("250", "250", "354", "250") * 2 + ("221",):
            await client.heard(code)
    assert shelf.raws == [LETTER, LETTER]


async def test_a_letter_larger_than_announced_is_refused_and_the_next_is_taken(shelf: Shelf):
    async with office(shelf, letter=100_000) as port, talking(port) as client:
        await client.say("MAIL FROM:<a@client.example> SIZE=100001", "552")
        await client.post(b"x" * 76 + b"\r\n" + b"y" * 150_000 + b"\r\n", code="552")
        await client.post()
    assert shelf.raws == [LETTER]


async def test_a_letter_without_end_is_cut_off(shelf: Shelf):
    async with office(shelf, letter=100_000) as port, talking(port) as client:
        await client.begin()
        client.writer.write((b"x" * 998 + b"\r\n") * 1000 + SMUGGLED)
        await client.heard("421")
        assert await client.hung_up()
    assert shelf.letters == []


async def test_letters_that_do_not_fit_into_memory_together_come_later(shelf: Shelf):
    async with office(shelf, together=100_000) as port, talking(port) as one, talking(port) as other:
        await one.begin()
        one.writer.write(b"x" * 90_000)
        await asyncio.sleep(0.05)
        await other.post(b"y" * 90_000 + b"\r\n", code="452")
        one.writer.write(b"\r\n.\r\n")
        await one.heard("250")
        await other.post(b"y" * 90_000 + b"\r\n")
    assert [len(raw) for raw in shelf.raws] == [90_002, 90_002]


async def test_a_letter_that_goes_in_circles_is_refused(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.post(b"received: from a by b\r\n" * 51 + LETTER, code="554 5.4.6")
        await client.post(b"Received: from a by b\r\n" * 50 + LETTER + b"Received: no header\r\n" * 9)
    assert len(shelf.letters) == 1


async def test_a_hundred_thousand_headers_stall_nobody(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        begun = time.perf_counter()
        await client.post(b"X-A: b\r\n" * 100_000 + LETTER)
        assert time.perf_counter() - begun < 2
    assert len(shelf.letters) == 1
    assert hops(b"Received: " * 100_000) == 1


async def test_null_bytes_and_every_other_byte_are_kept(shelf: Shelf):
    text = b"Subject: \x00\r\n\r\n" + bytes(range(256)) * 4 + b"\r\n"
    async with office(shelf) as port, talking(port) as client:
        await client.post(text)
    assert shelf.raws == [text]


@pytest.mark.parametrize(
    "line",
    [
        b"\x00\x01\x02",
        b"MAIL FROM:<\x00@client.example>",
        b"MAIL FROM:<\xff\xfe@client.example>",
        b"MAIL FROM:<a@client.example\nRCPT TO:<info@firma.example>",
        b"MAIL FROM:" + b"<" * 900,
        b"MAIL FROM:<" + b"(" * 900 + b"@b.example>",
        b'MAIL FROM:<"' + b"\\" * 901 + b'"@b.example>',
        b"MAIL FROM:<@@@@@>",
        b"MAIL FROM:<a@[>",
        b"MAIL",
        b"MAIL FROM:<a@b.example> SIZE=99999999999999999999999",
        b"VRFY \xff\xff",
        b"HELP \xd0\x96",
        b"EHLO \xff\xff\xff",
        b"X" * 5000,
        b"NOOP " + b"y" * 100_000,
        b"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
        b"BDAT 5 LAST",
        b"",
    ],
)
async def test_no_command_breaks_the_conversation(shelf: Shelf, line: bytes):
    async with office(shelf) as port, talking(port) as client:
        answer = await client.say(line)
        assert answer[:1] in "245", answer
        assert "Error: (" not in answer  # no names of our exceptions
        client.writer.write(b"RSET\r\n")
        while not (await client.heard()).startswith("250 OK"):
            pass
        await client.post()
    assert shelf.raws == [LETTER]


@pytest.mark.parametrize("piece", ["(a", "(", '"', '"a"', "a.", "@a,", '"a" (', "@", "\\"])
async def test_no_address_takes_long_to_read(shelf: Shelf, piece: str):
    async with office(shelf) as port, talking(port) as client:
        begun = time.perf_counter()
        for _ in range(10):
            await client.say(f"MAIL FROM:<{piece * (1900 // len(piece))}>", "5")
            await client.say(f"MAIL FROM:{piece * (320 // len(piece))}@client.example", "5")
        assert time.perf_counter() - begun < 1


async def test_an_address_with_two_dots_is_nobodys_business(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.post(sender="ivan..petrov.@client.example")
        await client.post(sender='"ivan petrov"@client.example')
    assert [event.envelope_from for event in shelf.letters] == [
        "ivan..petrov.@client.example",
        '"ivan petrov"@client.example',
    ]


async def test_a_sender_cannot_bring_control_characters_in(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.say(b"MAIL FROM:<a\x0b\x1b\xff@client.example>")
        if (await client.say("RCPT TO:<info@firma.example>"))[:3] == "250":
            await client.say("DATA", "354")
            await client.say(LETTER + b".", "250")
    assert all((event.envelope_from or "").isprintable() for event in shelf.letters)


async def test_a_flood_of_unknown_recipients_is_hung_up_on(shelf: Shelf):
    async with office(shelf, strangers=5) as port, talking(port) as client:
        await client.say("MAIL FROM:<a@client.example>", "250")
        for number in range(4):
            await client.say(f"RCPT TO:<guess{number}@firma.example>", "550")
        await client.say("RCPT TO:<guess5@firma.example>", "421")
        assert await client.hung_up()


async def test_too_many_recipients_are_for_another_letter(shelf: Shelf):
    async with office(shelf, recipients=3) as port, talking(port) as client:
        await client.say("MAIL FROM:<a@client.example>", "250")
        for code in ("250", "250", "250", "452", "452"):
            await client.say("RCPT TO:<info@firma.example>", code)
        await client.say("DATA", "354")
        await client.say(LETTER + b".", "250")
    assert len(shelf.letters) == 1


async def test_a_flood_of_commands_is_hung_up_on(shelf: Shelf):
    async with office(shelf, commands=10) as port, talking(port) as client:
        for _ in range(10):
            await client.say("NOOP", "250")
        await client.say("NOOP", "421")
        assert await client.hung_up()


async def test_one_address_cannot_take_all_connections(shelf: Shelf):
    async with office(shelf, connections_each=3) as port:
        guests = [await Client.to(port) for _ in range(3)]
        async with talking(port, greet=False) as refused:
            await refused.heard("421")
        await guests.pop().close()
        await asyncio.sleep(0.05)
        async with talking(port) as client:
            await client.post()
        for guest in guests:
            await guest.close()


async def test_connections_in_all_are_bounded(shelf: Shelf):
    async with office(shelf, connections=5, connections_each=100) as port:
        guests = [await Client.to(port) for _ in range(5)]
        flood = await asyncio.gather(*(Client.to(port, greet=False) for _ in range(100)))
        assert [(await one.heard())[:3] for one in flood] == ["421"] * 100
        await guests[0].post()
        for guest in [*guests, *flood]:
            await guest.close()


async def test_letters_a_minute_are_bounded_and_come_later(shelf: Shelf):
    async with office(shelf, letters_a_minute=3) as port, talking(port) as client:
        for _ in range(3):
            await client.post()
        await client.say("MAIL FROM:<a@client.example>", "451 4.7.1")
    assert len(shelf.letters) == 3


async def test_a_relay_on_this_machine_is_not_counted_by_address(shelf: Shelf):
    async with office(shelf, letters_a_minute=1, connections_each=1, free=Limits().free) as port:
        guests = [await Client.to(port) for _ in range(2)]
        for client in guests * 2:
            await client.post()
        for client in guests:
            await client.close()


async def test_a_client_that_says_nothing_is_hung_up_on(shelf: Shelf):
    async with office(shelf, idle=0.2) as port, talking(port, greet=False) as client:
        await client.heard("220")
        await client.heard("421")
        assert await client.hung_up()


@pytest.mark.parametrize("where", ["command", "text"])
async def test_a_client_that_drips_is_hung_up_on(shelf: Shelf, where: str):
    """Slow loris: bytes that never end a line do not wind the clock up again."""
    async with office(shelf, idle=0.3, data=0.3) as port, talking(port) as client:
        if where == "text":
            await client.begin()
        drips = 0
        while not client.writer.is_closing() and not client.reader.at_eof():
            client.writer.write(b"N")
            drips += 1
            await asyncio.sleep(0.02)
            assert drips < 100
    assert shelf.letters == []


async def test_a_client_that_never_reads_is_dropped(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("intake.channels.smtp.session.LAST_WORDS", 0.1)
    async with office(shelf, idle_crowded=0.3, connections=1, commands=10**6) as port:
        deaf = socket.create_connection(("127.0.0.1", port))
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await asyncio.to_thread(deaf.sendall, b"HELP\r\n" * 40_000)
        answer = "421"
        async with asyncio.timeout(20):
            while answer.startswith("421"):
                await asyncio.sleep(0.1)
                async with talking(port, greet=False) as next_one:
                    answer = await next_one.heard()
        deaf.close()
    assert answer.startswith("220")


async def test_commands_in_a_row_leave_others_their_turn(shelf: Shelf):
    async with office(shelf, commands=10**6) as port, talking(port) as many:
        answers = asyncio.create_task(many.reader.readexactly(5000 * len("250 OK\r\n")))
        many.writer.write(b"NOOP\r\n" * 5000)
        turns = 0
        while not answers.done():
            await asyncio.sleep(0)
            turns += 1
    assert turns > 4000


async def test_patience_is_short_where_it_is_crowded(shelf: Shelf):
    async with office(shelf, connections=4, idle=60, idle_crowded=0.2) as port:
        guests = [await Client.to(port) for _ in range(4)]
        await guests[3].heard("421")
        await guests[0].post()
        for guest in guests:
            await guest.close()


@pytest.mark.parametrize(
    ("peer", "who"),
    [
        (("203.0.113.5", 25), "203.0.113.5"),
        (("::ffff:203.0.113.5", 25, 0, 0), "203.0.113.5"),
        (("2001:db8:1:2:3:4:5:6", 25, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 25, 0, 2), "fe80::/64"),
        (("::1", 25, 0, 0), "::1"),
        (None, "unknown"),
        ("", "unknown"),
    ],
)
def test_who_counts_as_one(peer: object, who: str):
    assert origin(peer) == who


def test_only_this_machine_is_free_of_limits_for_each():
    limits = Limits()
    assert is_free("127.0.0.1", limits)
    assert is_free("::1", limits)
    assert not any(is_free(who, limits) for who in ("10.0.0.1", "2001:db8::/64", "unknown"))
