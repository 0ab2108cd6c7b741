"""Sessions, attempts and secrets: what a thief, a guesser and a reader of files would try."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlmodel import col, select, update

from intake.log import mask
from storage.tables.calls import Pbx
from storage.tables.history import Action, Change
from storage.tables.people import ApiToken, Role, User, WebSession
from tests.site import HASH, PASSWORD, Site
from tests.web.attacked import AMI_SECRET, Attacked, attacked, routes
from tests.web.test_live import listening

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

LOGIN = {"login": "anna", "password": PASSWORD}


def cookie_of(browser: Any) -> str:
    return str(browser.session.cookie_jar.filter_cookies(browser.make_url("/"))["intake"].value)


async def all_kinds(site: Site) -> list[str]:
    async with site.database.reading() as session:
        return [action.kind for action in await session.exec(select(Action).order_by(col(Action.id)))]


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
            session.add(WebSession(id=_digest(name), user_id=person.id, expires_at=_tomorrow()))
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
        made = (await session.exec(select(ApiToken).where(ApiToken.hash == _digest(token)))).one()
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


# secrets


async def test_the_managers_secret_is_sealed_in_the_file(attacked: Attacked, tmp_path: Path):
    root = await attacked.site.enter("root")
    pbx = attacked.ids["pbx"]
    form = {"name": "АТС", "host": "127.0.0.1", "port": "5038", "username": "intake", "trunks": "",
            "secret": "new-secret-4712",
            "cdr": "postgresql+asyncpg://cdr:cdr-secret-4713@db/cdr"}  # fmt: skip
    answer = await root.post(f"/settings/pbx/{pbx}", data=form, allow_redirects=False)
    assert answer.status == 303
    shown = await (await root.get(f"/settings/pbx/{pbx}")).text()
    assert "cdr-secret-4713" not in shown
    assert "postgresql+asyncpg://cdr:***@db/cdr" in shown
    as_shown = form | {"secret": "", "cdr": "postgresql+asyncpg://cdr:***@db/cdr"}
    await root.post(f"/settings/pbx/{pbx}", data=as_shown)
    async with attacked.world.database.reading() as session:
        kept_pbx = await session.get_one(Pbx, pbx)
    assert (kept_pbx.secret, kept_pbx.cdr) == (form["secret"], form["cdr"])
    await attacked.world.database.engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("intake.db*"))
    for secret in (AMI_SECRET, "new-secret-4712", "cdr-secret-4713", PASSWORD):
        assert secret.encode() not in kept


async def test_no_page_shows_a_secret_or_a_hash(attacked: Attacked):
    root = await attacked.site.enter("root")
    shown = []
    for route in routes(attacked.site.app):
        if route.method != "GET" or route.path == "/live":
            continue
        parts = attacked.parts(route.path, 1)
        for kind in ("pbx", "user") if "{kind}" in route.path else ("pbx",):
            answer = await root.get(route.at(**(parts | {"kind": kind})))
            text = (await answer.read()).decode(errors="replace")  # a file to download is no text
            secrets = (AMI_SECRET, HASH, "$argon2", cookie_of(root), _digest(cookie_of(root))[:-1] + "»")
            shown += [f"{secret} at {route.path}" for secret in secrets if secret in text]
    assert not shown


async def test_the_log_of_changes_keeps_no_secret_in_clear(attacked: Attacked):
    root = await attacked.site.enter("root")
    form = {
        "name": "Новый",
        "login": "newcomer",
        "password": "long enough 4714",
        "role": "operator",
        "scope": "own",
    }
    await root.post("/settings/user/new", data=form)
    await root.post(
        "/settings/pbx/new", data={"name": "x", "username": "u", "secret": "sec-4715", "trunks": ""}
    )
    await root.post("/settings/tokens", data={"name": "t", "user_id": "1"})
    async with attacked.world.database.reading() as session:
        told = json.dumps(
            [[one.before, one.after] for one in await session.exec(select(Change))]
            + [[one.details] for one in await session.exec(select(Action))]
        )
        tokens = [one.hash for one in await session.exec(select(ApiToken))]
        assert (await session.exec(select(User).where(User.login == "newcomer"))).first() is not None
    for secret in ("long enough 4714", "sec-4715", "$argon2"):
        assert secret not in told
    assert len(tokens) == 2


async def test_a_line_of_the_log_says_neither_what_was_searched_nor_who_called(site: Site):
    browser = await site.sign_in("anna")
    with structlog.testing.capture_logs() as lines:
        await browser.get("/find", params={"q": "+79161234567"})
        await browser.get("/signin", params={"next": "/find?q=anna@example.com", "token": "sesame"})
        await browser.get("/no/+79161234567/anna@example.com")
        await browser.post("/dial", data={"number": "+79161234567"})
    written = json.dumps([mask(None, "", dict(line)) for line in lines], ensure_ascii=False, default=str)
    assert len(lines) >= 4
    assert "/find" in written
    for secret in ("1234567", "anna@", "sesame", PASSWORD):
        assert secret not in written


async def test_a_fault_of_ours_tells_nobody_what_it_was(site: Site, monkeypatch):
    from web.pages import find

    async def broken(*_values: object) -> None:
        raise RuntimeError("secret-4716 of +79161234567")

    monkeypatch.setattr(find, "_found", broken)
    browser = await site.sign_in("anna")
    answer = await browser.get("/find?q=abc")
    assert answer.status == 500
    assert "secret-4716" not in await answer.text()
    assert "RuntimeError" not in await answer.text()


async def test_measures_and_probes_tell_no_names_numbers_or_secrets(attacked: Attacked):
    alice = await attacked.site.enter("alice")
    await alice.get("/find?q=%2B79161234567")
    stranger = await attacked.site.browser()
    for address in ("/metrics", "/healthz", "/readyz"):
        text = await (await stranger.get(address)).text()
        for secret in (
            "1234567",
            AMI_SECRET,
            "alice",
            "Ковалёва",
            "127.0.0.1",
            str(attacked.world.database.url),
        ):
            assert secret not in text, address


# audit


async def test_every_change_and_every_look_at_a_card_leaves_an_action(attacked: Attacked):
    alice = await attacked.site.enter("alice")
    world, ids = attacked.world, attacked.ids
    account, contact = f"/accounts/{world.account}", f"/contacts/{world.marina}"
    steps = {
        ("GET", account): "view-account",
        ("GET", contact): "view-contact",
        ("GET", f"/leads/{world.lead}"): "view-lead",
        ("GET", f"/interests/{world.interest}"): "view-interest",
        ("POST", f"{account}/fields/city"): "change-account",
        ("POST", f"{account}/points"): "add-point",
        ("POST", f"{account}/points/{ids['point']}/main"): "main-point",
        ("POST", f"{account}/points/{ids['point']}/drop"): "drop-point",
        ("POST", f"{account}/comments"): "comment",
        ("POST", f"/interests/{world.interest}/labels"): "add-label",
        ("POST", f"/interests/{world.interest}/labels/{ids['label']}/drop"): "drop-label",
        ("POST", f"/interests/{world.interest}/members"): "add-member",
        ("POST", f"/tasks/{ids['task']}/done"): "task-done",
        ("POST", "/tasks/new"): "add-task",
        ("POST", "/leads/new"): "add-lead",
        ("POST", f"/inquiries/{ids['inquiry']}/decline"): "decline",
        ("POST", f"/inquiries/{ids['inquiry']}/undo"): "undo-decline",
        ("POST", f"/inquiries/{ids['inquiry']}/wizard/over"): "take-over",
        ("POST", f"/inquiries/{ids['inquiry']}/hand-over"): "hand-over",
        ("POST", "/signout"): "sign-out",
    }
    for (method, address), kind in steps.items():
        before = len(await all_kinds(attacked.site))
        form = attacked.form() | {"kind": "task"} if address == "/tasks/new" else attacked.form()
        answer = await alice.request(
            method, address, data=form if method == "POST" else None, allow_redirects=False
        )
        assert answer.status < 400, address
        assert kind in (await all_kinds(attacked.site))[before:], address


@pytest.mark.parametrize("piece", ["points", "timeline", "fields/position"])
async def test_who_asks_only_for_a_piece_of_a_card_has_looked_at_it_too(attacked: Attacked, piece: str):
    alice = await attacked.site.enter("alice")
    address = f"/contacts/{attacked.world.marina}/{piece}"
    assert (await alice.get(address, headers={"HX-Request": "true"})).status == 200
    assert (await all_kinds(attacked.site))[-1] == "view-contact"


async def test_every_change_of_the_administrators_leaves_an_action(attacked: Attacked):
    root = await attacked.site.enter("root")
    async with attacked.world.database.transaction() as session:
        await session.exec(update(User).where(col(User.login) == "bob").values(extension=None))
    for address, form, kind in (
        (
            "/settings/user/new",
            {"name": "n", "login": "n", "password": "long enough 1"},
            "set-up-user_account",
        ),
        ("/settings/team/new", {"name": "n"}, "set-up-team"),
        ("/settings/pipeline/new", {"name": "n"}, "set-up-pipeline"),
        ("/settings/general", {"warn_minutes": "7"}, "change-settings"),
        ("/settings/consents", {"purpose": "p", "text": "Согласен на всё"}, "new-consent-text"),
        ("/settings/tokens", {"name": "n", "user_id": "1"}, "add-token"),
        ("/settings/tokens/1/revoke", {}, "revoke-token"),
    ):
        before = len(await all_kinds(attacked.site))
        answer = await root.post(address, data=form, allow_redirects=False)
        assert answer.status < 400, address
        assert kind in (await all_kinds(attacked.site))[before:], address


def _digest(key: str) -> str:
    from web.session import digest

    return digest(key)


def _tomorrow() -> Any:
    from datetime import timedelta

    from storage.columns import now

    return now() + timedelta(days=1)
