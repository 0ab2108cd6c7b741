"""Errors say what happened in the asker's form: page, toast or JSON; in their language."""

import asyncio

import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import create_async_engine

from intake.errors import Conflict, Deferred, Forbidden, NotFound, Rejected
from storage.tables.people import Role
from storage.trouble import is_trouble
from web import messages
from web.access import allow


class Broken(Exception):
    pass


ERRORS = {
    "rejected": (Rejected("phone-busy", extension="101"), 422),
    "conflict": (Conflict("already-undone"), 409),
    "missing": (NotFound("call-gone"), 404),
    "forbidden": (Forbidden("not-allowed"), 403),
    "deferred": (Deferred("pbx-silent"), 503),
    "unknown": (Rejected("a-code-nobody-has-a-sentence-for"), 422),
    "broken": (Broken("secret details"), 500),
}


async def _never_speaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def _hangs_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@pytest.mark.parametrize("host", [_never_speaks, _hangs_up])
async def test_a_postgresql_that_does_not_answer_is_trouble_and_no_bare_error(site, monkeypatch, host):
    browser = await site.sign_in("anna")
    async with await asyncio.start_server(host, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql+asyncpg://x@127.0.0.1:{port}/x"
        engine = create_async_engine(url, connect_args={"timeout": 0.1, "ssl": False})
        monkeypatch.setattr(site.database, "engine", engine)
        monkeypatch.setattr(site.database, "_writing", engine)
        page = await browser.get("/", headers={"Accept-Language": "en"})
        program = await browser.get("/api/v1/inquiries")
        sign_in = await browser.post("/signin", data={"login": "anna", "password": "x"})
        await engine.dispose()
    assert (page.status, sign_in.status, program.status) == (503, 503, 503)
    assert "The database is busy." in await page.text()
    assert (await program.json())["error"]["code"] == "database-busy"


def test_other_time_limits_are_not_the_databases():
    assert not is_trouble(TimeoutError())
    assert not is_trouble(ConnectionResetError("the browser left"))


@pytest.fixture
async def trouble(site, monkeypatch):
    """A site some of whose addresses always fail."""
    from web.pages import health

    async def fail(request: web.Request) -> web.Response:
        raise ERRORS[request.match_info["kind"]][0]

    @allow(Role.ADMINISTRATOR)
    async def for_few(request: web.Request) -> web.Response:
        return web.Response(text="seen")

    more = web.RouteTableDef()
    more.get("/fail/{kind}")(fail)
    more.get("/api/fail/{kind}")(fail)
    more.get("/for-few")(for_few)
    monkeypatch.setattr(health, "routes", [*health.routes, *more])
    await site.start()
    return site


@pytest.mark.parametrize("kind", ERRORS)
async def test_a_page_says_it_in_words_with_the_right_status(trouble, kind):
    browser = await trouble.sign_in("anna")
    answer = await browser.get(f"/fail/{kind}")
    text = await answer.text()
    assert answer.status == ERRORS[kind][1]
    assert "<h1>" in text
    assert "secret details" not in text
    assert "Traceback" not in text


async def test_a_sentence_has_its_values_filled_in(trouble):
    browser = await trouble.sign_in("anna")
    assert "The telephone 101 is busy." in await (await browser.get("/fail/rejected")).text()


async def test_a_russian_reads_russian(trouble):
    browser = await trouble.sign_in("anna", locale="ru")
    assert "Телефон 101 занят." in await (await browser.get("/fail/rejected")).text()


async def test_htmx_gets_a_toast_wherever_it_wanted_to_change_something(trouble):
    browser = await trouble.sign_in("anna")
    answer = await browser.get("/fail/conflict", headers={"HX-Request": "true"})
    assert answer.status == 409
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert 'class="toast bad"' in await answer.text()


async def test_a_program_gets_a_stable_code(trouble):
    browser = await trouble.sign_in("anna")
    answer = await browser.get("/api/fail/deferred")
    body = await answer.json()
    assert answer.status == 503
    assert body["error"]["code"] == "pbx-silent"
    assert body["error"]["request"] == answer.headers["X-Request-Id"]


async def test_a_role_that_is_too_low_is_told_so(trouble):
    operator = await trouble.sign_in("anna", role=Role.MANAGER)
    administrator = await trouble.sign_in("boris", role=Role.ADMINISTRATOR)
    assert (await operator.get("/for-few")).status == 403
    assert await (await administrator.get("/for-few")).text() == "seen"


async def test_a_stranger_is_asked_to_sign_in_each_in_their_form(trouble):
    browser = await trouble.browser()
    assert (await browser.get("/api/fail/broken")).status == 401
    assert (await browser.get("/live")).status == 401
    piece = await browser.get("/desk/now", headers={"HX-Request": "true"})
    assert piece.headers["HX-Redirect"] == "/signin"


async def test_a_page_that_does_not_exist_is_no_secret_to_strangers(trouble):
    browser = await trouble.browser()
    answer = await browser.get("/nowhere", headers={"Accept-Language": "ru"})
    assert answer.status == 404
    assert "Такой страницы нет" in await answer.text()


@pytest.mark.parametrize("code", sorted(messages.SENTENCES))
def test_a_sentence_that_lacks_its_values_falls_back_to_one_that_needs_none(code):
    assert "%(" not in messages.sentence(Rejected(code))
