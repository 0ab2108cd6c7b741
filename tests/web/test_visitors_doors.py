"""Who may ask from where: CORS, the script, Tilda, challenges, and how many may come."""

import asyncio
import gzip
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from intake.errors import Deferred
from storage.database import announce
from storage.tables.forms import SubmissionState, WebForm
from tests.site import Site
from tests.web.visiting import KEY, TYPED, draw, opened, sent, token_in
from web.keys import RECEPTION
from web.visitors.turnstile import FLOOD, network_of

pytestmark = pytest.mark.slow

SHOP = {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}
THIEF = {"Origin": "https://thief.example", "Sec-Fetch-Site": "cross-site"}
JSON = {"Accept": "application/json"}
ALLOWED = "Access-Control-Allow-Origin"
MOST_SCRIPT = 5 * 1024


async def test_scripts_of_listed_pages_may_read_and_others_may_not(site: Site) -> None:
    await draw(site, origins=["https://shop.example/"])
    visitor = await site.browser()

    for ask in (visitor.get(f"/f/{KEY}/form.json", headers=SHOP), visitor.options(f"/f/{KEY}", headers=SHOP)):
        assert (await ask).headers[ALLOWED] == "https://shop.example"
    right = await visitor.post(f"/f/{KEY}", json=TYPED, headers=SHOP)
    wrong = await visitor.post(f"/f/{KEY}", json=TYPED | {"name": "Thief"}, headers=THIEF)

    assert right.headers[ALLOWED] == "https://shop.example"
    assert ALLOWED not in wrong.headers
    assert "Access-Control-Allow-Credentials" not in right.headers
    assert [one.held for one in await sent(site)] == [[], ["unsigned"]]


async def test_without_a_list_any_page_may_ask(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()

    preflight = await visitor.options(f"/f/{KEY}", headers=THIEF | {"Access-Control-Request-Method": "POST"})

    assert preflight.status == 204
    assert preflight.headers[ALLOWED] == "https://thief.example"
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]


async def test_scripts_may_read_why_something_was_refused(site: Site) -> None:
    await draw(site)

    answer = await (await site.browser()).post(f"/f/{KEY}", json={}, headers=SHOP)

    assert (answer.status, answer.headers[ALLOWED]) == (422, "https://shop.example")


async def test_the_pages_of_signed_in_people_stay_closed_to_other_sites(site: Site) -> None:
    assert (await (await site.browser()).post("/signin", data={"login": "a"}, headers=SHOP)).status == 403


async def test_the_script_is_small_and_may_be_asked_for_from_anywhere(site: Site) -> None:
    answer = await (await site.browser()).get("/embed.js", headers={"Accept-Encoding": "gzip"})

    script = await answer.read()
    assert int(answer.headers["Content-Length"]) <= MOST_SCRIPT
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "javascript" in answer.headers["Content-Type"]
    assert b"attachShadow" in script
    assert len(gzip.compress(script, 9, mtime=0)) <= MOST_SCRIPT


async def test_the_page_may_be_shown_in_a_frame_of_the_pages_that_may_send(site: Site) -> None:
    await draw(site, origins=["https://shop.example"], theme={"accent": "#0a7", "look": "dark"})
    visitor = await site.browser()

    policy = (await visitor.get(f"/f/{KEY}")).headers["Content-Security-Policy"]

    assert "frame-ancestors https://shop.example;" in policy
    assert "unsafe" not in policy


async def test_the_theme_is_written_into_the_page_and_nothing_else(site: Site) -> None:
    theme = {"accent": "#FFCC00", "radius": 99, "look": "dark"}
    await draw(site, theme=theme)
    page = await (await (await site.browser()).get(f"/f/{KEY}")).text()

    assert "--form-accent: #ffcc00; --form-accent-ink: #1b1c1f; --form-radius: 24px" in page
    assert 'data-look="dark"' in page


@pytest.mark.parametrize(
    "theme", [{"accent": "red;}</style><script>"}, {"radius": "1e9"}, {"look": ["x"]}, {"radius": -1}]
)
async def test_a_theme_of_nonsense_is_no_theme(site: Site, theme: dict[str, Any]) -> None:
    await draw(site, theme=theme)
    page = await (await (await site.browser()).get(f"/f/{KEY}")).text()

    assert "<style>" not in page
    assert 'data-look="auto"' in page


