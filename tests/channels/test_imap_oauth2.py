"""Mailboxes whose servers want OAuth2: a refresh token becomes an access token, again and again."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from intake.channels.oauth2 import Grant, GrantRefused, Tokens
from intake.errors import Deferred, Rejected
from intake.model.calls import Link
from tests.channels.mail_peer import Conversation, Peer
from tests.channels.nasty import until
from tests.channels.postbox import Postbox, letter, listening
from tests.real.dovecot import USER

pytestmark = pytest.mark.slow


class TokenServer:
    """Gives the tokens a-1, a-2 …, each for `life` seconds, and the refresh token that it was told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.life: Any = 3600
        self.refresh_token: str | None = None
        self.refusal: web.Response | None = None
        self.server: TestServer

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        if self.refusal is not None:
            return web.Response(status=self.refusal.status, text=self.refusal.text)
        given = {"access_token": f"a-{len(self.asked)}", "expires_in": self.life, "token_type": "Bearer"}
        return web.json_response(
            given | ({"refresh_token": self.refresh_token} if self.refresh_token else {})
        )

    def grant(self) -> Grant:
        return Grant(
            str(self.server.make_url("/token")), "client", "refresh-1", "client-hush", "https://mail.example/"
        )


@pytest.fixture
async def tokens() -> AsyncIterator[TokenServer]:
    known = TokenServer()
    app = web.Application()
    app.router.add_post("/token", known.answer)
    known.server = TestServer(app)
    async with known.server:
        yield known


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer().running() as running:
        yield running


@pytest.fixture
def box() -> Postbox:
    return Postbox()


async def test_it_signs_in_with_the_token_that_the_refresh_token_brings(
    peer: Peer, tokens: TokenServer, box: Postbox
):
    peer.letters[1] = letter("by oauth")
    async with listening(peer.port, box, secret="", grant=tokens.grant()):
        await until(lambda: box.subjects == ["by oauth"])
    assert peer.signed_in == [f"user={USER}\1auth=Bearer a-1\1\1"]
    assert tokens.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-1",
            "client_id": "client",
            "client_secret": "client-hush",
            "scope": "https://mail.example/",
        }
    ]


async def test_a_good_token_serves_for_the_next_connection_and_one_that_ends_does_not(
    peer: Peer, tokens: TokenServer, box: Postbox
):
    async def hang_up(said: Conversation, _tag: str, _rest: str) -> None:
        said.hang_up()

    peer.answers["IDLE"] = hang_up
    async with listening(peer.port, box, grant=tokens.grant()):
        await until(lambda: len(peer.signed_in) >= 3)
        assert len(tokens.asked) == 1
    tokens.life = 30
    async with listening(peer.port, box, grant=tokens.grant()):
        await until(lambda: len(tokens.asked) >= 3)


async def test_another_refresh_token_is_kept_and_used(peer: Peer, tokens: TokenServer, box: Postbox):
    tokens.life, tokens.refresh_token = 0, "refresh-2"
    made = Tokens(tokens.grant(), box.renew)
    assert [await made.token(), await made.token()] == ["a-1", "a-2"]
    assert box.renewed == ["refresh-2"]
    assert [one["refresh_token"] for one in tokens.asked] == ["refresh-1", "refresh-2"]


async def test_a_grant_that_was_taken_back_is_refused_in_the_servers_words(
    peer: Peer, tokens: TokenServer, box: Postbox
):
    tokens.refusal = web.Response(
        status=400, text='{"error": "invalid_grant", "error_description": "Token\\nhas been revoked"}'
    )
    async with listening(peer.port, box, grant=tokens.grant()):
        await until(lambda: box.link() is Link.REFUSED)
    assert box.health[-1].detail == "Token has been revoked"
    assert len(tokens.asked) == 1
    assert peer.connections == 0


@pytest.mark.parametrize(
    ("status", "text"), [(503, "busy"), (200, "<html>"), (200, "[]"), (200, '{"access_token": 5}'), (302, "")]
)
async def test_a_token_server_in_trouble_is_asked_again(
    peer: Peer, tokens: TokenServer, box: Postbox, status: int, text: str
):
    tokens.refusal = web.Response(status=status, text=text)
    async with listening(peer.port, box, grant=tokens.grant()):
        await until(lambda: len(tokens.asked) >= 3)
        assert box.link() is Link.DOWN
        tokens.refusal = None
        await until(lambda: box.link() is Link.UP)


async def test_a_mail_server_that_refuses_the_token_is_told_and_the_token_forgotten(
    peer: Peer, tokens: TokenServer, box: Postbox
):
    async def refuse(said: Conversation, tag: str, _rest: str) -> None:
        said.say("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
        await said.line()
        said.say(f"{tag} NO AUTHENTICATE failed.\r\n")

    peer.answers["AUTHENTICATE"] = refuse
    async with listening(peer.port, box, grant=tokens.grant()):
        await until(lambda: box.link() is Link.REFUSED)
    assert box.health[-1].detail == "AUTHENTICATE failed."


@pytest.mark.parametrize("life", [None, "3600", "soon", -5, 1e300])
async def test_a_life_of_any_kind_is_understood(tokens: TokenServer, box: Postbox, life: Any):
    tokens.life = life
    assert await Tokens(tokens.grant(), box.renew).token() == "a-1"


async def test_an_address_that_is_none_is_for_a_person_to_correct(box: Postbox):
    for url in ("nowhere", "http://"):
        with pytest.raises(Rejected):
            await Tokens(Grant(url, "client", "refresh"), box.renew).token()


async def test_nobody_there_is_no_refusal(box: Postbox):
    with pytest.raises(Deferred):
        await Tokens(Grant("http://127.0.0.1:1/token", "client", "refresh"), box.renew).token()


async def test_an_endless_answer_is_not_read_to_its_end(tokens: TokenServer, box: Postbox):
    tokens.refusal = web.Response(status=400, text="x" * 5_000_000)
    with pytest.raises(GrantRefused) as refused:
        await Tokens(tokens.grant(), box.renew).token()
    assert refused.value.params["words"] == "HTTP 400"


def test_secrets_are_not_in_its_repr(tokens: TokenServer):
    assert "hush" not in repr(tokens.grant())
    assert "refresh-1" not in repr(tokens.grant())
