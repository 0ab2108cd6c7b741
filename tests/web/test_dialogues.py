"""The window of dialogues as pages: the list, the thread, the composer, files, who answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import FormData
from sqlmodel import select

from intake.letters.outgoing.letter import new_token
from intake.model.chats import AttachmentKind, ChatStatus
from storage.tables.chats import (
    Bot,
    ChatDraft,
    ChatFile,
    ChatMessage,
    ChatVersion,
    ChatWay,
    Dialogue,
    FileState,
)
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import LetterTemplate
from storage.tables.people import Scope
from storage.tables.work import ConsentText
from tests import chatting
from tests.site import Site
from tests.web.records import HTMX, keep, text
from web.keys import FILES

pytestmark = pytest.mark.slow

EVIL = "<img src=x onerror=alert(1)>"


async def answers(site: Site, browser: Any, chat: int, **fields: Any) -> Any:
    """The composer's form."""
    typed = {"once": new_token(), "do": "send", "text": "", "answers": ""} | fields
    return await browser.post(f"/dialogues/{chat}/answer", data=typed, headers=HTMX)


async def rows(site: Site, table: Any) -> list[Any]:
    async with site.database.reading() as session:
        return list(await session.exec(select(table)))


async def with_file(site: Site, chat: int, content: bytes, **values: Any) -> int:
    message = await chatting.said(site.database, chat)
    file = ChatFile(message_id=message, kind=AttachmentKind.FILE, filename="a.bin", state=FileState.KEPT)
    file.digest = site.app[FILES].keep(content)
    for name, value in values.items():
        setattr(file, name, value)
    (file_id,) = await keep(site, file)
    return file_id


async def test_a_row_says_who_waits_in_which_messenger_and_who_answers(site: Site):
    browser = await site.sign_in()
    colleague = await site.user("boris")
    await chatting.thread(site.database, unread=3, taken_by=colleague.id)
    html = await text(await browser.get("/dialogues"))
    row = html[html.index('id="row-dialogue-1"') :].partition("</li>")[0]
    for words in ("Марина", "Telegram", "Лампы в Telegram", "3 unread messages", "Boris", "data-waiting"):
        assert words in row
    assert '<b class="n " id="count-dialogues">1</b>' in html


async def test_what_strangers_write_is_text_and_nothing_else(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database, name=EVIL, last_text=EVIL, source=EVIL)
    message = await chatting.said(site.database, chat, EVIL, forwarded_from=EVIL, author=EVIL)
    await chatting.said(site.database, chat, "x", reply_to=message)
    await keep(site, ChatVersion(message_id=message, text=EVIL, files=[EVIL]))
    await with_file(site, chat, b"x", filename=EVIL, title=EVIL)
    await with_file(site, chat, b"x", kind=AttachmentKind.LINK, title=EVIL, url="javascript:alert(1)")
    html = await text(await browser.get(f"/dialogues/{chat}"))
    assert EVIL not in html
    assert "javascript:" not in html
    assert html.count("&lt;img src=x") >= 8


async def test_a_thread_beside_another_page_has_ids_of_its_own_and_asks_for_itself(site: Site):
    browser = await site.sign_in()
    chat, (first, _) = await chatting.thread(site.database)
    html = await text(
        await browser.get(f"/dialogues/{chat}/thread?place=wizard&since={first}&inquiry=1", headers=HTMX)
    )
    assert f'id="wizard-message-{first}"' in html
    assert f"place=wizard&amp;since={first}" in html
    assert 'data-fresh="dialogue/1"' in html
    assert "choose" not in html, "nothing is written there"


async def test_an_answer_is_queued_once_and_the_draft_is_gone(site: Site):
    browser = await site.sign_in()
    chat, (first, _) = await chatting.thread(site.database)
    once = new_token()
    await answers(site, browser, chat, do="keep", text="Да", once=once)
    assert [draft.text for draft in await rows(site, ChatDraft)] == ["Да"]
    for _ in range(2):
        answer = await answers(site, browser, chat, text="Да, есть", once=once, answers=str(first))
        assert answer.status == 200
        assert "Да, есть" not in await text(answer), "the field is empty again"
    await answers(site, browser, chat, do="keep", text="Да, есть", once=once)
    (ours,) = [one for one in await rows(site, ChatMessage) if one.way is ChatWay.OUT]
    assert (ours.text, ours.reply_to, ours.status) == ("Да, есть", first, ChatStatus.QUEUED)
    assert await rows(site, ChatDraft) == []
    html = await text(await browser.get(f"/dialogues/{chat}", headers=HTMX))
    assert "you answer" in html, "whoever answers has it"


