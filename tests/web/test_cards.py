"""Cards: what they tell, and how they are changed in place."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from storage.tables.history import Action
from storage.tables.interests import Interest, InterestLabel, InterestMember
from storage.tables.parties import Account, Contact, FormerPoint, Point, PointKind
from storage.tables.people import Scope
from storage.tables.work import Task
from tests.web.records import HTMX, NUMBER, actions, first_of, keep, missed_call, row, settle, text, undo_of

pytestmark = pytest.mark.slow


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
