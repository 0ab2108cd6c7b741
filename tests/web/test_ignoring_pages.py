"""The ignore list in the browser: who is on it, what it kept away, and the way on it by declining."""

import re
from datetime import timedelta

import pytest

from intake.reception import Reception
from storage.columns import now
from storage.files import Files
from storage.tables.automation import Touch
from storage.tables.forms import WebForm
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.people import Role, Scope
from tests.ignored import ignore, ignored
from tests.site import Site
from tests.storage.calling import Talk
from tests.storage.visiting import request as request_by_form
from tests.storage.writing import event, mailbox, mime
from tests.web.records import HTMX, keep, missed_call, row, settle, text, undo_of

pytestmark = pytest.mark.slow

PHONE = "+79165550102"


async def hear(site: Site, *facts) -> None:
    reception = Reception(site.database, Files(site.folder / "files"))
    for fact in facts:
        await reception.receive(fact)


async def test_operators_do_not_come_here_and_managers_do(site: Site) -> None:
    assert (await (await site.sign_in("anna")).get("/settings/ignored")).status == 403
    boss = await site.sign_in("boss", role=Role.MANAGER)
    assert "Nobody is ignored" in await text(await boss.get("/settings/ignored"))
    assert "/settings/ignored" in await text(await boss.get("/settings/rules"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8 (916) 555-01-02", PHONE), ("Spam@Firma.RU", "spam@firma.ru"), ("@Firma.ru", "firma.ru"),
        ("8 800*", "+7800"), (r"/^\+7800/", r"^\+7800"),
    ],
)  # fmt: skip
async def test_whoever_is_written_down_is_kept_as_people_mean_it(site: Site, typed: str, kept: str) -> None:
    boss = await site.sign_in("boss", role=Role.MANAGER)
    sent = {"pattern": typed, "how": "", "note": "роботы", "until": ""}
    answer = await boss.post("/settings/ignored/new", data=sent, allow_redirects=False)
    assert answer.status == 303
    assert await ignored(site.database) == [kept]
    page = await text(await boss.get("/settings/ignored"))
    assert "роботы" in page


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"pattern": "(", "how": "regex"}, "This is no expression"),
        ({"pattern": ".*", "how": "regex"}, "fits everybody"),
        ({"pattern": "firma", "how": "domain"}, "This is no domain"),
        ({"pattern": "8", "how": "prefix"}, "At least 3 characters"),
        ({"pattern": "кто-то там"}, "neither a number nor an address"),
        ({"pattern": ""}, "no number and no address"),
        ({"pattern": PHONE, "until": "2020-01-01"}, "This day is over"),
        ({"pattern": PHONE, "until": "завтра"}, "This is no date"),
        ({"pattern": PHONE, "how": "soundex"}, "Choose one of the list"),
        ({"pattern": PHONE, "channel": "fax"}, "Choose one of the list"),
        ({"pattern": "a" * 400}, "Too long"),
        ({"pattern": "<script>alert(1)</script>", "how": "domain"}, "This is no domain"),
    ],
)
async def test_what_makes_no_sense_is_said_and_stays_in_the_form(site: Site, sent, complaint: str) -> None:
    boss = await site.sign_in("boss", role=Role.MANAGER)
    answer = await boss.post("/settings/ignored/new", data=sent)
    html = await text(answer, 422)
    assert complaint in html
    assert "<script>alert" not in html
    assert await ignored(site.database) == []


async def test_an_entry_shows_what_it_kept_away_and_where_that_is(site: Site) -> None:
    entry = await ignore(site.database, PHONE)
    letters = await ignore(site.database, "@evil.example")
    await keep(site, WebForm(key="k", name="Заявка", secret="s"))
    await hear(
        site,
        *Talk(PHONE).whole_missed(),
        request_by_form(said={"name": "Робот", "phone": PHONE, "wanted": "Кредит"}),
        event(mime("eve@evil.example", subject="Casino")),
    )
    boss = await site.sign_in("boss", role=Role.MANAGER)
    listed = await text(await boss.get("/settings/ignored"))
    assert "3 contacts kept away" in listed
    mine = await text(await boss.get(f"/settings/ignored/{entry}", headers=HTMX))
    assert "Kept away: 2 times" in mine
    assert "rang in vain" in mine
    assert "Кредит" in mine
    assert "/events/" in mine
    letter = await text(await boss.get(f"/settings/ignored/{letters}", headers=HTMX))
    assert "Casino" in letter
    assert '"/letters/1"' in letter


