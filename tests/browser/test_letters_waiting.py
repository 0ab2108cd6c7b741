"""What a manager of letters looks for: answers that did not go, and replies that need none."""

import pytest
from playwright.async_api import expect

from storage.answers_sending import note_failed
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.letters import LetterWay, Sending
from tests import answering
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.web.records import row

pytestmark = pytest.mark.real


async def ours(site: Site, about: int, sending: Sending) -> int:
    """Анна's answer."""
    return await answering.letter(
        site.database, about, way=LetterWay.OUT, sending=sending, author_id=1, text="Да, есть.",
        reply_text="Да, есть.", message_id=f"{sending}@lamps.example", from_name="Анна Петрова",
    )  # fmt: skip


async def test_an_answer_that_fails_is_counted_at_once_found_and_put_right(site: Site, desk: Desk):
    page = await signed_in(site, desk, name="Анна Петрова")
    _, about, _ = await answering.thread(site.database)
    letter = await ours(site, about, Sending.SENDING)
    await page.goto(site.url("/inquiries?view=mine"))
    unsent = page.locator("#facets").get_by_role("link", name="Не ушли")
    await expect(unsent).to_have_text("Не ушли")

    async with site.database.transaction() as session:
        await note_failed(session, letter, f"inquiry/{about}", "550 no such user")

    await expect(unsent).to_have_text("Не ушли 1")
    await unsent.click()
    await expect(page.locator(f"#row-{about} .chip.bad")).to_have_text("письмо не ушло")
    await expect(page.locator(f"#sending-{letter}")).to_contain_text("550 no such user")
    assert await findings(page) == []
    await page.get_by_role("button", name="Исправить").click()
    await expect(page.get_by_label("Текст письма")).to_have_value("Да, есть.")
    await expect(unsent).to_have_text("Не ушли")
    assert desk.problems == []


async def test_thanks_are_passed_over_with_a_key_and_the_toast_takes_it_back(site: Site, desk: Desk):
    page = await signed_in(site, desk, name="Анна Петрова")
    _, about, _ = await answering.thread(site.database)
    await ours(site, about, Sending.SENT)
    await answering.letter(site.database, about, text="Спасибо!", message_id="thanks@romashka.example")
    other = await answering.inquiry(site.database)
    await page.goto(site.url("/inquiries"))
    await expect(page.get_by_role("button", name="Ответ не нужен")).to_be_visible()
    assert await findings(page) == []

    await page.keyboard.press("KeyE")

    await expect(page.locator(f"#inquiry-{other}")).to_be_visible()
    found: Inquiry = await row(site, Inquiry, about)
    assert found.state is InquiryState.CLOSED
    await page.locator("#toasts").get_by_role("button", name="Отменить").click()
    await expect(page.locator(f"#row-{about}[data-open]")).to_be_visible()
    assert desk.problems == []
