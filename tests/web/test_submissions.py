"""Requests by forms on the pages: in rows, in the reading pane, and those that are held."""

import re

import pytest

from storage.tables.automation import IgnoreEntry
from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.people import Role, Scope
from tests.web.records import HTMX, first_of, keep, row, settle, text, undo_of
from tests.web.requests import EMAIL, OLGA, agreed, form, held, inquiry_by_form, request_of, with_file

pytestmark = pytest.mark.slow


async def test_a_row_says_who_what_by_which_form_and_that_a_field_has_a_mistake(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site, problems={"tel": "bad-phone"})
    await with_file(site, submission)
    html = await text(await browser.get("/inquiries?channel=form"))
    html = html[html.index(f'id="row-{inquiry}"') :].partition("</li>")[0]
    assert "Ольга Зайцева" in html
    assert '<span class="what clip">From the site</span>' in html
    assert '<span class="gist clip">Lamps for a barn</span>' in html
    assert "a field has a mistake" in html
    assert "1 file" in html


async def test_the_pane_shows_what_was_sent_and_what_can_be_done_with_it(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    html = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert f'id="submission-{submission}"' in html
    assert f'data-copy="{OLGA}"' in html, "as it is dialled"
    assert f'data-copy="{EMAIL}"' in html
    assert re.search(r"<dt>How many rooms</dt>\s*<dd>\s*<span class=\"said\">three</span>", html)
    assert "I agree" not in html.partition('class="agreed"')[0], "a tick is no answer"
    assert 'data-key="KeyA"' in html
    assert 'data-key="KeyR"' in html


async def test_a_mistake_stands_beside_its_field_and_one_left_empty_below(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_form(site, problems={"tel": "bad-phone", "site": "required"})
    html = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert re.search(r"<dt>Telephone</dt>.{0,900}?not a telephone number", html, re.DOTALL)
    assert "Your site: left empty" in html


async def test_what_strangers_wrote_is_shown_and_runs_nothing(site):
    browser = await site.sign_in()
    evil = "<script>alert(1)</script>"
    inquiry, _ = await inquiry_by_form(
        site,
        values=[
            ["x", evil, evil],
            ["u", "Link", "javascript:alert(1)"],
            ["w", "Web", "https://a.example/?x"],
        ],
        page="javascript:alert(2)",
    )
    html = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert evil not in html
    assert 'href="javascript' not in html
    assert 'href="https://a.example/?x" target="_blank" rel="noreferrer noopener nofollow"' in html


async def test_where_they_came_from_is_everybodys_and_the_address_managers(site):
    inquiry, _ = await inquiry_by_form(site)
    operator = await text(await (await site.sign_in(role=Role.OPERATOR)).get(f"/inquiries/{inquiry}"))
    assert "yandex" in operator
    assert "https://shop.example/lamps" in operator
    assert "203.0.113.9" not in operator
    assert "Firefox" not in operator
    manager = await site.sign_in("vera", role=Role.MANAGER)
    assert "203.0.113.9" in await text(await manager.get(f"/inquiries/{inquiry}"))


async def test_a_file_is_downloaded_and_a_picture_shown_by_its_own_bytes(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    picture = await with_file(site, submission)
    fake = await with_file(site, submission, b"<script>", filename="a.png")
    at = f"/submissions/{submission}/files"
    saved, shown = await browser.get(f"{at}/{picture}"), await browser.get(f"{at}/{picture}/shown")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["Content-Type"] == "image/png"
    assert (await browser.get(f"{at}/{fake}/shown")).status == 422
    assert (await browser.get(f"/submissions/{await held(site)}/files/{picture}")).status == 404
    assert f"{at}/{picture}/shown" in await text(await browser.get(f"/inquiries/{inquiry}"))


async def test_what_is_anothers_is_not_there(site):
    (stranger,) = await keep(site, Inquiry(channel=Channel.FORM, responsible_id=(await site.user("eve")).id))
    submission = await request_of(site, await form(site), stranger)
    file = await with_file(site, submission)
    browser = await site.sign_in(scope=Scope.OWN)
    for address in (f"/submissions/{submission}", f"/submissions/{submission}/files/{file}"):
        assert (await browser.get(address)).status == 404


async def test_an_inquiry_of_a_form_is_answered_by_letter(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    html = await text(await browser.get(f"/inquiries/{inquiry}/answer", headers=HTMX))
    assert f"Ольга Зайцева &lt;{EMAIL}&gt;" in html
    assert f"Your request № {submission}" in html


async def test_one_that_left_no_address_is_not(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_form(site, said={"phone": OLGA})
    html = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert f"/inquiries/{inquiry}/answer" not in html


async def test_held_requests_are_counted_beside_the_inquiries_and_say_why(site):
    browser = await site.sign_in()
    submission = await held(site, "honeypot", "too-quick")
    facets = await text(await browser.get("/inquiries/facets", headers=HTMX))
    assert re.search(r"Held requests</span> <b>1</b>", facets)
    html = await text(await browser.get("/submissions"))
    assert f'id="row-submission-{submission}"' in html
    assert "A field that people do not see was filled in." in html
    assert "It was filled in quicker than a person can." in html


async def test_a_held_request_becomes_an_inquiry_and_goes_back(site):
    browser = await site.sign_in()
    submission = await held(site)
    answer = await browser.post(f"/submissions/{submission}/release", headers=HTMX)
    assert answer.headers["HX-Redirect"].startswith("/inquiries/")
    stored = await row(site, Submission, submission)
    assert (stored.state, stored.inquiry_id is not None) == (SubmissionState.TAKEN, True)
    assert (await row(site, Inquiry, stored.inquiry_id)).state is InquiryState.NEW
    page = await text(await browser.get(answer.headers["HX-Redirect"]))
    assert f'id="submission-{submission}"' in page
    await browser.post(first_of(r"(/submissions/undo\?actions=\d+)", page))
    assert (await row(site, Submission, submission)).state is SubmissionState.HELD


async def test_spam_is_put_away_and_its_sender_kept_out_if_wanted_and_both_come_back(site):
    browser = await site.sign_in()
    submission = await held(site)
    answer = await browser.post(f"/submissions/{submission}/dismiss", data={"never": "yes"}, headers=HTMX)
    assert answer.status == 204
    stored = await row(site, Submission, submission)
    assert (stored.state, stored.seen_at is not None) == (SubmissionState.DISMISSED, True)
    entry = await row(site, IgnoreEntry, 1)
    assert (entry.channels, entry.removed_at) == (["form"], None)
    await browser.post(undo_of(answer))
    assert (await row(site, Submission, submission)).state is SubmissionState.HELD
    assert (await row(site, IgnoreEntry, 1)).removed_at is not None


@pytest.mark.parametrize(
    ("do", "state"), [("release", SubmissionState.TAKEN), ("dismiss", SubmissionState.DISMISSED)]
)
async def test_several_at_once(site, do, state):
    browser = await site.sign_in()
    some = [await held(site), await held(site)]
    answer = await browser.post(
        "/submissions/several", data=[("do", do), *(("id", str(one)) for one in some)]
    )
    assert [(await row(site, Submission, one)).state for one in some] == [state, state]
    page = await text(answer)
    assert ("2 requests are inquiries now" if do == "release" else "2 requests were spam") in page


async def test_what_is_no_choice_is_refused(site):
    browser = await site.sign_in()
    one = await held(site)
    assert (await browser.post("/submissions/several", data={"do": "eat", "id": str(one)})).status == 422
    assert (await browser.post("/submissions/several", data={"do": "dismiss"})).status == 422
    assert (await browser.post("/submissions/undo?actions=99999")).status == 404


async def test_a_taken_requests_address_leads_to_its_inquiry(site):
    browser = await site.sign_in()
    inquiry, submission = await inquiry_by_form(site)
    answer = await browser.get(f"/submissions/{submission}", allow_redirects=False)
    assert answer.headers["Location"] == f"/inquiries/{inquiry}#submission-{submission}"
    await agreed(site, submission, inquiry)
    assert 'class="agreed"' in await text(await browser.get(f"/inquiries/{inquiry}"))


async def test_the_sender_is_looked_up_by_everything_they_left(site):
    town = await settle(site)
    browser = await site.sign_in()
    values = [["tel", "Telephone", "8 916 123-45-67"], ["mail", "Mail", EMAIL]]
    inquiry, _ = await inquiry_by_form(site, values=values)
    html = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert f"/contacts/{town.contact}" in html


async def test_programs_get_what_was_sent_with_the_inquiry(site):
    inquiry, submission = await inquiry_by_form(site, problems={"site": "required"})
    file = await with_file(site, submission)
    await agreed(site, submission, inquiry)
    program = await site.sign_in()
    whole = await (await program.get(f"/api/v1/inquiries/{inquiry}")).json()
    (sent,) = whole["requests"]
    assert (sent["number"], sent["form"], sent["problems"]) == (
        submission,
        "From the site",
        {"site": "required"},
    )
    assert sent["values"][0] == {"name": "fio", "label": "Your name", "value": "Ольга Зайцева"}
    assert (sent["files"][0]["id"], sent["files"][0]["filename"]) == (file, "plan.png")
    assert (sent["consents"][0]["purpose"], sent["consents"][0]["digest"]) == ("calls", "ab" * 32)
    listed = await (await program.get("/api/v1/inquiries?channel=form")).json()
    assert [one["id"] for one in listed["inquiries"]] == [inquiry]
