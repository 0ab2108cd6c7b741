"""«No answer needed»: offered on a reply, done with a key, taken back from the toast and from the pane."""

import pytest

from storage.columns import now
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.letters import LetterWay, Sending
from tests import answering
from tests.site import Site
from tests.web.records import HTMX, actions, row, settle, text, undo_of

pytestmark = pytest.mark.slow


async def thanked(site: Site, **values) -> int:
    """We have answered, and they say thank you."""
    _, about, _ = await answering.thread(site.database)
    await answering.letter(
        site.database, about, way=LetterWay.OUT, sending=Sending.SENT, message_id="ours.1@lamps.example"
    )
    await answering.letter(site.database, about, text="Спасибо!", message_id="thanks.1@romashka.example")
    async with site.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, about)
        for name, value in values.items():
            setattr(inquiry, name, value)
    return about


async def pane(browser, about: int) -> str:
    return await text(await browser.get(f"/inquiries/{about}", headers=HTMX))


async def state(site: Site, about: int) -> InquiryState:
    found: Inquiry = await row(site, Inquiry, about)
    return found.state


async def test_it_is_offered_on_a_reply_only(site: Site):
    browser = await site.sign_in()
    about = await thanked(site)
    assert f'action="/inquiries/{about}/no-answer"' in await pane(browser, about)
    assert 'data-key="KeyE"' in await pane(browser, about)

    fresh = await answering.inquiry(site.database)
    answered = await answering.inquiry(site.database, answered_at=now())
    for other in (fresh, answered):
        assert "no-answer" not in await pane(browser, other)


async def test_it_leaves_the_list_and_the_next_is_read(site: Site):
    browser = await site.sign_in(name="Anna Petrova")
    about = await thanked(site)

    answer = await browser.post(f"/inquiries/{about}/no-answer", headers=HTMX)

    assert answer.status == 204
    assert f'"inquiry-decided": {{"id": {about}}}' in answer.headers["HX-Trigger"]
    assert await state(site, about) is InquiryState.CLOSED
    assert f'id="row-{about}"' not in await text(await browser.get("/inquiries"))
    closed = await text(await browser.get("/inquiries?view=closed"))
    assert '<span class="chip good">needs no answer</span>' in closed
    shown = await pane(browser, about)
    assert "Their reply needs no answer · Anna Petrova" in shown
    assert "Said that it needs no answer" in shown, "in its history"
    (action,) = await actions(site, "no-answer")
    assert action.inquiry_id == about


async def test_it_is_taken_back_from_the_toast_and_from_the_pane(site: Site):
    browser = await site.sign_in()
    about = await thanked(site)
    answer = await browser.post(f"/inquiries/{about}/no-answer", headers=HTMX)
    assert (await browser.post(undo_of(answer), headers=HTMX)).status == 204
    assert await state(site, about) is InquiryState.NEW

    await browser.post(f"/inquiries/{about}/no-answer", headers=HTMX)
    assert f'action="/inquiries/{about}/undo"' in await pane(browser, about)
    assert (await browser.post(f"/inquiries/{about}/undo", headers=HTMX)).status == 204
    assert await state(site, about) is InquiryState.NEW


async def test_one_with_an_interest_is_linked_again_and_shows_it(site: Site):
    browser = await site.sign_in()
    town = await settle(site)
    about = await thanked(site, interest_id=town.interest)

    await browser.post(f"/inquiries/{about}/no-answer", headers=HTMX)

    assert await state(site, about) is InquiryState.LINKED
    shown = await pane(browser, about)
    assert "Their reply needs no answer" in shown
    assert f'href="/interests/{town.interest}"' in shown
    assert f'action="/inquiries/{about}/undo"' in shown


async def test_whoever_is_second_is_told_so(site: Site):
    anna, boris = await site.sign_in("anna"), await site.sign_in("boris")
    about = await thanked(site)
    await anna.post(f"/inquiries/{about}/no-answer", headers=HTMX)

    answer = await boris.post(f"/inquiries/{about}/no-answer", headers=HTMX)

    assert answer.status == 409
    assert "It does not wait for an answer any more." in await answer.text()
    assert len(await actions(site, "no-answer")) == 1


async def test_without_scripts_it_leads_back_to_the_inquiry(site: Site):
    browser = await site.sign_in()
    about = await thanked(site)

    answer = await browser.post(f"/inquiries/{about}/no-answer", allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, f"/inquiries/{about}")
    assert await row(site, Action, 1) is not None
