"""Our form in a page that is not ours: filled in, cut off, sent twice; nothing is lost or doubled."""

import re

import pytest
from playwright.async_api import Page, Route, expect

from intake.model.forms import FieldKind, FormField
from tests.browser.people import findings
from tests.browser.shops import TAG, Shop, shop
from tests.real.chromium import Desk
from tests.site import Site
from tests.web.visiting import draw, files, opened, sent

pytestmark = pytest.mark.real

NUMBER = re.compile(r"Номер заявки: \d+")


async def fill(page: Page, text: str = "Две двери", agreed: bool = True) -> None:
    await page.get_by_label("Ваше имя").fill("Анна")
    await page.get_by_label("Телефон").fill("+7 916 123-45-67")
    await page.get_by_label("Что нужно").fill(text)
    if agreed:
        await page.get_by_label("Согласен на обработку").check()


async def press(page: Page) -> None:
    await page.get_by_role("button", name="Отправить").click()


async def test_it_is_drawn_filled_in_and_thanked(site: Site, desk: Desk) -> None:
    await draw(site, language="ru", title="Заявка на дверь", thanks="Спасибо, {number}!")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page("?utm_source=ya&yclid=77")
        await page.evaluate(
            "window.heard = []; addEventListener('intake:sent', e => heard.push(e.detail.number))"
        )
        await fill(page)
        assert await findings(page) == []

        await press(page)

        await expect(page.get_by_text(NUMBER)).to_be_visible()
        await expect(page.get_by_role("heading", name="Спасибо, 1!")).to_be_visible()
        assert await page.evaluate("heard") == [1]
        assert await page.evaluate("Object.keys(window).filter(name => /intake/i.test(name))") == []
    (one,) = await sent(site)
    assert (one.via, one.said["phone"], one.held) == ("script", "+7 916 123-45-67", [])
    assert one.page.endswith("/?utm_source=ya&yclid=77")
    assert one.utm == {"utm_source": "ya", "yclid": "77"}
    assert desk.problems == []


