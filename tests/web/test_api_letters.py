"""Letters as programs get them."""

from typing import Any

import pytest

from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import Attachment, LetterRecord, LetterWay, Sending
from tests.site import Site
from tests.storage.wizard_world import World, populate
from tests.web.test_api import Program, program

STRANGER = "p.sidorov@romashka.example"


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


@pytest.fixture
async def alices(site: Site, world: World) -> Program:
    return await program(site, world, world.alice.user_id)


async def letters(world: World, **values: Any) -> int:
    """An inquiry with a letter and our answer."""
    inquiry = await world.keep(Inquiry(channel=Channel.LETTER, sender=STRANGER, subject="Счёт", **values))
    asked = await world.keep(
        LetterRecord(
            inquiry_id=inquiry, fingerprint="0" * 64, from_email="robot@our.example", sender_email=STRANGER,
            sender_why="form-body", subject="Счёт", html="<b>Пришлите</b>",
            text="Пришлите: +7 916 555-01-01 доб. 12\n> старое", reply_text="Пришлите",
            fields={"name": "Пётр"},
            recipients=[{"role": "to", "email": "sales@our.example", "name": ""}], problems=["bad-date"],
        )
    )  # fmt: skip
    await world.keep(Attachment(letter_id=asked, filename="смета.xlsx", size=7, digest="a" * 64))
    await world.keep(
        LetterRecord(
            inquiry_id=inquiry, fingerprint="1" * 64, way=LetterWay.OUT, sending=Sending.QUEUED, subject="Re"
        )
    )
    return inquiry


async def test_an_inquirys_letters_say_who_asks_what_is_new_and_what_was_found(
    world: World, alices: Program
) -> None:
    inquiry = await letters(world)
    answer = await alices.get(f"/inquiries/{inquiry}/letters")
    assert answer.status == 200
    asked, ours = (await answer.json())["letters"]
    assert asked["sender"] == {
        "email": STRANGER, "name": "", "phone": None, "why": "form-body", "header_from": "robot@our.example",
    }  # fmt: skip
    assert (asked["reply_text"], asked["fields"]) == ("Пришлите", {"name": "Пётр"})
    assert asked["found"]["phones"] == ["+79165550101;ext=12"]
    assert (asked["found"]["inns"], asked["problems"]) == ([], ["bad-date"])
    [file] = asked["attachments"]
    assert (file["filename"], file["size"], file["digest"]) == ("смета.xlsx", 7, "a" * 64)
    assert (ours["way"], ours["sending"]) == ("out", "queued")
    assert "<b>" not in await answer.text()


async def test_letters_of_what_is_not_theirs_are_not_there(world: World, alices: Program) -> None:
    inquiry = await letters(world, responsible_id=world.charlie.user_id)
    assert (await alices.get(f"/inquiries/{inquiry}/letters")).status == 404


async def test_an_inquiry_by_telephone_has_none(world: World, alices: Program) -> None:
    answer = await alices.get(f"/inquiries/{await world.inquiry()}/letters")
    assert await answer.json() == {"letters": []}