async def test_an_entry_is_changed_and_taken_off_and_put_back(site: Site) -> None:
    entry, other = await ignore(site.database, PHONE), await ignore(site.database, "a@b.ru")
    boss = await site.sign_in("boss", role=Role.MANAGER)
    day = (now() + timedelta(days=3)).date().isoformat()
    sent = {"pattern": "+7 916 555", "how": "prefix", "channel": "call", "note": "центр", "until": day}
    await boss.post(f"/settings/ignored/{entry}", data=sent)
    assert await ignored(site.database) == ["+7916555", "a@b.ru"]
    assert day in await text(await boss.get(f"/settings/ignored/{entry}", headers=HTMX))
    clash = await boss.post(f"/settings/ignored/{entry}", data={"pattern": "a@b.ru", "how": "exact"})
    assert "says this already" in await text(clash, 409)
    page = await text(await boss.post(f"/settings/ignored/{other}/remove"))
    assert await ignored(site.database) == ["+7916555"]
    undo = re.search(r"/actions/\d+/undo", page)
    assert undo is not None
    await boss.post(undo[0], headers=HTMX)
    assert await ignored(site.database) == ["+7916555", "a@b.ru"]
    await boss.post(f"/settings/ignored/{other}/remove")
    assert (await boss.get(f"/settings/ignored/{other}")).status == 404


async def test_many_are_pasted_and_what_cannot_be_read_stays(site: Site) -> None:
    boss = await site.sign_in("boss", role=Role.MANAGER)
    lines = "+7 495 123-45-67; роботы\r\n@firma.ru;рассылки\r\n\r\nчто это такое;?\r\nспам@почта.рф\r\n"
    assert "A line each" in await text(await boss.get("/settings/ignored/paste", headers=HTMX))
    answer = await boss.post("/settings/ignored/paste", data={"text": lines})
    html = await text(answer, 422)
    assert "3 entries are on the list" in html
    assert "1 line could not be read" in html
    assert re.search(r"<textarea[^>]*>что это такое;\?</textarea>", html)
    assert set(await ignored(site.database)) == {"+74951234567", "firma.ru", "спам@почта.рф"}
    again = await boss.post("/settings/ignored/paste", data={"text": "+7 495 123-45-67; снова"})
    assert again.status == 200
    assert len(await ignored(site.database)) == 3


async def test_one_may_ask_whom_it_fits(site: Site) -> None:
    await ignore(site.database, "8 800*", "call")
    boss = await site.sign_in("boss", role=Role.MANAGER)
    fits = await text(await boss.get("/settings/ignored", params={"try": "8 (800) 555-35-35"}))
    assert "is kept away by" in fits
    assert "+7800…" in fits
    assert "taken in as usual" in await text(
        await boss.get("/settings/ignored", params={"try": "+7 495 1234567"})
    )


async def test_decline_and_never_again_is_undone_as_one(site: Site) -> None:
    browser = await site.sign_in()
    inquiry = await missed_call(site, number=PHONE)
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert re.search(r'<option value="sender 30">', pane)
    sent = {"reason": "spam", "note": "робот", "never": "sender 30"}
    answer = await browser.post(f"/inquiries/{inquiry}/decline", data=sent, headers=HTMX)
    assert await ignored(site.database) == [PHONE]
    await browser.post(undo_of(answer), headers=HTMX)
    assert await ignored(site.database) == []
    assert (await row(site, Inquiry, inquiry)).state is InquiryState.NEW
    wrong = await browser.post(
        f"/inquiries/{inquiry}/decline", data={**sent, "never": "galaxy 1"}, headers=HTMX
    )
    assert wrong.status == 422


async def test_the_wizards_decline_does_the_same(site: Site) -> None:
    browser = await site.sign_in()
    inquiry = await missed_call(site, number=PHONE)
    assert 'name="never"' in await text(await browser.get(f"/inquiries/{inquiry}/wizard"))
    sent = {"reason": "spam", "never": "sender 0"}
    await browser.post(f"/inquiries/{inquiry}/wizard/decline", data=sent, headers=HTMX)
    assert await ignored(site.database) == [PHONE]


