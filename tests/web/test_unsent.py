"""Letters of ours that did not go, as a manager finds them."""

import re

import pytest

from storage.tables.inquiries import InquiryState
from storage.tables.letters import LetterWay, Sending
from tests import answering
from tests.answering import THEIRS
from tests.site import Site
from tests.web.records import HTMX, text

pytestmark = pytest.mark.slow


async def refused(site: Site, about: int, author: int | None = None, **values) -> int:
    said = {
        "way": LetterWay.OUT,
        "sending": Sending.FAILED,
        "error": "550 <b>no such user</b>",
        "author_id": author,
        "message_id": "ours.1@lamps.example",
    } | values
    return await answering.letter(site.database, about, **said)


async def test_the_filter_counts_and_lists_them_whatever_became_of_the_inquiry(site: Site):
    browser = await site.sign_in()
    await answering.thread(site.database)
    about = await answering.inquiry(site.database, state=InquiryState.ACCEPTED)
    await refused(site, about)

    facets = await text(await browser.get("/inquiries/facets?view=unsent", headers=HTMX))
    assert re.search(r'aria-current="page" class="late">.*Not sent</span> <b>1</b>', facets)
    page = await text(await browser.get("/inquiries?view=unsent"))
    assert re.findall(r'id="row-(\d+)"', page) == [str(about)]
    assert '<span class="chip bad">not sent</span>' in page
    assert f'id="inquiry-{about}"' in page


async def test_the_pane_says_it_first_and_offers_to_send_it_again_or_to_change_it(site: Site):
    browser = await site.sign_in()
    _, about, _ = await answering.thread(site.database)
    letter = await refused(site, about, author=1)

    pane = await text(await browser.get(f"/inquiries/{about}", headers=HTMX))
    told = pane.partition('<section class="letters"')[0]
    assert "Our letter has not gone: Марина Ковалёва" in told
    assert "550 &lt;b&gt;no such user&lt;/b&gt;" in told
    assert f"/answers/{letter}/again" in told
    assert "Change it" in told
    assert pane.count(f'id="sending-{letter}"') == 1

    answer = await browser.post(f"/answers/{letter}/take-back", headers=HTMX)
    assert answer.status == 204
    assert f'"about": "inquiry/{about}"' in answer.headers["HX-Trigger"]
    assert "Our letter" not in await text(await browser.get(f"/inquiries/{about}", headers=HTMX))
    form = await text(await browser.get(f"/inquiries/{about}/answer", headers=HTMX))
    assert "Нужно 12 ламп" in form, "what was written, to be put right"
    assert THEIRS in form


async def test_one_that_is_tried_again_says_so(site: Site):
    browser = await site.sign_in()
    _, about, _ = await answering.thread(site.database)
    await refused(site, about, sending=Sending.QUEUED, error="451 later", attempts=2)

    pane = await text(await browser.get(f"/inquiries/{about}", headers=HTMX))
    assert "It is tried again by itself." in pane
    assert "Do not send" in pane


async def test_with_nothing_unsent_the_list_says_that_all_is_well(site: Site):
    browser = await site.sign_in()
    await answering.thread(site.database)
    page = await text(await browser.get("/inquiries?view=unsent"))
    assert "All our letters have gone" in page
