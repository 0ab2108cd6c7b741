"""What an attacker would like to read, and what is written down of everybody."""

import json
from pathlib import Path

import pytest
import structlog
from sqlmodel import col, select, update

from intake.log import mask
from storage.tables.calls import Pbx
from storage.tables.history import Action, Change
from storage.tables.people import ApiToken, User
from tests.site import HASH, PASSWORD, Site
from tests.web.attacked import (
    AMI_SECRET,
    FORM_SECRET,
    HOOK_SECRET,
    MAIL_SECRET,
    OAUTH_SECRET,
    Attacked,
    all_kinds,
    attacked,
    cookie_of,
    routes,
)
from web.session import digest as digest_of

pytestmark = pytest.mark.slow

__all__ = ["attacked"]


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
            secrets = (
                AMI_SECRET,
                FORM_SECRET,
                HOOK_SECRET,
                MAIL_SECRET,
                OAUTH_SECRET,
                HASH,
                "$argon2",
                cookie_of(root),
                digest_of(cookie_of(root))[:-1] + "»",
            )
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
        ("/settings/general", {"letter_answer_minutes": "7"}, "change-settings"),
        ("/settings/consents", {"purpose": "p", "text": "Согласен на всё"}, "new-consent-text"),
        ("/settings/tokens", {"name": "n", "user_id": "1"}, "add-token"),
        ("/settings/tokens/1/revoke", {}, "revoke-token"),
    ):
        before = len(await all_kinds(attacked.site))
        answer = await root.post(address, data=form, allow_redirects=False)
        assert answer.status < 400, address
        assert kind in (await all_kinds(attacked.site))[before:], address