async def test_a_file_goes_along_and_can_be_left_out_again(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database)
    form = FormData({"do": "attach", "once": new_token(), "text": "Прайс"})
    form.add_field("files", b"%PDF-1", filename="Прайс.pdf", content_type="application/pdf")
    answer = await browser.post(f"/dialogues/{chat}/answer", data=form, headers=HTMX)
    assert "Прайс" in await text(answer)
    (draft,) = await rows(site, ChatDraft)
    assert (len(draft.files), draft.text) == (1, "Прайс")
    await answers(site, browser, chat, do="drop:0", text="Прайс")
    assert (await rows(site, ChatDraft))[0].files == []


async def test_a_template_fills_in_whom_it_is_for(site: Site):
    browser = await site.sign_in(name="Анна Петрова")
    chat, _ = await chatting.thread(site.database)
    (template,) = await keep(site, LetterTemplate(name="Цены", text="{Имя}, здравствуйте! {я}"))
    html = await text(await answers(site, browser, chat, do=f"template:{template}", text="PS"))
    assert "Марина, здравствуйте! Анна Петрова\n\nPS</textarea>" in html


async def test_a_consent_is_asked_for_in_its_own_words_and_what_is_typed_stays(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database)
    (wording,) = await keep(site, ConsentText(purpose="offers", text="I agree", digest="x"))
    assert "Consent: offers" in await text(await browser.get(f"/dialogues/{chat}", headers=HTMX))
    html = await text(await answers(site, browser, chat, do=f"consent:{wording}", text="Half a thought"))
    assert "Half a thought</textarea>" in html
    (ours,) = [one for one in await rows(site, ChatMessage) if one.way is ChatWay.OUT]
    assert (ours.text, ours.asks) == ("I agree", f"consent:{wording}")


@pytest.mark.parametrize(
    ("of_bot", "of_chat", "said"),
    [
        ({"answers": False, "instead": "Позвоните нам"}, {}, "«Позвоните нам»"),
        ({}, {"blocked_at": datetime.now(UTC)}, "have blocked our bot"),
        ({"platform": "whatsapp"}, {"last_in_at": datetime.now(UTC) - timedelta(days=2)}, "too long ago"),
        ({"enabled": False}, {}, "switched off"),
    ],
)
async def test_why_it_cannot_be_answered_stands_in_place_of_the_field(
    site: Site, of_bot: dict[str, Any], of_chat: dict[str, Any], said: str
):
    browser = await site.sign_in()
    chat = await chatting.dialogue(site.database, await chatting.bot(site.database, **of_bot), **of_chat)
    html = await text(await browser.get(f"/dialogues/{chat}", headers=HTMX))
    assert said in html
    assert "<textarea" not in html
    refused = await answers(site, browser, chat, text="Да")
    assert refused.status == 422
    assert [one.way for one in await rows(site, ChatMessage)] == []


async def test_a_colleagues_dialogue_is_taken_over_before_it_is_answered(site: Site):
    anna, boris = await site.sign_in("anna"), await site.sign_in("boris")
    chat, _ = await chatting.thread(site.database)
    await anna.post(f"/dialogues/{chat}/take", headers=HTMX)
    html = await text(await boris.get(f"/dialogues/{chat}", headers=HTMX))
    assert "Anna answers there." in html
    assert "<textarea" not in html
    refused = await answers(site, boris, chat, text="Да")
    assert refused.status == 409
    assert "Anna answers there already" in await refused.text()
    await boris.post(f"/dialogues/{chat}/take-over", headers=HTMX)
    assert (await answers(site, boris, chat, text="Да")).status == 200


