"""Whoever opens an inquiry asks for what follows from it, once; a call asks again when it has ended."""

from pathlib import Path
from typing import Any

import pytest

from intake.reception import Reception
from storage.database import Database
from storage.deciding import ENDED, ask_to_decide
from tests.storage.calling import Talk
from tests.storage.visiting import Visitors
from tests.storage.writing import Post, mailbox, mime

pytestmark = pytest.mark.slow


@pytest.fixture
def heard(database: Database, tmp_path: Path) -> Visitors:
    """Whatever is asked for can be read here."""
    return Visitors(database, tmp_path / "files")


async def payloads(heard: Visitors) -> list[dict[str, Any]]:
    return [job.payload for job in await heard.jobs()]


async def steps(heard: Visitors) -> list[str]:
    return [payload["step"] for payload in await payloads(heard)]


async def test_a_call_asks_when_it_opens_an_inquiry_and_when_it_has_ended(heard: Visitors) -> None:
    reception, talk = Reception(heard.database), Talk()

    for event in (talk.start(), talk.ring("101"), talk.answer()):
        await reception.receive(event)
    assert await steps(heard) == ["opened"]

    end = talk.end()
    await reception.receive(end)
    await reception.receive(end)

    opened, ended = await heard.jobs()
    (inquiry,) = await heard.inquiries()
    *_, last = await heard.events()
    assert opened.payload == {"inquiry": inquiry.id, "step": "opened"}
    assert ended.payload == {"inquiry": inquiry.id, "step": "ended", "event": last.id}


async def test_a_caller_who_rings_again_asks_whenever_a_call_ends(
    heard: Visitors,
) -> None:
    reception = Reception(heard.database)
    for talk in (Talk(), Talk()):
        for event in (talk.start(), talk.end()):
            await reception.receive(event)

    assert len(await heard.inquiries()) == 1
    assert await steps(heard) == ["opened", "ended", "ended"]


async def test_letters_ask_for_each_inquiry_that_they_open(heard: Visitors, tmp_path: Path) -> None:
    post = Post(heard.database, tmp_path / "files")
    await post.store(mailbox())

    await post.bring(mime(), mime("igor@mail.ru"))

    inquiries = await heard.inquiries()
    assert [job.payload["inquiry"] for job in await heard.jobs()] == [one.id for one in inquiries]
    assert await steps(heard) == ["opened", "opened"]


async def test_a_step_is_asked_for_once_an_inquiry_or_once_an_event(heard: Visitors) -> None:
    for _ in range(2):
        async with heard.database.transaction() as session:
            await ask_to_decide(session, [1, 2])
            await ask_to_decide(session, [1], ENDED, 7)
            await ask_to_decide(session, [1], ENDED, 8)
            await ask_to_decide(session, [])

    asked = [
        (job.payload["inquiry"], job.payload["step"], job.payload.get("event")) for job in await heard.jobs()
    ]
    assert asked == [(1, "opened", None), (2, "opened", None), (1, "ended", 7), (1, "ended", 8)]
