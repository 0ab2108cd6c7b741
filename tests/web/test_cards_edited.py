"""Cards changed where they stand: fields, ways to reach somebody, what is refused."""

import re

import pytest
from sqlmodel import select

from storage.tables.parties import Account, Point
from tests.web.records import HTMX, NUMBER, actions, row, settle, text, undo_of

pytestmark = pytest.mark.slow


async def test_a_field_is_changed_where_it_stands(site):
    browser = await site.sign_in()
    town = await settle(site)
    ids = {"accounts": town.account, "contacts": town.contact, "leads": town.lead, "interests": town.interest}
    for path, field, typed, shown in [
        ("accounts", "city", "  Тула ", "Тула"),
        ("accounts", "inn", "ИНН 7728168971", "7728168971"),
        ("accounts", "employees", "1 200", "1,200"),
        ("accounts", "revenue", "1 240 000,50 ₽", "1,240,000.50"),
        ("accounts", "kind", "sole-trader", "sole trader"),
        ("accounts", "do_not_call", "yes", "yes"),
        ("contacts", "position", "Chief engineer", "Chief engineer"),
        ("leads", "organisation", "ООО «Лютик»", "ООО «Лютик»"),
        ("interests", "amount", "99 990", "99,990"),
        ("interests", "due", "2031-05-06T10:30", "May 6, 2031, 10:30"),
        ("interests", "responsible_id", "1", "Anna"),
    ]:
        at = f"/{path}/{ids[path]}/fields/{field}"
        assert "<form" in await text(await browser.get(at, headers=HTMX))
        answer = await browser.post(at, data={"value": typed}, headers=HTMX)
        assert shown in await text(answer)
        assert shown in await text(await browser.get(f"/{path}/{ids[path]}"))
        undone = await browser.post(undo_of(answer), headers=HTMX)
        assert undone.status == 204, await undone.text()
        again = await browser.post(at, data={"value": typed}, headers=HTMX)
        assert "HX-Trigger" in again.headers, "it had been put back, so it differs again"


async def test_what_makes_no_sense_is_refused_and_nothing_is_changed(site):
    browser = await site.sign_in()
    town = await settle(site)
    ids = {"accounts": town.account, "contacts": town.contact, "interests": town.interest}
    for path, field, typed in [
        ("accounts", "name", " "),
        ("accounts", "inn", "123"),
        ("accounts", "employees", "many"),
        ("accounts", "revenue", "-5"),
        ("accounts", "kind", "cooperative"),
        ("accounts", "city", "x" * 121),
        ("accounts", "password_hash", "x"),
        ("accounts", "id", "7"),
        ("contacts", "account_id", "1"),
        ("interests", "title", ""),
        ("interests", "amount", "a lot"),
        ("interests", "responsible_id", "999"),
        ("interests", "due", "soon"),
    ]:
        answer = await browser.post(
            f"/{path}/{ids[path]}/fields/{field}", data={"value": typed}, headers=HTMX
        )
        assert answer.status == 422
        assert await actions(site, f"change-{path[:-1]}") == []


async def test_what_was_typed_stays_beside_its_mistake(site):
    browser = await site.sign_in()
    town = await settle(site)
    answer = await browser.post(f"/accounts/{town.account}/fields/inn", data={"value": "12345"}, headers=HTMX)
    html = await text(answer, 422)
    assert 'value="12345"' in html
    assert 'aria-invalid="true"' in html


async def test_a_doubtful_inn_is_kept_with_a_warning(site):
    browser = await site.sign_in()
    town = await settle(site)
    answer = await browser.post(
        f"/accounts/{town.account}/fields/inn", data={"value": "7707083894"}, headers=HTMX
    )
    assert "check the number" in await text(answer)
    assert (await row(site, Account, town.account)).inn == "7707083894"


async def test_a_person_keeps_at_least_one_name(site):
    browser = await site.sign_in()
    town = await settle(site)
    at = f"/contacts/{town.contact}/fields"
    assert (await browser.post(f"{at}/first_name", data={"value": ""}, headers=HTMX)).status == 200
    assert (await browser.post(f"{at}/last_name", data={"value": ""}, headers=HTMX)).status == 422


