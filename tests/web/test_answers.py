"""Answering by letter: what is sent, what is refused, what is kept."""

import re
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from sqlmodel import col, select

from intake.letters.outgoing.policy import WhyNot
from intake.model.letters import LetterKind
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry
from storage.tables.letters import (
    Attachment,
    LetterDraft,
    LetterTemplate,
    Mailbox,
    Sending,
)
from storage.tables.parties import Point, PointKind
from storage.tables.people import Scope
from tests import answering
from tests.answering import OURS, THEIRS
from tests.site import Site
from tests.web.records import HTMX, first_of, settle, text, undo_of
from web.keys import FILES
from web.pages.answers_page import NEVER

pytestmark = pytest.mark.slow


@pytest.fixture
async def files(site: Site, tmp_path):
    site.app[FILES].folder = tmp_path / "files"


async def opened(browser: TestClient[Any, Any], path: str) -> dict[str, str]:
    """The composer's fields as they are shown."""
    html = await text(await browser.get(path, headers=HTMX))
    fields = {
        name: value
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"(?: |>)', html)
        if name in ("once", "answers", "mailbox", "to", "cc", "subject")
    }
    fields["text"] = first_of(r"<textarea[^>]*>([^<]*)</textarea>", html)
    if re.search(r'name="quote" value="yes" checked', html):
        fields["quote"] = "yes"
    marked = re.search(r'name="signature" value="(\w*)" checked', html)
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in fields.items()} | {
        "signature": marked[1] if marked else ""
    }


async def send(browser: TestClient[Any, Any], about: int, **changes: str) -> Any:
    path = f"/inquiries/{about}/answer"
    fields = await opened(browser, path) | {"do": "send", "text": "Да, есть."} | changes
    return await browser.post(path, data=fields, headers=HTMX)


async def drafts(site: Site) -> list[LetterDraft]:
    async with site.database.reading() as session:
        return list(await session.exec(select(LetterDraft)))


async def test_an_answer_is_queued_with_signature_and_quote_and_can_be_taken_back(site: Site):
    _, about, letter = await answering.thread(site.database)
    browser = await site.sign_in(name="Анна Петрова")

    answer = await send(browser, about)

    assert answer.status == 200, await answer.text()
    (record,) = await answering.ours(site.database)
    assert (record.subject, record.sender_email, record.answers_id) == ("Re: Нужны лампы", THEIRS, letter)
    assert record.reply_text == "Да, есть.\n\n-- \nС уважением,\nАнна Петрова"
    assert (
        "Марина Ковалёва <marina@romashka.example> пишет:\n> Здравствуйте!\n> Нужно 12 ламп." in record.text
    )
    assert record.sending is Sending.QUEUED

    back = await browser.post(undo_of(answer), headers=HTMX)

    assert back.status == 204
    (record,) = await answering.ours(site.database)
    assert record.sending is Sending.CANCELLED
    fields = await opened(browser, f"/inquiries/{about}/answer")
    assert fields["text"] == record.reply_text


async def test_the_same_form_sent_twice_is_one_letter(site: Site):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()
    path = f"/inquiries/{about}/answer"
    fields = await opened(browser, path) | {"do": "send", "text": "Yes."}

    for _ in range(2):
        assert (await browser.post(path, data=fields, headers=HTMX)).status == 200

    assert len(await answering.ours(site.database)) == 1
    async with site.database.reading() as session:
        assert len(list(await session.exec(select(Job)))) == 1


async def test_what_a_browser_keeps_after_sending_is_no_draft(site: Site):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()
    path = f"/inquiries/{about}/answer"
    fields = await opened(browser, path) | {"text": "Yes."}
    await browser.post(path, data=fields | {"do": "send"}, headers=HTMX)

    await browser.post(path, data=fields | {"do": "keep"}, headers=HTMX)

    assert await drafts(site) == []


async def test_a_draft_is_kept_for_its_author_alone(site: Site):
    _, about, _ = await answering.thread(site.database)
    anna, boris = await site.sign_in("anna"), await site.sign_in("boris")
    path = f"/inquiries/{about}/answer"
    fields = await opened(anna, path) | {"do": "keep", "text": "Half a thou"}

    assert (await anna.post(path, data=fields, headers=HTMX)).status == 200

    assert (await opened(anna, path))["text"] == "Half a thou"
    assert (await opened(boris, path))["text"] == ""
    assert "Go on answering" in await text(await anna.get(f"/inquiries/{about}"))
    assert "Go on answering" not in await text(await boris.get(f"/inquiries/{about}"))


LARGE = bytes(range(256)) * 20_000  # more than any other form may hold
EVIL = "x\r\nBcc: evil@bad.example\r\n\r\n<script>alert(1)</script>"


