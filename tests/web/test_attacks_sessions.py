"""Sessions and attempts: what a thief and a guesser would try."""

import re
from typing import Any

import pytest
from sqlmodel import select

from storage.tables.people import ApiToken, Role, WebSession
from tests.site import PASSWORD, Site
from tests.web.attacked import Attacked, attacked, cookie_of
from tests.web.test_live import listening
from web.session import digest as digest_of

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

LOGIN = {"login": "anna", "password": PASSWORD}


# sessions


async def test_a_key_that_was_put_into_a_browser_is_not_the_one_it_signs_in_with(site: Site):
    await site.user("anna")
    browser = await site.browser()
    planted = {"Cookie": "intake=planted-by-somebody-else"}
    answer = await browser.post("/signin", data=LOGIN, headers=planted, allow_redirects=False)
    assert "planted" not in answer.headers["Set-Cookie"]
    thief = await site.browser()
    assert (await thief.get("/me", headers=planted)).url.path == "/signin"


async def test_a_key_from_before_signing_in_is_worth_nothing_afterwards(site: Site):
    browser = await site.sign_in("anna")
    old = cookie_of(browser)
    await browser.post("/signin", data=LOGIN)
    assert cookie_of(browser) != old
    thief = await site.browser()
    assert (await thief.get("/me", headers={"Cookie": f"intake={old}"})).url.path == "/signin"


async def test_the_digest_that_pages_and_the_database_show_opens_nothing(site: Site):
    browser = await site.sign_in("anna")
    page = await (await browser.get("/me/sessions")).text()
    digests = re.findall(r"/me/sessions/(\w{64})/", page)
    async with site.database.reading() as session:
        digests += [row.id for row in await session.exec(select(WebSession))]
    thief = await site.browser()
    for digest in digests:
        assert (await thief.get("/me", headers={"Cookie": f"intake={digest}"})).url.path == "/signin"
        answer = await thief.get("/api/v1/inquiries", headers={"Authorization": f"Bearer {digest}"})
        assert answer.status == 401


async def test_a_stream_ends_when_its_session_does(site: Site):
    here = await site.sign_in("anna")
    there = await site.enter("anna")
    async with listening(there) as stream:
        await here.post("/me/password", data={"old": PASSWORD, "new": "another long one"})
        assert await stream.answer.content.read() is not None  # to its end: the stream is closed
    assert (await there.get("/live")).status == 401


async def test_a_stream_ends_when_its_user_is_switched_off_or_removed(site: Site):
    root = await site.sign_in("root", role=Role.ADMINISTRATOR)
    for name, change in (("off", "/settings/user/{id}"), ("gone", "/settings/user/{id}/remove")):
        person = await site.user(name)
        browser = await site.browser()
        async with site.database.transaction() as session:
            session.add(WebSession(id=digest_of(name), user_id=person.id, expires_at=_tomorrow()))
        headers = {"Cookie": f"intake={name}"}
        async with browser.get("/live", headers=headers) as answer:
            assert answer.status == 200
            await root.post(change.format(id=person.id), data={"name": name, "login": name})
            await answer.content.read()
        assert (await browser.get("/me", headers=headers)).url.path == "/signin"


async def test_a_password_of_any_length_that_was_taken_lets_in_again(site: Site):
    here = await site.sign_in("anna")
    for new in ("x" * 1024, "пароль с пробелами 🙂", "y" * 5000):
        answer = await here.post("/me/password", data={"old": PASSWORD, "new": new}, allow_redirects=False)
        if answer.status == 303:
            assert (await (await site.enter("anna", new)).get("/me")).url.path == "/me"
            await here.post("/me/password", data={"old": new, "new": PASSWORD})
        else:
            assert answer.status == 422


async def test_a_guesser_at_the_present_password_is_stopped(site: Site):
    here = await site.sign_in("anna")
    for _ in range(5):
        await here.post("/me/password", data={"old": "guess guess", "new": "another long one"})
    answer = await here.post("/me/password", data={"old": PASSWORD, "new": "another long one"})
    assert answer.status == 429


async def test_a_program_whose_token_is_revoked_is_out_at_once(attacked: Attacked):
    root = await attacked.site.enter("root")
    text = await (
        await root.post("/settings/tokens", data={"name": "1С", "user_id": str(attacked.world.alice.user_id)})
    ).text()
    (token,) = set(re.findall(r"(?<![\w-])[\w-]{43}(?![\w-])", text))
    headers = {"Authorization": f"Bearer {token}"}
    stranger = await attacked.site.browser()
    assert (await stranger.get("/api/v1/inquiries", headers=headers)).status == 200
    assert (await stranger.get("/me", headers=headers)).url.path == "/signin", "a token opens no pages"
    async with attacked.world.database.reading() as session:
        made = (await session.exec(select(ApiToken).where(ApiToken.hash == digest_of(token)))).one()
    await root.post(f"/settings/tokens/{made.id}/revoke")
    assert (await stranger.get("/api/v1/inquiries", headers=headers)).status == 401


# attempts


async def test_a_made_up_forwarded_address_buys_no_more_attempts(site: Site):
    await site.user("anna")
    browser = await site.browser()
    statuses = []
    for number in range(7):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
        answer = await browser.post("/signin", data={"login": "anna", "password": "wrong"}, headers=headers)
        statuses.append(answer.status)
    assert statuses == [422] * 5 + [429] * 2


async def test_behind_a_trusted_proxy_each_address_has_its_own_attempts(site: Site):
    await site.start(trusted_proxies=["127.0.0.0/8"])
    await site.user("anna")
    browser = await site.browser()
    wrong = {"login": "anna", "password": "wrong"}
    for _ in range(6):
        refused = await browser.post("/signin", data=wrong, headers={"X-Forwarded-For": "203.0.113.1"})
    assert refused.status == 429
    other = await browser.post("/signin", data=wrong, headers={"X-Forwarded-For": "203.0.113.2"})
    assert other.status == 422
    longer = {"X-Forwarded-For": "198.51.100.9, 203.0.113.1"}  # what a client wrote before the proxy did
    assert (await browser.post("/signin", data=wrong, headers=longer)).status in (400, 429)


async def test_spellings_of_a_login_share_its_attempts(site: Site):
    await site.user("anna")
    browser = await site.browser()
    for login in ("anna", "Anna", "ANNA ", " anna", "aNNa"):
        await browser.post("/signin", data={"login": login, "password": "wrong"})
    assert (await browser.post("/signin", data={"login": "anna", "password": PASSWORD})).status == 429


def _tomorrow() -> Any:
    from datetime import timedelta

    from storage.columns import now

    return now() + timedelta(days=1)
