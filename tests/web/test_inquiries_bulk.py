"""Several inquiries at once: what is done with each, what is left, and taking all of it back."""

import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from sqlmodel import SQLModel, select

from storage.history import stored_id
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.letters import LetterRecord
from storage.tables.people import Scope
from tests.ignored import ignored
from tests.site import Site
from tests.web.records import HTMX, keep, missed_call, text, undo_of

pytestmark = pytest.mark.slow

SPAMMER = "sale@spam.example"


async def letter(site: Site, sender: str = SPAMMER) -> int:
    (inquiry,) = await keep(site, Inquiry(channel=Channel.LETTER, sender=sender, subject="Скидки"))
    record = LetterRecord(
        inquiry_id=inquiry, fingerprint=f"{inquiry:064}", from_email=sender, sender_email=sender
    )
    await keep(site, record)
    return inquiry


async def states(site: Site, *ids: int) -> list[InquiryState]:
    async with site.database.reading() as session:
        return [(await session.get_one(Inquiry, id_)).state for id_ in ids]


async def everything(site: Site, table: type[SQLModel]) -> list[Any]:
    async with site.database.reading() as session:
        return list(await session.exec(select(table)))


async def do(browser: TestClient[Any, Any], what: str, *ids: int, **more: str) -> Any:
    fields = [("do", what), *(("id", str(id_)) for id_ in ids), *more.items()]
    return await browser.post("/inquiries/several", data=fields, headers=HTMX)


async def test_several_are_declined_with_one_reason_and_taken_back_together(site: Site) -> None:
    browser = await site.sign_in()
    ids = [await missed_call(site, 2, "+79160000001"), await letter(site)]
    answer = await do(browser, "decline", *ids, reason="supplier", note="прайс")
    assert answer.status == 204
    assert "2 inquiries declined" in answer.headers["HX-Trigger"]
    assert await states(site, *ids) == [InquiryState.DECLINED] * 2
    assert {one.note for one in await everything(site, Inquiry)} == {"прайс"}
    undone = await browser.post(undo_of(answer), headers=HTMX)
    assert "Undone" in undone.headers["HX-Trigger"]
    assert await states(site, *ids) == [InquiryState.NEW] * 2


async def test_not_our_client_is_a_reason_of_its_own(site: Site) -> None:
    browser = await site.sign_in()
    inquiry = await letter(site)
    await do(browser, "not-ours", inquiry)
    assert [one.decline_reason for one in await everything(site, Inquiry)] == ["not-ours"]
    assert await ignored(site.database) == []


async def test_spam_is_declined_and_its_senders_are_blocked_until_it_is_undone(site: Site) -> None:
    browser = await site.sign_in()
    ids = [await letter(site), await letter(site), await missed_call(site, 2, "+79160000001")]
    answer = await do(browser, "spam", *ids)
    assert [one.decline_reason for one in await everything(site, Inquiry)] == ["spam"] * 3
    assert await ignored(site.database) == [SPAMMER]
    await browser.post(undo_of(answer), headers=HTMX)
    assert await ignored(site.database) == []
    assert await states(site, *ids) == [InquiryState.NEW] * 3


async def test_several_are_handed_to_a_colleague_and_taken_back(site: Site) -> None:
    browser = await site.sign_in()
    boris = stored_id(await site.user("boris"))
    ids = [await letter(site), await letter(site)]
    answer = await do(browser, "hand-over", *ids, user=str(boris))
    assert "2 inquiries handed over" in answer.headers["HX-Trigger"]
    assert {one.responsible_id for one in await everything(site, Inquiry)} == {boris}
    await browser.post(undo_of(answer), headers=HTMX)
    assert {one.responsible_id for one in await everything(site, Inquiry)} == {None}


async def test_what_is_decided_already_is_left_and_said(site: Site) -> None:
    browser = await site.sign_in()
    mine, gone = await letter(site), await letter(site)
    await do(browser, "not-ours", gone)
    answer = await do(browser, "not-ours", mine, gone)
    assert "1 inquiry declined" in answer.headers["HX-Trigger"]
    assert "1 was left as it is" in answer.headers["HX-Trigger"]


async def test_nobody_decides_what_they_may_not_see(site: Site) -> None:
    anna = await site.sign_in("anna", scope=Scope.OWN)
    boris = stored_id(await site.user("boris"))
    (theirs,) = await keep(site, Inquiry(channel=Channel.LETTER, responsible_id=boris))
    record = LetterRecord(inquiry_id=theirs, fingerprint="0" * 64, from_email=SPAMMER, sender_email=SPAMMER)
    await keep(site, record)
    for what in ("not-ours", "spam", "hand-over"):
        answer = await do(anna, what, theirs, user=str(boris))
        assert "1 was left as it is" in answer.headers["HX-Trigger"], what
    assert await states(site, theirs) == [InquiryState.NEW]
    assert await ignored(site.database) == []


async def test_nobody_takes_back_what_others_did(site: Site) -> None:
    anna, boris = await site.sign_in("anna"), await site.sign_in("boris")
    inquiry = await letter(site)
    answer = await do(anna, "not-ours", inquiry)
    await boris.post(undo_of(answer), headers=HTMX)
    assert await states(site, inquiry) == [InquiryState.DECLINED]


async def test_a_reason_or_a_colleague_that_is_none_changes_nothing(site: Site) -> None:
    browser = await site.sign_in()
    inquiry = await letter(site)
    for what, more in (("decline", {"reason": "bored"}), ("hand-over", {"user": "999"}), ("dance", {})):
        assert (await do(browser, what, inquiry, **more)).status == 422, what
    assert (await do(browser, "not-ours")).status == 422
    assert await states(site, inquiry) == [InquiryState.NEW]


async def test_only_what_waits_can_be_ticked(site: Site) -> None:
    browser = await site.sign_in()
    waits, gone = await letter(site), await letter(site)
    await do(browser, "not-ours", gone)
    html = await text(await browser.get("/inquiries"))
    assert re.findall(r'class="pick"[^>]*value="(\d+)"', html) == [str(waits)]
    declined = await text(await browser.get("/inquiries?view=declined"))
    assert 'class="pick"' not in declined


async def test_a_browser_without_scripts_comes_back_to_the_list(site: Site) -> None:
    browser = await site.sign_in()
    inquiry = await letter(site)
    fields = {"do": "not-ours", "id": str(inquiry)}
    answer = await browser.post("/inquiries/several", data=fields, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/inquiries")
    assert "1 inquiry declined" in await text(await browser.get("/inquiries"))