@pytest.mark.parametrize(
    "field", ["to", "cc", "subject", "text", "once", "answers", "mailbox", "at", "signature"]
)
async def test_no_field_can_write_a_header(site: Site, field: str):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()

    answer = await send(browser, about, **{field: EVIL})

    page = await answer.text()
    assert "<script>alert" not in page
    letters = await answering.ours(site.database)
    if field in ("to", "cc", "once", "mailbox", "at"):
        assert (answer.status, letters) == (422, []), page
    for each in letters:
        assert not re.search(r"[\r\n]", each.subject + each.message_id + each.from_name)
        assert [one["email"] for one in each.recipients] == [THEIRS]


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example\nBcc: c@d.example", "a@b.example\x00", "a@b.example\u2028Bcc: c@d.example", "nobody",
        '"x\r\nBcc: c@d.example" <a@b.example>', "<a@b.example> RCPT TO:<c@d.example>", "a@b.example>,<c",
    ],
)  # fmt: skip
async def test_an_address_that_is_more_than_one_is_refused(site: Site, to: str):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()

    answer = await send(browser, about, to=to)

    assert answer.status == 422
    assert await answering.ours(site.database) == []


@pytest.mark.parametrize("to", [OURS, "no-reply@shop.example", "mailer-daemon@mx.example"])
async def test_nobody_and_ourselves_are_not_written_to(site: Site, to: str):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()

    answer = await send(browser, about, to=to)

    assert answer.status == 422
    assert "nobody reads it, or it is our own" in await answer.text()
    assert await answering.ours(site.database) == []


@pytest.mark.parametrize("kind", [LetterKind.AUTO_REPLY, LetterKind.LIST, LetterKind.BOUNCE, LetterKind.OWN])
async def test_machines_and_lists_are_not_answered(site: Site, kind: LetterKind):
    _, about, _ = await answering.thread(site.database, kind=kind)
    browser = await site.sign_in()

    answer = await send(browser, about)

    assert answer.status == 422
    assert "no person would read it" in await answer.text()
    page = await text(await browser.get(f"/inquiries/{about}"))
    assert "data-write" not in page
    assert NEVER[WhyNot(kind.value)] in page


async def test_a_template_fills_its_fields_and_what_it_cannot_is_seen_before_sending(site: Site):
    _, about, _ = await answering.thread(site.database)
    template = await answering.stored(
        site.database,
        LetterTemplate(
            name="Offer", language="ru", text="{Имя}, по обращению {номер обращения}: скидка {скидка}.\n{я}"
        ),
    )
    browser = await site.sign_in(name="Анна")
    path = f"/inquiries/{about}/answer"

    fields = await opened(browser, path) | {"do": f"template:{template}", "text": "Ниже цены."}
    page = await text(await browser.post(path, data=fields, headers=HTMX))
    filled = first_of(r"<textarea[^>]*>([^<]*)</textarea>", page)
    assert filled == f"Марина, по обращению {about}: скидка {{скидка}}.\nАнна\n\nНиже цены."

    fields = await opened(browser, path)
    refused = await browser.post(path, data=fields | {"do": "send"}, headers=HTMX)
    assert refused.status == 422
    assert "<mark>{скидка}</mark>" in await refused.text()
    assert await answering.ours(site.database) == []

    assert (await browser.post(path, data=fields | {"do": "send-as-it-is"}, headers=HTMX)).status == 200
    assert len(await answering.ours(site.database)) == 1


def form(fields: dict[str, str], *files: tuple[str, bytes]) -> FormData:
    data = FormData(quote_fields=False)
    for name, value in fields.items():
        data.add_field(name, value, content_type="text/plain")
    for name, content in files:
        data.add_field("files", BytesIO(content), filename=name, content_type="application/pdf")
    return data


async def test_files_are_kept_with_the_draft_and_go_along(site: Site, files):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()
    path = f"/inquiries/{about}/answer"
    fields = await opened(browser, path) | {"text": "Прайс."}

    sent = form(fields | {"do": "attach"}, ("../../etc/Прайс.pdf", b"%PDF-1"), ("b.pdf", b"%PDF-2"))
    page = await text(await browser.post(path, data=sent, headers=HTMX))
    assert "Прайс.pdf" in page
    dropped = await text(await browser.post(path, data=form(fields | {"do": "drop:1"}), headers=HTMX))
    assert "b.pdf" not in dropped
    answer = await browser.post(path, data=form(fields | {"do": "send"}, ("c.pdf", LARGE)), headers=HTMX)

    assert answer.status == 200, await answer.text()
    async with site.database.reading() as session:
        attached = list(await session.exec(select(Attachment).order_by(col(Attachment.position))))
    assert [each.filename for each in attached] == ["Прайс.pdf", "c.pdf"]
    assert site.app[FILES].read(attached[1].digest) == LARGE


async def test_more_than_a_letter_can_carry_is_refused_and_the_text_is_kept(site: Site, files, monkeypatch):
    monkeypatch.setattr("web.pages.answers.MOST_BYTES", 10)
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()
    path = f"/inquiries/{about}/answer"
    fields = await opened(browser, path) | {"text": "Long words"}

    answer = await browser.post(path, data=form(fields | {"do": "send"}, ("a.pdf", b"x" * 11)), headers=HTMX)

    assert answer.status == 422
    assert "Long words" in await answer.text()
    assert await answering.ours(site.database) == []


