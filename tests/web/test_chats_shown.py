"""Chats in the wizard, the reading pane, on cards, events and the ignore list: what stands there."""

from pathlib import Path

import pytest

from intake.model.chats import Attached, AttachmentKind
from storage.columns import now
from storage.tables.automation import Touch
from storage.tables.chats import Dialogue
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.parties import Point, PointKind
from storage.tables.people import Role
from storage.tables.work import Consent
from storage.touches import keep_keys
from tests.databases import store
from tests.site import Site
from tests.storage.telling import PHONE, PHOTO, Chats, bot, event, person
from tests.storage.wizard_world import World, populate
from tests.web.test_api import program
from tests.web.wizard_forms import Walk

pytestmark = pytest.mark.slow

TEXT = "Нужны прожекторы, 24 штуки. Мой рабочий +7 495 777-01-02"
OLGA = person("501", name="Ольга Зайцева", username="olga_z")


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


@pytest.fixture
async def chats(site: Site, world: World, tmp_path: Path) -> Chats:
    await store(site.database, bot())
    made = Chats(site.database, tmp_path / "files")
    await made.write("Здравствуйте", sender=OLGA)
    await made.write(TEXT, sender=OLGA, attachments=(PHOTO,))
    return made


async def known(world: World) -> None:
    await world.keep(
        Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=OLGA.identity, raw="@olga_z")
    )


async def shown(site: Site, path: str, **values: object) -> str:
    browser = await site.sign_in(**values)  # type: ignore[arg-type]
    response = await browser.get(path)
    assert response.status == 200
    return await response.text()


async def test_page_one_begins_with_who_writes_and_page_two_with_what_they_want(
    site: Site, chats: Chats
) -> None:
    page = await Walk(await site.sign_in(), "/inquiries/1/wizard").search()
    assert (page.form.fields["name"], page.form.fields["other"]) == ("Ольга Зайцева", "@olga_z")
    assert "24 штуки" in page.html, "what was said stands beside"
    assert "+7 495 777-01-02" in page.html, "and is offered"
    fields = (await page.go_on()).form.fields
    assert (fields["first_name"], fields["source"]) == ("Ольга", "Бот отдела продаж")
    assert fields["wanted"] == f"Здравствуйте\n{TEXT}"


async def test_whoever_is_known_is_chosen_already(site: Site, world: World, chats: Chats) -> None:
    async with site.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, 1)
        inquiry.account_id, inquiry.contact_id = world.account, world.marina
    page = await Walk(await site.sign_in(), "/inquiries/1/wizard").search()
    assert (page.form.fields["client"], page.form.fields["contact"]) == (
        f"account:{world.account}",
        str(world.marina),
    )
    assert page.form.fields["name"] == ""


async def test_no_page_shows_the_key_by_which_a_messenger_knows_somebody(
    site: Site, world: World, chats: Chats
) -> None:
    await known(world)
    browser = await site.sign_in(role=Role.MANAGER)
    for path in (
        "/inquiries", "/inquiries/1", "/inquiries/1/wizard", f"/contacts/{world.marina}", "/", "/events",
        "/find?q=olga_z", f"/contacts/{world.marina}?show=chat", "/interests", "/contacts",
    ):  # fmt: skip
        response = await browser.get(path)
        html = await response.text()
        assert (response.status, OLGA.identity in html) == (200, False), path


async def test_a_card_shows_the_account_and_leads_to_the_dialogue(
    site: Site, world: World, chats: Chats
) -> None:
    await known(world)
    html = await shown(site, f"/contacts/{world.marina}")
    assert 'href="/dialogues/1"' in html
    assert "@olga_z" in html
    assert "2 messages" in html, "one entry of the timeline for all of it"


async def test_the_top_search_finds_them_by_their_nick(site: Site, world: World, chats: Chats) -> None:
    await known(world)
    assert "Ковалёва" in await shown(site, "/find?q=%40olga_z")


async def test_a_touch_by_the_key_of_a_messenger_is_told_in_words(
    site: Site, world: World, chats: Chats
) -> None:
    await world.keep(Touch(inquiry_id=1, event_id=2, at=now(), by_key=OLGA.identity, minutes=30))
    html = await shown(site, "/inquiries/1")
    assert "Joined: the same person in Telegram, within 30 minutes" in html
    assert OLGA.identity not in html