async def test_where_they_first_came_from_is_remembered(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        await (await somebodys.page("?utm_source=ya")).close()
        page = await somebodys.page("?utm_source=google")
        await fill(page)
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
        first = somebodys.address("?utm_source=ya")
    (one,) = await sent(site)
    assert one.utm == {"utm_source": "google", "first_utm_source": "ya", "first_landing": first}


async def cut_off_and_press(somebodys: Shop, page: Page) -> None:
    await fill(page)
    await somebodys.cut_off(page)
    await press(page)
    await expect(page.get_by_role("status")).to_contain_text("Нет связи")


async def test_what_could_not_be_sent_goes_by_itself_when_the_network_is_back(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await cut_off_and_press(somebodys, page)

        await somebodys.connect(page)

        await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert len(await sent(site)) == 1


async def test_what_could_not_be_sent_survives_a_reload(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await cut_off_and_press(somebodys, page)
        await page.close()

        page = await somebodys.page()

        await expect(page.get_by_text(NUMBER)).to_be_visible()
        again = await somebodys.page()
        await expect(again.get_by_label("Ваше имя")).to_have_value("")
    assert [one.said["name"] for one in await sent(site)] == ["Анна"]


async def test_an_answer_that_got_lost_makes_no_second_request(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    lost: list[int] = []
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()

        async def lose_the_first(route: Route) -> None:
            answer = await route.fetch()
            lost.append(answer.status)
            await (route.abort() if len(lost) == 1 else route.fulfill(response=answer))

        await page.route(f"{site.url()}f/doors", lose_the_first)
        await fill(page)
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert lost == [200, 200]
    assert len(await sent(site)) == 1


async def test_a_proxy_that_refuses_is_not_asked_again_and_nothing_typed_is_gone(
    site: Site, desk: Desk
) -> None:
    await draw(site, language="ru")
    asked: list[int] = []
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()

        async def refuse(route: Route) -> None:
            asked.append(413)
            await route.fulfill(
                status=413, body="<h1>nginx</h1>", headers={"Access-Control-Allow-Origin": "*"}
            )

        await page.route(f"{site.url()}f/doors", refuse)
        await fill(page)
        await press(page)
        await expect(page.get_by_role("alert")).to_contain_text("Не удалось принять")
        await expect(page.get_by_label("Ваше имя")).to_have_value("Анна")
        await page.unroute(f"{site.url()}f/doors", refuse)
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert asked == [413]


async def test_a_double_click_sends_once(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await fill(page)
        await page.get_by_role("button", name="Отправить").dblclick()
        await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert len(await sent(site)) == 1


async def test_back_leads_to_an_empty_form_and_sends_nothing(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await fill(page)
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
        await page.goto("about:blank")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_label("Ваше имя")).to_have_value("")
    assert len(await sent(site)) == 1


async def test_two_tabs_are_two_requests_of_one_person(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        tabs = [await somebodys.page() for _ in range(2)]
        for number, page in enumerate(tabs):
            await fill(page, f"Дверь {number}")
        for page in tabs:
            await press(page)
            await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert sorted(one.said["wanted"] for one in await sent(site)) == ["Дверь 0", "Дверь 1"]
    assert len(await opened(site)) == 1


async def test_without_consent_nothing_is_sent(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await fill(page, agreed=False)
        await press(page)
        await expect(page.get_by_label("Согласен на обработку")).to_be_focused()
        assert await sent(site) == []
        await page.get_by_label("Согласен на обработку").check()
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()


async def test_a_mistake_is_said_beside_its_field_and_can_be_corrected(site: Site, desk: Desk) -> None:
    await draw(site, language="ru")
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await fill(page)
        await page.get_by_label("Телефон").fill("позвоните")
        await press(page)
        phone = page.get_by_label("Телефон")
        await expect(phone).to_be_focused()
        await expect(phone).to_have_accessible_description("Укажите номер с кодом: +7 916 123-45-67.")
        assert await findings(page) == []
        await phone.fill("8 916 123 45 67")
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
    first, second = await sent(site)
    assert first.problems == {"phone": "bad-phone"}
    assert first.inquiry_id == second.inquiry_id


async def test_a_file_too_large_is_said_before_it_is_sent_and_a_small_one_goes_along(
    site: Site, desk: Desk
) -> None:
    await draw(site, language="ru", most_file_mb=1)
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await fill(page)
        chooser = page.get_by_label("План помещения")
        await chooser.set_input_files(
            {"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1_200_000}
        )
        await press(page)
        await expect(chooser).to_have_accessible_description(re.compile("не больше 1 МБ"))
        assert await sent(site) == []
        await chooser.set_input_files({"name": "план.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert [file.filename for file in await files(site)] == ["план.pdf"]


async def test_the_browser_works_for_the_challenge_by_itself(site: Site, desk: Desk) -> None:
    await draw(site, language="ru", challenge=True)
    async with shop(site, desk) as somebodys:
        page = await somebodys.page()
        await fill(page)
        await page.get_by_label("Телефон").fill("позвоните")
        await press(page)
        await page.get_by_label("Телефон").fill("+79161234567")
        await press(page)
        await expect(page.get_by_text(NUMBER)).to_be_visible(timeout=60_000)
    assert [one.held for one in await sent(site)] == [[], []]


async def test_an_existing_form_of_the_page_is_taken_over(site: Site, desk: Desk) -> None:
    await draw(
        site,
        FormField("name", "Имя", target="name"),
        FormField("tel", "Тел", FieldKind.PHONE, "phone"),
        language="ru",
    )
    body = """<form data-intake-form="{key}" action="{ours}f/{key}" method="post">
    <p><label>Имя <input name="name"></label></p><p><label>Телефон <input name="tel"></label></p>
    <button type="submit">Жду звонка</button></form>"""
    async with shop(site, desk, body + TAG) as somebodys:
        page = await somebodys.page()
        await page.wait_for_load_state("networkidle")
        await page.get_by_label("Телефон").fill("нет")
        await page.get_by_role("button", name="Жду звонка").click()
        await expect(page.get_by_label("Телефон")).to_have_accessible_description(re.compile("Укажите номер"))
        await page.get_by_label("Телефон").fill("+79161234567")
        await page.get_by_role("button", name="Жду звонка").click()
        await expect(page.get_by_text(NUMBER)).to_be_visible()
        assert page.url == somebodys.address()


async def test_a_page_that_may_not_send_gets_no_form(site: Site, desk: Desk) -> None:
    await draw(site, language="ru", origins=["https://shop.example"])
    async with shop(site, desk) as somebodys:
        page = await desk.page()
        async with page.expect_event("requestfailed"):
            await page.goto(somebodys.address())
        await expect(page.get_by_label("Ваше имя")).to_have_count(0)
