"""Letters on the pages: in rows, in the reading pane, and those that are no inquiries."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from intake.channels.imap.fetching import NOT_GIVEN, TOO_LARGE
from intake.letters.problems import Problem
from intake.model.letters import LetterKind
from intake.reception.placing import STRANGER
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.letters import LetterRecord, LetterReference, LetterWay, Sending
from storage.tables.people import Role, Scope
from tests.ignored import ignore, ignored
from tests.web.mail import BOX, SENDER, attach, inquiry_by_letter, letter, mailbox
from tests.web.records import HTMX, actions, first_of, keep, leafed_through, row, settle, text, undo_of
from web.pages.letters_words import PROBLEMS

pytestmark = pytest.mark.slow

AUTOMATIC = (
    b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n0YI=\r\n"
    b"--x--\r\n"
)


async def test_a_row_says_who_about_what_what_is_new_and_that_something_is_attached(site):
    browser = await site.sign_in()
    inquiry, first = await inquiry_by_letter(site, minutes=40)
    second = await letter(
        site,
        inquiry,
        text="> We need lamps.\nTwenty of\nthem!",
        reply_text="Twenty of\nthem!",
        subject="Re: Lamps wanted",
    )
    await attach(site, second)
    await attach(site, first, inline=True, filename="logo.png")
    html = await text(await browser.get("/inquiries"))
    html = html[html.index(f'id="row-{inquiry}"') :].partition("</li>")[0]
    assert "Илья Рощин" in html
    assert '<span class="what clip">Lamps wanted</span>' in html
    assert '<span class="gist clip">Twenty of them!</span>' in html, "the last one's new text, on one line"
    assert "1 file" in html, "pictures within a text are none"
    assert '<span class="faint num">2</span>' in html
    assert 'class="wait warn"' in html, "more than half of an hour has gone by"


async def test_mailboxes_are_filters_with_counts_and_names(site):
    browser = await site.sign_in()
    await mailbox(site)
    await inquiry_by_letter(site)
    await inquiry_by_letter(site, of_inquiry={"line": "old@firma.example"})
    facets = await text(await browser.get("/inquiries/facets", headers=HTMX))
    counts = dict(re.findall(r'<span class="word[^"]*">([^<]+)</span> <b>(\d*)</b>', facets))
    assert (counts["Sales desk"], counts["old@firma.example"], counts["Letters"]) == ("1", "1", "2")
    assert len(re.findall('id="row-', await text(await browser.get(f"/inquiries?line={BOX}")))) == 1


async def test_the_thread_is_open_at_its_newest_and_quotes_are_folded(site):
    browser = await site.sign_in()
    inquiry, old = await inquiry_by_letter(site, minutes=90)
    ours = await letter(
        site,
        inquiry,
        way=LetterWay.OUT,
        sending=Sending.SENT,
        text="Our offer",
        from_email=BOX,
        from_name="Anna",
    )
    new = await letter(site, inquiry, text="Thanks!\n\nAnna wrote:\n> Our offer", reply_text="Thanks!")
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert re.findall(r'<details class="letter[^"]*" id="letter-(\d+)"( open)?', pane) == [
        (str(old), ""), (str(ours), ""), (str(new), " open"),
    ]  # fmt: skip
    assert "we answered" in pane
    quoted = pane[pane.index('class="quoted"') :].partition("</details>")[0]
    assert "&gt; Our offer" in quoted
    assert "Thanks!" not in quoted


async def test_a_reply_to_of_another_domain_is_warned_of(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_letter(
        site, from_email="boss@bank.example", sender_email="boss@bank-pay.example", sender_why="reply-to"
    )
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert (
        "Answers go to boss@bank-pay.example, which is not where the letter came from: bank.example" in pane
    )
    same, _ = await inquiry_by_letter(
        site, from_email="robot@bank.example", sender_email="boss@bank.example", sender_why="reply-to"
    )
    pane = await text(await browser.get(f"/inquiries/{same}", headers=HTMX))
    assert "Answers go to" not in pane
    assert "from Reply-To" in pane


async def test_a_forms_letter_shows_its_fields_and_who_really_writes(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_letter(
        site,
        from_email="noreply@site.example",
        sender_name="Дарья Лисицына",
        sender_email="darya@mail.ru",
        sender_phone="+79161234567",
        sender_why="form-body",
        fields={"Имя": "Дарья <b>Лисицына</b>", "Комментарий": "балкон"},
    )
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    for said in (
        "from the web form",
        "The true sender:",
        "+7 916 123-45-67",
        "<dt>Комментарий</dt><dd>балкон</dd>",
    ):
        assert said in pane, said
    assert "Дарья &lt;b&gt;Лисицына" in pane


async def test_what_is_broken_in_a_letter_is_said_in_words(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_letter(site, problems=["bad-charset", "never-heard-of"])
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert "Its letters are not in the charset it names" in pane
    assert "never-heard-of" in pane


def test_every_problem_the_reader_knows_has_its_sentence():
    assert {problem.value for problem in Problem} | {STRANGER, TOO_LARGE, NOT_GIVEN} <= set(PROBLEMS)


async def test_a_file_that_retention_removed_is_named_and_leads_nowhere(site):
    browser = await site.sign_in()
    inquiry, one = await inquiry_by_letter(site)
    file = await attach(site, one, filename="old.pdf", removed_at=datetime.now(UTC))
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert "removed when its time was over" in pane
    assert f"/files/{file}" not in pane
    assert (await browser.get(f"/letters/{one}/files/{file}")).status == 404


async def test_hostile_words_of_a_letter_are_only_words(site):
    browser = await site.sign_in()
    evil = '"><script>alert(1)</script>'
    inquiry, one = await inquiry_by_letter(
        site, subject=evil, text=evil, sender_name=evil, problems=[evil], fields={evil: evil},
        kind_reason=evil, recipients=[{"role": "to", "email": evil, "name": evil}],
    )  # fmt: skip
    await attach(site, one, filename=evil)
    aside = await letter(site, subject=evil, text=evil, sender_name=evil, spam=evil)
    for path in (
        f"/inquiries/{inquiry}",
        "/inquiries",
        "/letters",
        f"/letters/{aside}",
        f"/letters/{one}/large",
    ):
        html = await text(await browser.get(path))
        assert "<script>alert" not in html, path


async def test_a_web_address_in_the_text_can_be_followed_and_nothing_else_can(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_letter(site, text='See (https://a.example/x?y=1&z="2), javascript:alert(1)')
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert (
        '<a href="https://a.example/x?y=1&amp;z=" target="_blank" rel="noopener noreferrer nofollow">' in pane
    )
    assert 'href="javascript:' not in pane


# What is no inquiry


async def kinds(site) -> dict[str, int]:
    """One letter of each kind that waits for nobody, by the word of its filter."""
    found = {
        kind.value: await letter(site, kind=kind, kind_reason=f"said so: {kind.value}", subject=kind.value)
        for kind in LetterKind
        if kind is not LetterKind.LETTER
    }
    found["spam"] = await letter(site, spam="X-Spam-Flag: YES", subject="spam")
    found["blocked"] = await letter(site, subject="blocked")
    found["quarantine"] = await letter(site, quarantined=True, subject="quarantine", text="")
    return found


async def test_what_waits_for_nobody_stands_apart_by_kind_and_is_not_lost(site):
    browser = await site.sign_in()
    found = await kinds(site)
    await inquiry_by_letter(site)
    await letter(site, way=LetterWay.OUT, sending=Sending.SENT)
    html = await text(await browser.get("/letters"))
    assert {int(one) for one in re.findall(r'id="row-letter-(\d+)"', html)} == set(found.values())
    for word, one in found.items():
        page = await text(await browser.get(f"/letters?kind={word}"))
        assert re.findall(r'id="row-letter-(\d+)"', page) == [str(one)], word
        assert f'id="letter-{one}" open' in page, word
    counts = await text(await browser.get("/letters/counts", headers=HTMX))
    assert re.search(r"All of them</span> <b>8</b>", counts)
    inquiries = await text(await browser.get("/inquiries"))
    assert len(re.findall('id="row-', inquiries)) == 1
    assert re.search(r"Not inquiries</span> <b title=[^>]*>1</b>", inquiries), (
        "only what could not be read is told"
    )


async def test_thousands_that_are_none_come_a_page_at_a_time(site):
    browser = await site.sign_in()
    start = datetime.now(UTC) - timedelta(days=1)
    rows = [
        LetterRecord(fingerprint=f"f{n}", at=start + timedelta(seconds=n // 2), spam="yes", subject=str(n))
        for n in range(110)
    ]
    ids = await keep(site, *rows)
    html = await leafed_through(browser, "/letters?kind=spam")
    assert [int(one) for one in re.findall(r'id="row-letter-(\d+)"', html)] == ids[::-1]


async def test_one_that_is_an_inquiry_after_all_waits_since_it_came_and_that_is_undone(site):
    browser = await site.sign_in()
    town = await settle(site)
    box = await mailbox(site)
    one = await letter(site, kind=LetterKind.AUTO_REPLY, mailbox_id=box)
    answer = await browser.post(f"/letters/{one}/inquiry", headers=HTMX)
    inquiry = int(answer.headers["HX-Redirect"].rpartition("/")[2])
    stored, record = await row(site, Inquiry, inquiry), await row(site, LetterRecord, one)
    assert (stored.sender, stored.subject, stored.line) == (SENDER, "Lamps wanted", BOX)
    assert (record.inquiry_id, stored.opened_at) == (inquiry, record.at)
    assert (await browser.post(f"/letters/{one}/inquiry", headers=HTMX)).status == 409
    (action,) = await actions(site, "take-up")
    assert (await browser.post(f"/actions/{action.id}/undo", headers=HTMX)).status == 204
    assert (await row(site, LetterRecord, one)).inquiry_id is None
    assert await row(site, Inquiry, inquiry) is None
    assert town.account


async def test_the_address_of_an_inquirys_letter_leads_to_the_inquiry(site):
    browser = await site.sign_in()
    inquiry, one = await inquiry_by_letter(site)
    answer = await browser.get(f"/letters/{one}", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"/inquiries/{inquiry}#letter-{one}")


# Declining and blocking


async def test_not_our_client_is_one_press_and_is_undone(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_letter(site)
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert 'data-key="KeyN"' in pane
    assert 'value="wrong-number"' not in pane, "nobody dialled anything"
    answer = await browser.post(f"/inquiries/{inquiry}/decline", data={"reason": "not-ours"}, headers=HTMX)
    assert "declined: not our client" in await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    await browser.post(undo_of(answer), headers=HTMX)
    assert (await row(site, Inquiry, inquiry)).state is InquiryState.NEW


@pytest.mark.parametrize(("what", "address"), [("address", SENDER), ("domain", "technopark.example")])
async def test_blocking_declines_with_it_and_one_undo_takes_both_back(site, what, address):
    browser = await site.sign_in()
    inquiry, one = await inquiry_by_letter(site)
    answer = await browser.post(f"/letters/{one}/block", data={"what": what}, headers=HTMX)
    assert answer.status == 204
    assert await ignored(site.database) == [address]
    declined = await row(site, Inquiry, inquiry)
    assert (declined.state, declined.decline_reason) == (InquiryState.DECLINED, "spam")
    assert f'"inquiry-decided": {{"id": {inquiry}}}' in answer.headers["HX-Trigger"]
    assert (await browser.post(undo_of(answer), headers=HTMX)).status == 204
    assert await ignored(site.database) == []
    assert (await row(site, Inquiry, inquiry)).state is InquiryState.NEW


async def test_a_domain_where_everybody_has_a_mailbox_is_never_blocked_whole(site):
    browser = await site.sign_in()
    inquiry, one = await inquiry_by_letter(
        site, sender_email="who@mail.ru", of_inquiry={"sender": "who@mail.ru"}
    )
    assert "everybody at" not in await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    answer = await browser.post(f"/letters/{one}/block", data={"what": "domain"}, headers=HTMX)
    assert answer.status == 422
    assert await ignored(site.database) == []
    assert (await row(site, Inquiry, inquiry)).state is InquiryState.NEW


async def test_a_decided_inquiry_stays_as_it_is_when_its_sender_is_blocked(site):
    browser = await site.sign_in()
    inquiry, one = await inquiry_by_letter(site, of_inquiry={"state": InquiryState.ACCEPTED})
    answer = await browser.post(f"/letters/{one}/block", headers=HTMX)
    assert (await row(site, Inquiry, inquiry)).state is InquiryState.ACCEPTED
    await browser.post(undo_of(answer), headers=HTMX)
    assert await ignored(site.database) == []


async def test_a_blocked_sender_is_let_in_again_from_a_letter_of_theirs(site):
    browser = await site.sign_in()
    await ignore(site.database, f"@{SENDER.partition('@')[2]}")
    one = await letter(site)
    pane = await text(await browser.get(f"/letters/{one}", headers=HTMX))
    assert "This sender is blocked" in pane
    answer = await browser.post(first_of(r'hx-post="(/letters/\d+/unblock)"', pane), headers=HTMX)
    assert await ignored(site.database) == []
    await browser.post(undo_of(answer), headers=HTMX)
    assert len(await ignored(site.database)) == 1
    await browser.post(f"/letters/{one}/unblock", headers=HTMX)
    assert (await browser.post(f"/letters/{one}/unblock", headers=HTMX)).status == 404


# Inside, for administrators


async def test_an_administrator_sees_the_source_and_why_it_was_read_so(site):
    browser = await site.sign_in(role=Role.ADMINISTRATOR)
    inquiry, first = await inquiry_by_letter(site, text="Call me: +7 916 123-45-67")
    second = await letter(
        site, inquiry, kind=LetterKind.AUTO_REPLY, kind_reason="Auto-Submitted: auto-replied",
        problems=["bad-date"], sender_why="reply-to", raw=AUTOMATIC,
    )  # fmt: skip
    async with site.database.transaction() as session:
        session.add_all([LetterReference(letter_id=one, message_id="root@x") for one in (first, second)])
    why = await text(await browser.get(f"/letters/{second}/why"))
    for said in (
        "auto-reply", "Auto-Submitted: auto-replied", "it can lie", "goes on from the letter of", "root@x",
        "Its date makes no sense", "koi8-r", "base64", "multipart/mixed",
    ):  # fmt: skip
        assert said in why, said
    source = await text(await browser.get(f"/letters/{first}/source"))
    assert "charset=windows-1251" in source
    assert "+79161234567" in await text(await browser.get(f"/letters/{first}/why"))
    eml = await browser.get(f"/letters/{first}/letter.eml")
    assert (await eml.read()).startswith(b"From: x@y.example\r\n")
    assert eml.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/mixed; boundary=" + b"x" * 9000]
)
async def test_the_source_of_anything_is_shown(site, raw):
    browser = await site.sign_in(role=Role.ADMINISTRATOR)
    one = await letter(site, raw=raw, quarantined=True)
    for path in ("why", "source", "letter.eml"):
        assert (await browser.get(f"/letters/{one}/{path}")).status == 200, path


async def test_a_source_that_was_removed_is_said_so(site):
    browser = await site.sign_in(role=Role.ADMINISTRATOR)
    one = await letter(site, raw_file="0" * 64)
    page = await text(await browser.get(f"/letters/{one}/source"), 404)
    assert "was removed when its time was over" in page


@pytest.mark.parametrize("path", ["why", "source", "letter.eml"])
async def test_the_inside_is_for_administrators(site, path):
    browser = await site.sign_in(role=Role.MANAGER)
    inquiry, one = await inquiry_by_letter(site)
    assert (await browser.get(f"/letters/{one}/{path}")).status == 403
    assert path not in re.findall(
        r'href="/letters/\d+/(\w+)"', await text(await browser.get(f"/inquiries/{inquiry}"))
    )


# Whose letters they are


async def test_a_strangers_letter_is_not_there(site):
    other = await site.user("boris")
    browser = await site.sign_in("anna", scope=Scope.OWN)
    inquiry, one = await inquiry_by_letter(
        site, of_inquiry={"responsible_id": other.id}, html="<p>secret</p>"
    )
    file = await attach(site, one)
    sent = await letter(site, way=LetterWay.OUT, author_id=other.id, html="<p>secret</p>")
    for path in (
        "",
        "/body",
        "/shown",
        "/large",
        f"/files/{file}",
        f"/files/{file}/shown",
        f"/files/{file}/look",
    ):
        for headers in ({}, HTMX):
            answer = await browser.get(f"/letters/{one}{path}", headers=headers, allow_redirects=False)
            if path == "/shown" and not headers:
                continue  # leads to the letter's own address, which is the first of these
            assert answer.status == 404, path
            assert "secret" not in await answer.text()
    assert (await browser.get(f"/letters/{sent}/body")).status == 404
    for path in ("block", "unblock", "inquiry"):
        assert (await browser.post(f"/letters/{one}/{path}", headers=HTMX)).status == 404, path
    assert await ignored(site.database) == []
    assert inquiry


async def test_a_file_is_reached_only_through_its_own_letter(site):
    other = await site.user("boris")
    browser = await site.sign_in("anna", scope=Scope.OWN)
    _, theirs = await inquiry_by_letter(site, of_inquiry={"responsible_id": other.id})
    _, mine = await inquiry_by_letter(site)
    file = await attach(site, theirs)
    for path in ("", "/shown", "/look"):
        assert (await browser.get(f"/letters/{mine}/files/{file}{path}")).status == 404, path
