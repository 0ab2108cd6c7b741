"""The desk while a PBX is not heard: why, in words, and what was last known of its calls."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from intake.model.calls import Direction, Link
from storage.tables.calls import CallRecord, ChannelHealth, Pbx
from tests.site import Site
from tests.web.records import keep, text

RAW = "[Errno 111] Connect call failed ('127.0.0.1', 5038)"
NOW = datetime.now(UTC)
HEARD = NOW - timedelta(minutes=5)


async def connected(site: Site, link: Link, detail: str = "") -> None:
    """A PBX, and a call on it that began two minutes before it was last heard."""
    (pbx,) = await keep(site, Pbx(name="Office PBX", host="127.0.0.1", username="x", secret="s"))
    began = HEARD - timedelta(seconds=125)
    async with site.database.transaction() as session:
        health = ChannelHealth(channel=f"asterisk:{pbx}", link=link, since=NOW, heard_at=HEARD, detail=detail)
        session.add(health)
    await keep(
        site,
        CallRecord(
            channel=f"asterisk:{pbx}", linkedid="1.1", direction=Direction.IN, number="+79161234567",
            talking=["101"], answered_by=["101"], started_at=began, answered_at=began,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "nothing listens at its address and port"),
        ("ru", "по её адресу и порту никто не отвечает: возможно, она выключена."),
    ],
)
async def test_a_pbx_that_is_down_is_explained_in_words(site, locale, words):
    await connected(site, Link.DOWN, RAW)
    html = await text(await (await site.sign_in("anna", locale=locale)).get("/desk/now"))
    assert words in html
    shown = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)
    assert "Errno" not in shown
    assert "Errno 111" in html  # for whoever can use it


@pytest.mark.parametrize("address", ["/desk/now", "/pops"])
async def test_calls_of_a_pbx_that_is_not_heard_are_what_was_last_known(site, address):
    await connected(site, Link.DOWN, RAW)
    html = await text(await (await site.sign_in("anna", extension="101")).get(address))
    assert "last known" in html
    assert "2:05" in html  # until it was last heard
    assert "data-ticking" not in html


@pytest.mark.parametrize("address", ["/desk/now", "/pops"])
async def test_calls_of_a_pbx_that_is_heard_tick(site, address):
    await connected(site, Link.UP)
    html = await text(await (await site.sign_in("anna", extension="101")).get(address))
    assert "last known" not in html
    assert "data-ticking" in html


async def test_the_administrator_reads_words_first(site):
    await connected(site, Link.REFUSED, "Authentication failed")
    html = await text(await (await site.sign_in("boss", role="administrator")).get("/settings"))
    assert "the name or the secret is wrong" in html
