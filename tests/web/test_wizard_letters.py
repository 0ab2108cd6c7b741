"""A letter in the wizard, walked with plain forms: searched by its sender, filled by what it says itself."""

import html
import json
import re
from typing import Any

import pytest

from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.letters import Attachment, LetterRecord, LetterWay, Mailbox
from storage.tables.parties import Lead, Point
from storage.tables.work import Consent
from tests.site import Site
from tests.storage.wizard_world import World, populate
from tests.web.wizard_forms import Walk

pytestmark = pytest.mark.slow

KOVALEVA = "kovaleva@sevsvet.example"
STRANGER = "p.sidorov@romashka.example"
TEXT = "Добрый день!\nНужны прожекторы, <b>срочно</b>."
SIGNED = f"""{TEXT}

--
Пётр Сидоров
Инженер
ООО «Ромашка»
+7 916 555-01-01 доб. 12
ИНН 7707083893"""


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def letter(world: World, sender: str = STRANGER, **values: Any) -> int:
    """An inquiry that a letter opened."""
    inquiry = await world.keep(
        Inquiry(
            channel=Channel.LETTER, sender=sender, sender_name=values.get("sender_name"),
            subject="Re: Прожекторы на склад", line="sales@our.example",
        )
    )  # fmt: skip
    given = {"subject": "Re: Прожекторы на склад", "text": TEXT, "reply_text": TEXT, **values}
    record = LetterRecord(
        inquiry_id=inquiry, fingerprint=f"{inquiry:064}", from_email=sender, sender_email=sender, **given
    )
    letter_id = await world.keep(record)
    await world.keep(Attachment(letter_id=letter_id, filename="смета.xlsx", size=34_000, digest="0" * 64))
    return inquiry


async def walk(site: Site, inquiry: int, **values: Any) -> Walk:
    return await Walk(await site.sign_in(**values), f"/inquiries/{inquiry}/wizard").search()


def offers(page: Walk) -> list[dict[str, str]]:
    """What each offer would fill."""
    return [json.loads(html.unescape(one)) for one in re.findall(r'data-offer="([^"]*)"', page.html)]


async def test_a_known_sender_stands_searched_and_chosen(site: Site, world: World) -> None:
    page = await walk(site, await letter(world, KOVALEVA, sender_name="Отдел закупок"))
    assert page.form.fields["email"] == KOVALEVA
    assert (page.form.fields["phone"], page.form.fields["name"]) == ("", "")
    assert page.form.fields["contact"] == str(world.marina)
    assert page.form.fields["client"] == f"account:{world.account}"


async def test_a_known_senders_letter_is_accepted_at_once_with_what_it_says(site: Site, world: World) -> None:
    await world.keep(Mailbox(name="Продажи", address="sales@our.example"))
    inquiry = await letter(world, KOVALEVA)
    await (await walk(site, inquiry)).accept(go="quick")
    interest = (await world.all(Interest))[-1]
    assert (interest.account_id, interest.contact_id) == (world.account, world.marina)
    assert interest.title == "Прожекторы на склад — Ковалёва М. С."
    assert (interest.wanted, interest.source) == (TEXT, "Продажи")
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.ACCEPTED


async def test_page_two_of_a_newcomers_letter_is_filled_by_what_they_said(site: Site, world: World) -> None:
    fields = {"name": "Зайцева Ольга", "company": "ООО «Клён»", "city": "Тверь", "position": "Завхоз"}
    inquiry = await letter(world, fields=fields, sender_phone="+79165550102")
    page = await (await walk(site, inquiry)).go_on()
    said = page.form.fields
    assert (said["last_name"], said["first_name"], said["position"]) == ("Зайцева", "Ольга", "Завхоз")
    assert (said["org"], said["city"]) == ("ООО «Клён»", "Тверь")
    assert (said["contact_email"], said["contact_phone"]) == (STRANGER, "+7 916 555-01-02")
    assert (said["title"], said["wanted"]) == ("Прожекторы на склад — Зайцева О.", TEXT)


async def test_what_the_signature_says_is_offered_and_fills_nothing_by_itself(
    site: Site, world: World
) -> None:
    page = await walk(site, await letter(world, sender_name="Пётр Сидоров", text=SIGNED))
    assert offers(page) == [
        {"name": "ООО «Ромашка»"},
        {"phone": "+7 916 555-01-01", "ext": "12"},
        {"inn": "7707083893"},
    ]
    assert (page.form.fields["phone"], page.form.fields["inn"]) == ("", "")
    await page.go_on(new="lead")
    assert {"org": "ООО «Ромашка»"} in offers(page)
    assert {"position": "Инженер"} in offers(page)
    assert (page.form.fields["contact_phone"], page.form.fields["org_inn"]) == ("", "")
    await page.accept()
    lead = (await world.all(Lead))[-1]
    assert (lead.inn, lead.position, lead.organisation) == (None, None, None)
    assert [one.value for one in await world.all(Point) if one.lead_id == lead.id] == [STRANGER]


async def test_the_letter_and_its_files_stand_beside_both_pages(site: Site, world: World) -> None:
    page = await walk(site, await letter(world, sender_name="Пётр Сидоров"))
    for _ in range(2):
        assert "&lt;b&gt;срочно&lt;/b&gt;" in page.html
        assert "смета.xlsx" in page.html
        await page.go_on()


async def test_a_reply_to_that_leads_elsewhere_is_shown_as_one(site: Site, world: World) -> None:
    page = await walk(site, await letter(world, sender_why="reply-to"))
    assert "from Reply-To" in page.html


async def test_consent_that_came_by_letter_is_kept_as_such(site: Site, world: World) -> None:
    page = await (await walk(site, await letter(world, KOVALEVA))).go_on()
    assert "Agreed to in the letter" in page.html
    await page.accept(consent=str(world.consent))
    assert [one.given for one in await world.all(Consent)] == ["letter"]


async def test_a_draft_wins_over_what_the_letter_says(site: Site, world: World) -> None:
    inquiry = await letter(world, sender_name="Пётр Сидоров")
    page = await walk(site, inquiry)
    await page.press("draft", name="Сидорова Анна")
    again = await page.search()
    assert again.form.fields["name"] == "Сидорова Анна"


async def test_a_letter_of_ours_alone_offers_nothing_and_breaks_nothing(site: Site, world: World) -> None:
    page = await walk(site, await letter(world, way=LetterWay.OUT))
    assert page.status == 200
    assert page.form.fields["email"] == STRANGER
    assert "w-letter" not in page.html


async def test_the_head_names_the_sender_and_the_mailbox(site: Site, world: World) -> None:
    await world.keep(Mailbox(name="Продажи", address="info@our.example", aliases=["sales@our.example"]))
    page = await walk(site, await letter(world, sender_name="Пётр Сидоров"))
    assert "to «Продажи»" in page.html
    assert f'data-copy="{STRANGER}"' in page.html
