"""What one is told: the bell, the list, the ways."""

import pytest

from intake.model.notices import Kind, Way, ways_of
from storage.notifications import notify, unread
from storage.tables.people import User
from tests import answering
from tests.site import Site
from tests.web.records import text

pytestmark = pytest.mark.slow


async def tell(site: Site, user_id: int, key: str = "one", **about) -> bool:
    async with site.database.transaction() as session:
        return await notify(session, user_id, Kind.ASSIGNED, key, **about)


async def count(site: Site, user_id: int) -> int:
    async with site.database.reading() as session:
        return await unread(session, user_id)


async def test_the_bell_counts_what_was_not_read_and_the_list_leads_there(site: Site):
    browser = await site.sign_in()
    about = await answering.inquiry(site.database)
    await tell(site, 1, inquiry_id=about)

    assert "1 new notification" in await text(await browser.get("/"))
    listed = await text(await browser.get("/notifications"))
    assert "An inquiry was given to you" in listed
    assert "Марина Ковалёва" in listed

    answer = await browser.get("/notifications/1", allow_redirects=False)
    assert answer.headers["Location"] == f"/inquiries/{about}"
    assert await count(site, 1) == 0


async def test_the_same_thing_is_told_once(site: Site):
    await site.sign_in()
    assert await tell(site, 1)
    assert not await tell(site, 1)


async def test_what_is_told_to_one_is_nobody_elses(site: Site):
    await site.sign_in()
    vera = await site.user("vera")
    await tell(site, vera.id or 0)
    browser = await site.sign_in("boris")
    assert "new notification" not in await text(await browser.get("/"))
    await browser.get("/notifications/1")
    assert await count(site, vera.id or 0) == 1


async def test_everything_is_marked_as_read_at_once(site: Site):
    browser = await site.sign_in()
    await tell(site, 1)
    await tell(site, 1, "two")
    await browser.post("/notifications/read")
    assert await count(site, 1) == 0


async def test_ways_are_chosen_kind_by_kind(site: Site):
    browser = await site.sign_in()
    await browser.post("/me/notices", data={"assigned-letter": "yes"})
    async with site.database.reading() as session:
        ways = ways_of((await session.get_one(User, 1)).preferences)
    assert ways.of("assigned") == {Way.LETTER}
    assert ways.of("alarm") == frozenset()
    assert 'name="assigned-letter" value="yes" checked' in await text(await browser.get("/me"))
