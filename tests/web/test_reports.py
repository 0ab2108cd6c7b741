"""«Now» and the first report, as those who lead see them."""

import pytest

from storage.columns import now
from storage.tables.inquiries import AnswerTime, Channel
from storage.tables.people import Presence, Role
from tests import answering
from tests.databases import store
from tests.site import Site
from tests.web.records import HTMX, text

pytestmark = pytest.mark.slow


async def test_now_shows_who_waits_and_who_is_away(site: Site):
    browser = await site.sign_in("gleb", role=Role.MANAGER)
    await site.user("vera", extension="103", presence=Presence.BREAK)
    await answering.inquiry(site.database)

    page = await text(await browser.get("/supervisor"))
    assert "Letters" in page
    assert "On a break" in page
    assert 'id="supervisor-now"' in await text(await browser.get("/supervisor/now", headers=HTMX))


async def test_the_report_names_channel_and_person(site: Site):
    browser = await site.sign_in("gleb", role=Role.MANAGER)
    about = await answering.inquiry(site.database)
    assert "Nobody was answered" in await text(await browser.get("/reports"))
    moment = now()
    await store(
        site.database,
        AnswerTime(
            inquiry_id=about, channel=Channel.LETTER, user_id=1, asked_at=moment, answered_at=moment,
            seconds=120, worked_seconds=120,
        ),
    )  # fmt: skip
    page = await text(await browser.get("/reports?days=30"))
    assert "2 min" in page
    assert "Gleb" in page


async def test_operators_are_shown_neither(site: Site):
    browser = await site.sign_in("anna")
    assert (await browser.get("/supervisor")).status == 403
    assert (await browser.get("/reports")).status == 403
    assert 'href="/reports"' not in await text(await browser.get("/"))
