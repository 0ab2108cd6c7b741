"""Pairs of cards that may be one: listed, compared, merged, marked as two; and links to what was merged."""

import re

import pytest
from sqlmodel import select

from intake.duplicates.search import search_all, start
from storage.access import Actor
from storage.tables.duplicates import NotDuplicate
from storage.tables.history import Action
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import Role
from storage.tables.work import Comment, Task
from tests.web.records import HTMX, first_of, keep, text, undo_of

pytestmark = pytest.mark.slow

PHONE = "+79035550001"


async def twins(site, **values) -> tuple[int, int]:
    """Two contacts with one phone and nearly one name."""
    one, other = await keep(
        site,
        Contact(last_name="Кржижановский", first_name="Глеб", city="Тула", **values),
        Contact(last_name="Кржижановский", first_name="Глеб", position="Директор", city="Омск", **values),
    )
    for id_ in (one, other):
        await keep(site, Point(contact_id=id_, kind=PointKind.PHONE, value=PHONE, raw=PHONE, tail=PHONE[-7:]))
    await keep(
        site, Task(title="Позвонить", contact_id=other), Comment(text="Не звонить утром", contact_id=other)
    )
    return one, other


async def look_through(site) -> None:
    await start(site.database, Actor(None, "nobody"))
    await search_all(site.database)


def pairs_in(html: str) -> list[tuple[int, int]]:
    return [(int(one), int(other)) for one, other in re.findall(r'id="pair-(\d+)-(\d+)"', html)]


def form_of(html: str) -> dict[str, str]:
    """What the page would send as it is."""
    form = html[html.index('id="merge"') : html.index("</form>", html.index('id="merge"'))]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return found | dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', form))


