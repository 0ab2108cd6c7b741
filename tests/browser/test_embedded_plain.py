"""The form without any script: the hosted page, and plain HTML in somebody's page."""

import re

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.people import findings
from tests.browser.shops import shop
from tests.real.chromium import Desk, sit_down
from tests.site import Site
from tests.web.visiting import KEY, draw, files, opened, sent

pytestmark = pytest.mark.real

NUMBER = re.compile(r"Номер заявки: \d+")
PLAIN = """<form action="{ours}f/{key}" method="post" {kind}>
<label>Имя <input name="name"></label> <label>Телефон <input name="phone"></label>
<label>Чертёж <input type="file" name="plan"></label>
<label><input type="checkbox" name="agree"> Согласен</label> <button>Отправить</button></form>"""
MULTIPART = 'enctype="multipart/form-data"'
PDF: FilePayload = {"name": "план.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}


@pytest.fixture
async def still(chromium: Browser) -> Desk:
    """A browser that runs no scripts."""
    return await sit_down(chromium, java_script_enabled=False)


async def fill(page: Page, phone: str = "+7 916 123-45-67") -> None:
    await page.get_by_label("имя").fill("Анна")
    await page.get_by_label("Телефон").fill(phone)
    await page.get_by_label("Согласен").check()


async def press(page: Page) -> None:
    await page.get_by_role("button", name="Отправить").click()


async def test_the_hosted_page_needs_no_script(site: Site, still: Desk) -> None:
    await draw(site, language="ru", title="Заявка")
    page = await still.page(site.url(f"/f/{KEY}?utm_source=ya"))
    await fill(page)
    await page.get_by_label("План помещения").set_input_files(PDF)

    await press(page)

    await expect(page.get_by_text(NUMBER)).to_be_visible()
    (one,) = await sent(site)
    assert (one.via, one.utm, one.held) == ("html", {"utm_source": "ya"}, [])
    assert [file.filename for file in await files(site)] == ["план.pdf"]
    assert still.problems == []


async def test_reloading_the_thanks_and_going_back_are_harmless(site: Site, still: Desk) -> None:
    await draw(site, language="ru")
    page = await still.page(site.url(f"/f/{KEY}"))
    await fill(page)
    await press(page)
    await expect(page.get_by_text(NUMBER)).to_be_visible()

    await page.reload()
    await expect(page.get_by_text(NUMBER)).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("button", name="Отправить")).to_be_visible()
    await page.go_forward()

    await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert len(await sent(site)) == 1


async def test_a_mistake_comes_back_with_everything_typed(site: Site, still: Desk) -> None:
    await draw(site, language="ru")
    page = await still.page(site.url(f"/f/{KEY}"))
    await fill(page, phone="позвоните")
    await press(page)
    await expect(page.get_by_label("имя")).to_have_value("Анна")
    await expect(page.get_by_label("Согласен")).to_be_checked()
    await expect(page.get_by_label("Телефон")).to_have_accessible_description(re.compile("Укажите номер"))

    await page.get_by_label("Телефон").fill("+79161234567")
    await press(page)

    await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert len(await opened(site)) == 1


async def test_without_consent_the_browser_itself_says_so(site: Site, still: Desk) -> None:
    await draw(site, language="ru")
    page = await still.page(site.url(f"/f/{KEY}"))
    await fill(page)
    await page.get_by_label("Согласен").uncheck()
    await press(page)

    await expect(page.get_by_label("Согласен")).to_be_focused()
    assert await sent(site) == []


async def test_a_file_too_large_is_told_and_the_rest_is_kept(site: Site, still: Desk) -> None:
    await draw(site, language="ru", most_file_mb=1)
    page = await still.page(site.url(f"/f/{KEY}"))
    await fill(page)
    large: FilePayload = {"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1_500_000}
    await page.get_by_label("План помещения").set_input_files(large)
    await press(page)

    await expect(page.get_by_label("План помещения")).to_have_accessible_description(
        re.compile("не больше 1 МБ")
    )
    await expect(page.get_by_label("имя")).to_have_value("Анна")
    assert [one.problems for one in await sent(site)] == [{"plan": "file-too-large"}]


@pytest.mark.parametrize("kind", ["", MULTIPART])
async def test_plain_html_in_somebodys_page(site: Site, still: Desk, kind: str) -> None:
    await draw(site, language="ru")
    async with shop(site, still, PLAIN.replace("{kind}", kind)) as somebodys:
        page = await somebodys.page("?utm_source=ya")
        await fill(page)
        if kind:
            await page.get_by_label("Чертёж").set_input_files(PDF)
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
        address = somebodys.address()
    (one,) = await sent(site)
    assert (one.page, one.held) == (address, [])
    assert [file.filename for file in await files(site)] == (["план.pdf"] if kind else [])


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
async def test_the_hosted_page_is_for_everybody(site: Site, chromium: Browser, look: str, width: int) -> None:
    await draw(site, language="ru", title="Заявка", theme={"look": look})
    desk = await sit_down(chromium, viewport={"width": width, "height": 844})
    page = await desk.page(site.url(f"/f/{KEY}"))
    await page.wait_for_load_state("networkidle")

    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_label("Телефон").fill("нет")
    await fill(page, phone="нет")
    await press(page)
    await expect(page.get_by_label("Телефон")).to_be_focused()
    assert await findings(page) == []
    await fill(page)
    await press(page)
    await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert await findings(page) == []