async def test_taking_the_account_off_a_card_is_undone_as_a_whole(
    site: Site, world: World, chats: Chats
) -> None:
    await known(world)
    before = await world.dump()
    (point,) = [one for one in await world.all(Point) if one.value == OLGA.identity]
    browser = await site.sign_in()
    await browser.post(f"/contacts/{world.marina}/points/{point.id}/drop", allow_redirects=False)
    assert (await world.get(Dialogue, 1)).unlinked, "the phone does not link them again"
    assert await world.get(Point, point.id) is None
    actions = await world.dump()
    assert actions["contact_point"] != before["contact_point"]
    changed = {"kind": "messenger", "text": "@somebody", "point": str(point.id)}
    response = await browser.post(f"/contacts/{world.marina}/points", data=changed, allow_redirects=False)
    assert response.status in (404, 422)


async def test_events_of_chats_are_told_in_words(site: Site, chats: Chats) -> None:
    html = await shown(site, "/events?kind=chat", role=Role.MANAGER)
    assert "Message" in html
    assert "Бот отдела продаж" in html
    html = await shown(site, "/events/1", login="root", role=Role.ADMINISTRATOR)
    assert 'href="/dialogues/1"' in html


async def test_a_secret_inside_what_a_platform_sent_is_shown_to_nobody(site: Site, chats: Chats) -> None:
    await chats.hear(event("Ещё", sender=OLGA), raw='{"secret": "s3cr3t", "object": {"text": "Ещё"}}')
    html = await shown(site, "/events/3", role=Role.ADMINISTRATOR)
    assert "s3cr3t" not in html
    assert "object" in html


async def test_never_again_means_this_chat(site: Site, world: World, chats: Chats) -> None:
    browser = await site.sign_in(role=Role.MANAGER)
    assert "this chat" in await (await browser.get("/inquiries/1")).text()
    data = {"reason": "spam", "never": "sender 0"}
    await browser.post("/inquiries/1/decline", data=data, allow_redirects=False)
    assert (await world.get(Inquiry, 1)).state is InquiryState.DECLINED
    await chats.write("Купите рекламу", sender=OLGA)
    assert [one.state for one in await chats.inquiries()] == [InquiryState.DECLINED]
    html = await (await browser.get("/settings/ignored")).text()
    assert "Telegram, chat 501" in html


async def test_a_chat_within_the_window_is_joined_to_a_call_and_separated_again(
    site: Site, world: World, chats: Chats
) -> None:
    call = await world.inquiry(PHONE, line="74951000101")
    async with site.database.transaction() as session:
        await keep_keys(session, call, [PHONE])
    shared = Attached(AttachmentKind.CONTACT, title="Пётр", phone=PHONE)
    caller = person("777", name="Пётр", username="", phone=PHONE)
    await chats.write("Это я звонил", sender=caller, attachments=(shared,))
    assert len(await chats.inquiries()) == 2, "one for Olga, one for the call and the chat"
    browser = await site.sign_in()
    html = await (await browser.get(f"/inquiries/{call}")).text()
    assert "Joined: the same phone" in html
    assert "Это я звонил" in html
    await browser.post("/touches/1/separate", allow_redirects=False)
    apart = (await chats.inquiries())[-1]
    assert (apart.channel, apart.sender, apart.subject) == (Channel.CHAT, PHONE, "Это я звонил")
    said = [one.inquiry_id for one in await chats.messages() if one.text == "Это я звонил"]
    assert said == [apart.id]
    html = await (await browser.get(f"/inquiries/{call}")).text()
    assert "Separated" in html


async def test_programs_are_told_what_was_said(site: Site, world: World, chats: Chats) -> None:
    await chats.answered(1, "m900", text="Есть на складе", inquiry_id=1)
    answer = await (await (await program(site, world, world.boss.user_id)).get("/inquiries/1")).json()
    said = [(one["way"], one["author"], one["text"], one["messenger"]) for one in answer["messages"]]
    assert said == [
        ("in", "Ольга Зайцева", "Здравствуйте", "telegram"),
        ("in", "Ольга Зайцева", TEXT, "telegram"),
        ("out", "", "Есть на складе", "telegram"),
    ]
    assert [file["kind"] for file in answer["messages"][1]["files"]] == ["photo"]
    assert answer["sender"] == OLGA.identity


async def test_a_consent_by_a_button_shows_in_which_dialogue_it_was_given(
    site: Site, world: World, chats: Chats
) -> None:
    message = await chats.answered(1, "m901", asks=f"consent:{world.consent}")
    await world.keep(
        Consent(
            text_id=world.consent, given="chat", inquiry_id=1, chat_message_id=message, page=OLGA.identity
        )
    )
    browser = await site.sign_in(role=Role.MANAGER)
    html = await (await browser.get("/consents/1")).text()
    assert 'href="/dialogues/1"' in html
    assert "Ольга Зайцева" in html
    page = await (await Walk(browser, "/inquiries/1/wizard").search()).go_on()
    assert 'class="agreed"' in page.html
    assert 'name="consent"' not in page.html, "they are not asked again"
