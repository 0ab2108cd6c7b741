"""Every page that can be reached by links: axe finds nothing, nothing sticks out, nothing fails."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from playwright.async_api import Page

from intake.demo.loading import load_world
from intake.demo.world import make_world
from tests.browser.people import findings
from tests.real.chromium import Desk
from tests.site import HASH, Site

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 7
COMPANIES = 12
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1366, "height": 768}},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


@pytest.fixture
async def town(site: Site) -> Site:
    """A site with a small made-up world in it."""
    async with site.database.transaction() as session:
        await load_world(session, make_world(SEED, COMPANIES, datetime.now(UTC)), HASH)
    return site


async def links_on(page: Page) -> list[str]:
    """Addresses of our own that the page leads to; files to download are no pages."""
    found: list[str] = await page.eval_on_selector_all(
        "a[href]:not([download])",
        "links => links.filter(a => a.origin === location.origin).map(a => a.pathname + a.search)",
    )
    return found


async def route_of(site: Site, path: str) -> str:
    """The pattern that answers an address: one page of each is enough."""
    app: web.Application = site.app
    for resource in app.router.resources():
        match, _methods = resource.get_info(), None
        pattern = match.get("pattern")
        if match.get("path") == path or (pattern and pattern.fullmatch(path)):
            return resource.canonical
    return path


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_page_is_fit_for_everybody(town, new_desk, screen):
    desk: Desk = await new_desk(**SCREENS[screen])
    browser = await town.enter("admin")
    cookie = browser.session.cookie_jar.filter_cookies(town.server.make_url("/"))["intake"].value
    await desk.context.add_cookies([{"name": "intake", "value": cookie, "url": town.url()}])
    page = await desk.page()
    waiting, seen, wrong = ["/", "/me/sessions"], set[str](), list[str]()
    while waiting:
        address = waiting.pop(0)
        route = await route_of(town, urlsplit(address).path)
        if route in seen:
            continue
        seen.add(route)
        answer = await page.goto(town.url(address))
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{address}: {answer.status}")
            continue
        await page.wait_for_timeout(300)  # what a page fetches for itself
        wrong += [f"{address}: {finding}" for finding in await findings(page)]
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{address} can be scrolled sideways by {wide}px"] if wide > 0 else []
        waiting += await links_on(page)
    wrong += desk.problems
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 3
