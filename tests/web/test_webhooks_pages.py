"""Webhooks in the settings: set up, tried out, looked at."""

import pytest
from sqlmodel import select

from storage import hooks
from storage.tables.outgoing import Webhook
from storage.tables.people import Role
from tests.databases import store
from tests.site import Site
from tests.web.records import text

pytestmark = pytest.mark.slow

TYPED = {"name": "CRM", "url": "https://crm.example/hook", "enabled": "yes", "events": "inquiry.accepted"}


async def stored(site: Site) -> Webhook:
    async with site.database.reading() as session:
        return (await session.exec(select(Webhook))).one()


async def test_one_is_set_up_with_a_secret_of_its_own(site: Site):
    browser = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    page = await text(await browser.post("/settings/webhooks/new", data=TYPED))

    kept = await stored(site)
    assert (kept.url, kept.events, kept.enabled) == (TYPED["url"], ["inquiry.accepted"], True)
    assert kept.secret.startswith("whsec_")
    assert kept.secret in page


async def test_an_address_that_is_none_is_told_beside_its_field(site: Site):
    browser = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    answer = await browser.post("/settings/webhooks/new", data=TYPED | {"url": "javascript:alert(1)"})
    assert answer.status == 422
    assert 'id="f-url-error"' in await answer.text()


async def test_changing_it_keeps_its_secret(site: Site):
    browser = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    await browser.post("/settings/webhooks/new", data=TYPED)
    before = await stored(site)
    await browser.post(f"/settings/webhooks/{before.id}/edit", data=TYPED | {"name": "1C"})
    after = await stored(site)
    assert (after.name, after.secret) == ("1C", before.secret)


async def test_a_test_stands_in_the_log_and_what_a_stranger_answered_is_only_text(site: Site):
    browser = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    [row] = await store(site.database, Webhook(name="CRM", url="http://127.0.0.1:9/", secret="whsec_x"))
    await browser.post(f"/settings/webhooks/{row}/test")
    async with site.database.transaction() as session:
        [delivery] = await hooks.deliveries(session, row)
        delivery.answer, delivery.status, delivery.attempts = "<script>alert(1)</script>", 500, 1
        session.add(delivery)
    page = await text(await browser.get(f"/settings/webhooks/{row}"))
    assert "a trial message" in page
    assert "HTTP 500" in page
    assert "<script>alert" not in page


async def test_only_administrators_see_the_secrets(site: Site):
    browser = await site.sign_in("gleb", role=Role.MANAGER)
    assert (await browser.get("/settings/webhooks")).status == 403
