"""The window of dialogues in a real browser: with the keyboard, live, on a telephone."""

from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect
from sqlmodel import col, select

from intake.model.chats import ChatStatus
from storage.access import actor_of
from storage.chat_state import announce_dialogue
from storage.dialogues_taken import take
from storage.tables.chats import ChatDraft, ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterTemplate
from storage.tables.parties import Point, PointKind
from tests import chatting
from tests.browser.people import findings, signed_in
from tests.databases import store
from tests.real.chromium import Desk
from tests.site import Site
from tests.web.records import settle
from web.keys import FILES

pytestmark = pytest.mark.real

PHONE: Any = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def _files(site: Site, tmp_path):
    site.app[FILES].folder = tmp_path / "files"


async def at_desk(site: Site, desk: Desk, **values: Any) -> tuple[Page, int, list[int]]:
    """Анна looks at the list; Marina waits."""
    chat, messages = await chatting.thread(site.database, **values)
    page = await signed_in(site, desk, name="Анна Петрова")
    await page.goto(site.url("/dialogues"))
    return page, chat, messages


async def reading(site: Site, desk: Desk, **values: Any) -> tuple[Page, int, list[int]]:
    page, chat, messages = await at_desk(site, desk, **values)
    await page.goto(site.url(f"/dialogues/{chat}"))
    await expect(page.locator(f"#dialogue-message-{messages[-1]}")).to_be_visible()
    return page, chat, messages


async def ours(site: Site) -> list[ChatMessage]:
    async with site.database.reading() as session:
        query = select(ChatMessage).where(ChatMessage.way == ChatWay.OUT).order_by(col(ChatMessage.id))
        return list(await session.exec(query))


async def test_opened_by_keys_answered_by_keys_and_the_list_knows(site: Site, desk: Desk):
    page, chat, _ = await at_desk(site, desk)
    await page.keyboard.press("KeyO")
    await expect(page.locator(f"#dialogue-{chat}")).to_be_visible()
    row = page.locator(f"#row-dialogue-{chat} .row")
    await expect(row.locator(".unreads")).to_have_count(0)  # somebody has looked
    await page.keyboard.press("KeyR")
    await page.keyboard.type("Да, есть!")
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".msg.ours")).to_contain_text("Да, есть!")
    await expect(page.get_by_label("Ответ", exact=True).first).to_be_visible()
    await expect(page.locator("textarea[data-text]")).to_be_focused()
    await expect(page.locator("textarea[data-text]")).to_have_value("")
    await expect(row).to_have_class("row chat done")
    await expect(page.locator("#count-dialogues")).to_have_text("")
    await expect(page.locator(".talkhead")).to_contain_text("отвечаете вы")
    assert [one.text for one in await ours(site)] == ["Да, есть!"]
    assert desk.problems == []


async def test_what_they_write_is_there_at_once_and_the_thread_stays_at_its_end(site: Site, desk: Desk):
    page, chat, _ = await reading(site, desk)
    for number in range(30):
        await chatting.comes(site.database, chat, f"Вопрос {number}")
    await expect(page.locator(".msg").last).to_contain_text("Вопрос 29")
    await expect(page.locator(".msg").last).to_be_in_viewport()

    place = page.locator("[data-threadplace]")
    await place.evaluate("place => { place.scrollTop = -400 }")
    await page.wait_for_timeout(300)
    stands = "place => place.querySelectorAll('.msg')[20].getBoundingClientRect().top"
    before = await place.evaluate(stands)
    await chatting.comes(site.database, chat, "Ау?")
    await expect(page.locator("[data-tobottom]")).to_be_visible()
    assert abs(await place.evaluate(stands) - before) < 2, "what is read stays where it is"
    await page.locator("[data-tobottom]").click()
    await expect(page.locator(".msg").last).to_be_in_viewport()
    assert desk.problems == []