async def test_saving_what_is_there_already_says_and_writes_nothing(site):
    browser = await site.sign_in()
    town = await settle(site)
    answer = await browser.post(
        f"/accounts/{town.account}/fields/name", data={"value": "Ромашка"}, headers=HTMX
    )
    assert "HX-Trigger" not in answer.headers
    assert await actions(site, "change-account") == []


async def test_every_change_stands_in_the_timeline_with_what_was_before(site):
    browser = await site.sign_in()
    town = await settle(site)
    await browser.post(f"/accounts/{town.account}/fields/city", data={"value": "Тула"}, headers=HTMX)
    await browser.post(f"/accounts/{town.account}/fields/city", data={"value": "Орёл"}, headers=HTMX)
    html = await text(await browser.get(f"/accounts/{town.account}/timeline?show=change", headers=HTMX))
    assert re.search(r"City:.*<del>Тула</del> → <ins>Орёл</ins>", html)


async def test_without_scripts_forms_lead_back_to_the_card(site):
    browser = await site.sign_in()
    town = await settle(site)
    card = f"/accounts/{town.account}"
    assert 'name="value"' in await text(await browser.get(f"{card}?edit=city"))
    answer = await browser.post(f"{card}/fields/city", data={"value": "Тула"}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, card)
    assert 'id="point-text"' in await text(await browser.get(f"{card}/points?point=new"))
    assert "Undo" in await text(await browser.get(card)), "the toast waited for the page"


async def test_phones_and_addresses_are_added_changed_and_removed(site):
    browser = await site.sign_in()
    town = await settle(site)
    at = f"/contacts/{town.contact}/points"
    added = await browser.post(
        at, data={"kind": "phone", "text": "8 (495) 123-45-67 доб. 12", "note": "work"}, headers=HTMX
    )
    assert "+7 495 123-45-67 ext. 12" in await text(added)
    async with site.database.reading() as session:
        point = (await session.exec(select(Point).where(Point.value == "+74951234567"))).one()
    assert (point.extension, point.note, point.main, point.tail) == ("12", "work", False, "1234567")
    changed = await browser.post(
        at,
        data={"point": str(point.id), "kind": "phone", "text": "+74951234568", "shared": "yes"},
        headers=HTMX,
    )
    assert "shared line" in await text(changed)
    await text(await browser.post(f"{at}/{point.id}/main", headers=HTMX))
    assert (await row(site, Point, point.id)).main
    dropped = await browser.post(f"{at}/{point.id}/drop", headers=HTMX)
    assert re.findall(r"<s [^>]*>([^<]*123-45-6[78])</s>", await text(dropped)) == [
        "+7 495 123-45-68", "+7 495 123-45-67",
    ]  # fmt: skip
    assert 'value="+7495' not in await text(dropped)
    await browser.post(undo_of(dropped), headers=HTMX)
    assert (await row(site, Point, point.id)).value == "+74951234568"


async def test_a_bad_point_is_refused(site):
    browser = await site.sign_in()
    town = await settle(site)
    for data, status in [
        ({"kind": "phone", "text": "call me"}, 422),
        ({"kind": "email", "text": "nobody"}, 422),
        ({"kind": "pigeon", "text": "x"}, 422),
        ({"kind": "phone", "text": NUMBER}, 409),
        ({"kind": "phone", "text": "+79160000000", "point": "999"}, 404),
    ]:
        answer = await browser.post(f"/contacts/{town.contact}/points", data=data, headers=HTMX)
        assert answer.status == status
        async with site.database.reading() as session:
            assert len(list(await session.exec(select(Point)))) == 1


async def test_another_cards_phone_is_not_changed_from_here(site):
    browser = await site.sign_in()
    town = await settle(site)
    async with site.database.reading() as session:
        point = (await session.exec(select(Point))).one()
    for what in ("drop", "main"):
        assert (
            await browser.post(f"/leads/{town.lead}/points/{point.id}/{what}", headers=HTMX)
        ).status == 404
