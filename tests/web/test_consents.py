"""Consents with their evidence on cards and apart, withdrawn and handed to an inspector; custom values."""

import re

import pytest

from storage.tables.automation import CustomValue
from storage.tables.inquiries import Inquiry
from storage.tables.people import Role, Scope
from storage.tables.work import Consent
from tests.web.records import HTMX, keep, row, settle, text, undo_of
from tests.web.requests import agreed, inquiry_by_form, with_file

pytestmark = pytest.mark.slow


async def test_the_evidence_says_which_text_when_where_and_how(site):
    browser = await site.sign_in(role=Role.MANAGER)
    inquiry, submission = await inquiry_by_form(site)
    consent = await agreed(site, submission, inquiry)
    html = await text(await browser.get(f"/consents/{consent}"))
    for evidence in (
        "I agree to be called",
        "ab" * 32,
        "203.0.113.9",
        "https://shop.example/lamps",
        "Firefox",
    ):
        assert evidence in html
    assert "«From the site»" in html


async def test_an_operator_sees_it_without_the_address(site):
    browser = await site.sign_in(role=Role.OPERATOR)
    inquiry, submission = await inquiry_by_form(site)
    html = await text(await browser.get(f"/consents/{await agreed(site, submission, inquiry)}"))
    assert "I agree to be called" in html
    assert "203.0.113.9" not in html


async def test_a_withdrawal_is_noted_with_how_and_why_and_can_be_undone(site):
    town = await settle(site)
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    consent = await agreed(site, submission, inquiry, contact_id=town.contact)
    sent = {"how": "call", "note": "asked to be left alone"}
    answer = await browser.post(f"/consents/{consent}/withdraw", data=sent, headers=HTMX)
    html = await text(answer)
    assert "asked to be left alone" in html
    assert f"/contacts/{town.contact}/fields/do_not_call" in html, "what follows from it is at hand"
    stored = await row(site, Consent, consent)
    assert (stored.withdrawn_how, stored.withdrawn_at is not None) == ("call", True)
    card = await text(await browser.get(f"/contacts/{town.contact}"))
    assert re.search(r'class="agreed".*?withdrawn', card, re.DOTALL)
    await browser.post(undo_of(answer))
    assert (await row(site, Consent, consent)).withdrawn_at is None


async def test_it_is_withdrawn_once_and_in_a_way_that_there_is(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    consent = await agreed(site, submission, inquiry)
    at = f"/consents/{consent}/withdraw"
    assert (await browser.post(at, data={"how": "telepathy"})).status == 422
    assert (await browser.post(at, data={"how": "letter"}, allow_redirects=False)).status == 303
    assert (await browser.post(at, data={"how": "letter"})).status == 409


async def test_the_list_is_filtered_and_taken_as_a_file_by_managers_only(site):
    inquiry, submission = await inquiry_by_form(site)
    first = await agreed(site, submission, inquiry)
    browser = await site.sign_in(role=Role.MANAGER)
    await browser.post(f"/consents/{first}/withdraw", data={"how": "paper", "note": "=1+1"})
    html = await text(await browser.get("/consents?state=withdrawn&purpose=calls"))
    assert "Ольга Зайцева" in html
    assert "None that fits" in await text(await browser.get("/consents?state=stands"))
    assert "None that fits" in await text(await browser.get("/consents?last=2001-01-01&first=nonsense"))
    file = await text(await browser.get("/consents/export.csv?state=withdrawn"))
    assert "ab" * 32 in file
    assert "203.0.113.9" in file
    assert "=1+1" in file
    operator = await site.sign_in("otto", role=Role.OPERATOR)
    assert (await operator.get("/consents")).status == 403
    assert (await operator.get("/consents/export.csv")).status == 403


async def test_those_of_whom_one_may_not_see_are_not_there(site):
    town = await settle(site, responsible_id=(await site.user("eve")).id)
    consent = await agreed(site, None, None, contact_id=town.contact)
    browser = await site.sign_in(scope=Scope.OWN, role=Role.MANAGER)
    assert (await browser.get(f"/consents/{consent}")).status == 404
    assert (await browser.get(f"/contacts/{town.contact}/consents")).status == 404
    assert "None that fits" in await text(await browser.get("/consents"))


async def test_a_card_shows_all_of_its_consents_and_so_does_an_inquiry(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    await agreed(site, submission, inquiry)
    assert "I agree to be called" in await text(await browser.get(f"/inquiries/{inquiry}/consents"))


async def test_what_forms_asked_stands_on_the_card_and_is_changed_there(site):
    town = await settle(site)
    browser = await site.sign_in()
    (value,) = await keep(
        site, CustomValue(owner="contact", owner_id=town.contact, label="Size", value="<b>")
    )
    at = f"/contacts/{town.contact}"
    html = await text(await browser.get(at))
    assert re.search(r"<dt>Size</dt>.*?&lt;b&gt;", html, re.DOTALL)
    await browser.post(f"{at}/custom/{value}", data={"value": "42"})
    assert (await row(site, CustomValue, value)).value == "42"
    assert (await browser.post(f"{at}/custom", data={"label": "Colour", "value": ""})).status == 422
    await browser.post(f"{at}/custom", data={"label": "Colour", "value": "red"})
    assert "Colour" in await text(await browser.get(at))
    answer = await browser.post(f"{at}/custom/{value}", data={"drop": "yes"}, headers=HTMX)
    assert "Size" not in await text(await browser.get(at))
    await browser.post(undo_of(answer))
    assert "Size" in await text(await browser.get(at))


async def test_a_request_and_its_files_stand_in_the_past_of_the_interest(site):
    town = await settle(site)
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    file = await with_file(site, submission)
    await agreed(site, submission, inquiry, interest_id=town.interest)
    async with site.database.transaction() as session:
        (await session.get_one(Inquiry, inquiry)).interest_id = town.interest
    html = await text(await browser.get(f"/interests/{town.interest}"))
    assert f"Request № {submission}" in html
    assert f"/submissions/{submission}/files/{file}" in html
    assert "Requests" in html
