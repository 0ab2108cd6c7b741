"""Answering letters in a real browser: with the keyboard, live, on a telephone."""

from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect
from sqlmodel import select

from storage.answers_sending import note_failed
from storage.tables.letters import LetterDraft, LetterTemplate, Sending
from storage.tables.parties import Point, PointKind
from tests import answering
from tests.answering import THEIRS
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.web.records import settle
from web.keys import FILES

pytestmark = pytest.mark.real

PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(autouse=True)
def _files(site: Site, tmp_path):
    site.app[FILES].folder = tmp_path / "files"


async def reading(site: Site, desk: Desk, **values: Any) -> tuple[Page, int]:
    """Анна reads Marina's letter."""
    _, about, _ = await answering.thread(site.database)
    page = await signed_in(site, desk, name="Анна Петрова", **values)
    await page.goto(site.url(f"/inquiries/{about}"))
    await expect(page.locator(f"#inquiry-{about}")).to_be_visible()
    return page, about


async def half_written(site: Site, desk: Desk) -> tuple[Page, int, Locator]:
    """Анна has begun to answer."""
    page, about = await reading(site, desk)
    await page.keyboard.press("KeyR")
    text = page.get_by_label("Текст письма")
    await text.fill("Половина мысли")
    return page, about, text


async def test_r_writes_ctrl_enter_sends_and_the_toast_takes_it_back(site: Site, desk: Desk):
    page, _about = await reading(site, desk)

    await page.keyboard.press("KeyR")
    text = page.get_by_label("Текст письма")
    await expect(text).to_be_focused()
    await page.keyboard.type("Да, 12 ламп есть.")
    await page.keyboard.press("Control+Enter")

    await expect(page.locator("form[data-answer]")).to_have_count(0)
    await expect(page.locator(".sending")).to_contain_text("Уйдёт")
    (queued,) = await answering.ours(site.database)
    assert queued.reply_text == "Да, 12 ламп есть.\n\n-- \nС уважением,\nАнна Петрова"

    await page.locator("#toasts").get_by_role("button", name="Отменить").click()
    await expect(text).to_have_value(queued.reply_text)
    (taken_back,) = await answering.ours(site.database)
    assert taken_back.sending is Sending.CANCELLED
    assert desk.problems == []


async def test_escape_keeps_what_is_typed_and_r_goes_on_with_it(site: Site, desk: Desk):
    page, about, text = await half_written(site, desk)
    await page.keyboard.press("Escape")
    await expect(page.locator("form[data-answer]")).to_have_count(0)
    await expect(page.locator(f"#answer-{about}")).to_be_focused()

    await page.keyboard.press("KeyR")

    await expect(text).to_have_value("Половина мысли")
    await page.get_by_title("Выбросить черновик").click()
    await expect(page.locator("form[data-answer]")).to_have_count(0)
    async with site.database.reading() as session:
        assert list(await session.exec(select(LetterDraft))) == []
    assert desk.problems == []


async def test_news_of_the_inquiry_leave_what_is_half_written(site: Site, desk: Desk):
    page, _about, text = await half_written(site, desk)
    await page.locator("#comment-inquiries").fill("Коллегам")
    await page.locator("form[data-say]").get_by_role("button").click()
    await expect(page.locator("#timeline")).to_contain_text("Коллегам")
    await page.wait_for_timeout(1500)  # the pane has asked for itself again
    await expect(text).to_have_value("Половина мысли")
    await expect(page.locator("[data-kept]")).to_have_text("Черновик сохранён")


async def test_a_template_and_a_file_by_keyboard(site: Site, desk: Desk):
    await answering.stored(
        site.database,
        LetterTemplate(name="Цены", text="{Имя}, здравствуйте!\n\nЦены — во вложении. {скидка}\n"),
    )
    page, _about = await reading(site, desk)
    await page.keyboard.press("KeyR")
    await expect(page.get_by_label("Текст письма")).to_be_focused()
    await page.locator(".picks summary").press("Enter")
    await page.get_by_role("button", name="Цены").press("Enter")
    text = page.get_by_label("Текст письма")
    await expect(text).to_have_value("Марина, здравствуйте!\n\nЦены — во вложении. {скидка}")

    file = FilePayload(name="Прайс.pdf", mimeType="application/pdf", buffer=b"%PDF-1")
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.locator(".attached")).to_contain_text("Прайс.pdf")
    await expect(text).to_have_value("Марина, здравствуйте!\n\nЦены — во вложении. {скидка}")

    await text.press("Control+Enter")
    await expect(page.locator(".notice mark")).to_have_text("{скидка}")
    assert await answering.ours(site.database) == []
    assert await findings(page) == []
    await text.fill("Цены — во вложении.")
    await text.press("Control+Enter")
    await expect(page.locator("form[data-answer]")).to_have_count(0)
    assert len(await answering.ours(site.database)) == 1


async def test_a_letter_from_a_card_is_written_in_a_drawer(site: Site, desk: Desk):
    await answering.mailbox(site.database)
    town = await settle(site)
    point = Point(contact_id=town.contact, kind=PointKind.EMAIL, value=THEIRS, raw=THEIRS, main=True)
    await answering.stored(site.database, point)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/contacts/{town.contact}"))

    await page.keyboard.press("KeyW")
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_label("Кому")).to_have_value(f"Марина Ковалёва <{THEIRS}>")
    assert await findings(page) == []
    await drawer.get_by_label("Тема").fill("Лампы")
    await drawer.get_by_label("Текст письма").fill("Здравствуйте!")
    await page.keyboard.press("Control+Enter")

    await expect(drawer).to_be_hidden()
    (record,) = await answering.ours(site.database)
    assert (record.subject, record.sender_email) == ("Лампы", THEIRS)
    assert desk.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_composer_has_nothing_that_axe_finds(site: Site, desk: Desk, scheme: str):
    page, _ = await reading(site, desk)
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.keyboard.press("KeyR")
    await expect(page.get_by_label("Текст письма")).to_be_focused()
    assert await findings(page) == []


async def test_on_a_telephone_everything_is_within_reach(site: Site, desk: Desk):
    page, about = await reading(site, desk)
    await page.set_viewport_size(PHONE["viewport"])  # type: ignore[arg-type]
    await page.locator(f"#answer-{about}").click()
    await expect(page.get_by_label("Текст письма")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    await page.get_by_label("Текст письма").fill("Да")
    await page.get_by_role("button", name="Отправить", exact=True).click()
    await expect(page.locator("form[data-answer]")).to_have_count(0)
    assert len(await answering.ours(site.database)) == 1


async def test_a_letter_that_failed_is_told_to_its_author_wherever_they_are(site: Site, desk: Desk):
    page, about = await reading(site, desk)
    await page.keyboard.press("KeyR")
    await page.get_by_label("Текст письма").fill("Да")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("form[data-answer]")).to_have_count(0)
    (queued,) = await answering.ours(site.database)
    await page.goto(site.url("/tasks"))

    async with site.database.transaction() as session:
        await note_failed(session, queued.id or 0, f"inquiry/{about}", "550 <b>no such user</b>")

    toast = page.locator(".toast.bad")
    await expect(toast).to_contain_text("Ваше письмо не отправлено: Марина Ковалёва.")
    await toast.get_by_role("link", name="Открыть").click()
    await page.locator(f"#letter-{queued.id} summary").first.click()
    await expect(page.locator(".sending")).to_contain_text("550 <b>no such user</b>")
    assert desk.problems == []
