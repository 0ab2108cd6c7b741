"""Records made by hand, from wherever one is."""

import pytest
from sqlmodel import select

from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead
from tests.web.records import HTMX, actions, first_of, row, settle, text

pytestmark = pytest.mark.slow


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