async def test_a_pane_says_what_was_joined_and_separates_it(site: Site) -> None:
    await keep(site, WebForm(key="k", name="Заявка", secret="s"), mailbox())
    await hear(
        site,
        request_by_form(said={"name": "Ольга", "phone": PHONE}),
        *Talk(PHONE, now() + timedelta(seconds=5)).whole_missed(),
    )
    browser = await site.sign_in()
    pane = await text(await browser.get("/inquiries/1", headers=HTMX))
    assert "Joined: the same phone, within 30 minutes" in pane
    answer = await browser.post("/touches/1/separate", headers=HTMX)
    assert answer.status == 204
    assert "Separated" in await text(await browser.get("/inquiries/1", headers=HTMX))
    assert "from this inquiry" in await text(await browser.get("/inquiries/2", headers=HTMX))
    assert (await browser.post("/touches/1/separate", headers=HTMX)).status == 409
    await browser.post(undo_of(answer), headers=HTMX)
    assert (await row(site, Touch, 1)).separated_at is None
    assert "Joined: the same phone" in await text(await browser.get("/inquiries/1", headers=HTMX))


async def test_what_one_may_not_see_is_not_separated(site: Site) -> None:
    await keep(site, WebForm(key="k", name="Заявка", secret="s"))
    owner = await site.user("owner")
    await hear(
        site, request_by_form(said={"phone": PHONE}), request_by_form(said={"phone": PHONE, "wanted": "ещё"})
    )
    async with site.database.transaction() as session:
        (await session.get_one(Inquiry, 1)).responsible_id = owner.id
    browser = await site.sign_in("boris", scope=Scope.OWN)
    assert (await browser.post("/touches/1/separate", headers=HTMX)).status == 404


async def accepted_form(site: Site) -> int:
    """A request that has come to an interest already, and its visitor rings; the interest."""
    town = await settle(site)
    await keep(site, WebForm(key="k", name="Заявка", secret="s"))
    said = {"name": "Ольга", "phone": PHONE, "wanted": "Монтаж света"}
    await hear(site, request_by_form(said=said, at=now() - timedelta(minutes=3)))
    async with site.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, 1)
        inquiry.state, inquiry.interest_id, inquiry.closed_at = InquiryState.ACCEPTED, town.interest, now()
    talk = Talk(PHONE, now())
    await hear(site, talk.start(), talk.ring("101"))
    return town.interest


async def test_the_card_of_a_call_says_what_they_asked_and_that_it_is_accepted(site: Site) -> None:
    browser = await site.sign_in(extension="101")
    interest = await accepted_form(site)
    card = await text(await browser.get("/pops"))
    assert "Sent a request" in card
    assert "Монтаж света" in card
    assert "Accepted already" in card
    assert f'href="/interests/{interest}"' in card
    assert 'data-inquiry="1"' in card


async def test_the_wizard_says_so_too_and_nothing_needs_to_be_added(site: Site) -> None:
    browser = await site.sign_in(extension="101")
    interest = await accepted_form(site)
    assert f"Accepted already: interest {interest}" in await text(await browser.get("/inquiries/1/wizard"))
    answer = await browser.post("/inquiries/1/wizard/nothing", headers=HTMX)
    assert (await row(site, Inquiry, 1)).state is InquiryState.LINKED
    await browser.post(undo_of(answer), headers=HTMX)
    assert (await row(site, Inquiry, 1)).state is InquiryState.NEW


async def test_a_letter_aside_says_which_entry_kept_it_away(site: Site) -> None:
    entry = await ignore(site.database, "@evil.example")
    await keep(site, mailbox())
    await hear(site, event(mime("eve@evil.example")))
    operator, boss = await site.sign_in("anna"), await site.sign_in("boss", role=Role.MANAGER)
    assert "@evil.example" in await text(await operator.get("/letters/1", headers=HTMX))
    assert f"/settings/ignored/{entry}" in await text(await boss.get("/letters/1", headers=HTMX))
