"""From an event of the PBX to the card on the screen of whoever's telephone rings, in a real Chromium.

The clock starts before the first byte of a call is sent and stops after the frame in which the card was
painted. Three telephones take turns; the one that is watched rings for every third call.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from itertools import cycle
from random import Random

import pytest
from playwright.async_api import Page

from intake.demo.caller import Caller
from intake.demo.facts import World
from intake.demo.pbx import PHONES, Pbx
from storage.database import Database
from storage.secrets import new_key, use_keys
from tests.bench.conftest import FULL, told
from tests.bench.painted import watch
from tests.house import PASSWORD, furnish
from tests.real.chromium import Desk
from tests.service import Serve

RATES = ((1, 90), (10, 30), (20, 30)) if FULL else ((5, 3),)  # calls a second, seconds

WATCH = watch("pops", 'node.querySelector?.(".num[data-copy]")?.dataset.copy')

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture
async def pbx() -> AsyncIterator[Pbx]:
    simulator = Pbx()
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.mark.timeout(600)
async def test_from_the_first_event_to_the_painted_card(
    loaded_url: str, world: World, pbx: Pbx, desk: Desk, serve: Serve
):
    key = new_key()
    use_keys([key])
    database = Database(loaded_url)
    await furnish(database, pbx.port)
    await database.close()
    service = serve(loaded_url, key)
    await service.start()
    await service.until_ready()
    page = await signed_in(desk, service.address, "anna")
    await page.evaluate(WATCH)
    numbers = known_numbers(world)
    for rate, seconds in RATES:
        rung = await ring(pbx, numbers, rate, seconds)
        seen = await page.evaluate("window.seen")
        late = [number for number in rung if number not in seen]
        assert not late, f"{len(late)} of {len(rung)} cards never came"
        told(f"event → card painted, {rate} calls/s", [seen[number] - at for number, at in rung.items()])
    service.stop()
    assert desk.problems == []


async def signed_in(desk: Desk, address: str, login: str) -> Page:
    page = await desk.page(f"{address}/signin")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#pops", state="attached")
    await page.wait_for_selector("html[data-leader]")
    await asyncio.sleep(1)
    return page


def known_numbers(world: World) -> list[str]:
    """Mobiles of people the service knows, each once, in no order."""
    people = [person for company in world.companies for person in company.people]
    numbers = Counter(reach.value for person in people for reach in person.reaches if reach.kind == "phone")
    own = sorted(number for number, owners in numbers.items() if owners == 1 and number.startswith("+79"))
    Random(1).shuffle(own)
    return own


async def ring(pbx: Pbx, numbers: list[str], rate: float, seconds: float) -> dict[str, float]:
    """The numbers that rang at 101, and when their calls began, in milliseconds of the epoch."""
    rung: dict[str, float] = {}
    begun = time.monotonic()
    for place, extension in zip(range(round(rate * seconds)), cycle(PHONES)):
        await asyncio.sleep(max(0.0, begun + place / rate - time.monotonic()))
        number = numbers.pop()
        if extension == "101":
            rung[number] = time.time() * 1000
        await pbx.call(
            Caller(number, None, "74951000101"), agents=(extension,), answer_after=None, give_up_after=1
        )
    await pbx.over()
    await asyncio.sleep(1)
    return rung
