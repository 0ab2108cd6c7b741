"""Helpers of the browser tests: a signed-in desk, axe, calls that ring."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import Direction
from storage.database import announce
from storage.history import stored_id
from storage.tables.calls import CallRecord
from tests.real.chromium import Desk
from tests.site import Site

# What axe must not find: WCAG 2.2 A and AA, and its own good practice.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}}


async def signed_in(site: Site, desk: Desk, login: str = "anna", **values: Any) -> Page:
    """A tab on the desk of a new user, Russian unless told otherwise."""
    browser = await site.sign_in(login, **{"locale": "ru", **values})
    cookie = browser.session.cookie_jar.filter_cookies(site.server.make_url("/"))["intake"].value
    await desk.context.add_cookies([{"name": "intake", "value": cookie, "url": site.url()}])
    return await desk.page(site.url())


async def findings(page: Page) -> list[str]:
    """What axe finds wrong on the page, a line each."""
    results = await Axe().run(page, options=RULES)
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:200] for node in found['nodes']]}"
        for found in results.response["violations"]
    ]


async def ring(site: Site, *extensions: str, linkedid: str = "1.1", **values: Any) -> int:
    """A call that rings at these telephones; its id."""
    call = CallRecord(
        channel="asterisk:1",
        linkedid=linkedid,
        direction=Direction.IN,
        **{"number": "+79161234567", "ringing": list(extensions), "rang": list(extensions), **values},
    )
    async with site.database.transaction() as session:
        session.add(call)
        await session.flush()
        tell(session, call, "ringing")
    return stored_id(call)


async def change(site: Site, call_id: int, step: str, **values: Any) -> None:
    """The next step of a call."""
    async with site.database.transaction() as session:
        call = await session.get(CallRecord, call_id)
        assert call is not None
        for name, value in values.items():
            setattr(call, name, value)
        session.add(call)
        tell(session, call, step)


def tell(session: AsyncSession, call: CallRecord, step: str) -> None:
    announce(
        session,
        "call",
        call=stored_id(call),
        inquiry=call.inquiry_id,
        step=step,
        ringing=call.ringing,
        talking=call.talking,
    )