async def test_a_pair_is_listed_with_its_reasons_and_leads_to_both_cards(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    await look_through(site)
    html = await text(await browser.get("/duplicates?kind=contact"))
    assert pairs_in(html) == [(one, other)]
    assert "the same phone" in html
    assert "the same name" in html
    assert "another city" in html
    assert f"/contacts/{one}/merge/{other}?on=list" in html
    assert pairs_in(await text(await browser.get("/duplicates?kind=account"))) == []


async def test_only_managers_look_through_the_whole_base(site):
    operator = await site.sign_in()
    manager = await site.sign_in("boss", role=Role.MANAGER)
    assert (await operator.post("/duplicates/search")).status == 403
    assert "/duplicates/search" not in await text(await operator.get("/duplicates"))
    for said in ("You can go on meanwhile", "being looked through already"):
        assert said in await text(await manager.post("/duplicates/search"))
    assert "<progress" in await text(await operator.get("/duplicates"))


async def test_many_pairs_stand_on_several_pages(site, monkeypatch):
    monkeypatch.setattr("storage.duplicates.PAGE", 1)
    monkeypatch.setattr("web.pages.duplicates.PAGE", 1)
    browser = await site.sign_in()
    for _ in range(2):
        await twins(site)
    await look_through(site)
    seen = []
    address = "/duplicates?kind=contact"
    while address:
        html = await text(await browser.get(address))
        seen += pairs_in(html)
        following = re.search(r'href="([^"]*)"[^>]*rel="next"', html)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 2
    assert 'rel="prev"' in html


async def test_managers_export_the_pairs_that_they_see_listed(site):
    operator = await site.sign_in()
    manager = await site.sign_in("boss", role=Role.MANAGER)
    one, other = await twins(site)
    await look_through(site)
    address = "/duplicates/export.csv?kind=contact"
    assert (await operator.get(address)).status == 403
    assert "export.csv" not in await text(await operator.get("/duplicates"))
    assert "export.csv?kind=contact" in await text(await manager.get("/duplicates"))
    answer = await manager.get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contact-duplicates.csv"'
    head, *rows = (await text(answer)).splitlines()
    assert head.endswith("How sure;№;Card;№;May be the same as;Why")
    assert [row.split(";")[1:4:2] for row in rows] == [[str(one), str(other)]]
    assert "the same phone" in rows[0]
    assert len((await text(await manager.get("/duplicates/export.csv?kind=lead"))).splitlines()) == 1


async def test_two_cards_stand_side_by_side_with_what_differs(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    html = await text(await browser.get(f"/contacts/{one}/merge/{other}"))
    assert "<mark>Тула</mark>" in html
    assert "<mark>Омск</mark>" in html
    assert "<mark>Глеб</mark>" not in html
    assert "on both" in html
    assert "1 task · 1 comment" in html
    form = form_of(html)
    assert form["survivor"] == str(other), "more is known of it"
    assert (form["of-city"], form["of-position"]) == ("other", "other")


@pytest.mark.parametrize("everything", ["one", "other"])
async def test_all_fields_of_one_card_are_taken_at_once(site, everything):
    browser = await site.sign_in()
    one, other = await twins(site)
    form = form_of(await text(await browser.get(f"/contacts/{one}/merge/{other}?all={everything}")))
    assert {value for name, value in form.items() if name.startswith("of-")} == {everything}


async def test_cards_are_merged_as_chosen_and_undone_from_the_toast(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    at = f"/contacts/{one}/merge/{other}"
    form = form_of(await text(await browser.get(at))) | {"survivor": str(one), "of-city": "other"}
    answer = await browser.post(at, data=form)
    html = await text(answer)
    assert answer.url.path == f"/contacts/{one}"
    assert "Омск" in html
    assert "Директор" in html
    assert "Merged with Кржижановский Глеб" in html
    assert "Не звонить утром" in html

    action = first_of(r'data-undo="(/actions/\d+/undo)"', html) if "data-undo" in html else None
    action = action or first_of(r'action="(/actions/\d+/undo)"', html)
    assert (await browser.post(action, headers=HTMX)).status == 204
    assert "Position: empty" in await text(await browser.get(f"/contacts/{one}"))
    assert "Position: Директор" in await text(await browser.get(f"/contacts/{other}"))


async def test_old_links_lead_to_the_card_that_stayed(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    await browser.post(f"/contacts/{one}/merge/{other}", data={"survivor": str(one)})
    for address in (f"/contacts/{other}", f"/contacts/{other}/timeline", f"/contacts/{other}/merge/{one}"):
        answer = await browser.get(address)
        assert (answer.status, answer.url.path) == (200, f"/contacts/{one}"), address
    assert (await browser.get("/contacts/987654")).status == 404


async def test_who_comes_second_is_told_who_was_first(site):
    anna, boris = await site.sign_in(), await site.sign_in("boris")
    one, other = await twins(site)
    at = f"/contacts/{one}/merge/{other}"
    form = form_of(await text(await boris.get(at)))
    await anna.post(at, data={"survivor": str(one)})
    answer = await boris.post(at, data=form)
    assert "Anna was first" in await text(answer)
    assert answer.url.path == f"/contacts/{one}"


async def test_a_card_that_changed_meanwhile_is_shown_again_with_what_was_chosen(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    at = f"/contacts/{one}/merge/{other}"
    form = form_of(await text(await browser.get(at))) | {"survivor": str(one), "of-city": "one"}
    await browser.post(f"/contacts/{other}/fields/city", data={"value": "Псков"}, headers=HTMX)
    html = await text(await browser.post(at, data=form), 409)
    assert "nothing was merged" in html
    assert "Псков" in html
    assert (form_of(html)["survivor"], form_of(html)["of-city"]) == (str(one), "one")
    assert (await browser.post(at, data=form_of(html), allow_redirects=False)).status == 303


async def test_not_a_duplicate_is_for_everybody_and_can_be_taken_back(site):
    anna, boris = await site.sign_in(), await site.sign_in("boris")
    one, other = await twins(site)
    await look_through(site)
    answer = await anna.post(f"/contacts/{one}/merge/{other}/apart", headers=HTMX)
    assert answer.status == 204
    assert pairs_in(await text(await boris.get("/duplicates"))) == []
    html = await text(await boris.get("/duplicates?show=marked"))
    assert pairs_in(html) == [(one, other)]
    assert "Anna" in html
    assert "Anna marked them" in await text(await boris.get(f"/contacts/{one}/merge/{other}"))
    assert (await anna.post(undo_of(answer), headers=HTMX)).status == 204
    assert pairs_in(await text(await boris.get("/duplicates"))) == [(one, other)]

    await anna.post(f"/contacts/{one}/merge/{other}/apart")
    await boris.post(f"/contacts/{other}/merge/{one}/again")
    assert pairs_in(await text(await anna.get("/duplicates"))) == [(one, other)]


async def test_a_review_goes_from_pair_to_pair(site):
    browser = await site.sign_in()
    first = await twins(site)
    second = await keep(
        site,
        Contact(last_name="Ухтомский", first_name="Илья"),
        Contact(last_name="Ухтомский", first_name="Илья"),
    )
    await look_through(site)
    at = f"/contacts/{first[0]}/merge/{first[1]}?on=list"
    html = await text(await browser.get(at))
    following = f"/contacts/{second[0]}/merge/{second[1]}"
    assert following in html
    answer = await browser.post(at.partition("?")[0], data=form_of(html))
    assert answer.url.path == following
    answer = await browser.post(f"{following}/apart", data={"on": "list"})
    assert answer.url.path == "/duplicates"


async def test_a_card_says_quietly_that_there_may_be_another(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    assert f'hx-get="/contacts/{one}/doubles"' in await text(await browser.get(f"/contacts/{one}"))
    html = await text(await browser.get(f"/contacts/{one}/doubles", headers=HTMX))
    assert f"/contacts/{one}/merge/{other}" in html
    (alone,) = await keep(site, Contact(last_name="Другой"))
    assert (await text(await browser.get(f"/contacts/{alone}/doubles", headers=HTMX))).strip() == ""
    answer = await browser.get(f"/contacts/{one}/doubles")
    assert answer.url.path == f"/contacts/{one}/merge"


async def test_whom_to_merge_with_is_searched_for_among_cards_of_the_kind(site):
    browser = await site.sign_in()
    account, other = await keep(site, Account(name="Ромашка"), Account(name="Ромашка плюс"))
    (lead,) = await keep(site, Lead(organisation="Ромашка"))
    html = await text(
        await browser.get(f"/accounts/{account}/merge", params={"q": "ромашка", "part": "rows"}, headers=HTMX)
    )
    assert re.findall(r"/merge/(\d+)", html) == [str(other)]
    assert f"/leads/{lead}" not in html
    assert "Nothing found" in await text(await browser.get(f"/accounts/{account}/merge?q=лютик"))


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"survivor": "1", "of-city": "both"}, 422),
        ({"survivor": "1", "of-id": "one"}, 422),
        ({"survivor": "1", "of-city": "x" * 300}, 422),
        ({"survivor": "987"}, 422),
        ({}, 422),
    ],
)
async def test_what_makes_no_sense_is_told_and_nothing_is_merged(site, form, code):
    browser = await site.sign_in()
    one, other = await twins(site)
    answer = await browser.post(f"/contacts/{one}/merge/{other}", data=form, allow_redirects=False)
    assert answer.status == code
    async with site.database.reading() as session:
        assert len((await session.exec(select(Contact))).all()) == 2


async def test_a_card_has_nothing_to_be_compared_with_itself(site):
    browser = await site.sign_in()
    one, _ = await twins(site)
    for act in (browser.get, browser.post):
        assert (await act(f"/contacts/{one}/merge/{one}")).status in (404, 422)


async def test_that_both_cards_were_looked_at_is_written_down(site):
    browser = await site.sign_in()
    one, other = await twins(site)
    await browser.get(f"/contacts/{one}/merge/{other}")
    async with site.database.reading() as session:
        seen = [
            row.details["id"]
            for row in await session.exec(select(Action).where(Action.kind == "view-contact"))
        ]
        assert sorted(seen) == [one, other]
        assert (await session.exec(select(NotDuplicate))).first() is None


async def test_a_kind_or_a_page_that_there_is_not_is_the_first(site):
    browser = await site.sign_in()
    for query in ("kind=interest", "page=0", "page=-1", "page=99999999999", "show=x", "page=99"):
        assert (await browser.get(f"/duplicates?{query}")).status == 200, query
