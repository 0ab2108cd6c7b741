"""The list of inquiries: what stands in it, in which order, for whom, and what is done from it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from storage.tables.history import Action
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.people import Scope
from tests.web.records import HTMX, NUMBER, keep, leafed_through, line, missed_call, settle, text, undo_of

pytestmark = pytest.mark.slow


def shown(html: str) -> list[int]:
    """The ids of the rows, in their order."""
    return [int(row) for row in re.findall(r'id="row-(\d+)"', html)]


async def stored(site, inquiry_id: int) -> Inquiry:
    async with site.database.reading() as session:
        found: Inquiry = await session.get_one(Inquiry, inquiry_id)
        return found


async def test_an_empty_list_says_that_everything_is_answered(site):
    browser = await site.sign_in()
    html = await text(await browser.get("/inquiries"))
    assert "Everything is answered" in html
    assert shown(html) == []


async def test_whoever_waits_longest_stands_first_and_is_open_beside(site):
    browser = await site.sign_in()
    young = await missed_call(site, 2, "+79160000001")
    old = await missed_call(site, 50, "+79160000002")
    html = await text(await browser.get("/inquiries"))
    assert shown(html) == [old, young]
    assert f'id="inquiry-{old}"' in html
    assert shown(await text(await browser.get("/inquiries?sort=newest"))) == [young, old]


async def test_a_row_says_who_how_often_on_which_line_and_why(site):
    browser = await site.sign_in()
    town = await settle(site)
    await line(site)
    row = await missed_call(site, 20, misses=3, account_id=town.account, contact_id=town.contact)
    html = await text(await browser.get("/inquiries"))
    assert "Марина Ковалёва · ООО «Ромашка»" in html
    assert "3 missed" in html
    assert "to «Sales desk»" in html
    assert "1 open interest" in html
    assert re.search(r'class="wait late"[^>]*data-waiting', html), "twenty minutes are late"
    assert shown(html) == [row]


async def test_a_withheld_number_is_called_so(site):
    browser = await site.sign_in()
    await keep(site, Inquiry(channel=Channel.CALL, misses=1))
    assert "Withheld number" in await text(await browser.get("/inquiries"))


async def test_filters_stand_in_the_address_and_know_how_many_there_are(site):
    browser = await site.sign_in()
    anna = (await site.user("boris")).id
    mine = await missed_call(site, 2, "+79160000001", responsible_id=1)
    late = await missed_call(site, 40, "+79160000002", responsible_id=anna)
    (letter,) = await keep(site, Inquiry(channel=Channel.LETTER, sender="a@b.example", subject="Question"))
    done = await missed_call(site, 3, "+79160000003", state=InquiryState.DECLINED, callback=None)
    for query, rows in {
        "": [late, mine, letter],
        "?view=mine": [mine],
        "?view=overdue": [late],
        "?view=callbacks": [late, mine],
        "?view=declined": [done],
        "?channel=letter": [letter],
        "?line=74950000001": [late, mine],
        "?view=mine&channel=letter": [],
        "?view=nonsense&channel=carrier-pigeon": [late, mine, letter],
    }.items():
        assert shown(await text(await browser.get(f"/inquiries{query}"))) == rows, query
    facets = await text(await browser.get("/inquiries/facets", headers=HTMX))
    counts = dict(re.findall(r'<span class="word[^"]*">([^<]+)</span> <b>(\d*)</b>', facets))
    assert (counts["All new"], counts["Mine"], counts["Overdue"], counts["Call back"]) == ("3", "1", "1", "2")
    assert (counts["Declined ones"], counts["Calls"], counts["Letters"]) == ("1", "2", "1")


async def test_one_sees_only_what_is_ones_own_or_nobodys(site):
    stranger = await site.user("boris")
    browser = await site.sign_in("anna", scope=Scope.OWN)
    theirs = await missed_call(site, 9, "+79160000001", responsible_id=stranger.id)
    nobodys = await missed_call(site, 5, "+79160000002")
    assert shown(await text(await browser.get("/inquiries"))) == [nobodys]
    for path in (f"/inquiries/{theirs}", f"/inquiries/{theirs}/link", f"/inquiries/{theirs}/timeline"):
        assert (await browser.get(path, headers=HTMX)).status == 404, path
    for path in ("decline", "hand-over", "comments", "link", "undo"):
        answer = await browser.post(
            f"/inquiries/{theirs}/{path}",
            data={"reason": "spam", "user": "1", "text": "x", "interest": "1"},
            headers=HTMX,
        )
        assert answer.status == 404, path
    assert shown(await text(await browser.get(f"/inquiries/fresh?ids={theirs},{nobodys}"))) == [nobodys]


async def test_thousands_come_a_page_at_a_time(site):
    browser = await site.sign_in()
    start = datetime.now(UTC) - timedelta(hours=5)
    rows = [Inquiry(channel=Channel.MANUAL, opened_at=start + timedelta(seconds=n)) for n in range(120)]
    ids = await keep(site, *rows)
    assert shown(await leafed_through(browser, "/inquiries")) == ids


async def test_the_address_of_one_opens_it_beside_the_list(site):
    browser = await site.sign_in()
    first, second = await missed_call(site, 9, "+79160000001"), await missed_call(site, 5, "+79160000002")
    html = await text(await browser.get(f"/inquiries/{second}"))
    assert shown(html) == [first, second]
    assert f'id="inquiry-{second}"' in html
    assert 'class="tri reading"' in html
    pane = await text(await browser.get(f"/inquiries/{second}", headers=HTMX))
    assert shown(pane) == []
    assert f'id="inquiry-{second}"' in pane


async def test_one_that_was_joined_to_another_leads_there(site):
    browser = await site.sign_in()
    into = await missed_call(site, 9)
    gone = await missed_call(
        site, 5, "+79160000002", state=InquiryState.CLOSED, callback=None, folded_into=into
    )
    answer = await browser.get(f"/inquiries/{gone}", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, f"/inquiries/{into}")


async def test_the_pane_tells_the_call_and_who_it_is_and_why(site):
    await site.user("petrova", name="Anna Petrova", extension="101")
    browser = await site.sign_in()
    town = await settle(site)
    await line(site)
    row = await missed_call(site, 20, account_id=town.account, contact_id=town.contact)
    pane = await text(await browser.get(f"/inquiries/{row}", headers=HTMX))
    for said in (
        "Missed, waited 24 s",
        "Sales desk",
        "Anna Petrova",
        "hung up (16)",
        "Ковалёва Марина",
        "ООО «Ромашка»",
    ):
        assert said in pane, said
    assert re.search(r'class="chip exact">phone<', re.sub(r"\s+>", ">", pane))


async def test_several_on_one_number_are_listed_and_none_is_chosen(site):
    from storage.tables.parties import Contact, Point, PointKind

    browser = await site.sign_in()
    for name in ("Иванов", "Петров"):
        (person,) = await keep(site, Contact(last_name=name))
        await keep(site, Point(contact_id=person, kind=PointKind.PHONE, value=NUMBER))
    row = await missed_call(site)
    assert "shared number" in await text(await browser.get("/inquiries"))
    pane = await text(await browser.get(f"/inquiries/{row}", headers=HTMX))
    assert "2 records have this number; who calls is not known yet" in pane
    assert "Иванов" in pane
    assert "Петров" in pane


async def test_hostile_names_are_shown_and_do_nothing(site):
    browser = await site.sign_in()
    evil = '<script>alert(1)</script>"onload=x'
    row = await missed_call(site)
    await keep(site, Inquiry(channel=Channel.LETTER, sender_name=evil, sender="x@y.example", subject=evil))
    for path in ("/inquiries", f"/inquiries/{row}"):
        html = await text(await browser.get(path))
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


async def test_declining_needs_a_reason_and_can_be_undone(site):
    browser = await site.sign_in()
    row = await missed_call(site)
    refused = await browser.post(f"/inquiries/{row}/decline", data={}, headers=HTMX)
    assert refused.status == 422
    answer = await browser.post(
        f"/inquiries/{row}/decline", data={"reason": "spam", "note": "ads"}, headers=HTMX
    )
    assert answer.status == 204
    undo = undo_of(answer)
    declined = await stored(site, row)
    assert (declined.state, declined.note) == (InquiryState.DECLINED, "ads")
    pane = await text(await browser.get(f"/inquiries/{row}", headers=HTMX))
    assert "declined: spam" in pane
    assert "Take it back" in pane
    assert (await browser.post(undo, headers=HTMX)).status == 204
    assert (await stored(site, row)).state is InquiryState.NEW


async def test_who_comes_second_is_told(site):
    browser = await site.sign_in()
    other = await site.sign_in("boris")
    row = await missed_call(site)
    await other.post(f"/inquiries/{row}/decline", data={"reason": "spam"}, headers=HTMX)
    answer = await browser.post(f"/inquiries/{row}/decline", data={"reason": "test"}, headers=HTMX)
    assert answer.status == 409
    assert answer.headers["HX-Retarget"] == "#toasts"


async def test_the_decision_that_stands_can_be_taken_back_from_the_pane(site):
    browser = await site.sign_in()
    row = await missed_call(site)
    await browser.post(f"/inquiries/{row}/decline", data={"reason": "spam"})
    await browser.post(f"/inquiries/{row}/undo")
    back = await stored(site, row)
    assert (back.state, back.callback) == (InquiryState.NEW, NUMBER)


async def test_an_inquiry_is_given_to_a_colleague(site):
    boris = await site.user("boris", name="Boris")
    browser = await site.sign_in()
    row = await missed_call(site)
    await browser.post(f"/inquiries/{row}/hand-over", data={"user": str(boris.id)}, headers=HTMX)
    assert (await stored(site, row)).responsible_id == boris.id
    assert (await browser.post(f"/inquiries/{row}/hand-over", data={"user": "x"}, headers=HTMX)).status == 422


async def test_an_inquiry_is_linked_to_an_open_interest_of_theirs(site):
    browser = await site.sign_in()
    town = await settle(site)
    row = await missed_call(site, account_id=town.account, contact_id=town.contact)
    drawer = await text(await browser.get(f"/inquiries/{row}/link", headers=HTMX))
    assert "Lamps" in drawer
    answer = await browser.post(f"/inquiries/{row}/link", data={"interest": str(town.interest)}, headers=HTMX)
    assert answer.status == 204, await answer.text()
    linked = await stored(site, row)
    assert (linked.state, linked.interest_id) == (InquiryState.LINKED, town.interest)


async def test_an_interest_to_link_to_is_found_by_the_words_of_its_title(site):
    browser = await site.sign_in()
    await settle(site)
    row = await missed_call(site, number="+79160000009")
    drawer = await text(await browser.get(f"/inquiries/{row}/link", headers=HTMX))
    assert "They have no open interest" in drawer
    assert "Lamps" in await text(await browser.get(f"/inquiries/{row}/link?q=lam", headers=HTMX))


async def test_a_comment_on_an_inquiry_stands_on_the_clients_card_too(site):
    browser = await site.sign_in()
    town = await settle(site)
    row = await missed_call(site, account_id=town.account, contact_id=town.contact)
    answer = await browser.post(
        f"/inquiries/{row}/comments", data={"text": "Calls back at six"}, headers=HTMX
    )
    assert "Calls back at six" in await text(answer)
    for path in (f"/inquiries/{row}", f"/accounts/{town.account}", f"/contacts/{town.contact}"):
        assert "Calls back at six" in await text(await browser.get(path)), path


async def test_fresh_rows_are_only_those_that_fit_the_filter(site):
    browser = await site.sign_in()
    call = await missed_call(site)
    (letter,) = await keep(site, Inquiry(channel=Channel.LETTER, sender="a@b.example"))
    path = f"/inquiries/fresh?ids={call},{letter},x,999"
    assert shown(await text(await browser.get(path))) == [call, letter]
    assert shown(await text(await browser.get(f"{path}&channel=letter"))) == [letter]
    assert shown(await text(await browser.get("/inquiries/fresh?ids="))) == []


async def test_everything_done_from_the_list_is_in_the_audit_log(site):
    browser = await site.sign_in()
    row = await missed_call(site)
    await browser.post(f"/inquiries/{row}/comments", data={"text": "Hm"})
    await browser.post(f"/inquiries/{row}/decline", data={"reason": "test"})
    async with site.database.reading() as session:
        actions = list(
            await session.exec(select(Action).where(Action.inquiry_id == row).order_by(col(Action.id)))
        )
    assert [(action.kind, action.user_id) for action in actions] == [("comment", 1), ("decline", 1)]
