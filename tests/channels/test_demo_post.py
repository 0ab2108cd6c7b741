"""The demonstration's post office on loopback: what it brings arrives, and who gets a letter answers it."""

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from random import Random

import aiosmtplib
import pytest

from intake.channels.smtp.receiver import Place, receiving
from intake.demo import post as post_office
from intake.demo.house import MAILBOX
from intake.demo.letters import Desk
from intake.demo.post import Post
from intake.demo.world import make_world
from intake.model.letters import LetterEvent

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORLD = make_world(seed=3, companies=20, now=NOW)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_office, "ANSWERS", (0.0, 0.0))


async def test_letters_are_brought_and_answers_answered() -> None:
    heard: asyncio.Queue[LetterEvent] = asyncio.Queue()
    post = Post(WORLD, Random(1))
    place = Place(host="127.0.0.1", port=0, name="our.example", tls=None, shared=False)
    async with post.open(), receiving(place, lambda one: one == MAILBOX.address, heard.put) as port:
        post.receiver = port
        written = Desk(WORLD, Random(2)).away(NOW)  # from <>, as machines send
        await post.bring(written)
        came = await asyncio.wait_for(heard.get(), 10)
        assert (came.mailbox, came.envelope_from) == (MAILBOX.address, "")
        ours = EmailMessage()
        ours["From"], ours["To"] = MAILBOX.address, "Марина <m@client.example>"
        ours["Subject"], ours["Message-ID"] = "Re: Счёт", "<1@our.example>"
        ours.set_content("Когда вам удобно?")
        await aiosmtplib.send(ours, hostname="127.0.0.1", port=post.port, start_tls=False)
        answer = message_from_bytes((await asyncio.wait_for(heard.get(), 10)).raw, policy=default)
    assert answer["In-Reply-To"] == "<1@our.example>"
    assert answer["From"].addresses[0].addr_spec == "m@client.example"
    assert answer["Subject"] == "Re: Счёт"