async def test_what_they_write_is_there_beside_the_inquiry_and_the_wizard_too(site: Site, desk: Desk):
    page, chat, _ = await at_desk(site, desk)
    await page.goto(site.url("/inquiries/1"))
    await expect(page.locator("#pane .msg")).to_have_count(2)
    await chatting.comes(site.database, chat, "И ещё провод")
    await expect(page.locator("#pane .msg").last).to_contain_text("И ещё провод")
    await page.goto(site.url("/inquiries/1/wizard"))
    await page.keyboard.press("F9")
    await expect(page.locator("#wizard .msg")).to_have_count(3)
    await chatting.comes(site.database, chat, "И лампочки")
    await expect(page.locator("#wizard .msg").last).to_contain_text("И лампочки")
    assert desk.problems == []


async def test_a_new_dialogue_takes_its_place_in_the_list_and_statuses_change(site: Site, desk: Desk):
    page, chat, _ = await reading(site, desk)
    async with site.database.reading() as session:
        bot_id = (await session.get_one(Dialogue, chat)).bot_id
    other = await chatting.dialogue(
        site.database, bot_id, chat_id="9", identity="chat:telegram:9", name="Олег"
    )
    await chatting.comes(site.database, other, "Добрый день")
    await expect(page.locator(f"#row-dialogue-{other}")).to_contain_text("Добрый день")
    await expect(page.locator("#count-dialogues")).to_have_text("2")

    message = await chatting.comes(
        site.database, chat, "Да", way=ChatWay.OUT, status=ChatStatus.SENT, author_id=1
    )
    await expect(page.locator(f"#dialogue-message-{message} .status")).to_have_text("отправлено")
    async with site.database.transaction() as session:
        (await session.get_one(ChatMessage, message)).status = ChatStatus.READ
        announce_dialogue(session, await session.get_one(Dialogue, chat), message)
    await expect(page.locator(f"#dialogue-message-{message} .status")).to_have_text("прочитано")


async def test_what_is_half_written_survives_news_another_dialogue_and_a_reload(site: Site, desk: Desk):
    page, chat, _ = await reading(site, desk)
    await page.keyboard.press("KeyR")
    await page.keyboard.type("Половина мысли")
    await chatting.comes(site.database, chat, "Ау?")
    await expect(page.locator(".msg").last).to_contain_text("Ау?")
    await expect(page.locator("textarea[data-text]")).to_have_value("Половина мысли")
    await expect(page.locator("textarea[data-text]")).to_be_focused()
    await expect(page.locator("[data-kept]")).to_have_text("Черновик сохранён")
    await page.reload()
    await expect(page.locator("textarea[data-text]")).to_have_value("Половина мысли")
    await page.locator("[name=do][value=forget]").click()
    await expect(page.locator("textarea[data-text]")).to_have_value("")
    async with site.database.reading() as session:
        assert list(await session.exec(select(ChatDraft))) == []
    assert desk.problems == []


async def test_a_reply_an_emoji_a_template_and_a_file_without_a_mouse(site: Site, desk: Desk):
    await store(site.database, LetterTemplate(name="Цены", text="{Имя}, цены во вложении."))
    page, _, messages = await reading(site, desk)
    await page.locator("[data-threadplace]").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(f"#dialogue-message-{messages[1]}")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("KeyR")
    await expect(page.locator("[data-replyto]")).to_contain_text("Здравствуйте!")
    await expect(page.locator("textarea[data-text]")).to_be_focused()

    await page.locator(".compose summary[title=Шаблон]").press("Enter")
    await page.get_by_role("button", name="Цены").press("Enter")
    await expect(page.locator("textarea[data-text]")).to_have_value("Марина, цены во вложении.")
    await page.locator(".emoji summary").press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator("textarea[data-text]")).to_have_value("Марина, цены во вложении.😊")
    file = FilePayload(name="Прайс.pdf", mimeType="application/pdf", buffer=b"%PDF-1")
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.locator(".attached")).to_contain_text("Прайс.pdf")
    assert await findings(page) == []
    await page.locator("textarea[data-text]").press("Control+Enter")

    await expect(page.locator(".msg.ours .letterfile")).to_contain_text("Прайс.pdf")
    await expect(page.locator(".msg.ours .replied")).to_contain_text("Здравствуйте!")
    (sent,) = await ours(site)
    assert (sent.text, sent.reply_to) == ("Марина, цены во вложении.😊", messages[0])
    assert desk.problems == []


