"""The SMTP receiver with real clients on loopback."""

import asyncio
import smtplib
import ssl
from pathlib import Path

import aiosmtplib
import pytest

from intake.channels.smtp.receiver import certificate
from intake.errors import Deferred, Rejected
from tests.channels.post import LETTER, Shelf, make_certificate, office, talking


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def test_a_letter_is_taken_byte_for_byte(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.post()
    (event,) = shelf.letters
    assert event.raw == LETTER
    assert (event.channel, event.mailbox, event.envelope_from) == (
        "smtp",
        "info@firma.example",
        "ivan@client.example",
    )
    assert event.at.tzinfo is not None


async def test_smtplib_and_aiosmtplib_can_bring_letters(shelf: Shelf):
    def bring(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail("ivan@client.example", ["info@firma.example"], LETTER)

    async with office(shelf) as port:
        await asyncio.to_thread(bring, port)
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
            await client.sendmail("ivan@client.example", ["info@firma.example"], LETTER)
    assert shelf.raws == [LETTER, LETTER]


async def test_each_letter_has_an_id_of_its_own(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        said = [await client.post() for _ in range(3)]
    ids = [event.external_id for event in shelf.letters]
    assert len(set(ids)) == 3
    assert all(one in answer for one, answer in zip(ids, said, strict=True))


async def test_250_is_said_only_when_the_letter_is_committed(shelf: Shelf):
    shelf.gate.clear()
    async with office(shelf) as port, talking(port) as client:
        await client.begin()
        client.writer.write(LETTER + b".\r\n")
        await shelf.asked.wait()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.reader.read(1), 0.1)
        shelf.gate.set()
        await client.heard("250")


async def test_our_trouble_is_451_and_the_next_letter_goes_on(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        for trouble in (Deferred("database-busy"), ConnectionError("away"), RuntimeError("a fault of ours")):
            shelf.trouble = trouble
            await client.post(code="451")
        shelf.trouble = None
        await client.post()
    assert len(shelf.letters) == 1


async def test_what_reception_can_never_keep_is_554(shelf: Shelf):
    shelf.trouble = Rejected("unstorable-fact")
    async with office(shelf) as port, talking(port) as client:
        await client.post(code="554")


async def test_unknown_recipients_are_refused_where_they_are_named(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.say("MAIL FROM:<ivan@client.example>", "250")
        await client.say("RCPT TO:<stranger@elsewhere.example>", "550 5.1.1")
        await client.say("DATA", "503")
        await client.say("RCPT TO:<info@firma.example>", "250")


@pytest.mark.parametrize(
    ("written", "mailbox"),
    [
        ("INFO@Firma.Example", "info@firma.example"),
        ("info@xn--80a1acny.xn--p1ai", "info@почта.рф"),
        ("info@почта.рф", "info@почта.рф"),
        ("заявки@почта.рф", "заявки@почта.рф"),
    ],
)
async def test_our_address_is_known_however_it_is_written(shelf: Shelf, written: str, mailbox: str):
    async with office(shelf) as port, talking(port) as client:
        await client.post(to=written)
    assert shelf.letters[0].mailbox == mailbox


async def test_a_letter_to_several_of_our_addresses_is_one(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.say("MAIL FROM:<ivan@client.example>", "250")
        for to in ("sale@firma.example", "info@firma.example", "SALE@firma.example"):
            await client.say(f"RCPT TO:<{to}>", "250")
        await client.say("DATA", "354")
        await client.say(LETTER + b".", "250")
    assert [event.mailbox for event in shelf.letters] == ["sale@firma.example"]


async def test_a_bounce_has_no_sender(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.post(sender="")
    assert shelf.letters[0].envelope_from == ""


async def test_a_sender_beyond_ascii_is_understood(shelf: Shelf):
    async with office(shelf) as port, aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        await client.sendmail(
            "иван@клиент.рф", ["заявки@почта.рф"], LETTER, mail_options=["SMTPUTF8", "BODY=8BITMIME"]
        )
    assert (shelf.letters[0].envelope_from, shelf.letters[0].mailbox) == ("иван@клиент.рф", "заявки@почта.рф")


async def test_lines_of_any_length_are_taken(shelf: Shelf):
    text = LETTER + b"x" * 300_000 + b"\r\nend\r\n"
    async with office(shelf) as port, talking(port) as client:
        await client.post(text)
        await client.post(b"")
        await client.post(b"\r\n")
    assert shelf.raws == [text, b"", b"\r\n"]


async def test_dots_at_the_beginning_of_lines_come_back(shelf: Shelf):
    text = b"..\r\n\r\n.one\r\n..two\r\n...\r\nmid . dle\r\n"
    sent = b"...\r\n\r\n..one\r\n...two\r\n....\r\nmid . dle\r\n"
    async with office(shelf) as port, talking(port) as client:
        await client.post(sent)
    assert shelf.raws == [text]


async def test_it_greets_by_name_and_offers_what_it_can(shelf: Shelf):
    async with office(shelf, letter=5_000_000) as port, talking(port, greet=False) as client:
        assert await client.heard() == "220 mx.firma.example ESMTP\r\n"
        offered = await client.say("EHLO client.example", "250-mx.firma.example")
    assert {"SIZE 5000000", "8BITMIME", "SMTPUTF8", "PIPELINING"} <= {
        line[4:] for line in offered.splitlines()
    }
    assert "STARTTLS" not in offered
    assert "AUTH" not in offered


async def test_nobody_can_log_in_here(shelf: Shelf, tmp_path: Path):
    async with office(shelf, certificate(make_certificate(tmp_path))) as port:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=True, validate_certs=False)
        async with client:
            assert not client.supports_extension("auth")
            answer = await client.execute_command(b"AUTH", b"PLAIN", b"AGEAYg==")
    assert answer.code == 500


async def test_starttls_encrypts_the_letter(shelf: Shelf, tmp_path: Path):
    path = make_certificate(tmp_path)
    trusted = ssl.create_default_context(cafile=str(path))
    async with office(shelf, certificate(path)) as port:
        client = aiosmtplib.SMTP(hostname="localhost", port=port, start_tls=True, tls_context=trusted)
        async with client:
            assert client.get_transport_info("cipher")
            await client.sendmail("ivan@client.example", ["info@firma.example"], LETTER)
            await client.sendmail("ivan@client.example", ["info@firma.example"], LETTER)
    assert shelf.raws == [LETTER, LETTER]


async def test_what_was_said_before_starttls_is_forgotten(shelf: Shelf, tmp_path: Path):
    """Commands in one packet with STARTTLS must not be done inside of the encryption."""
    async with office(shelf, certificate(make_certificate(tmp_path))) as port, talking(port) as client:
        smuggled = b"MAIL FROM:<evil@client.example>\r\nRCPT TO:<info@firma.example>\r\nRSET\r\n"
        client.writer.write(b"STARTTLS\r\n" + smuggled)
        await client.heard("220")
        insecure = ssl.create_default_context()
        insecure.check_hostname, insecure.verify_mode = False, ssl.CERT_NONE
        await client.writer.start_tls(insecure)
        await client.say("NOOP", "250")
        await client.say("RCPT TO:<info@firma.example>", "503")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.reader.read(1), 0.1)


async def test_a_client_that_spoils_tls_leaves_nothing_behind(shelf: Shelf, tmp_path: Path):
    async with office(shelf, certificate(make_certificate(tmp_path)), connections=1) as port:
        async with talking(port) as client:
            await client.say("STARTTLS", "220")
            client.writer.write(b"this is no TLS at all\r\n" * 5)
            assert await client.hung_up()
        async with talking(port) as client:
            await client.post()
    assert len(shelf.letters) == 1


async def test_a_client_that_goes_away_does_not_tear_the_commit(shelf: Shelf):
    shelf.gate.clear()
    async with office(shelf) as port:
        async with talking(port) as client:
            await client.begin()
            client.writer.write(LETTER + b".\r\n")
            await shelf.asked.wait()
        await asyncio.sleep(0.05)
        shelf.gate.set()
    assert shelf.raws == [LETTER]


async def test_a_client_that_goes_away_amidst_the_text_leaves_no_letter(shelf: Shelf):
    async with office(shelf) as port, talking(port) as client:
        await client.begin()
        client.writer.write(LETTER)
        await client.close()
        await asyncio.sleep(0.05)
    assert shelf.letters == []


async def test_at_the_end_a_letter_that_is_being_committed_gets_its_250(shelf: Shelf):
    shelf.gate.clear()
    opened = office(shelf)
    port = await opened.__aenter__()
    async with talking(port) as busy, talking(port) as idle:
        await busy.begin()
        busy.writer.write(LETTER + b".\r\n")
        await shelf.asked.wait()
        closing = asyncio.create_task(opened.__aexit__(None, None, None))
        await asyncio.sleep(0.05)
        shelf.gate.set()
        await busy.heard("250")
        await idle.heard("421")
        await closing
    assert shelf.raws == [LETTER]