async def test_the_messengers_window_is_told_before_it_closes(site: Site):
    browser = await site.sign_in()
    bot = await chatting.bot(site.database, platform="whatsapp")
    chat = await chatting.dialogue(site.database, bot, last_in_at=datetime.now(UTC) - timedelta(hours=22))
    html = await text(await browser.get(f"/dialogues/{chat}", headers=HTMX))
    assert "The messenger lets us answer until" in html
    assert "<textarea" in html


async def test_pictures_are_shown_sounds_are_played_by_parts_and_the_rest_is_saved(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database)
    voice = await with_file(site, chat, b"OggS" + bytes(500), kind=AttachmentKind.VOICE)
    answer = await browser.get(f"/dialogues/{chat}/files/{voice}/shown", headers={"Range": "bytes=0-9"})
    assert (answer.status, answer.content_type, len(await answer.read())) == (206, "audio/ogg", 10)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = await with_file(site, chat, b"<html><script>", kind=AttachmentKind.PHOTO, content_type="image/png")
    assert (await browser.get(f"/dialogues/{chat}/files/{page}/shown")).status == 422
    saved = await browser.get(f"/dialogues/{chat}/files/{page}")
    assert (saved.content_type, saved.headers["Content-Disposition"][:10]) == (
        "application/octet-stream",
        "attachment",
    )
    gone = await with_file(site, chat, b"x", state=FileState.WAITING, digest="")
    assert (await browser.get(f"/dialogues/{chat}/files/{gone}")).status == 404


async def test_looking_counts_as_seen_and_asking_for_the_page_does_not(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database)
    await browser.get(f"/dialogues/{chat}")
    (kept,) = await rows(site, Dialogue)
    assert kept.unread == 1
    until = {"until": kept.last_in_at.isoformat()}
    assert (await browser.post(f"/dialogues/{chat}/seen", data=until, headers=HTMX)).status == 204
    assert (await rows(site, Dialogue))[0].unread == 0
    assert (await browser.post(f"/dialogues/{chat}/seen", data={"until": "x"}, headers=HTMX)).status == 422


async def test_a_dialogue_of_anothers_inquiry_is_nobody_elses_to_see(site: Site):
    anna = await site.user("anna")
    boris = await site.sign_in("boris", scope=Scope.OWN)
    (hers,) = await keep(site, Inquiry(channel=Channel.CHAT, responsible_id=anna.id))
    chat, _ = await chatting.thread(site.database, inquiry_id=hers)
    file = await with_file(site, chat, b"x")
    for path in ("", "/thread?since=0", "/before?before=9", "/link", "/answer", f"/files/{file}"):
        assert (await boris.get(f"/dialogues/{chat}{path}", headers=HTMX)).status == 404
    assert "row-dialogue" not in await text(await boris.get("/dialogues"))
    assert (await answers(site, boris, chat, text="Да")).status == 404


async def test_a_message_that_failed_can_be_written_anew(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database)
    ours = {"way": ChatWay.OUT, "status": ChatStatus.FAILED, "error": "chat not found", "author_id": 1}
    message = await chatting.said(site.database, chat, "Да", **ours)
    html = await text(await browser.get(f"/dialogues/{chat}", headers=HTMX))
    assert "Send again" in html
    await browser.post(f"/dialogues/{chat}/messages/{message}/take-back", headers=HTMX)
    html = await text(await browser.get(f"/dialogues/{chat}", headers=HTMX))
    assert f"dialogue-message-{message}" not in html
    assert "Да</textarea>" in html


async def test_bots_are_chosen_between_where_there_are_several(site: Site):
    browser = await site.sign_in()
    chat, _ = await chatting.thread(site.database)
    other = await chatting.bot(site.database, key="o", platform="max", name="Опт")
    second = await chatting.dialogue(site.database, other, chat_id="2", identity="chat:max:2", name="Олег")
    html = await text(await browser.get(f"/dialogues?bot={other}"))
    assert f"row-dialogue-{second}" in html
    assert f'id="row-dialogue-{chat}"' not in html
    assert [bot.name for bot in await rows(site, Bot)] == ["Лампы в Telegram", "Опт"]
