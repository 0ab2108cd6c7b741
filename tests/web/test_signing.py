"""Signing in and out, and whose browser may go on."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from storage.columns import now
from storage.tables.history import Action
from storage.tables.people import User, WebSession
from tests.site import PASSWORD, Site

pytestmark = pytest.mark.slow


async def sessions(site: Site) -> list[WebSession]:
    async with site.database.reading() as session:
        return list(await session.exec(select(WebSession)))


async def test_a_stranger_is_sent_to_sign_in_and_then_where_they_were_going(site):
    await site.user("anna")
    browser = await site.browser()
    answer = await browser.get("/me?tab=1")
    assert answer.url.path == "/signin"
    assert answer.url.query["next"] == "/me?tab=1"
    entered = await browser.post(
        "/signin", data={"login": "Anna ", "password": PASSWORD, "next": "/me?tab=1"}, allow_redirects=False
    )
    assert (entered.status, entered.headers["Location"]) == (303, "/me?tab=1")


async def test_nobody_is_sent_to_another_site_after_signing_in(site):
    await site.user("anna")
    for elsewhere in ("//evil.example", "/\\evil.example", "https://evil.example", "/\n//evil.example"):
        browser = await site.browser()
        data = {"login": "anna", "password": PASSWORD, "next": elsewhere}
        entered = await browser.post("/signin", data=data, allow_redirects=False)
        assert entered.headers["Location"] == "/", elsewhere


async def test_a_wrong_password_and_an_unknown_login_look_the_same(site):
    await site.user("anna")
    browser = await site.browser()
    answers = []
    for login in ("anna", "nobody"):
        answer = await browser.post("/signin", data={"login": login, "password": "wrong"})
        text = (await answer.text()).replace(login, "…")
        answers.append((answer.status, text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert "intake" not in browser.session.cookie_jar.filter_cookies(browser.make_url("/"))


async def test_an_unknown_login_costs_a_password_check_too(site, monkeypatch):
    checked = []
    passwords = site.app[next(key for key in site.app if "passwords" in str(key))]
    real = passwords.matches

    async def counted(stored, password):
        checked.append(stored)
        return await real(stored, password)

    monkeypatch.setattr(passwords, "matches", counted)
    await site.enter("nobody")
    assert checked == [None]


async def test_the_sixth_try_in_a_minute_is_refused_even_with_the_right_password(site):
    await site.user("anna")
    browser = await site.browser()
    for _ in range(5):
        await browser.post("/signin", data={"login": "anna", "password": "wrong"})
    refused = await browser.post("/signin", data={"login": "anna", "password": PASSWORD})
    assert refused.status == 429
    other = await browser.post("/signin", data={"login": "boris", "password": "wrong"})
    assert other.status == 422, "another person at the same address may still try"


async def test_earlier_slips_are_forgotten_after_signing_in(site):
    await site.user("anna")
    for _ in range(3):
        browser = await site.enter("anna", "wrong")
        browser = await site.enter("anna", "wrong")
        browser = await site.enter("anna")
        assert (await browser.get("/me")).url.path == "/me"


async def test_a_user_who_was_switched_off_is_out_at_once(site):
    browser = await site.sign_in("anna")
    async with site.database.transaction() as session:
        user = (await session.exec(select(User))).one()
        user.active = False
        session.add(user)
    assert (await browser.get("/me")).url.path == "/signin"
    again = await site.enter("anna")
    assert (await again.get("/me")).url.path == "/signin"


async def test_the_cookie_opens_nothing_that_the_database_tells(site):
    browser = await site.sign_in("anna")
    cookie = browser.session.cookie_jar.filter_cookies(browser.make_url("/"))["intake"]
    (kept,) = await sessions(site)
    assert kept.id != cookie.value
    assert len(kept.id) == 64


async def test_the_cookie_is_for_this_site_and_not_for_scripts(site):
    await site.user("anna")
    browser = await site.browser()
    answer = await browser.post(
        "/signin", data={"login": "anna", "password": PASSWORD}, allow_redirects=False
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


async def test_behind_https_the_cookie_is_bound_to_the_host(site):
    await site.start(public_url="https://intake.example")
    await site.user("anna")
    browser = await site.browser()
    answer = await browser.post(
        "/signin", data={"login": "anna", "password": PASSWORD}, allow_redirects=False
    )
    assert answer.headers["Set-Cookie"].startswith("__Host-intake=")
    assert "Secure" in answer.headers["Set-Cookie"]


async def test_signing_in_again_makes_a_new_key_and_ends_the_old_one(site):
    browser = await site.sign_in("anna")
    (first,) = await sessions(site)
    await browser.post("/signin", data={"login": "anna", "password": PASSWORD})
    (second,) = await sessions(site)
    assert first.id != second.id


async def test_signing_out_ends_the_session_in_the_database_too(site):
    browser = await site.sign_in("anna")
    cookie = browser.session.cookie_jar.filter_cookies(browser.make_url("/"))["intake"].value
    await browser.post("/signout")
    assert await sessions(site) == []
    thief = await site.browser()
    answer = await thief.get("/me", headers={"Cookie": f"intake={cookie}"})
    assert answer.url.path == "/signin"


async def test_another_browser_can_be_signed_out_from_here(site):
    here = await site.sign_in("anna")
    there = await site.enter("anna")
    assert (await there.get("/me")).url.path == "/me"
    page = await (await here.get("/me/sessions")).text()
    (end,) = re.findall(r'action="(/me/sessions/\w+/end)"', page)
    await here.post(end)
    assert (await there.get("/me")).url.path == "/signin"
    assert (await here.get("/me")).url.path == "/me"


async def test_nobody_ends_another_persons_session(site):
    anna = await site.sign_in("anna")
    (hers,) = await sessions(site)
    boris = await site.sign_in("boris")
    await boris.post(f"/me/sessions/{hers.id}/end")
    assert (await anna.get("/me")).url.path == "/me"


async def test_a_new_password_signs_every_other_browser_out(site):
    here = await site.sign_in("anna")
    there = await site.enter("anna")
    await here.post("/me/password", data={"old": PASSWORD, "new": "another long one"})
    assert (await there.get("/me")).url.path == "/signin"
    assert (await here.get("/me")).url.path == "/me"
    assert (await (await site.enter("anna", "another long one")).get("/me")).url.path == "/me"


async def test_a_password_is_not_changed_without_the_present_one(site):
    browser = await site.sign_in("anna")
    answer = await browser.post("/me/password", data={"old": "guess", "new": "another long one"})
    assert answer.status == 422
    assert "not your present password" in await answer.text()


async def test_attempts_to_sign_in_are_in_the_audit_log(site):
    await site.sign_in("anna")
    await site.enter("anna", "wrong")
    async with site.database.reading() as session:
        kinds = [action.kind for action in await session.exec(select(Action).order_by(col(Action.id)))]
    assert kinds == ["sign-in", "sign-in-refused"]


async def test_a_session_that_has_run_out_opens_nothing_and_is_swept_away(site):
    browser = await site.sign_in("anna")
    (mine,) = await sessions(site)
    async with site.database.transaction() as session:
        mine.expires_at = now() - timedelta(seconds=1)
        session.add(mine)
    assert (await browser.get("/me")).url.path == "/signin"
    await site.enter("anna")
    assert [row.id for row in await sessions(site)] != [mine.id]
    assert len(await sessions(site)) == 1


async def test_a_session_in_use_lasts_longer_without_a_write_for_every_page(site):
    browser = await site.sign_in("anna")
    (before,) = await sessions(site)
    await browser.get("/me")
    assert (await sessions(site))[0].seen_at == before.seen_at
    async with site.database.transaction() as session:
        before.seen_at = now() - timedelta(hours=1)
        session.add(before)
    answer = await browser.get("/me")
    (after,) = await sessions(site)
    assert after.seen_at > now() - timedelta(minutes=1)
    assert after.expires_at > before.expires_at
    assert "Max-Age" in answer.headers["Set-Cookie"]
