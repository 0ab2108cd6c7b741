"""Whose numbers somebody has seen stands in the audit log, be it by a card, a search or a list."""

import asyncio
import hashlib
import time
from typing import Any

import pytest

from intake.model.hits import ContactHit, Found, Level, PointShown
from storage.access import Actor
from storage.tables.history import Action
from storage.tables.people import ApiToken
from tests.site import Site
from tests.storage.wizard_world import MARINA, World, populate
from web import looked
from web.afterwards import AFTERWARDS, Afterwards
from web.looked import LOG, ONLOOKERS, Onlookers, with_numbers

pytestmark = pytest.mark.slow


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def looks(site: Site, world: World) -> list[Action]:
    """Those written down, once nothing is left to be written."""
    site.app[ONLOOKERS].write_down_all()
    await site.app[AFTERWARDS].finish()
    return [action for action in await world.all(Action) if action.kind == LOG]


async def test_a_search_is_one_action_with_all_whose_numbers_it_showed(site, world):
    browser = await site.sign_in("anna")
    for typed in ("К", "Ко", "Ковалёва"):  # a letter at a time
        await browser.post("/wizard/results", data={"name": typed, "mode": "part"})
    (action,) = await looks(site, world)
    assert action.details["place"] == "search"
    assert world.marina in action.details["contact"]
    shown = sum(len(ids) for ids in action.details.values() if isinstance(ids, list))
    assert action.details["people"] == shown > 0
    assert action.user_id is not None
    assert "Ковалёва" not in str(action.details)  # ids are enough


async def test_a_search_that_finds_nobody_shows_nobody(site, world):
    browser = await site.sign_in("anna")
    await browser.post("/wizard/results", data={"name": "Тарабарский"})
    assert await looks(site, world) == []


async def test_opening_the_wizard_of_a_known_caller_shows_their_numbers(site, world):
    browser = await site.sign_in("anna")
    await browser.get(f"/inquiries/{await world.inquiry(MARINA)}/wizard")
    (action,) = await looks(site, world)
    assert action.details["contact"] == [world.marina]


async def asked(site: Site, world: World, address: str) -> None:
    """By a program, in Alice's name."""
    digest = hashlib.sha256(b"key").hexdigest()
    await world.keep(ApiToken(user_id=world.alice.user_id or 0, name="1C", hash=digest))
    headers = {"Authorization": "Bearer key"}
    assert (await (await site.browser()).get(address, headers=headers)).status == 200


@pytest.mark.parametrize("address", ["/api/v1/inquiries", "/api/v1/inquiries/{}"])
async def test_a_program_that_reads_inquiries_has_looked_too(site, world, address):
    inquiry = await world.inquiry(MARINA)
    await asked(site, world, address.format(inquiry))
    (action,) = await looks(site, world)
    assert (action.details["via"], action.details["inquiry"]) == ("api", [inquiry])


async def test_a_program_that_searches_has_looked_too(site, world):
    await asked(site, world, f"/api/v1/search?phone={MARINA[1:]}")
    (action,) = await looks(site, world)
    assert (action.details["via"], action.user_id) == ("api", world.alice.user_id)
    assert world.marina in action.details["contact"]


async def test_what_is_found_from_the_top_of_a_page_was_seen(site, world):
    browser = await site.sign_in("anna")
    inquiry = await world.inquiry(MARINA)
    for typed in (MARINA, f"№ {inquiry}"):
        assert (await browser.get("/find", params={"q": typed})).status == 200
    (action,) = await looks(site, world)
    assert action.details["place"] == "find"
    assert world.marina in action.details["contact"]
    assert action.details["inquiry"] == [inquiry]


@pytest.mark.parametrize("address", ["/inquiries", "/inquiries/rows", "/inquiries/{}"])
async def test_inquiries_are_seen_with_their_senders_numbers(site, world, address):
    shown, _ = await world.inquiry(MARINA), await world.inquiry(None)
    browser = await site.sign_in("anna")
    assert (await browser.get(address.format(shown))).status == 200
    (action,) = await looks(site, world)
    assert (action.details["place"], action.details["inquiry"]) == ("inquiries", [shown])
    assert action.details["people"] == 1


@pytest.mark.parametrize(("address", "kind"), [("/contacts", "contact"), ("/accounts", "account")])
async def test_a_list_is_one_action_with_the_rows_that_have_a_number(site, world, address, kind):
    browser = await site.sign_in("anna")
    assert (await browser.get(address)).status == 200
    found = await looks(site, world)
    assert [action.details["place"] for action in found] == [address.strip("/")]
    assert found[0].details["people"] == len(found[0].details[kind])


async def test_a_list_of_interests_shows_no_numbers(site, world):
    browser = await site.sign_in("anna")
    await browser.get("/interests")
    assert await looks(site, world) == []


async def test_what_is_seen_within_a_few_seconds_is_written_by_itself(site, world, monkeypatch):
    monkeypatch.setattr(looked, "TOGETHER", 0.0)
    onlookers, afterwards = site.app[ONLOOKERS], site.app[AFTERWARDS]
    onlookers.saw(world.alice, "search", [("contact", world.marina)])
    await asyncio.sleep(0.01)
    await afterwards.finish()
    assert [action.kind for action in await world.all(Action)][-1] == LOG


async def test_it_costs_the_search_next_to_nothing(site, world):
    point = PointShown(1, "phone", MARINA)
    hit: dict[str, Any] = {
        "name": "x", "level": Level.EXACT, "score": 1, "reasons": (), "touched_at": None,
        "responsible_id": None, "responsible": None, "open_interests": 0, "points": (point,),
        "shared": False, "do_not_call": False,
    }  # fmt: skip
    found = Found(contacts=tuple(ContactHit(id=number, **hit) for number in range(100)))
    onlookers, who = Onlookers(site.database, Afterwards()), Actor(1, "Alice")
    rounds = 50
    started = time.perf_counter()
    for _ in range(rounds):
        onlookers.saw(who, "search", with_numbers(found))
    assert (time.perf_counter() - started) / rounds < 0.0002  # seconds
    onlookers._timers.popitem()[1].cancel()
