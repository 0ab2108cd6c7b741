"""Letters that are handed to a server, with another server's real words."""

import asyncio
import base64
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from intake.channels.sending import Password, Security, Server, Token, send, try_out
from intake.channels.smtp.receiver import certificate
from intake.errors import Deferred, Rejected
from tests.channels.peer import Peer, serving
from tests.channels.post import LETTER, make_certificate

FROM, TO = "info@firma.example", ["ivan@client.example"]
CLIENT = "клиент.рф".encode("idna").decode()
LOGIN = Password("info@firma.example", "пароль")


def plain(peer: Peer, **changes: Any) -> Server:
    return Server(
        **{"host": "127.0.0.1", "port": peer.port, "security": Security.NONE, "patience": 5.0, **changes}
    )


async def test_a_letter_goes_out_as_it_is():
    text = LETTER + b".\r\n..\r\nend\r\n"
    async with serving(Peer()) as peer:
        sent = await send(plain(peer), text, FROM, TO)
    (taken,) = peer.taken
    assert taken.content == text
    assert (taken.mail_from, taken.rcpt_tos) == (FROM, TO)
    assert (sent.words, sent.refused) == ("2.0.0 queued as 42", ())


async def test_a_cyrillic_domain_goes_out_in_ascii():
    async with serving(Peer(), enable_SMTPUTF8=False) as peer:
        await send(plain(peer), LETTER, "info@почта.рф", ["ivan@клиент.рф"])
    assert peer.taken[0].rcpt_tos == [f"ivan@{CLIENT}"]


async def test_a_cyrillic_name_before_the_at_needs_a_server_that_can():
    async with serving(Peer()) as peer:
        await send(plain(peer), LETTER, FROM, ["иван@клиент.рф"])
    assert peer.taken[0].rcpt_tos == [f"иван@{CLIENT}"]
    assert "SMTPUTF8" in peer.taken[0].mail_options
    async with serving(Peer(), enable_SMTPUTF8=False) as peer:
        with pytest.raises(Rejected, match="smtp-not-able"):
            await send(plain(peer), LETTER, FROM, ["иван@клиент.рф"])


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nRCPT TO:<evil@c.example", "a\x00@b.example", "a b@c.example", "", "@", "a@", "a@-b"],
)
async def test_an_address_that_could_be_a_command_is_never_sent(address: str):
    async with serving(Peer()) as peer:
        for sender, people in ((FROM, [address]), (address, TO)):
            with pytest.raises(Rejected, match="bad-address"):
                await send(plain(peer), LETTER, sender, people)
    assert peer.taken == []


@pytest.mark.parametrize(
    ("says", "error", "code"),
    [
        ({"MAIL": "451 4.7.1 greylisted, come again"}, Deferred, "smtp-refused"),
        ({"MAIL": "550 5.7.1 your address is not yours"}, Rejected, "smtp-refused"),
        ({"DATA": "452 4.3.1 disk is full"}, Deferred, "smtp-refused"),
        ({"DATA": "554 5.7.1 this is spam"}, Rejected, "smtp-refused"),
    ],
)
async def test_4xx_is_tried_again_and_5xx_is_not(says: dict[str, str], error: type[Exception], code: str):
    async with serving(Peer(says=says)) as peer:
        with pytest.raises(error) as raised:
            await send(plain(peer), LETTER, FROM, TO)
    (said,) = says.values()
    assert isinstance(raised.value, Deferred | Rejected)
    assert raised.value.code == code
    assert raised.value.params == {"number": int(said[:3]), "words": said[4:]}


async def test_of_several_recipients_those_who_were_refused_are_named():
    async with serving(Peer(refuses={"gone@client.example": "550 5.1.1 no such user"})) as peer:
        sent = await send(plain(peer), LETTER, FROM, [*TO, "gone@client.example"])
    assert peer.taken[0].rcpt_tos == TO
    assert [(one.address, one.code, one.words) for one in sent.refused] == [
        ("gone@client.example", 550, "5.1.1 no such user")
    ]


async def test_where_all_are_refused_one_that_may_be_tried_again_decides():
    refuses = {"a@client.example": "550 no such user", "b@client.example": "450 mailbox busy"}
    async with serving(Peer(refuses=refuses)) as peer:
        with pytest.raises(Deferred, match="smtp-recipients-refused"):
            await send(plain(peer), LETTER, FROM, list(refuses))
        with pytest.raises(Rejected, match="smtp-recipients-refused"):
            await send(plain(peer), LETTER, FROM, ["a@client.example"])


