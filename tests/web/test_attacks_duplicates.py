"""Merging as a way to what is not one's own: Charlie has a card of his own and Alice's number."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlmodel import col, select

from intake.duplicates.search import search_all, start
from storage.tables.duplicates import MergedParty, NotDuplicate
from storage.tables.history import Action
from storage.tables.parties import Account, Lead, Point, PointKind
from tests.storage.wizard_world import MARINA
from tests.web.attacked import Attacked, attacked
from tests.web.test_attacks_text import MARKUP, broken_in

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

PHONE = "+79990000000"


async def charlies_lead(attacked: Attacked) -> int:
    """A lead of his with the phone of everybody he would like to look at."""
    world = attacked.world
    mine = await world.keep(Lead(last_name="Ветров", first_name="Олег", responsible_id=world.charlie.user_id))
    for lead, value in ((mine, PHONE), (world.lead, PHONE), (mine, MARINA)):
        await world.keep(Point(kind=PointKind.PHONE, value=value, raw=value, tail=value[-7:], lead_id=lead))
    return mine


async def look_through(attacked: Attacked) -> None:
    await start(attacked.site.database, attacked.world.boss)
    await search_all(attacked.site.database)


async def test_another_teams_card_is_not_had_by_merging_it_with_ones_own(attacked: Attacked):
    mine, world = await charlies_lead(attacked), attacked.world
    await look_through(attacked)
    charlie = await attacked.site.enter("charlie")
    before = await attacked.dump()
    for one, other in ((mine, world.lead), (world.lead, mine)):
        at = f"/leads/{one}/merge/{other}"
        for answer in (
            await charlie.get(at), await charlie.get(f"{at}?all=other&on=list"),
            await charlie.post(at, data={"survivor": str(mine)}),
            await charlie.post(at, data={"survivor": str(world.lead), "on": "list"}),
            await charlie.post(f"{at}/apart"), await charlie.post(f"{at}/again"),
        ):  # fmt: skip
            assert answer.status == 404, answer.url
            assert "Ветров" not in await answer.text()
    assert await attacked.dump() == before


async def test_nothing_is_told_of_another_teams_card_that_is_alike(attacked: Attacked):
    mine, world = await charlies_lead(attacked), attacked.world
    await look_through(attacked)
    charlie = await attacked.site.enter("charlie")
    for address in (
        "/duplicates?kind=lead", "/duplicates?kind=contact", "/duplicates?kind=lead&show=marked",
        f"/leads/{mine}/merge", f"/leads/{mine}/merge?q=Ветров", f"/leads/{mine}/doubles",
    ):  # fmt: skip
        text = await (await charlie.get(address, headers={"HX-Request": "true"})).text()
        assert f"№ {world.lead}" not in text, address
        assert f"/merge/{world.lead}" not in text, address
        assert "Ковалёва" not in text, address


async def test_where_another_teams_card_went_is_not_told_either(attacked: Attacked):
    alice, charlie = await attacked.site.enter("alice"), await attacked.site.enter("charlie")
    one, other = attacked.world.account, attacked.others["accounts"]
    await alice.post(f"/accounts/{one}/merge/{other}", data={"survivor": str(one)})
    assert (await alice.get(f"/accounts/{other}", allow_redirects=False)).status == 303
    for address in (f"/accounts/{other}", f"/accounts/{other}/merge/{one}", f"/accounts/{other}/merge"):
        answer = await charlie.get(address, allow_redirects=False)
        assert (answer.status, answer.headers.get("Location")) == (404, None), address
    post = await charlie.post(f"/accounts/{other}/merge/{one}", data={"survivor": str(one)})
    assert post.status == 404
    assert "Alice" not in await post.text()


async def test_a_merge_of_another_team_is_not_undone_by_its_number(attacked: Attacked):
    alice, charlie = await attacked.site.enter("alice"), await attacked.site.enter("charlie")
    one, other = attacked.world.account, attacked.others["accounts"]
    await alice.post(f"/accounts/{one}/merge/{other}", data={"survivor": str(one)})
    before = await attacked.dump()
    for action in await attacked.actions():
        for address in (f"/actions/{action.id}/undo", f"/wizard/undo/{action.id}"):
            assert (await charlie.post(address)).status in (403, 404), (address, action.kind)
    assert await attacked.dump() == before


async def test_ids_of_one_kind_open_nothing_of_another(attacked: Attacked):
    boss, world = await attacked.site.enter("root"), attacked.world
    contact = 500 + world.marina
    before = await attacked.dump()
    for cards in ("interests", "inquiries", "users", "tasks"):
        assert (await boss.post(f"/{cards}/{world.account}/merge/{world.marina}")).status in (404, 405)
    answer = await boss.post(f"/accounts/{world.account}/merge/{contact}", data={"survivor": str(contact)})
    assert answer.status == 404
    assert await attacked.dump() == before


@pytest.mark.parametrize(
    "field", ["id", "created_by", "folded", "updated_at", "responsible", "password_hash", ""]
)
async def test_no_column_but_those_on_the_page_is_chosen(attacked: Attacked, field: str):
    alice = await attacked.site.enter("alice")
    one, other = attacked.world.account, attacked.others["accounts"]
    before = await attacked.dump()
    form = {"survivor": str(one), f"of-{field}": "other"}
    assert (await alice.post(f"/accounts/{one}/merge/{other}", data=form)).status == 422
    assert await attacked.dump() == before


async def test_twenty_clicks_on_merge_are_one_merge(attacked: Attacked):
    one, other = attacked.world.account, attacked.others["accounts"]
    browsers = [await attacked.site.enter(login) for login in ("alice", "bob", "root", "boss")]
    form = {"survivor": str(one)}
    clicks = [
        browser.post(f"/accounts/{one}/merge/{other}", data=form, allow_redirects=False)
        for browser in browsers
        for _ in range(5)
    ]
    answers = Counter(answer.status for answer in await asyncio.gather(*clicks))
    assert set(answers) == {303}, "one merges, the others are led to the card and told"
    async with attacked.site.database.reading() as session:
        merges = (await session.exec(select(Action).where(col(Action.kind) == "merge-account"))).all()
        assert len(merges) == 1
        assert len((await session.exec(select(MergedParty))).all()) == 1


async def test_marking_and_merging_at_once_leaves_no_mark_of_what_is_gone(attacked: Attacked):
    one, other = attacked.world.account, attacked.others["accounts"]
    alice, root = await attacked.site.enter("alice"), await attacked.site.enter("root")
    await asyncio.gather(
        *(root.post(f"/accounts/{one}/merge/{other}/apart") for _ in range(3)),
        alice.post(f"/accounts/{one}/merge/{other}", data={"survivor": str(one)}),
        *(root.post(f"/accounts/{other}/merge/{one}/apart") for _ in range(3)),
    )
    async with attacked.site.database.reading() as session:
        assert [row.id for row in await session.exec(select(Account).where(Account.id == other))] == []
        assert (await session.exec(select(NotDuplicate))).all() == []


async def test_hostile_names_stay_text_on_every_page_of_duplicates(attacked: Attacked):
    root, world = await attacked.site.enter("root"), attacked.world
    values: Any = {"city": MARKUP[:120], "description": MARKUP, "industry": MARKUP[:120]}
    one, other = [await world.keep(Account(name=f"{MARKUP}{end}"[:300], **values)) for end in ("", "")]
    for id_ in (one, other):
        await world.keep(Point(kind=PointKind.SITE, value=MARKUP[:300], raw="x", account_id=id_))
    await look_through(attacked)
    pages = [
        await root.get(address)
        for address in (
            "/duplicates?kind=account",
            f"/accounts/{one}/merge/{other}",
            f"/accounts/{one}/merge",
            f"/accounts/{one}/merge?q=%22%3E%3Cevil-tag%3E",
        )
    ]
    pages.append(await root.get(f"/accounts/{one}/doubles", headers={"HX-Request": "true"}))
    bad = {"survivor": MARKUP, "on": MARKUP, "seen": MARKUP, "of-city": MARKUP}
    pages.append(await root.post(f"/accounts/{one}/merge/{other}", data=bad))
    html = [await page.text() for page in pages]
    assert [broken_in(text) for text in html] == [[]] * len(html)
    assert sum("&lt;evil-tag" in text for text in html) > 3
    merged = await root.post(f"/accounts/{one}/merge/{other}", data={"survivor": str(one)})
    assert merged.status == 200
    assert broken_in(await merged.text()) == []
