"""Letters in and out on a card's timeline and an interest's."""

import re
from typing import Any

import pytest

from intake.model.letters import LetterKind
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.letters import Attachment, LetterRecord, LetterWay, Sending
from tests.site import Site
from tests.storage.wizard_world import World, populate

pytestmark = pytest.mark.slow

KOVALEVA = "kovaleva@sevsvet.example"


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def letter(world: World, subject: str, **values: Any) -> int:
    count = len(await world.all(LetterRecord))
    given = {"from_email": KOVALEVA, "sender_email": KOVALEVA, "sender_name": "Марина Ковалёва", **values}
    return await world.keep(LetterRecord(fingerprint=f"{count:064}", subject=subject, **given))


async def shown(site: Site, path: str) -> list[str]:
    """The entries that tell of letters and inquiries, the newest first."""
    browser = await site.sign_in()
    html = await (await browser.get(path)).text()
    return re.findall(r'<li class="entry (?:letter|talk).*?</li>', html, re.DOTALL)


async def test_a_card_tells_letters_in_and_out_with_what_became_of_them(site: Site, world: World) -> None:
    inquiry = await world.keep(
        Inquiry(channel=Channel.LETTER, state=InquiryState.ACCEPTED, contact_id=world.marina, subject="Счёт")
    )
    asked = await letter(world, "Счёт", inquiry_id=inquiry, reply_text="Пришлите\nсчёт <b>сегодня</b>")
    await world.keep(Attachment(letter_id=asked, filename="x.pdf", digest="0" * 64))
    await world.keep(Attachment(letter_id=asked, filename="logo.png", digest="0" * 64, inline=True))
    out = {"way": LetterWay.OUT, "inquiry_id": inquiry, "author_id": world.alice.user_id}
    await letter(world, "Re: Счёт", sending=Sending.FAILED, **out)
    answer, question = await shown(site, f"/contacts/{world.marina}")
    assert "could not be sent" in answer
    assert "Алиса Орлова" in answer
    assert "Пришлите счёт &lt;b&gt;сегодня" in question
    assert "1 file" in question
    assert f'href="/inquiries/{inquiry}"' in question


async def test_an_inquiry_that_came_by_mail_is_told_once(site: Site, world: World) -> None:
    inquiry = await world.keep(Inquiry(channel=Channel.LETTER, account_id=world.account, subject="Счёт"))
    await letter(world, "Счёт", inquiry_id=inquiry)
    assert len(await shown(site, f"/accounts/{world.account}")) == 1


async def test_an_inquiry_whose_letters_are_gone_is_told_by_itself(site: Site, world: World) -> None:
    await world.keep(Inquiry(channel=Channel.LETTER, account_id=world.account, subject="Давний счёт"))
    (only,) = await shown(site, f"/accounts/{world.account}")
    assert "Давний счёт" in only


async def test_letters_from_an_address_of_theirs_stand_there_whatever_they_are(
    site: Site, world: World
) -> None:
    await letter(world, "Я в отпуске", kind=LetterKind.AUTO_REPLY)
    await letter(world, "Чужое", sender_email="other@example.org")
    (only,) = await shown(site, f"/contacts/{world.marina}")
    assert "Я в отпуске" in only
    assert "auto-reply" in only


async def test_the_filter_shows_letters_alone(site: Site, world: World) -> None:
    await letter(world, "Счёт")
    browser = await site.sign_in()
    assert "Счёт" in await (await browser.get(f"/contacts/{world.marina}?show=letter")).text()
    assert "Счёт" not in await (await browser.get(f"/contacts/{world.marina}?show=talk")).text()


async def test_an_interest_tells_the_letters_of_its_inquiry(site: Site, world: World) -> None:
    inquiry = await world.keep(
        Inquiry(channel=Channel.LETTER, state=InquiryState.LINKED, interest_id=world.interest)
    )
    await letter(world, "Счёт", inquiry_id=inquiry)
    (only,) = await shown(site, f"/interests/{world.interest}")
    assert "Счёт" in only