async def test_a_password_logs_in_and_a_wrong_one_is_told():
    async with serving(Peer()) as peer:
        await send(plain(peer, login=LOGIN), LETTER, FROM, TO)
        with pytest.raises(Rejected, match="smtp-login-refused"):
            await send(plain(peer, login=Password("info@firma.example", "no")), LETTER, FROM, TO)
    assert len(peer.taken) == 1


async def test_a_token_logs_in_by_xoauth2():
    async with serving(Peer()) as peer:
        await send(plain(peer, login=Token("info@firma.example", "ya29.token")), LETTER, FROM, TO)
        peer.says["AUTH"] = "535 5.7.8 token is too old"
        with pytest.raises(Rejected, match="smtp-login-refused"):
            await send(plain(peer, login=Token("info@firma.example", "old")), LETTER, FROM, TO)
    assert base64.b64decode(peer.logins[0]) == b"user=info@firma.example\x01auth=Bearer ya29.token\x01\x01"
    assert len(peer.taken) == 1


async def test_a_server_without_xoauth2_is_nothing_to_wait_for():
    async with serving(Peer(), auth_exclude_mechanism=("XOAUTH2",)) as peer:
        with pytest.raises(Rejected, match="smtp-not-able"):
            await send(plain(peer, login=Token("info@firma.example", "t")), LETTER, FROM, TO)


async def test_secrets_are_not_shown_where_a_server_is():
    shown = f"{Server('h', 25, Security.TLS, LOGIN)}{Server('h', 25, Security.TLS, Token('u', 'ya29.token'))}"
    assert "пароль" not in shown
    assert "ya29" not in shown


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_of_ones_own_is_believed_when_it_is_given(security: Security, tmp_path: Path):
    path = make_certificate(tmp_path)
    context = certificate(path)
    ways = {"tls": context} if security is Security.TLS else {"starttls": context, "require_starttls": True}
    async with serving(Peer(), **ways) as peer:
        server = plain(peer, host="localhost", security=security, login=LOGIN)
        with pytest.raises(Rejected, match="smtp-certificate"):
            await send(server, LETTER, FROM, TO)
        await send(
            plain(peer, host="localhost", security=security, login=LOGIN, ca_file=str(path)), LETTER, FROM, TO
        )
    assert len(peer.taken) == 1
    assert len(peer.logins) == 1, "a password is shown to nobody whose certificate is not believed"


async def test_where_starttls_is_wanted_nothing_goes_out_in_the_clear():
    async with serving(Peer()) as peer:
        with pytest.raises((Deferred, Rejected)):
            await send(plain(peer, security=Security.STARTTLS, login=LOGIN), LETTER, FROM, TO)
    assert (peer.taken, peer.logins) == ([], [])


async def test_a_missing_file_of_certificates_is_told():
    with pytest.raises(Rejected, match="smtp-not-able"):
        await send(Server("127.0.0.1", 1, Security.TLS, ca_file="/nowhere.pem"), LETTER, FROM, TO)


async def test_nobody_there_and_silence_are_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        with pytest.raises(Deferred, match="smtp-unreachable"):
            await send(Server("127.0.0.1", port, Security.NONE, patience=0.2), LETTER, FROM, TO)
    with pytest.raises(Deferred, match="smtp-unreachable"):
        await send(Server("127.0.0.1", port, Security.NONE, patience=1), LETTER, FROM, TO)
    with pytest.raises(Deferred, match="smtp-unreachable"):
        await send(Server("no-such-host.invalid", 25, Security.NONE, patience=5), LETTER, FROM, TO)


async def test_a_server_that_takes_the_text_and_says_nothing_is_tried_again():
    async with serving(Peer(silent=True)) as peer:
        with pytest.raises(Deferred, match="smtp-unreachable"):
            await send(plain(peer, patience=0.3), LETTER, FROM, TO)


async def test_a_server_that_talks_nonsense_is_tried_again():
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff HTTP/1.1 400 \r\n" * 3)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for security in Security:
            with pytest.raises((Deferred, Rejected)):
                await send(Server("127.0.0.1", port, security, patience=1), LETTER, FROM, TO)


async def test_a_connection_can_be_tried_out_without_a_letter():
    async with serving(Peer()) as peer:
        assert await try_out(plain(peer, login=LOGIN)) == "OK"
        with pytest.raises(Rejected, match="smtp-login-refused"):
            await try_out(plain(peer, login=Password("info@firma.example", "no")))
    assert peer.taken == []


def test_the_context_trusts_the_machines_authorities_and_names():
    from intake.channels.sending import _context

    context = _context("")
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
