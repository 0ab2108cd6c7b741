"""A client with a person, an interest and an inquiry, for tests of pages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from sqlmodel import col, select

from intake.model.calls import Direction, Outcome
from storage.tables.calls import CallRecord, Pbx, PhoneLine
from storage.tables.history import Action
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.interests import Interest, Pipeline, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from tests.databases import store
from tests.site import Site

NUMBER = "+79161234567"
LINE = "74950000001"
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Town:
    """Ids of what there is."""

    account: int
    contact: int
    lead: int
    interest: int
    statuses: tuple[int, ...]


async def keep(site: Site, *rows: Any) -> list[int]:
    """Stored in their order; their ids."""
    return await store(site.database, *rows)


async def settle(site: Site, **values: Any) -> Town:
    """ООО «Ромашка» with Марина Ковалёва, who wants lamps; and a lead. `values`: of all their columns."""
    (pipeline,) = await keep(site, Pipeline(name="Sales"))
    statuses = await keep(
        site,
        Status(pipeline_id=pipeline, name="New", position=0),
        Status(pipeline_id=pipeline, name="Offer", position=1),
        Status(pipeline_id=pipeline, name="Won", position=2, kind=StatusKind.WON),
        Status(pipeline_id=pipeline, name="Lost", position=3, kind=StatusKind.LOST),
    )
    (account,) = await keep(site, Account(name="Ромашка", legal_form="ООО", inn="7707083893", **values))
    (contact,) = await keep(
        site, Contact(last_name="Ковалёва", first_name="Марина", account_id=account, **values)
    )
    (lead,) = await keep(site, Lead(organisation="Василёк", **values))
    await keep(site, Point(contact_id=contact, kind=PointKind.PHONE, value=NUMBER, raw=NUMBER, main=True))
    (interest,) = await keep(
        site,
        Interest(
            title="Lamps",
            folded="lamps",
            status_id=statuses[0],
            account_id=account,
            contact_id=contact,
            **values,
        ),
    )
    return Town(account, contact, lead, interest, tuple(statuses))


async def missed_call(site: Site, minutes: float = 3, number: str = NUMBER, **values: Any) -> int:
    """An inquiry of somebody whom nobody answered so many minutes ago; its id."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    inquiry = Inquiry(
        **{
            "channel": Channel.CALL, "opened_at": at, "touched_at": at, "sender": number,
            "line": LINE, "callback": number, "misses": 1, **values,
        }
    )  # fmt: skip
    (row_id,) = await keep(site, inquiry)
    call = CallRecord(
        channel="asterisk:1", linkedid=f"{row_id}.1", direction=Direction.IN, number=number, did=LINE,
        rang=["101"], started_at=at, ended_at=at + timedelta(seconds=24), outcome=Outcome.MISSED, cause=16,
        inquiry_id=row_id,
    )  # fmt: skip
    await keep(site, call)
    return row_id


async def line(site: Site, name: str = "Sales desk") -> None:
    (pbx,) = await keep(site, Pbx(name="PBX", host="127.0.0.1", username="x", secret="s"))
    await keep(site, PhoneLine(pbx_id=pbx, did=LINE, name=name))


async def text(answer: ClientResponse, status: int = 200) -> str:
    """The page, when it is the answer that was expected."""
    page = await answer.text()
    assert answer.status == status, (answer.status, page)
    return page


def first_of(pattern: str, html: str) -> str:
    """What stands in the pattern's first group."""
    match = re.search(pattern, html)
    assert match, pattern
    return match[1].replace("&amp;", "&")


async def leafed_through(browser: TestClient[Any, Any], address: str) -> str:
    """A list as it is once every «more» has been asked for."""
    html = part = await text(await browser.get(address))
    while more := re.search(r'hx-get="([^"]+/rows[^"]+)"', part):
        part = await text(await browser.get(more[1].replace("&amp;", "&"), headers=HTMX))
        html += part
    return html


def undo_of(answer: ClientResponse) -> str:
    """The address that the toast's «Undo» posts to."""
    return first_of(r'"undo": "([^"]+)"', answer.headers["HX-Trigger"])


async def row(site, table, row_id: int):
    async with site.database.reading() as session:
        return await session.get(table, row_id)


async def actions(site, kind: str) -> list[Action]:
    async with site.database.reading() as session:
        return list(await session.exec(select(Action).where(Action.kind == kind).order_by(col(Action.id))))
