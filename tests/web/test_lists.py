"""Lists of records and the search of everything."""

import re
from datetime import UTC, datetime

import pytest

from storage.lists import PAGE
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import Scope
from tests.web.records import HTMX, NUMBER, first_of, keep, settle, text

pytestmark = pytest.mark.slow

PATHS = ("accounts", "contacts", "leads", "interests")


def lines(html: str) -> list[int]:
    return [int(line) for line in re.findall(r'id="line-(\d+)"', html)]


async def test_an_empty_list_says_what_to_do_first(site):
    browser = await site.sign_in()
    for path in PATHS:
        html = await text(await browser.get(f"/{path}"))
        assert lines(html) == []
        assert f"/{path}/new" in html


async def test_each_list_leads_to_its_cards(site):
    browser = await site.sign_in()
    await settle(site)
    for path in PATHS:
        html = await text(await browser.get(f"/{path}"))
        (only,) = lines(html)
        assert (await browser.get(f"/{path}/{only}")).status == 200
        assert f'href="/{path}/{only}"' in html


async def test_a_list_is_sorted_by_any_of_its_columns_both_ways(site):
    browser = await site.sign_in()
    ids = await keep(
        site,
        Account(name="Вишня", city="Омск", touched_at=datetime(2026, 1, 2, tzinfo=UTC)),
        Account(name="Абрикос", city="Тула"),
        Account(name="Береза", city="Азов", touched_at=datetime(2026, 1, 1, tzinfo=UTC)),
    )
    cherry, apricot, birch = ids
    for query, order in {
        "sort=name": [apricot, birch, cherry],
        "sort=-name": [cherry, birch, apricot],
        "sort=city": [birch, cherry, apricot],
        "sort=-touched": [cherry, birch, apricot],
        "sort=touched": [birch, cherry, apricot],
        "sort=drop table": [birch, apricot, cherry],
    }.items():
        assert lines(await text(await browser.get(f"/accounts?{query}"))) == order, query


async def test_a_list_is_narrowed_by_what_is_typed(site):
    browser = await site.sign_in()
    town = await settle(site)
    await keep(site, Point(contact_id=town.contact, kind=PointKind.EMAIL, value="marina@romashka.example"))
    for path, typed, found in [
        ("accounts", "ромаш", True),
        ("accounts", "ООО РОМАШКА", True),
        ("accounts", "77070838", True),
        ("accounts", "лютик", False),
        ("contacts", "марина ковал", True),
        ("contacts", "8 (916) 123-45", True),
        ("contacts", "marina@", True),
        ("contacts", "ромашка", False),
        ("leads", "васил", True),
        ("interests", "LAM", True),
        ("interests", "%", False),
        ("interests", "12345678", False),
    ]:
        html = await text(await browser.get(f"/{path}", params={"q": typed}))
        assert bool(lines(html)) is found, typed


async def test_only_mine_and_states_narrow_too(site):
    browser = await site.sign_in()
    town = await settle(site)
    (mine,) = await keep(site, Interest(title="Mine", status_id=town.statuses[1], responsible_id=1))
    (won,) = await keep(site, Interest(title="Done", status_id=town.statuses[2]))
    for query, found in {
        "": {town.interest, mine},
        "mine=yes": {mine},
        "state=won": {won},
        "state=lost": set(),
        "state=all": {town.interest, mine, won},
    }.items():
        assert set(lines(await text(await browser.get(f"/interests?{query}")))) == found, query


async def test_pages_follow_one_another(site):
    browser = await site.sign_in()
    ids = await keep(site, *[Contact(last_name=f"Иванов{number:03}") for number in range(PAGE + 5)])
    first = await text(await browser.get("/contacts?sort=name"))
    assert lines(first) == ids[:PAGE]
    assert f"1–{PAGE} of {PAGE + 5}" in first
    following = first_of(r'href="(\?[^"]*page=2[^"]*)"', first)
    assert lines(await text(await browser.get(f"/contacts{following}"))) == ids[PAGE:]
    for odd in ("0", "-1", "x", "99999999999"):
        assert (await browser.get(f"/contacts?page={odd}")).status == 200, odd


async def test_a_list_holds_only_what_one_may_see(site):
    boris = await site.user("boris")
    browser = await site.sign_in("anna", scope=Scope.OWN)
    await settle(site, responsible_id=boris.id)
    for path in ("accounts", "contacts", "leads", "interests"):
        assert lines(await text(await browser.get(f"/{path}"))) == [], path
    assert "Ромашка" not in await text(await browser.get("/find?q=ромашка", headers=HTMX))


async def test_typing_asks_only_for_the_rows(site):
    browser = await site.sign_in()
    await settle(site)
    html = await text(await browser.get("/accounts?q=ром&part=rows", headers=HTMX))
    assert html.lstrip().startswith('<div class="listbody" id="list"')


async def test_the_bar_at_the_top_finds_whatever_is_typed(site):
    browser = await site.sign_in()
    town = await settle(site)
    mail = "marina@romashka.example"
    await keep(site, Point(contact_id=town.contact, kind=PointKind.EMAIL, value=mail))
    for typed in ["ромашка", "7707083893", "ковалёва", "8 916 123-45-67", "+7916", "Lamps", mail]:
        html = await text(await browser.get("/find", params={"q": typed}, headers=HTMX))
        assert re.search(
            rf'href="/(accounts/{town.account}|contacts/{town.contact}|interests/{town.interest})"', html
        )
        assert "<html" not in html
        assert "<html" in await text(await browser.get("/find", params={"q": typed}))


async def test_the_bar_says_when_there_is_nothing(site):
    browser = await site.sign_in()
    assert "Nothing found for «&lt;b&gt;»" in await text(await browser.get("/find?q=<b>", headers=HTMX))
    assert "two letters" in await text(await browser.get("/find?q=a", headers=HTMX))


async def test_a_hit_says_why_it_was_found(site):
    browser = await site.sign_in()
    await settle(site)
    assert "phone" in await text(await browser.get("/find", params={"q": NUMBER}, headers=HTMX))
