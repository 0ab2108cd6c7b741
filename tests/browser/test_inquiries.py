"""The list of inquiries in a real browser: by keyboard, live, on a telephone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from storage.database import announce
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from tests.browser.people import findings, signed_in
from tests.site import Site
from tests.web.records import NUMBER, keep, line, missed_call, settle

pytestmark = pytest.mark.real

PHONE = {"viewport": {"width": 360, "height": 740}}


async def several(site: Site) -> list[int]:
    """Three that wait, the first the longest; the first is of somebody known."""
    town = await settle(site)
    await line(site)
    known = await missed_call(site, 30, account_id=town.account, contact_id=town.contact)
    return [known, *[await missed_call(site, 20 - n, f"+7916000000{n}") for n in (1, 2)]]


async def tell(site: Site, inquiry_id: int, **changes: object) -> None:
    async with site.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, inquiry_id)
        for name, value in changes.items():
            setattr(inquiry, name, value)
        session.add(inquiry)
        announce_inquiry(session, inquiry)


async def pane_of(page: Page, inquiry_id: int) -> None:
    await expect(page.locator(f"#pane > #inquiry-{inquiry_id}")).to_be_visible()


async def test_j_and_k_walk_a_accepts_x_declines_and_the_next_is_open(site, desk):
    first, second, third = await several(site)
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    await pane_of(page, first)
    await page.keyboard.press("KeyJ")
    await pane_of(page, second)
    assert page.url.endswith(f"/inquiries/{second}")
    await page.keyboard.press("KeyK")
    await pane_of(page, first)
    await page.keyboard.press("KeyJ")
    await pane_of(page, second)
    await page.keyboard.press("KeyX")
    await expect(page.get_by_role("dialog").get_by_text("Отклонить: почему?")).to_be_visible()
    await page.keyboard.press("Digit3")
    await page.keyboard.press("Enter")
    await pane_of(page, third)
    await expect(page.locator(f"#row-{second} .row")).to_have_class("row missed done")
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator(f"#row-{second}[data-open]")).to_be_visible()
    await page.keyboard.press("KeyA")
    await expect(page.locator("#sheet")).to_be_visible()
    assert f"/inquiries/{third}/wizard" in page.url
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()
    await pane_of(page, third)
    assert desk.problems == []


async def test_rows_come_change_and_settle_without_moving_what_is_read(site, desk):
    first, second, _third = await several(site)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{second}"))
    await page.locator("#pane textarea").fill("half a thou")
    where = await page.locator(f"#row-{second}").bounding_box()
    (fresh,) = await keep(site, Inquiry(channel=Channel.MANUAL, sender_name="Новый Человек"))
    await tell(site, fresh)
    await expect(page.locator(f"#row-{fresh}")).to_contain_text("Новый Человек")
    await tell(site, first, state=InquiryState.ACCEPTED, callback=None)
    await expect(page.locator(f"#row-{first} .row")).to_have_class("row missed done")
    await tell(site, second, misses=4)
    await expect(page.locator(f"#row-{second}")).to_contain_text("4 пропущенных")
    await expect(page.locator(f"#row-{second} .row")).to_have_attribute("aria-current", "true")
    assert await page.locator(f"#row-{second}").bounding_box() == where
    await expect(page.locator("#pane textarea")).to_have_value("half a thou")
    await expect(page.locator("#facets")).to_contain_text("Все новые 3")


async def test_new_ones_above_do_not_push_the_list_down(site, desk):
    start = datetime.now(UTC) - timedelta(hours=1)
    await keep(
        site,
        *[
            Inquiry(
                channel=Channel.MANUAL, sender_name=f"Человек {n}", opened_at=start + timedelta(seconds=n)
            )
            for n in range(30)
        ],
    )
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries?sort=newest"))
    await page.locator("#rows").evaluate("rows => { rows.scrollTop = 500 }")
    looked_at = page.get_by_text("Человек 20", exact=True)
    where = await looked_at.bounding_box()
    (fresh,) = await keep(site, Inquiry(channel=Channel.MANUAL, sender_name="Новый"))
    await tell(site, fresh)
    await expect(page.get_by_role("button", name="Новых: 1")).to_be_visible()
    assert await looked_at.bounding_box() == where
    await page.get_by_role("button", name="Новых: 1").click()
    await expect(page.locator(f"#row-{fresh}")).to_be_in_viewport()


async def test_a_ringing_call_is_seen_in_its_row_and_pane(site, desk):
    inquiry = await missed_call(site, 1)
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    async with site.database.transaction() as session:
        from intake.model.calls import Direction
        from storage.tables.calls import CallRecord

        call = CallRecord(
            channel="asterisk:1", linkedid="9.9", direction=Direction.IN, number=NUMBER, ringing=["101"],
            inquiry_id=inquiry,
        )  # fmt: skip
        session.add(call)
        await session.flush()
        announce(session, "call", call=call.id, inquiry=inquiry, step="ringing", ringing=["101"], talking=[])
    await expect(page.locator(f"#row-{inquiry} .wait.live")).to_contain_text("звонит")
    await expect(page.locator(f"#inquiry-{inquiry}")).to_contain_text("Звонит: 101")


async def test_on_a_telephone_the_list_and_the_pane_are_two_pages(site, new_desk):
    first, second, _ = await several(site)
    desk = await new_desk(**PHONE)
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    await expect(page.locator(f"#row-{second}")).to_be_visible()
    await expect(page.locator("#pane")).to_be_hidden()
    await page.locator(f"#row-{second}").click()
    await pane_of(page, second)
    await expect(page.locator("#rows")).to_be_hidden()
    assert await findings(page) == []
    await page.get_by_role("link", name="К списку").click()
    await expect(page.locator(f"#row-{first}")).to_be_visible()
    assert page.url.endswith("/inquiries")
    await page.goto(site.url(f"/inquiries/{first}"))
    await pane_of(page, first)
    await page.get_by_role("link", name="К списку").click()
    await expect(page.locator(f"#row-{second}")).to_be_visible()
    assert desk.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_list_the_pane_and_the_drawer(site, new_desk, scheme):
    first, *_ = await several(site)
    await missed_call(site, 2, "+79160000077", state=InquiryState.DECLINED, callback=None)
    desk = await new_desk(color_scheme=scheme)
    page = await signed_in(site, desk)
    for path in ("/inquiries", "/inquiries?view=declined", "/inquiries?view=mine", f"/inquiries/{first}"):
        await page.goto(site.url(path))
        assert await findings(page) == [], path
    await page.keyboard.press("KeyX")
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("KeyL")
    await expect(page.locator("#drawer")).to_contain_text("Lamps")
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#inquiry-{first}")).to_contain_text("Связано")
    assert desk.problems == []