async def test_a_change_is_seen_at_once(site: Site) -> None:
    form = await draw(site)
    visitor = await site.browser()
    await visitor.get(f"/f/{KEY}")

    async with site.database.transaction() as session:
        changed = await session.get(WebForm, form.id)
        assert changed is not None
        changed.title = "New doors"
        session.add(changed)
        announce(session, "forms")
    await asyncio.sleep(0)

    assert "New doors" in await (await visitor.get(f"/f/{KEY}")).text()


async def worked(made: dict[str, Any]) -> str:
    found = await asyncio.to_thread(solve_challenge, Challenge.from_dict(made))
    assert found is not None
    return Payload(Challenge.from_dict(made), found).to_base64()


async def test_a_solved_challenge_counts_once(site: Site) -> None:
    await draw(site, challenge=True)
    visitor = await site.browser()
    shown = await (await visitor.get(f"/f/{KEY}/form.json")).json()
    solution = {"_altcha": await worked(shown["challenge"]), "_token": shown["token"]}

    await visitor.post(f"/f/{KEY}", data=TYPED | solution)
    await visitor.post(f"/f/{KEY}", data=TYPED | solution | {"text": "Again"})

    assert [one.held for one in await sent(site)] == [[], ["no-challenge"]]


async def test_a_challenge_counts_again_when_nothing_could_be_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await draw(site, challenge=True)
    visitor = await site.browser()
    shown = await (await visitor.get(f"/f/{KEY}/form.json")).json()
    typed = TYPED | {"_altcha": await worked(shown["challenge"]), "_token": shown["token"]}

    with monkeypatch.context() as broken:
        broken.setattr(site.app[RECEPTION], "receive", _busy)
        refused = await visitor.post(f"/f/{KEY}", data=typed)
    await visitor.post(f"/f/{KEY}", data=typed)

    assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    page = await refused.text()
    assert "Анна" in page
    assert "send it again" in page
    assert token_in(page) == shown["token"]
    assert [one.held for one in await sent(site)] == [[]]


async def _busy(fact: object) -> None:
    raise Deferred("database-busy")


async def test_over_the_measure_it_is_held_and_far_over_it_refused(site: Site) -> None:
    await draw(site, per_hour=3)
    visitor = await site.browser()

    answers = [
        (await visitor.post(f"/f/{KEY}", json=TYPED | {"text": str(number)})).status
        for number in range(FLOOD + 5)
    ]

    assert answers == [200] * FLOOD + [429] * 5
    states = [one.state for one in await sent(site)]
    assert states == [SubmissionState.TAKEN] * 3 + [SubmissionState.HELD] * (FLOOD - 3)
    assert len(await opened(site)) == 1, "the same person"


def test_an_ipv6_address_counts_as_its_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("") == ""


async def test_tilda_is_answered_ok(site: Site) -> None:
    await draw(site, tilda_secret="s3cret")
    visitor = await site.browser()
    order = {"Name": "Анна", "Phone": "+79161234567", "tranid": "100:7", "formid": "f", "key": "s3cret"}

    trial = await visitor.post(f"/f/{KEY}/tilda", data={"test": "test"})
    answers = [await visitor.post(f"/f/{KEY}/tilda", data=order) for _ in range(3)]

    assert await trial.text() == "ok"
    assert {(answer.status, await answer.text()) for answer in answers} == {(200, "ok")}
    (one,) = await sent(site)
    assert (one.via, one.said, one.held) == ("tilda", {"name": "Анна", "phone": "+79161234567"}, [])
    assert "s3cret" not in str(one.values)


async def test_whoever_does_not_know_tildas_secret_is_held(site: Site) -> None:
    await draw(site, tilda_secret="s3cret")

    await (await site.browser()).post(f"/f/{KEY}/tilda?key=guess", data={"Name": "Анна", "tranid": "1"})

    assert [one.held for one in await sent(site)] == [["unsigned"]]
