"""How well a channel hears: its link, the times it could not, and the calls that went by meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.ignoring import IgnoreList
from intake.model.calls import CallEvent, Gap, Health, Link
from intake.reception.calls import take
from intake.reception.house import House, house_with
from intake.reception.tidy import tidy_event
from storage.calls import known_call
from storage.channels import has_cdr, keep_recovered, record_gap, record_health
from storage.columns import now
from storage.database import Database, announce
from storage.ignoring import live_entries
from storage.outbox import add_job

RECOVER = "recover-gap"
LATE = timedelta(minutes=1)  # PBXs write the record of a call some time after it has ended

CdrSource = Callable[[str, datetime, datetime], Awaitable[list[CallEvent]]]
"""The calls of a channel that ended between two times, by the PBX's records, each as its `ended` event."""


async def take_health(session: AsyncSession, health: Health) -> None:
    """`at` of a link that is up is the time until which everything was heard."""
    heard_at = health.at if health.link is Link.UP else None
    if await record_health(session, health.channel, health.link, health.at, health.detail, heard_at):
        announce(session, "channel", channel=health.channel, link=health.link.value)


async def take_gap(session: AsyncSession, gap: Gap) -> None:
    """It stands on the desk; where the PBX keeps records, its calls are fetched: at once, and once more when
    the last of them must have been written."""
    gap_id = await record_gap(session, gap.channel, gap.since, gap.until)
    if gap_id is None:
        return
    announce(session, "channel", channel=gap.channel, gap=gap_id)
    if await has_cdr(session, gap.channel):
        wanted = {"gap": gap_id, "channel": gap.channel}
        wanted |= {"since": gap.since.isoformat(), "until": gap.until.isoformat()}
        for number, due in enumerate((now(), now() + LATE)):
            await add_job(session, RECOVER, wanted, key=f"{RECOVER}:{gap_id}:{number}", due_at=due)


async def recover_gap(database: Database, source: CdrSource, wanted: dict[str, Any]) -> None:
    """The job that `take_gap` asked for. Doing it again changes nothing.

    Such a record has an id of its own, so that it can complete a call that was heard in part.
    """
    since, until = (datetime.fromisoformat(wanted[name]) for name in ("since", "until"))
    recovered = 0
    async with database.reading() as session:
        house = await house_with(session, IgnoreList(await live_entries(session)))
    for event in await source(wanted["channel"], since, until):
        async with database.transaction() as session:
            told = tidy_event(replace(event, external_id=f"cdr:{event.external_id}"))
            recovered += await _complete(session, told, house)
    async with database.transaction() as session:
        await keep_recovered(session, wanted["gap"], recovered)
        announce(session, "channel", channel=wanted["channel"], gap=wanted["gap"])


async def _complete(session: AsyncSession, event: CallEvent, house: House) -> bool:
    """Whether the record told of something that was not heard. One that goes on has records already, of its
    earlier dials; one that was heard to its end needs none."""
    known = await known_call(session, event.channel, event.call.linkedid)
    if known is not None and (known.call.ended is None or not known.call.partial):
        return False
    await take(session, event, house)
    return True