async def test_who_may_not_see_the_inquiry_cannot_answer_it_nor_touch_its_letters(site: Site):
    _, about, _ = await answering.thread(site.database)
    anna = await site.sign_in("anna")
    answer = await send(anna, about)
    async with site.database.transaction() as session:
        found = await session.get_one(Inquiry, about)
        found.responsible_id = 1
        session.add(found)
    stranger = await site.sign_in("eve", scope=Scope.OWN)

    assert (await stranger.get(f"/inquiries/{about}/answer")).status == 404
    assert (await stranger.post(f"/inquiries/{about}/answer", data={"do": "send"})).status == 404
    assert (await stranger.post(undo_of(answer))).status == 404
    assert (await stranger.post("/answers/999/again")).status == 404
    (record,) = await answering.ours(site.database)
    assert record.sending is Sending.QUEUED


async def test_a_colleague_does_not_take_back_what_another_has_written(site: Site):
    _, about, _ = await answering.thread(site.database)
    answer = await send(await site.sign_in("anna"), about)
    boris = await site.sign_in("boris")

    assert (await boris.post(undo_of(answer), headers=HTMX)).status == 403


async def test_a_letter_from_another_site_is_refused(site: Site):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()
    for path in (
        f"/inquiries/{about}/answer",
        "/answers/1/take-back",
        "/answers/1/again",
        "/settings/letters/new",
    ):
        answer = await browser.post(path, data={"do": "send"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status == 403


async def test_a_new_letter_goes_to_an_address_of_a_card(site: Site):
    await answering.mailbox(site.database)
    town = await settle(site)
    await answering.stored(
        site.database,
        Point(contact_id=town.contact, kind=PointKind.EMAIL, value=THEIRS, raw=THEIRS, main=True),
    )
    browser = await site.sign_in()
    path = f"/contacts/{town.contact}/letter"
    fields = await opened(browser, path)
    assert fields["to"] == f"Марина Ковалёва <{THEIRS}>"

    refused = await browser.post(path, data=fields | {"do": "send", "text": "Hello."}, headers=HTMX)
    assert "Give it a subject" in await text(refused, 422)
    sent = await browser.post(
        path, data=fields | {"do": "send", "text": "Hello.", "subject": "Lamps"}, headers=HTMX
    )

    assert sent.status == 200, await sent.text()
    (record,) = await answering.ours(site.database)
    assert (record.sender_email, record.inquiry_id, record.answers_id) == (THEIRS, None, None)


async def test_without_scripts_the_form_is_a_page_and_leads_back(site: Site):
    _, about, _ = await answering.thread(site.database)
    browser = await site.sign_in()
    path = f"/inquiries/{about}/answer"
    page = await text(await browser.get(path))
    assert "<html" in page
    fields = await opened(browser, path) | {"do": "send", "text": "Yes."}

    answer = await browser.post(path, data=form(fields), allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, f"/inquiries/{about}")
    assert "Sending in a few seconds" in await text(await browser.get(f"/inquiries/{about}"))


async def test_without_a_mailbox_that_can_send_the_page_says_so(site: Site):
    about = await answering.inquiry(site.database)
    await answering.letter(site.database, about)
    browser = await site.sign_in()

    assert "No mailbox can send letters yet" in await text(await browser.get(f"/inquiries/{about}/answer"))


async def test_templates_and_signatures_are_set_up_by_administrators(site: Site):
    box = await answering.mailbox(site.database)
    operator, boss = await site.sign_in("anna"), await site.sign_in("boss", role="administrator")
    assert (await operator.get("/settings/letters")).status == 403
    template = {
        "name": "Thanks",
        "language": "en",
        "text": "Thanks, {name}!\r\n{nme}",
        "subject": "",
        "position": "1",
    }

    assert (await boss.post("/settings/letters/new", data=template)).status == 200
    signature = {"from_name": "Lamps", "signature_ru": "Ваши лампы", "signature_en": "Your lamps"}
    assert (await boss.post(f"/settings/signatures/{box}", data=signature)).status == 200

    page = await text(await boss.get("/settings/letters"))
    assert "unknown field {nme}" in page
    assert "Your lamps" in page
    async with site.database.reading() as session:
        assert (await session.get_one(Mailbox, box)).signature_ru == "Ваши лампы"
        (kept,) = await session.exec(select(LetterTemplate))
    assert kept.text == "Thanks, {name}!\n{nme}"
    again = await boss.post("/settings/letters/new", data=template)
    assert again.status == 409
    hostile = await boss.post(
        f"/settings/signatures/{box}", data=signature | {"from_name": "x\r\nBcc: a@b.example"}
    )
    assert hostile.status == 422
