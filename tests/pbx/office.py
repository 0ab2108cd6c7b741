"""The whole of it: a real PBX, the service in a process of its own, and people at real browsers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from playwright.async_api import Browser, Page
from sqlmodel import select

from storage.database import Database
from storage.tables.calls import CallRecord, ChannelGap
from storage.tables.inquiries import Inquiry
from tests.house import PASSWORD
from tests.real.chromium import Desk, sit_down
from tests.service import ServiceProcess

T = TypeVar("T")
WAIT_SECONDS = 40.0


class Office:
    """`desks` are those of everybody who has signed in, so that a test can look for problems in them."""

    def __init__(self, database: Database, service: ServiceProcess, browser: Browser) -> None:
        self.database, self.service = database, service
        self.desks: list[Desk] = []
        self._browser = browser

    async def sign_in(self, login: str) -> Page:
        """Somebody of tests/house.py at a desk of their own; returns once their page hears the service."""
        desk = await sit_down(self._browser)
        self.desks.append(desk)
        page = await desk.page(f"{self.service.address}/signin")
        await page.locator("[name=login]").fill(login)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.locator("#desk-now").wait_for()
        await page.locator("html[data-leader]").wait_for(state="attached")
        return page

    async def call(self, number: str, **values: object) -> CallRecord:
        """The one stored call of that number, once it has these values."""

        async def found() -> CallRecord | None:
            async with self.database.reading() as session:
                calls = (await session.exec(select(CallRecord).where(CallRecord.number == number))).all()
            assert len(calls) <= 1, calls
            return next((call for call in calls if has(call, values)), None)

        return await until(found, f"call {number} with {values}")

    async def ended(self, number: str) -> CallRecord:
        async def over() -> CallRecord | None:
            call = await self.call(number)
            return call if call.ended_at else None

        return await until(over, f"the end of the call of {number}")

    async def inquiry(self, call: CallRecord, **values: object) -> Inquiry:
        """What the call became, once it has these values."""

        async def found() -> Inquiry | None:
            async with self.database.reading() as session:
                inquiry = await session.get(Inquiry, (await self.call(str(call.number))).inquiry_id)
            return inquiry if inquiry and has(inquiry, values) else None

        return await until(found, f"inquiry of {call.number} with {values}")

    async def gaps(self) -> list[ChannelGap]:
        async with self.database.reading() as session:
            return list((await session.exec(select(ChannelGap))).all())


def has(row: object, values: dict[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


async def until(found: Callable[[], Awaitable[T | None]], what: str) -> T:
    """Asks again and again until `found` finds something, and returns that."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while (result := await found()) is None:
        assert asyncio.get_running_loop().time() < deadline, f"{what} did not come"
        await asyncio.sleep(0.05)
    return result