async def test_chosen_messages_are_accepted_in_the_wizard(site: Site, desk: Desk):
    page, chat, messages = await reading(site, desk)
    await page.locator("[data-threadplace]").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Space")
    await expect(page.locator("[data-accept]")).to_contain_text("Принять выбранное (1)")
    await page.keyboard.press("KeyA")
    await expect(page.locator("#sheet #wizard")).to_be_visible()
    async with site.database.reading() as session:
        dialogue = await session.get_one(Dialogue, chat)
        inquiry = await session.get_one(Inquiry, dialogue.inquiry_id)
    assert inquiry.draft["messages"] == [messages[1]]
    assert desk.problems == []


async def test_a_colleague_has_it_until_it_is_taken_over(site: Site, desk: Desk):
    page, chat, _ = await reading(site, desk)
    boris = await site.user("boris", name="Борис Климов")
    async with site.database.transaction() as session:
        await take(session, chat, actor_of(boris))
    await expect(page.locator(".takenby")).to_contain_text("Здесь отвечает Борис Климов.")
    await expect(page.locator("textarea[data-text]")).to_have_count(0)
    await page.keyboard.press("KeyT")
    await expect(page.locator("textarea[data-text]")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("KeyT")
    await expect(page.locator(".talkhead")).not_to_contain_text("отвечаете вы")
    assert desk.problems == []


async def test_somebody_says_who_it_is_and_takes_it_back(site: Site, desk: Desk):
    town = await settle(site)
    page, _, _ = await reading(site, desk)
    await page.keyboard.press("KeyL")
    await page.locator("#link-q").fill("Ковалёва")
    await expect(page.locator("#link-choices")).to_contain_text("Марина Ковалёва")
    assert await findings(page) == []
    await page.locator("#link-q").press("Enter")
    await expect(page.locator(".talkside")).to_contain_text("Марина Ковалёва")
    await expect(page.locator(".talkhead h2")).to_have_text("Марина Ковалёва")
    async with site.database.reading() as session:
        (point,) = await session.exec(select(Point).where(Point.kind == PointKind.MESSENGER))
    assert (point.contact_id, point.value) == (town.contact, chatting.MARINA)

    await page.locator("#toasts").get_by_role("button", name="Отменить").click()
    await expect(page.locator(".talkhead h2")).to_have_text("Марина")
    assert desk.problems == []


async def test_what_was_said_long_ago_comes_above_and_nothing_jumps(site: Site, desk: Desk):
    page, chat, messages = await at_desk(site, desk)
    for number in range(90):
        messages.append(await chatting.said(site.database, chat, f"Сообщение {number}"))
    await page.goto(site.url(f"/dialogues/{chat}"))
    await expect(page.locator(".msg")).to_have_count(60)
    await expect(page.locator(".msg").last).to_be_in_viewport()
    place = page.locator("[data-threadplace]")
    await place.evaluate("place => { place.scrollTop = -99999 }")
    looked = page.locator(".msg").first
    name = await looked.get_attribute("id")
    await page.locator("[data-earlier]").click()
    await expect(page.locator(".msg")).to_have_count(92)
    await expect(page.locator(f"#{name}")).to_be_in_viewport()
    await expect(page.locator("[data-earlier]")).to_have_count(0)
    assert desk.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(site: Site, desk: Desk, scheme: Any):
    page, _, _ = await reading(site, desk)
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.wait_for_timeout(300)
    assert await findings(page) == []


async def test_on_a_telephone_the_list_the_thread_and_who_it_is(site: Site, desk: Desk):
    page, chat, _ = await at_desk(site, desk)
    await page.set_viewport_size(PHONE)
    await page.locator(f"#row-dialogue-{chat} .row").click()
    await expect(page.locator("textarea[data-text]")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_label("Кто это").first.click()
    await expect(page.locator(".talkside")).to_contain_text("@marina_k")
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.locator("textarea[data-text]").fill("Да")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.locator(".msg.ours")).to_contain_text("Да")
    await page.get_by_label("К списку").click()
    await expect(page.locator(".rows")).to_be_visible()
    await expect(page.locator(".convo")).to_be_hidden()
    assert desk.problems == []
