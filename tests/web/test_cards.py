"""Cards: what they tell, and how they are changed in place."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from storage.tables.history import Action
from storage.tables.interests import Interest, InterestLabel, InterestMember
from storage.tables.parties import Account, Contact, FormerPoint, Lead, Point, PointKind
from storage.tables.people import Scope
from storage.tables.work import Task
from tests.web.records import HTMX, NUMBER, first_of, keep, missed_call, settle, text, undo_of

pytestmark = pytest.mark.slow


async def row(site, table, row_id: int):
    async with site.database.reading() as session:
        return await session.get(table, row_id)


async def actions(site, kind: str) -> list[Action]:
    async with site.database.reading() as session:
        return list(await session.exec(select(Action).where(Action.kind == kind).order_by(col(Action.id))))


async def test_a_clients_card_tells_all_that_is_around_it(site):
    browser = await site.sign_in()
    town = await settle(site)
    await missed_call(site, account_id=town.account, contact_id=town.contact)
    await keep(site, Task(title="Send the offer", account_id=town.account))
    html = await text(await browser.get(f"/accounts/{town.account}"))
    for said in (
        "ООО «Ромашка»",
        "7707083893",
        "Ковалёва Марина",
        "Lamps",
        "Send the offer",
        "Missed, waited 24 s",
    ):
        assert said in html, said


async def test_a_contacts_card_leads_to_its_client_and_can_be_called(site):
    browser = await site.sign_in()
    town = await settle(site)
    html = await text(await browser.get(f"/contacts/{town.contact}"))
    assert f'href="/accounts/{town.account}"' in html
    assert f'name="number" value="{NUMBER}"' in html
    assert f"/wizard?contact={town.contact}" in html


async def test_a_number_taken_off_the_card_stays_on_it_struck_through(site):
    browser = await site.sign_in()
    town = await settle(site)
    await keep(site, FormerPoint(contact_id=town.contact, kind=PointKind.PHONE, value="+79035556677"))
    html = await text(await browser.get(f"/contacts/{town.contact}"))
    assert re.search(r"<s [^>]*>\+7 903 555-66-77</s>", html)
    assert 'value="+79035556677"' not in html  # nobody dials it


async def test_who_asked_not_to_be_called_is_marked(site):
    browser = await site.sign_in()
    (person,) = await keep(site, Contact(last_name="Тихая", do_not_call=True))
    assert "asked not to be called" in await text(await browser.get(f"/contacts/{person}"))
    assert "do not call" in await text(await browser.get("/contacts"))


async def test_looking_at_a_card_is_written_down_once_an_hour(site):
    browser = await site.sign_in()
    town = await settle(site)
    for _ in range(3):
        await browser.get(f"/contacts/{town.contact}")
    await browser.get(f"/accounts/{town.account}")
    other = await site.sign_in("boris")
    await other.get(f"/contacts/{town.contact}")
    looked = await actions(site, "view-contact")
    assert [(one.user_id, one.details["id"]) for one in looked] == [(1, town.contact), (2, town.contact)]
    async with site.database.transaction() as session:
        for one in await session.exec(select(Action)):
            one.at = datetime.now(UTC) - timedelta(minutes=61)
            session.add(one)
    await browser.get(f"/contacts/{town.contact}")
    assert len(await actions(site, "view-contact")) == 3


async def test_what_is_not_theirs_to_see_is_neither_shown_nor_written_down(site):
    boris = await site.user("boris")
    browser = await site.sign_in("anna", scope=Scope.OWN)
    town = await settle(site, responsible_id=boris.id)
    for path in (
        f"/accounts/{town.account}",
        f"/contacts/{town.contact}",
        f"/leads/{town.lead}",
        f"/interests/{town.interest}",
    ):
        assert (await browser.get(path)).status == 404, path
        assert (await browser.get(f"{path}/timeline", headers=HTMX)).status == 404, path
        assert (await browser.post(f"{path}/comments", data={"text": "x"}, headers=HTMX)).status == 404, path
        assert (await browser.post(f"{path}/fields/source", data={"value": "x"}, headers=HTMX)).status == 404
    assert await actions(site, "view-contact") == []
    answer = await browser.post(f"/interests/{town.interest}/status", data={"status": "2"}, headers=HTMX)
    assert answer.status == 404


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


async def test_a_number_on_several_cards_says_so(site):
    browser = await site.sign_in()
    town = await settle(site)
    await keep(site, Point(lead_id=town.lead, kind=PointKind.PHONE, value=NUMBER))
    assert "on 2 cards" in await text(await browser.get(f"/leads/{town.lead}"))


async def test_an_interest_moves_along_its_path_and_back(site):
    browser = await site.sign_in()
    town = await settle(site)
    at = f"/interests/{town.interest}/status"
    moved = await browser.post(at, data={"status": str(town.statuses[2])}, headers=HTMX)
    assert 'aria-current="step"' in await text(moved)
    assert (await row(site, Interest, town.interest)).closed_at is not None
    assert (await browser.post(undo_of(moved), headers=HTMX)).status == 204
    back = await row(site, Interest, town.interest)
    assert (back.status_id, back.closed_at) == (town.statuses[0], None)
    for wrong in ("999", "x", ""):
        assert (await browser.post(at, data={"status": wrong}, headers=HTMX)).status == 422


async def test_a_lost_interest_asks_why(site):
    browser = await site.sign_in()
    town = await settle(site)
    html = await text(
        await browser.post(
            f"/interests/{town.interest}/status", data={"status": str(town.statuses[3])}, headers=HTMX
        )
    )
    assert "Why it was lost" in html
    await browser.post(
        f"/interests/{town.interest}/fields/lost_reason", data={"value": "Price"}, headers=HTMX
    )
    assert (await row(site, Interest, town.interest)).lost_reason == "Price"
    await browser.post(
        f"/interests/{town.interest}/status", data={"status": str(town.statuses[1])}, headers=HTMX
    )
    assert (await row(site, Interest, town.interest)).lost_reason is None


async def test_labels_and_co_executors_come_and_go(site):
    boris = await site.user("boris", name="Boris")
    browser = await site.sign_in()
    town = await settle(site)
    at = f"/interests/{town.interest}"
    assert "urgent" in await text(await browser.post(f"{at}/labels", data={"label": "urgent"}, headers=HTMX))
    again = await browser.post(f"{at}/labels", data={"label": "URGENT"}, headers=HTMX)
    assert "HX-Trigger" not in again.headers, "it has it already"
    await text(await browser.post(f"{at}/members", data={"user": str(boris.id)}, headers=HTMX))
    async with site.database.reading() as session:
        label = (await session.exec(select(InterestLabel))).one()
        assert (await session.exec(select(InterestMember))).one().user_id == boris.id
    dropped = await browser.post(f"{at}/labels/{label.label_id}/drop", headers=HTMX)
    await text(dropped)
    await browser.post(undo_of(dropped), headers=HTMX)
    await text(await browser.post(f"{at}/members/{boris.id}/drop", headers=HTMX))
    async with site.database.reading() as session:
        assert (await session.exec(select(InterestLabel))).one() is not None
        assert (await session.exec(select(InterestMember))).all() == []
    told = await text(await browser.get(f"{at}/timeline?show=change", headers=HTMX))
    assert "Added the label urgent" in told
    assert "Added Boris as a co-executor" in told


async def test_a_co_executor_sees_the_interest(site):
    boris = await site.user("boris", scope=Scope.OWN)
    anna = await site.sign_in("anna")
    town = await settle(site, responsible_id=2)
    theirs = await site.enter("boris")
    assert (await theirs.get(f"/interests/{town.interest}")).status == 404
    await anna.post(f"/interests/{town.interest}/members", data={"user": str(boris.id)}, headers=HTMX)
    assert (await theirs.get(f"/interests/{town.interest}")).status == 200


async def test_comments_are_text_and_nothing_else(site):
    browser = await site.sign_in()
    town = await settle(site)
    at = f"/interests/{town.interest}/comments"
    html = await text(await browser.post(at, data={"text": "<b>Hi</b>\nthere"}, headers=HTMX))
    assert "&lt;b&gt;Hi&lt;/b&gt;\nthere" in html
    for nothing in ("", "   ", "x" * 10_001):
        assert (await browser.post(at, data={"text": nothing}, headers=HTMX)).status == 422
    assert "Hi" in await text(await browser.get(f"/accounts/{town.account}")), "it stands with the client too"


async def test_one_does_not_undo_what_another_did(site):
    anna = await site.sign_in("anna")
    boris = await site.sign_in("boris")
    town = await settle(site)
    answer = await anna.post(f"/accounts/{town.account}/fields/city", data={"value": "Тула"}, headers=HTMX)
    assert (await boris.post(undo_of(answer), headers=HTMX)).status == 403
    assert (await row(site, Account, town.account)).city == "Тула"
    assert (await anna.post("/actions/999/undo", headers=HTMX)).status == 404


async def test_the_timeline_goes_further_back_by_the_page(site):
    browser = await site.sign_in()
    town = await settle(site)
    for number in range(35):
        await browser.post(f"/leads/{town.lead}/comments", data={"text": f"Comment {number}."}, headers=HTMX)
    html = await text(await browser.get(f"/leads/{town.lead}"))
    assert "Comment 34." in html
    assert "Comment 4." not in html
    more = first_of(r'hx-get="(/leads/\d+/timeline\?most=\d+)"', html)
    assert "Comment 4." in await text(await browser.get(more, headers=HTMX))


@pytest.mark.parametrize(
    ("path", "data", "table"),
    [
        ("accounts", {"name": "ООО «Лютик»", "inn": "7728168971", "phone": "8 495 123-45-67"}, Account),
        ("contacts", {"last_name": "Иванов", "email": "Ivanov@Example.com"}, Contact),
        ("leads", {"organisation": "Лютик", "phone": "+79160000000", "kind": "company"}, Lead),
        ("interests", {"title": "A thousand lamps", "amount": "5 000"}, Interest),
    ],
)
async def test_records_are_made_by_hand(site, path, data, table):
    browser = await site.sign_in()
    await settle(site)
    assert "<form" in await text(await browser.get(f"/{path}/new", headers=HTMX))
    answer = await browser.post(f"/{path}/new", data=data, headers=HTMX)
    assert answer.status == 200, await answer.text()
    address = answer.headers["HX-Redirect"]
    html = await text(await browser.get(address))
    assert "Undo" in html
    made = await row(site, table, int(address.rsplit("/", 1)[1]))
    assert (made.created_by, made.responsible_id) == (1, 1)
    (action,) = await actions(site, f"add-{path[:-1]}")
    assert (await browser.post(f"/actions/{action.id}/undo", headers=HTMX)).status == 204
    assert await row(site, table, made.id) is None


async def test_a_companys_name_is_kept_without_its_legal_form(site):
    browser = await site.sign_in()
    await browser.post("/accounts/new", data={"name": "ООО «Лютик»"})
    async with site.database.reading() as session:
        made = (await session.exec(select(Account))).one()
    assert (made.name, made.legal_form) == ("Лютик", "ООО")


async def test_an_interest_is_made_for_whom_it_was_asked_from(site):
    browser = await site.sign_in()
    town = await settle(site)
    form = await text(await browser.get(f"/interests/new?contact={town.contact}", headers=HTMX))
    assert "Ковалёва Марина" in form
    data = {"title": "More lamps", "contact": str(town.contact), "status_id": str(town.statuses[1])}
    answer = await browser.post("/interests/new", data=data, headers=HTMX)
    made = await row(site, Interest, int(answer.headers["HX-Redirect"].rsplit("/", 1)[1]))
    assert (made.contact_id, made.account_id, made.status_id) == (
        town.contact,
        town.account,
        town.statuses[1],
    )


async def test_a_form_with_a_mistake_comes_back_as_it_was(site):
    browser = await site.sign_in()
    await settle(site)
    for path, data in [
        ("accounts", {"name": " "}),
        ("accounts", {"name": "Лютик", "inn": "1"}),
        ("accounts", {"name": "Лютик", "phone": "no"}),
        ("contacts", {"position": "Boss"}),
        ("leads", {}),
        ("interests", {"title": ""}),
        ("interests", {"title": "Lamps", "status_id": "999"}),
    ]:
        answer = await browser.post(f"/{path}/new", data=data | {"source": "A friend"}, headers=HTMX)
        html = await text(answer, 422)
        assert "<form" in html
        assert await actions(site, f"add-{path[:-1]}") == []


@pytest.mark.parametrize(
    ("path", "form"),
    [("status", {"status": "2"}), ("labels", {"label": "Срочно"}), ("members", {"user": "2"})],
)
async def test_an_interest_is_changed_and_shown_again_also_without_scripts(site, path, form):
    town = await settle(site)
    browser = await site.sign_in("anna")
    await site.user("boris")
    address = f"/interests/{town.interest}"
    answer = await browser.post(f"{address}/{path}", data=form, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, address)
    if path != "status":
        page = await text(await browser.get(address))
        drop = first_of(rf'action="({address}/{path}/\d+/drop)"', page)
        gone = await browser.post(drop, headers=HTMX)
        assert drop not in await text(gone)
    nonsense = await browser.post(f"{address}/{path}", data=dict.fromkeys(form, "x" * 400), headers=HTMX)
    assert nonsense.status == 422
