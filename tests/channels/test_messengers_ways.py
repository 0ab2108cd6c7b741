"""How a platform is reached: another address, a proxy, a certificate that only a bundle of ours knows."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from intake.channels.messengers.api import Api, Way
from intake.channels.messengers.telegram.adapter import Telegram
from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.errors import Deferred
from intake.model.chats import BotKeys, ChatOut
from tests.channels.post import make_certificate
from tests.platforms.proxies import PASSWORD, USER, proxy
from tests.real.ports import free_port

pytestmark = pytest.mark.slow

ADAPTER, KEYS = Telegram(), BotKeys(7, TOKEN, ("secret",))
SIGNED = f"{USER.decode()}:{PASSWORD.decode()}"


@asynccontextmanager
async def secured(certificate: Path) -> AsyncIterator[str]:
    """Its address; whatever is asked is answered."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"first_name": "Ромашка", "url": ""}})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port := free_port(), ssl_context=context)
    await site.start()
    try:
        yield f"https://localhost:{port}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(("kind", "address"), [("socks", f"socks5://{SIGNED}@"), ("connect", "http://")])
async def test_a_proxy_leads_there_and_back_with_files(kind: str, address: str) -> None:
    async with (
        FakeTelegram() as telegram,
        proxy(kind) as between,
        Api(Way(telegram.base, proxy=f"{address}127.0.0.1:{between.port}")) as api,
    ):
        anna = telegram.person("Анна")
        await ADAPTER.send(api, KEYS, ChatOut(str(anna.id), "k", "Здравствуйте"))
        pieces = [piece async for piece in ADAPTER.fetch(api, KEYS, telegram.keeps(b"x" * 300_000))]

        assert telegram.sent[0].text == "Здравствуйте"
        assert sum(map(len, pieces)) == 300_000
        assert set(between.reached) == {telegram.base.removeprefix("http://")}


@pytest.mark.parametrize("kind", ["wrong password", "nobody there"])
async def test_a_proxy_that_leads_nowhere_is_trouble_of_the_way(kind: str) -> None:
    async with FakeTelegram() as telegram, proxy("socks") as between:
        port = between.port if kind == "wrong password" else free_port()
        async with Api(Way(telegram.base, proxy=f"socks5://intake:guessed@127.0.0.1:{port}")) as api:
            with pytest.raises(Deferred) as trouble:
                await ADAPTER.connect(api, KEYS, "")

        assert trouble.value.code == "bot-unreachable"
        assert "guessed" not in repr(trouble.value)
        assert not telegram.asked


async def test_a_certificate_counts_where_a_bundle_knows_it(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    async with secured(certificate) as base:
        async with Api(Way(base)) as api:
            with pytest.raises(Deferred) as trouble:
                await ADAPTER.check(api, KEYS, "")
        async with Api(Way(base, ca_file=str(certificate))) as api:
            told = await ADAPTER.check(api, KEYS, "")

    assert trouble.value.code == "bot-unreachable"
    assert told.name == "Ромашка"


async def test_a_certificate_counts_through_a_proxy_too(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    async with secured(certificate) as base, proxy("connect") as between:
        way = Way(base, proxy=f"http://127.0.0.1:{between.port}", ca_file=str(certificate))
        async with Api(way) as api:
            assert (await ADAPTER.check(api, KEYS, "")).name == "Ромашка"
        async with Api(Way(base, proxy=way.proxy)) as api:
            with pytest.raises(Deferred):
                await ADAPTER.check(api, KEYS, "")
